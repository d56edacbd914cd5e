"""The words for what can be wrong with a camera's picture."""

from enum import StrEnum


class PictureQuality(StrEnum):
    """Whether a camera's picture can be counted on, else what is wrong with it."""

    OK = "ok"
    DARK = "dark"
    OVEREXPOSED = "overexposed"
    BLOCKED = "blocked"
    BLURRED = "blurred"
    FROZEN = "frozen"
    MOVED = "moved"
