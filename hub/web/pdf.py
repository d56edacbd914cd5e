"""Draws on pages of a PDF: text in Chinese and Latin, lines and boxes. The only home of pydyf.

No font travels with the file. Latin letters are Helvetica, which every reader has; Chinese is the
reader's own font for Adobe-GB1 (ISO 32000-1, 9.7.5.2), as with forms of Chinese offices.
"""

import io
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Final

import pydyf

WIDTH: Final = 595.0  # A4 in points
HEIGHT: Final = 842.0
MARGIN: Final = 42.0
INK: Final = (0.106, 0.141, 0.188)
QUIET: Final = (0.31, 0.353, 0.4)
LINE: Final = (0.867, 0.886, 0.878)
ACCENT: Final = (0.043, 0.431, 0.431)
PALE: Final = (0.68, 0.83, 0.82)
Colour = tuple[float, float, float]

LATIN: Final = "cp1252"  # what PDF calls WinAnsiEncoding
_OTHER: Final = 556
# Widths of Helvetica from space to tilde, in thousandths (Adobe's font metrics).
_HELVETICA: Final = (
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),
    *(556,) * 10,
    *(278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278),
    *(500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667),
    *(611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222),
    *(222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500),
    *(500, 334, 260, 334, 584),
)


def width(text: str, size: float) -> float:
    """How wide a text is, in points; Chinese characters are as wide as high."""
    return sum(_thousandths(letter) for letter in text) * size / 1000


def _thousandths(letter: str) -> int:
    if not _is_latin(letter):
        return 1000
    place = ord(letter) - ord(" ")
    return _HELVETICA[place] if 0 <= place < len(_HELVETICA) else _OTHER


def _is_latin(letter: str) -> bool:
    return bool(letter.encode(LATIN, "ignore"))


def wrapped(text: str, size: float, room: float) -> list[str]:
    """The text in lines no wider than `room`, broken at spaces and beside Chinese characters."""
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and width(lines[-1] + piece.rstrip(), size) > room:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        for letter in piece if width(piece, size) > room else (piece,):
            if lines[-1] and width(lines[-1] + letter.rstrip(), size) > room:
                lines.append("")
            lines[-1] += letter
    return lines


def _pieces(text: str) -> Iterator[str]:
    """Chinese characters one by one, with what may not begin a line; Latin words with a space."""
    piece = ""
    for before, letter in zip(" " + text, text, strict=False):
        stays = letter in "）。，；：、！？ )" or before in "（("
        if piece and not stays and (before == " " or not (_is_latin(before) and _is_latin(letter))):
            yield piece
            piece = ""
        piece += letter
    yield piece


class Sheets:
    """Pages of A4; positions are in points from the upper left corner."""

    def __init__(self, title: str, language: str) -> None:
        self._pdf = pydyf.PDF()
        self._pdf.info["Title"] = pydyf.String(title)
        self._pdf.info["Producer"] = pydyf.String("Huiting")
        self._pdf.catalog["Lang"] = pydyf.String("en" if language == "en" else "zh-CN")
        self._pdf.catalog["ViewerPreferences"] = "<</DisplayDocTitle true>>"
        self._fonts = self._resources()
        self.pages: list[pydyf.Stream] = []

    def page(self) -> None:
        """Begin another page."""
        self.pages.append(pydyf.Stream(compress=True))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 9,
        colour: Colour = INK,
        bold: bool = False,
        right: bool = False,
        page: int = -1,
    ) -> None:
        """Write a line with its foot at `y`, beginning or (`right`) ending at `x`."""
        stream = self.pages[page]
        at = x - width(text, size) if right else x
        stream.set_color_rgb(*colour)
        stream.set_color_rgb(*colour, stroke=True)
        for latin, letters in groupby(text, _is_latin):
            run = "".join(letters)
            stream.begin_text()
            stream.set_font_size(("B" if bold else "L") if latin else "C", size)
            if not latin:  # the reader's font has no bold: its outline is drawn as well
                stream.set_line_width(size / 30)
                stream.set_text_rendering(2 if bold else 0)
            else:
                stream.set_text_rendering(0)
            stream.set_text_matrix(1, 0, 0, 1, round(at, 2), round(HEIGHT - y, 2))
            encoded = run.encode(LATIN) if latin else run.encode("utf-16-be")
            stream.stream.append(b"<" + encoded.hex().encode() + b"> Tj")
            stream.end_text()
            at += width(run, size)

    def line(self, x: float, y: float, to_x: float, to_y: float, colour: Colour = LINE) -> None:
        """Draw a thin line."""
        stream = self.pages[-1]
        stream.set_color_rgb(*colour, stroke=True)
        stream.set_line_width(0.6)
        stream.move_to(x, HEIGHT - y)
        stream.line_to(to_x, HEIGHT - to_y)
        stream.stroke()

    def box(self, x: float, y: float, across: float, high: float, colour: Colour) -> None:
        """Fill a box whose foot is at `y`."""
        stream = self.pages[-1]
        stream.set_color_rgb(*colour)
        stream.rectangle(round(x, 2), round(HEIGHT - y, 2), round(across, 2), round(high, 2))
        stream.fill()

    def bytes(self) -> bytes:
        """The finished file; the same pages give the same bytes."""
        for stream in self.pages:
            self._pdf.add_object(stream)
            self._pdf.add_page(
                pydyf.Dictionary(
                    {
                        "Type": "/Page",
                        "Parent": self._pdf.pages.reference,
                        "MediaBox": pydyf.Array([0, 0, WIDTH, HEIGHT]),
                        "Contents": stream.reference,
                        "Resources": self._fonts.reference,
                    }
                )
            )
        out = io.BytesIO()
        self._pdf.write(out)
        return out.getvalue()

    def _resources(self) -> pydyf.Dictionary:
        fonts = {
            name: {
                "Type": "/Font",
                "Subtype": "/Type1",
                "BaseFont": f"/{font}",
                "Encoding": "/WinAnsiEncoding",
            }
            for name, font in (("L", "Helvetica"), ("B", "Helvetica-Bold"))
        }
        fonts["C"] = {
            "Type": "/Font",
            "Subtype": "/Type0",
            "BaseFont": "/STSong-Light-UniGB-UTF16-H",
            "Encoding": "/UniGB-UTF16-H",
            "DescendantFonts": pydyf.Array([self._chinese().reference]),
        }
        named = pydyf.Dictionary({name: self._add(font).reference for name, font in fonts.items()})
        return self._add({"Font": named})

    def _chinese(self) -> pydyf.Dictionary:
        """The reader's own font, by the name that readers know."""
        described = self._add(
            {
                "Type": "/FontDescriptor",
                "FontName": "/STSong-Light",
                "Flags": 6,
                "FontBBox": pydyf.Array([-25, -254, 1000, 880]),
                "ItalicAngle": 0,
                "Ascent": 880,
                "Descent": -120,
                "CapHeight": 880,
                "StemV": 93,
            }
        )
        return self._add(
            {
                "Type": "/Font",
                "Subtype": "/CIDFontType0",
                "BaseFont": "/STSong-Light",
                "CIDSystemInfo": "<</Registry (Adobe) /Ordering (GB1) /Supplement 4>>",
                "DW": 1000,
                "FontDescriptor": described.reference,
            }
        )

    def _add(self, values: Mapping[str, object]) -> pydyf.Dictionary:
        made = pydyf.Dictionary(values)
        self._pdf.add_object(made)
        return made
