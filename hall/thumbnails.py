"""What is said about a camera's picture in blocks: the request and its answer.

Why it is asked for and why nobody can be recognised in it: docs/adr/0009-pixelated-thumbnail.md.
"""

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field

from hall.messages import ConfiguredId, Message, Moment

BLOCK_COLUMNS: Final = 32
BLOCK_ROWS: Final = 24
ASPECT_MIN: Final = 0.2
ASPECT_MAX: Final = 5.0  # width over height


def _whole(blocks: bytes) -> bytes:
    if len(blocks) != BLOCK_COLUMNS * BLOCK_ROWS * 3:
        raise ValueError(f"not {BLOCK_COLUMNS} x {BLOCK_ROWS} blocks of three bytes")
    return blocks


class ThumbnailRequest(Message):
    """A manager wants to see for a moment what a camera sees; the journal has it already."""

    id: UUID
    at: Moment
    camera: ConfiguredId


class Thumbnail(Message):
    """The answer to the request of the same `id`: a picture in blocks, or why there is none.

    `blocks` are mean colours (red, green, blue: a byte each) of 32 columns and 24 rows, row by row
    from the top left; `aspect` is the width over the height at which they are to be shown.
    """

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    id: UUID
    at: Moment
    camera: ConfiguredId
    blocks: Annotated[bytes, AfterValidator(_whole)] | None = None
    aspect: Annotated[float, Field(ge=ASPECT_MIN, le=ASPECT_MAX)] = 4 / 3
    refused: Literal["off", "too_often"] | None = None
