import hashlib
from pathlib import Path

import pytest

from edge.detector import trusted
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


@pytest.mark.parametrize(
    ("fast", "exact", "used", "off"),
    [
        (0.001, 0.9, "fast", None),
        (0.02, 0.001, "exact", None),
        (float("nan"), 0.001, "exact", None),
        (0.02, 0.03, "exact", 0.03),
    ],
)
def test_the_quick_way_of_int8_is_taken_where_it_is_right_else_the_exact_one(
    fast: float, exact: float, used: str, off: float | None
) -> None:
    wrong = {"fast": fast, "exact": exact}
    assert trusted("fast", lambda: "exact", wrong.__getitem__, 0.01) == (used, off)


def test_what_stays_no_number_is_not_trusted() -> None:
    _, off = trusted("fast", lambda: "exact", lambda each: float("nan"), 0.01)
    assert off is not None
    assert not off <= 0.01
