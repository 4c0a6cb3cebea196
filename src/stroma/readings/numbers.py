"""What a written number says, and which decimal mark a column shows."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

from stroma.readings.refusal import ReadingError, Seen
from stroma.texts import text

POINT: Final = "."
COMMA: Final = ","
DECIMAL_MARKS: Final = (POINT, COMMA)

# Every sign that stands for another on the way from a keyboard, a spreadsheet or an instrument:
# Unicode's minus, the spaces and apostrophes used between groups of three digits.
_SAME_SIGN: Final = str.maketrans(
    {"−": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "’": "'"}
)
_SUPERSCRIPT: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_POWER: Final = (
    r"(?:[eE](?P<e>[+-]?\d{1,3})"
    r"| ?[xх×·*] ?10(?:\^(?P<caret>[+-]?\d{1,3})|(?P<raised>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})))"
)


def _number_pattern(mark: str, group: str) -> re.Pattern[str]:
    # Groups of three never begin with 0 and never meet a power of ten: nobody writes "0,250" for
    # 250 nor "1,250e3" for 1250000.
    return re.compile(
        rf"(?P<sign>[+-]?)(?:"
        rf"(?P<grouped>[1-9]\d{{0,2}}(?P<group>[ '{group}])\d{{3}}(?:(?P=group)\d{{3}})*)"
        rf"(?:{re.escape(mark)}(?P<grouped_rest>\d+))?"
        rf"|(?:(?P<whole>\d+)(?:{re.escape(mark)}(?P<rest>\d*))?|{re.escape(mark)}(?P<only>\d+))"
        rf"{_POWER}?)",
        re.ASCII,
    )


_NUMBER: Final = {POINT: _number_pattern(POINT, COMMA), COMMA: _number_pattern(COMMA, POINT)}


_NOT_DIGITS: Final = re.compile(r"\D")


def _with_mark(written: str, mark: str) -> Decimal | None:
    match = _NUMBER[mark].fullmatch(written.translate(_SAME_SIGN).strip())
    if match is None:
        return None
    part = match.groupdict(default="")
    whole = _NOT_DIGITS.sub("", part["grouped"]) or part["whole"] or "0"
    rest = part["grouped_rest"] or part["rest"] or part["only"]
    power = part["e"] or part["caret"] or part["raised"].translate(_SUPERSCRIPT) or "0"
    return Decimal(f"{part['sign']}{whole}{'.' if rest else ''}{rest}E{power}")


@lru_cache(4096)  # a column is read once for its decimal mark and once for its numbers
def _number_readings(written: str) -> Mapping[str, Decimal]:
    readings = {mark: _with_mark(written, mark) for mark in DECIMAL_MARKS}
    return {mark: value for mark, value in readings.items() if value is not None}


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _two_numbers(written: str, readings: Mapping[str, Decimal]) -> ReadingError:
    return ReadingError(
        text(
            '"{written}" is {point} with a decimal point and {comma} with a decimal comma',
            written=written,
            point=_plain(readings[POINT]),
            comma=_plain(readings[COMMA]),
        ),
        text("a number with one reading"),
        text(
            "write it without marks between groups of digits, or declare the decimal mark: "
            "decimal_mark in study.toml, or --decimal-mark on the command line"
        ),
    )


def _not_a_number(written: str) -> ReadingError:
    bare = written.strip()
    if not bare:
        return ReadingError(
            text("an empty cell"), text("a number"), text("write the number that was measured")
        )
    if bare[0] in "<>≤≥~≈":
        return ReadingError(
            text('"{written}" is a limit, not a value', written=bare),
            text("a number"),
            text("leave the cell empty where nothing could be measured, and say so in a note"),
        )
    if bare.endswith("%"):
        return ReadingError(
            text('"{written}" carries a percent sign', written=bare),
            text("the number alone"),
            text("write the number without the sign; the column says the unit"),
        )
    return ReadingError(
        text('"{written}" is not a number', written=bare),
        text("a number such as 1.5"),
        text("write the number alone, or leave the cell empty where nothing was measured"),
    )


def read_decimal(written: str, *, decimal_mark: str | None = None) -> Decimal:
    """Return the number a text says, exactly and with as many digits as it shows.

    Spaces of any width and apostrophes may stand between groups of three digits, as may the mark
    that is not the decimal one. ``1e6``, ``1×10^6`` and ``1×10⁶`` are understood.

    Parameters
    ----------
    written
        The text, as printed.
    decimal_mark
        ``"."`` or ``","``, where it is known; ``None`` where the text itself has to show it.

    Returns
    -------
    Decimal
        The number.

    Raises
    ------
    ReadingError
        The text is no number, or one that can be read in two ways.

    Examples
    --------
    >>> read_decimal("1 234,5")
    Decimal('1234.5')
    >>> read_decimal("1,250", decimal_mark=".")
    Decimal('1250')
    >>> read_decimal("1,250")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    stroma.readings.refusal.ReadingError: "1,250" is 1250 with a decimal point and 1.25 with ...
    """
    if decimal_mark is not None and decimal_mark not in DECIMAL_MARKS:
        msg = f"a decimal mark is one of {DECIMAL_MARKS}, not {decimal_mark!r}"
        raise ValueError(msg)
    readings = _number_readings(written)
    if not readings:
        raise _not_a_number(written)
    if decimal_mark is None:
        if len(set(readings.values())) > 1:
            raise _two_numbers(written, readings)
        return next(iter(readings.values()))
    if decimal_mark not in readings:
        raise ReadingError(
            text(
                '"{written}", which "{mark}" as the decimal mark does not allow',
                written=written.strip(),
                mark=decimal_mark,
            ),
            text('a number with the decimal mark "{mark}"', mark=decimal_mark),
            text(
                "correct the number, or the decimal mark: decimal_mark in study.toml, or "
                "--decimal-mark on the command line"
            ),
        )
    return readings[decimal_mark]


def read_number(written: str, *, decimal_mark: str | None = None) -> float:
    """Return the number a text says.

    Parameters
    ----------
    written
        The text, as printed.
    decimal_mark
        ``"."`` or ``","``, where it is known; ``None`` where the text itself has to show it.

    Returns
    -------
    float
        The number; always finite.

    Raises
    ------
    ReadingError
        The text is no number, one that can be read in two ways, or one beyond 10^±308.

    Examples
    --------
    >>> read_number("2,63")
    2.63
    >>> read_number("OVRFLW")
    Traceback (most recent call last):
    stroma.readings.refusal.ReadingError: "OVRFLW" is not a number
    """
    exact = read_decimal(written, decimal_mark=decimal_mark)
    value = float(exact)
    if not math.isfinite(value) or (value == 0 and exact != 0):
        raise ReadingError(
            text('"{written}", which is too large or too small', written=written.strip()),
            text("a number between 10^-308 and 10^308"),
            text("check the number"),
        )
    return value + 0.0  # minus zero becomes zero: no cell means anything by its sign


def column_decimal_mark(cells: Iterable[tuple[int, str]]) -> str | None:
    """Determine the decimal mark of a column from all its cells.

    Cells that are no numbers are left to :func:`read_number` to report.

    Parameters
    ----------
    cells
        Row and text of each cell.

    Returns
    -------
    str or None
        ``"."`` or ``","`` where the column shows it; ``None`` where every cell reads the same with
        either.

    Raises
    ------
    ReadingError
        Both marks occur, or a cell can be read in two ways and no other cell settles it.

    Examples
    --------
    >>> column_decimal_mark([(2, "1,250"), (3, "0,5")])
    ','
    >>> column_decimal_mark([(2, "12"), (3, "1e6")]) is None
    True
    """
    shown: dict[str, Seen] = {}
    open_cell: ReadingError | None = None
    for row, written in cells:
        readings = _number_readings(written)
        if len(readings) == 1:
            shown.setdefault(next(iter(readings)), Seen(row, written.strip()))
        elif len(set(readings.values())) > 1 and open_cell is None:
            open_cell = _two_numbers(written, readings).in_row(row)
    if len(shown) > 1:
        raise ReadingError(
            text(
                'a decimal point in row {point_row} ("{point}") and a decimal comma in row '
                '{comma_row} ("{comma}")',
                point_row=str(shown[POINT].row),
                point=shown[POINT].written,
                comma_row=str(shown[COMMA].row),
                comma=shown[COMMA].written,
            ),
            text("one decimal mark in the whole column"),
            text("write every number of the column with the same mark"),
        )
    if shown:
        return next(iter(shown))
    if open_cell is not None:
        raise open_cell
    return None
