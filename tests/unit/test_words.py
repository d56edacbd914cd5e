"""What people read in Chinese is set in Chinese punctuation."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KINDS = {".py", ".qml", ".toml", ".json", ".vue", ".ts"}
SPOKEN = sorted(
    path
    for folder in ("config", "hub", "kiosk", "edge", "hall")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in KINDS
    and not {"node_modules", "static", "generated", "tests"} & set(path.relative_to(ROOT).parts)
)
WESTERN_BESIDE_CHINESE = re.compile(r"[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]")


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_chinese_is_set_in_chinese_punctuation(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if WESTERN_BESIDE_CHINESE.search(line)] == []
