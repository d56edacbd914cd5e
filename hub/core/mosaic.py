"""The blocks of a thumbnail as a PNG picture."""

import struct
import zlib
from typing import Final

from hall.thumbnails import BLOCK_COLUMNS, BLOCK_ROWS

WIDTH_PX: Final = 640
_RGB_OF_8_BITS: Final = bytes((8, 2, 0, 0, 0))
_UNFILTERED: Final = b"\0"


def png(blocks: bytes, aspect: float) -> bytes:
    """A picture 640 pixels wide in which each block is one rectangle (ISO/IEC 15948).

    `blocks` as in `hall.thumbnails.Thumbnail`; `aspect` is the width over the height.
    """
    height_px = round(WIDTH_PX / aspect)
    row_bytes = BLOCK_COLUMNS * 3
    rows = [
        _UNFILTERED + _wide(blocks[row * row_bytes : (row + 1) * row_bytes])
        for row in range(BLOCK_ROWS)
    ]
    lines = b"".join(rows[y * BLOCK_ROWS // height_px] for y in range(height_px))
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">II", WIDTH_PX, height_px) + _RGB_OF_8_BITS)
        + _chunk(b"IDAT", zlib.compress(lines))
        + _chunk(b"IEND", b"")
    )


def _wide(row: bytes) -> bytes:
    pixels = (row[at : at + 3] for at in range(0, len(row), 3))
    return b"".join(pixel * (WIDTH_PX // BLOCK_COLUMNS) for pixel in pixels)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
