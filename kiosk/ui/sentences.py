"""Reads the table of the kiosk's sentences."""

from pathlib import Path
from typing import Final

from pydantic import RootModel

from hall.messages import Text
from hall.settings import read_toml

FILE: Final = Path(__file__).with_name("sentences.toml")


class _Table(RootModel[dict[str, Text]]):
    """Every sentence in both languages, by key."""


def read_sentences() -> dict[str, Text]:
    """The table that is shipped beside this module."""
    return _Table.model_validate(read_toml(FILE)).root
