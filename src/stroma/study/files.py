"""Paths of a study folder: which files count, how a cell names one, which are alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import Final

SETTINGS_FILE: Final = "study.toml"
RAW_FOLDER: Final = "raw"
RESULTS_FOLDER: Final = "results"
TEMPLATES_FOLDER: Final = "templates"
TRUTH: Final = "truth"
"""Name of the table of an example study that says what its analysis must recover."""
WORKBOOK: Final = "study"
"""Name without ending of the workbook that may hold all sheets, each under its own name."""
SHEET_ENDINGS: Final = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")

# What programs leave behind while a file is open, and what systems keep for themselves.
_LEFT_BEHIND: Final = re.compile(
    r"~\$.*|\.~lock\..*#|\._.*|\.DS_Store|Thumbs\.db|desktop\.ini|.*~|.*\.tmp", re.IGNORECASE
)
_DRIVE: Final = re.compile(r"[A-Za-z]:")


def is_noise(path: str) -> bool:
    """Tell whether a file is no part of the study: left by a program, hidden, or a result.

    Parameters
    ----------
    path
        Relative to the study folder, with forward slashes.

    Returns
    -------
    bool
        True for Excel's ``~$lots.xlsx``, ``.DS_Store``, anything in a hidden folder and under
        ``results``.

    Examples
    --------
    >>> is_noise("~$lots.xlsx"), is_noise("raw/flow/BM-01.fcs")
    (True, False)
    """
    parts = PurePosixPath(path).parts
    if not parts or parts[0] == RESULTS_FOLDER:
        return True
    return any(part.startswith(".") for part in parts[:-1]) or (
        _LEFT_BEHIND.fullmatch(parts[-1]) is not None
    )


def study_path(written: str) -> str | None:
    r"""Return the path a cell names, relative to the study folder.

    Parameters
    ----------
    written
        As written, with slashes of either kind.

    Returns
    -------
    str or None
        With forward slashes and composed letters; ``None`` where it is absolute or leaves the
        study folder.

    Examples
    --------
    >>> study_path("raw\\flow\\BM-01.fcs")
    'raw/flow/BM-01.fcs'
    >>> study_path("../elsewhere/BM-01.fcs") is None, study_path("C:/BM-01.fcs") is None
    (True, True)
    """
    plain = unicodedata.normalize("NFC", written.strip()).replace("\\", "/")
    if plain.startswith("/"):
        return None
    parts: list[str] = []
    for part in plain.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    if not parts or parts[0] == "~" or _DRIVE.match(parts[0]) is not None:
        return None
    return "/".join(parts)


def is_absolute(written: str) -> bool:
    r"""Return whether a cell names a path from the root of a disk.

    Parameters
    ----------
    written
        As written.

    Returns
    -------
    bool
        True on whichever system it was written.

    Examples
    --------
    >>> is_absolute("/data/a.fcs"), is_absolute("C:\\data\\a.fcs"), is_absolute("raw/a.fcs")
    (True, True, False)
    """
    plain = written.strip().replace("\\", "/")
    return plain.startswith("/") or _DRIVE.match(plain) is not None


def find_file(path: str, existing: Collection[str]) -> str | None:
    r"""Return the existing file that a path names, as the folder spells it.

    Parameters
    ----------
    path
        As :func:`study_path` returns it.
    existing
        Paths of all files of the study folder.

    Returns
    -------
    str or None
        The file; letters composed differently (macOS) are the same letters, capitals are not.

    Examples
    --------
    >>> find_file("raw/й.fcs", ["raw/и\u0306.fcs"]) == "raw/и\u0306.fcs"
    True
    """
    if path in existing:
        return path
    return next((held for held in existing if unicodedata.normalize("NFC", held) == path), None)


def similar_files(path: str, existing: Iterable[str], *, count: int = 3) -> tuple[str, ...]:
    """Return the files most like one that does not exist.

    Parameters
    ----------
    path
        The path that was written.
    existing
        Paths of the files there are.
    count
        How many to return at most.

    Returns
    -------
    tuple of str
        Those of the same name in another folder or in other capitals; where there are none, those
        whose name is most alike.

    Examples
    --------
    >>> similar_files("raw/BM-01.FCS", ["raw/BM-01.fcs", "raw/PL-07.fcs"], count=1)
    ('raw/BM-01.fcs',)
    """
    by_name: dict[str, list[str]] = {}
    for held in sorted(existing):
        by_name.setdefault(PurePosixPath(held).name.casefold(), []).append(held)
    wanted = PurePosixPath(path).name.casefold()
    # 0.6 is difflib's own cut-off for "close".
    close = [wanted] if wanted in by_name else get_close_matches(wanted, by_name, count, 0.6)
    return tuple(held for name in close for held in by_name[name])[:count]


def sheet_files(name: str, existing: Iterable[str]) -> tuple[str, ...]:
    """Return the files of the study folder that hold a sheet.

    Parameters
    ----------
    name
        Name of the sheet's layout: ``"lots"``.
    existing
        Paths of all files of the study folder.

    Returns
    -------
    tuple of str
        Sorted; more than one where the sheet is there twice.

    Examples
    --------
    >>> sheet_files("lots", ["lots.csv", "~$lots.xlsx", "Lots.xlsx", "tubes.csv"])
    ('Lots.xlsx', 'lots.csv')
    """
    return tuple(sorted(path for path in tables(existing) if _stem(path) == name))


def tables(existing: Iterable[str]) -> tuple[str, ...]:
    """Return the tables that lie directly in the study folder.

    Parameters
    ----------
    existing
        Paths of all files of the study folder.

    Returns
    -------
    tuple of str
        Sorted.
    """
    return tuple(
        sorted(
            path
            for path in existing
            if "/" not in path
            and not is_noise(path)
            and PurePosixPath(path).suffix.lower() in SHEET_ENDINGS
        )
    )


def _stem(path: str) -> str:
    return PurePosixPath(path).stem.strip().casefold()
