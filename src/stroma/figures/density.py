"""A grid of densities as a small PNG picture inside the page."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence

SHADES = "0113355779"
"""Digit shown for each digit of the grid: two steps of the ladder share a shade, which the eye
does not miss at the size of a stamp and which takes a quarter off the picture."""

LEVELS = 10
_LIGHT, _DARK = (214, 230, 244), (8, 48, 107)
"""One hue from light to dark, so that the order survives greyscale printing."""


def density_uri(rows: Sequence[str]) -> str:
    """Return a grid of digits as the address of a PNG picture.

    Sixteen-colour pixels are used: half the bytes of eight-bit ones before compression, and on
    grids of real events a sixth of the size of the same grid as merged rectangles.

    Parameters
    ----------
    rows
        Rows from the top, each a string of equal length of the digits 0 to 9; 0 stays white.

    Returns
    -------
    str
        A ``data:`` address.

    Raises
    ------
    ValueError
        The rows differ in length or hold something else than digits.
    """
    widths = {len(row) for row in rows}
    if len(widths) != 1 or not all(row.isascii() and row.isdecimal() for row in rows):
        msg = "a density is rows of equal length of the digits 0 to 9"
        raise ValueError(msg)
    header = struct.pack(">IIBBBBB", widths.pop(), len(rows), 4, 3, 0, 0, 0)
    pixels = b"".join(b"\x00" + _packed(row) for row in rows)
    png = (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"PLTE", _palette())
        + _chunk(b"IDAT", zlib.compress(pixels, 9))
        + _chunk(b"IEND", b"")
    )
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def _packed(row: str) -> bytes:
    shades = row.translate(str.maketrans("0123456789", SHADES))
    # A digit is its own hexadecimal digit, so two pixels are one byte written in hexadecimal.
    return bytes.fromhex(shades + "0" * (len(row) % 2))


def _palette() -> bytes:
    shades = [(255, 255, 255)]
    for level in range(LEVELS - 1):
        share = level / (LEVELS - 2)
        red, green, blue = (
            round(light + share * (dark - light)) for light, dark in zip(_LIGHT, _DARK, strict=True)
        )
        shades.append((red, green, blue))
    return bytes(part for shade in shades for part in shade)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
