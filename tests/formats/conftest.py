"""FCS files put together byte by byte, with every part free to be wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

HEADER_BYTES = 58


def fcs_bytes(
    keywords: Mapping[str, str],
    data: bytes,
    *,
    version: str = "FCS3.0",
    delimiter: str = "/",
    gap: bytes = b"",
    tail: bytes = b"",
    header_text: tuple[int, int] = (0, 0),
    header_data: tuple[int | str, int | str] | None = None,
    text_data: tuple[int, int] | None = None,
    closing: bytes | None = None,
) -> bytes:
    """Return a data set: HEADER, TEXT, gap, DATA, tail.

    ``header_text`` is added to the true offsets of the TEXT segment; ``header_data`` and
    ``text_data`` replace those of the DATA segment; ``closing`` replaces the last delimiter.
    """
    mark = delimiter.encode()
    closing = mark if closing is None else closing

    def text(begin: int, end: int) -> bytes:
        offsets = {"$BEGINDATA": f"{begin:08d}", "$ENDDATA": f"{end:08d}"}
        if version == "FCS2.0":
            offsets = {}
        parts = [part for pair in {**offsets, **keywords}.items() for part in pair]
        return mark + mark.join(part.encode() for part in parts) + closing

    begin = HEADER_BYTES + len(text(0, 0)) + len(gap)
    true = (begin, begin + len(data) - 1)
    written = text(*(true if text_data is None else text_data))
    offsets = (
        HEADER_BYTES + header_text[0],
        HEADER_BYTES + len(written) - 1 + header_text[1],
        *(true if header_data is None else header_data),
        0,
        0,
    )
    header = f"{version:<10}".encode() + b"".join(f"{offset:>8}".encode() for offset in offsets)
    return header + written + gap + data + tail


@pytest.fixture
def build_fcs(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes what ``fcs_bytes`` makes and returns the path."""

    def build(keywords: Mapping[str, str], data: bytes, **parts: object) -> Path:
        path = tmp_path / "tube.fcs"
        path.write_bytes(fcs_bytes(keywords, data, **parts))  # type: ignore[arg-type]
        return path

    return build


def parameter_keywords(
    kind: str,
    bits: str | int,
    names: tuple[str, ...],
    *,
    order: str = "1,2,3,4",
    limit: str | int = 262144,
    events: int | None = None,
) -> dict[str, str]:
    """Return the required keywords of parameters that are all alike."""
    keywords = {
        "$DATATYPE": kind,
        "$BYTEORD": order,
        "$MODE": "L",
        "$NEXTDATA": "0",
        "$PAR": str(len(names)),
    }
    if events is not None:
        keywords["$TOT"] = str(events)
    for n, name in enumerate(names, start=1):
        keywords[f"$P{n}N"] = name
        keywords[f"$P{n}B"] = str(bits)
        keywords[f"$P{n}E"] = "0,0"
        keywords[f"$P{n}R"] = str(limit)
    return keywords


@pytest.fixture
def alike() -> Callable[..., dict[str, str]]:
    """Return the function that makes keywords of parameters that are all alike."""
    return parameter_keywords
