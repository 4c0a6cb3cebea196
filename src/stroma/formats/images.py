"""TIFF, PNG and JPEG pictures: pixels as a person sees them, or a refusal that says why.

Grey of 8 or 16 bits, colours and palettes are read; a picture is turned as its EXIF orientation
says. What cannot be measured is refused: transparency, inks in place of light, one bit, several
pictures in one file, floating-point pixels whose white is not known.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from stroma.errors import FileProblem, Place, Problem
from stroma.formats.raw import read_raw
from stroma.image_records import Picture
from stroma.texts import Text, text

MOST_PIXELS: Final = 170_000_000
"""A whole-well scan of 13,000 by 13,000 pixels; three times a picture of this size are 0.5 GB."""
LEAST_SIDE: Final = 16
"""Pixels: less holds no background and no field."""

_FORMATS: Final = ("TIFF", "PNG", "JPEG")
_DEEP_GREY: Final = frozenset({"I;16", "I;16B", "I;16L", "I;16N"})
_BYTES: Final = 255
_WORDS: Final = 65535
_EIGHT_BITS: Final = 8
_BITS_PER_SAMPLE: Final = 258
"""Tag of TIFF (TIFF 6.0, page 29)."""


def read_image(path: Path, *, file: str | None = None) -> Picture:
    """Read a picture.

    Parameters
    ----------
    path
        The file.
    file
        How problems name it, relative to the study folder.

    Returns
    -------
    Picture
        Its pixels.

    Raises
    ------
    FileProblem
        The file is no such picture, is broken, too large or too small, or holds pixels that cannot
        be measured.
    """
    raw = read_raw(path, file=file)
    try:
        with warnings.catch_warnings():
            # Stroma has its own limit, and tells it in its own words.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(raw.data), formats=_FORMATS) as image:
                _check(image, raw.place)
                pixels, white = _pixels(ImageOps.exif_transpose(image), raw.place)
    except UnidentifiedImageError as unknown:
        raise FileProblem(_no_picture(raw.place)) from unknown
    except Image.DecompressionBombError as large:
        raise FileProblem(_too_large(raw.place)) from large
    except (OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError, IndexError) as broken:
        raise FileProblem(_broken(raw.place, str(broken))) from broken
    return Picture(pixels=pixels, white=white, origin=raw.origin)


def _check(image: Image.Image, place: Place) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise FileProblem(_too_large(place))
    if min(width, height) < LEAST_SIDE:
        raise FileProblem(
            Problem(
                place,
                found=text("a picture of {width} by {height} pixels", width=width, height=height),
                expected=text("at least {least} pixels on each side", least=LEAST_SIDE),
                action=text("export the picture itself, not its thumbnail"),
            )
        )
    frames = getattr(image, "n_frames", 1)
    if image.format in {"TIFF", "PNG"} and frames > 1:
        raise FileProblem(
            Problem(
                place,
                found=text("{count} pictures in one file", count=frames),
                expected=text("one picture in a file"),
                action=text("export the picture that is meant as a file of its own"),
            )
        )


def _pixels(image: Image.Image, place: Place) -> tuple[npt.NDArray[np.unsignedinteger[Any]], int]:
    mode = image.mode
    if mode in _DEEP_GREY:
        return np.asarray(image).astype(np.uint16)[..., np.newaxis], _WORDS
    bits = _deepest(image)
    if bits > _EIGHT_BITS and mode in {"RGB", "RGBA", "RGBX"}:
        raise FileProblem(_refused(place, text("colours of {bits} bits", bits=bits)))
    if mode == "L":
        return np.array(image)[..., np.newaxis], _BYTES
    if mode in {"RGBA", "LA", "PA"} or (mode == "P" and "transparency" in image.info):
        alpha = np.asarray(image.convert("RGBA"))[..., 3]
        if int(alpha.min()) < _BYTES:
            raise FileProblem(_refused(place, text("transparent pixels")))
        return np.array(image.convert("RGB")), _BYTES
    if mode in {"RGB", "RGBX", "P", "YCbCr"}:
        return np.array(image.convert("RGB")), _BYTES
    raise FileProblem(_refused(place, text('pixels of the kind "{mode}"', mode=mode)))


def _deepest(image: Image.Image) -> int:
    tags = getattr(image, "tag_v2", None)
    if tags is None:
        return _EIGHT_BITS
    held = tags.get(_BITS_PER_SAMPLE, _EIGHT_BITS)
    return int(max(held)) if isinstance(held, tuple) else int(held)


def _refused(place: Place, found: Text) -> Problem:
    return Problem(
        place,
        found=found,
        expected=text("grey of 8 or 16 bits, or colours of 8 bits (RGB)"),
        action=text("export the picture so from the microscope's program; it is not read"),
    )


def _no_picture(place: Place) -> Problem:
    return Problem(
        place,
        found=text("a file that is no TIFF, PNG or JPEG picture"),
        expected=text("a picture of one of these kinds, whatever its ending"),
        action=text("export it again from the microscope's program"),
    )


def _too_large(place: Place) -> Problem:
    return Problem(
        place,
        found=text("a picture of too many pixels"),
        expected=text("no more than {most} pixels", most=MOST_PIXELS),
        action=text("export single fields, or a smaller copy"),
    )


def _broken(place: Place, told: str) -> Problem:
    return Problem(
        place,
        found=text("a picture that breaks off or is damaged ({told})", told=told),
        expected=text("a whole picture"),
        action=text("copy or export the file again"),
    )
