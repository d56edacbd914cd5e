import hashlib
from pathlib import Path

import pytest

from edge.manifest import CHECKOUT, DEFAULT_MODEL, Manifest, ModelFacts, find_model
from hall.settings import load

MODELS = load(Manifest, CHECKOUT / "manifest.toml").model
TEXTS = [path.read_text() for path in (CHECKOUT / "licences").iterdir()]


@pytest.mark.parametrize("facts", MODELS, ids=lambda facts: facts.file)
def test_each_listed_model_is_there_unchanged(facts: ModelFacts) -> None:
    content = (CHECKOUT / facts.file).read_bytes()
    assert hashlib.sha256(content).hexdigest() == facts.sha256


def test_every_model_in_the_folder_is_listed() -> None:
    assert {path.name for path in CHECKOUT.glob("*.onnx")} == {facts.file for facts in MODELS}


@pytest.mark.parametrize("words", ["MIT License", "Apache License"])
def test_licence_texts_are_shipped(words: str) -> None:
    assert any(words in text for text in TEXTS)


def test_the_default_model_is_found_without_settings() -> None:
    path, facts = find_model(None)
    assert isinstance(path, Path)
    assert path.name == facts.file == DEFAULT_MODEL
