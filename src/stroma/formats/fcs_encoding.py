"""How the events of a data set are written: type, bits and range of each parameter, byte order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from stroma.errors import FileProblem
from stroma.formats.fcs_values import decimal_number, refusal, stated, whole_number
from stroma.records import Repair
from stroma.texts import Text, text

INTEGER: Final = "I"
SINGLE: Final = "F"
DOUBLE: Final = "D"
ASCII: Final = "A"

BITS_IN_A_BYTE: Final = 8
_MOST_BITS: Final = 64
_FLOAT_BITS: Final = {SINGLE: 32, DOUBLE: 64}
# More characters than the digits of a 64-bit number with its sign are not one value.
_MOST_CHARACTERS: Final = 24
_FREE: Final = "*"
_PDP_BYTES: Final = 4
"""Words of PDP computers: two halves, each with its own order (FCS 3.0, $BYTEORD)."""
_BITS_OF: Final = re.compile(r"\$P([1-9]\d{0,5})B")
_BYTE_ORDER: Final = re.compile(r"\d(?:[,\s]+\d)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter of an event as it is stored.

    Parameters
    ----------
    kind
        ``"I"``, ``"F"``, ``"D"`` or ``"A"``.
    bits
        Of storage; 0 for numbers of any length in free-format ASCII.
    limit
        For integers, the number all values are below (``$PnR``); ``None`` where all bits count.
    """

    kind: str
    bits: int
    limit: int | None = None

    @property
    def mask(self) -> int | None:
        """The bits that count: up to the next power of two of the range (FCS 3.1, section 3.3)."""
        if self.kind != INTEGER or self.limit is None or self.limit >= 1 << self.bits:
            return None
        return (1 << (self.limit - 1).bit_length()) - 1


@dataclass(frozen=True, slots=True)
class Encoding:
    """An event as it is stored.

    Parameters
    ----------
    fields
        The parameters, in order.
    order
        ``$BYTEORD``: for each byte of a word its significance, 1 the least; empty where no value
        is longer than a byte.
    whole_bytes
        Whether each event of packed values is filled up to a whole byte; FCS asks for a
        continuous stream of bits.
    """

    fields: tuple[Field, ...]
    order: tuple[int, ...]
    whole_bytes: bool = False

    @property
    def event_bits(self) -> int:
        """Length of an event in bits; 0 for free-format ASCII."""
        return sum(field.bits for field in self.fields)

    @property
    def stride_bits(self) -> int:
        """Bits from the beginning of an event to that of the next."""
        filling = -self.event_bits % BITS_IN_A_BYTE if self.whole_bytes else 0
        return self.event_bits + filling

    @property
    def packed(self) -> bool:
        """Whether values do not begin and end with bytes."""
        return any(field.bits % BITS_IN_A_BYTE for field in self.fields)

    @property
    def free(self) -> bool:
        """Whether the values are free-format ASCII."""
        return self.event_bits == 0

    def bytes_for(self, events: int) -> int:
        """Return the bytes that some events take, a last part of a byte counting whole.

        Parameters
        ----------
        events
            Their number.

        Returns
        -------
        int
            Bytes.
        """
        return -(-events * self.stride_bits // BITS_IN_A_BYTE)

    def direction(self, width: int) -> str | None:
        """Return how a value of some bytes is written.

        Parameters
        ----------
        width
            Bytes of the value.

        Returns
        -------
        str or None
            ``"<"`` for least significant byte first, ``">"`` for last; ``None`` where the byte
            order is another permutation.
        """
        order = self.order
        if width == 1 or order == tuple(sorted(order)):
            return "<"
        if order == tuple(sorted(order, reverse=True)):
            return ">"
        if width == _PDP_BYTES // 2 and sorted(order[:2]) in ([1, 2], [3, 4]):
            halves = (
                {order[0] < order[1], order[2] < order[3]} if len(order) == _PDP_BYTES else set()
            )
            if len(halves) == 1:
                return "<" if halves.pop() else ">"
        return None

    def reversed(self) -> Encoding:
        """Return the same events in the opposite byte order.

        Returns
        -------
        Encoding
            Of no use but to test the stated order.
        """
        return replace(self, order=self.order[::-1])


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the events, and what had to be decided for it.

    Parameters
    ----------
    encoding
        The events.
    repairs
        The decisions.
    """

    encoding: Encoding
    repairs: tuple[Repair, ...] = ()


def parameter_count(keywords: Mapping[str, str]) -> int:
    """Return ``$PAR``.

    Parameters
    ----------
    keywords
        Of the TEXT segments.

    Returns
    -------
    int
        At least 1.

    Raises
    ------
    FileProblem
        It is missing or no such number.
    """
    count = whole_number(keywords.get("$PAR"))
    if not count:
        raise _missing(keywords, "$PAR", text("the number of parameters"))
    return count


def read_encodings(keywords: Mapping[str, str]) -> tuple[Reading, ...]:
    """Return the ways in which the events can be read, the stated one first.

    Parameters
    ----------
    keywords
        Of the TEXT segments.

    Returns
    -------
    tuple of Reading
        More than one where ``$DATATYPE`` and ``$PnB`` contradict each other; the length of the
        DATA segment has to decide.

    Raises
    ------
    FileProblem
        A required keyword is missing or makes no sense.

    Examples
    --------
    >>> stated = {"$PAR": "1", "$DATATYPE": "I", "$BYTEORD": "4,3,2,1", "$MODE": "L"}
    >>> read_encodings({**stated, "$P1B": "16", "$P1R": "1024"})[0].encoding.fields[0].mask
    1023
    """
    repairs: list[Repair] = []
    _check_mode(keywords, repairs)
    kind = _kind(keywords, "$DATATYPE")
    count = parameter_count(keywords)
    fields = tuple(_field(keywords, n, kind, repairs) for n in range(1, count + 1))
    if any(field.bits == 0 for field in fields) and any(field.bits for field in fields):
        raise refusal(
            found=text('some parameters have $PnB "*" and others a number'),
            expected=text("the same way of writing for all parameters"),
        )
    _check_count(keywords, count, repairs)
    longest = max((field.bits for field in fields if field.kind != ASCII), default=0)
    packed = any(field.bits % BITS_IN_A_BYTE for field in fields) and "$BYTEORD" in keywords
    order = _byte_order(keywords) if packed or longest > BITS_IN_A_BYTE else ()
    return _with_other_floats(keywords, Encoding(fields, order), tuple(repairs))


def _check_count(keywords: Mapping[str, str], count: int, repairs: list[Repair]) -> None:
    """Refuse parameters beyond ``$PAR`` where nothing tells how many events there are."""
    beyond = [
        keyword
        for keyword in keywords
        if (match := _BITS_OF.fullmatch(keyword)) is not None and int(match[1]) > count
    ]
    if not beyond:
        return
    if whole_number(stated(keywords, "$TOT")) is None:
        raise refusal(
            found=text(
                "$PAR says {count} parameters, and {keyword} describes another",
                count=count,
                keyword=beyond[0],
            ),
            expected=text("as many parameters as are described, or $TOT, which would decide"),
        )
    note = text(
        "describes a parameter beyond the {count} of $PAR, which $TOT agrees with; not read",
        count=count,
    )
    repairs.append(Repair(beyond[0], note))


def _missing(keywords: Mapping[str, str], keyword: str, expected: Text) -> FileProblem:
    printed = keywords.get(keyword)
    if printed is None:
        return refusal(
            found=text("the required keyword {keyword} is missing", keyword=keyword),
            expected=expected,
        )
    return refusal(
        found=text('{keyword} is "{value}"', keyword=keyword, value=printed), expected=expected
    )


def _check_mode(keywords: Mapping[str, str], repairs: list[Repair]) -> None:
    mode = stated(keywords, "$MODE").upper()
    if mode == "":
        repairs.append(Repair("$MODE", text("not stated; read as a list of events")))
    elif mode != "L":
        raise refusal(
            found=text('$MODE is "{mode}", a histogram or unknown', mode=keywords["$MODE"]),
            expected=text('"L", a list of events'),
            action=text("export the events (list mode) from the cytometer's software"),
        )


def _kind(keywords: Mapping[str, str], keyword: str) -> str:
    kind = stated(keywords, keyword).upper()
    if kind not in (INTEGER, SINGLE, DOUBLE, ASCII):
        raise _missing(keywords, keyword, text('"I", "F", "D" or "A"'))
    return kind


def _field(keywords: Mapping[str, str], n: int, kind: str, repairs: list[Repair]) -> Field:
    own = f"$P{n}DATATYPE"
    kind = _kind(keywords, own) if stated(keywords, own) else kind
    keyword = f"$P{n}B"
    printed = stated(keywords, keyword)
    if kind == ASCII and printed == _FREE:
        return Field(kind, 0)
    size = whole_number(printed)
    if kind == ASCII:
        if size is None or not 1 <= size <= _MOST_CHARACTERS:
            raise _missing(keywords, keyword, text('the characters of a value, or "*"'))
        return Field(kind, size * BITS_IN_A_BYTE)
    if size is None or not 1 <= size <= _MOST_BITS:
        raise _missing(keywords, keyword, text("the bits of a value, 1 to {most}", most=_MOST_BITS))
    if kind != INTEGER:
        return Field(kind, _FLOAT_BITS[kind])
    return Field(kind, size, _limit(keywords, n, repairs))


def _limit(keywords: Mapping[str, str], n: int, repairs: list[Repair]) -> int | None:
    keyword = f"$P{n}R"
    limit = whole_number(keywords.get(keyword))
    if limit is None:
        number = decimal_number(keywords.get(keyword))
        if number is None or number < 0:
            raise _missing(keywords, keyword, text("the range of the parameter's whole numbers"))
        limit = int(number)
    if limit <= 1:
        repairs.append(
            Repair(keyword, text("is {limit}, which is no range; all bits were kept", limit=limit))
        )
        return None
    return limit


def _byte_order(keywords: Mapping[str, str]) -> tuple[int, ...]:
    printed = stated(keywords, "$BYTEORD")
    if _BYTE_ORDER.fullmatch(printed) is not None:
        order = tuple(int(digit) for digit in re.findall(r"\d", printed))
        if sorted(order) == list(range(1, len(order) + 1)) and len(order) > 1:
            return order
    raise _missing(
        keywords, "$BYTEORD", text('the order of the bytes, such as "1,2,3,4" or "4,3,2,1"')
    )


def _with_whole_bytes(encoding: Encoding, repairs: tuple[Repair, ...]) -> tuple[Reading, ...]:
    """Return the reading of packed events in which each begins on a byte of its own."""
    if encoding.event_bits % BITS_IN_A_BYTE == 0:
        return ()
    repair = Repair(
        "DATA",
        text(
            "events of {bits} bits each begin on a byte of their own, for the DATA segment has "
            "that length; FCS asks for a continuous stream of bits",
            bits=encoding.event_bits,
        ),
    )
    return (Reading(replace(encoding, whole_bytes=True), (*repairs, repair)),)


def _with_other_floats(
    keywords: Mapping[str, str], encoding: Encoding, repairs: tuple[Repair, ...]
) -> tuple[Reading, ...]:
    """Add the other floating-point type where ``$PnB`` names its size for every parameter."""
    sizes = [whole_number(keywords[f"$P{n + 1}B"]) for n in range(len(encoding.fields))]
    floats = [field.kind in _FLOAT_BITS for field in encoding.fields]
    wrong = [
        n + 1 for n, field in enumerate(encoding.fields) if floats[n] and sizes[n] != field.bits
    ]
    if not wrong:
        return (Reading(encoding, repairs), *_with_whole_bytes(encoding, repairs))
    first = f"$P{wrong[0]}B"
    believed = Repair(
        first,
        text(
            'is "{value}", which $DATATYPE "{kind}" does not have; $DATATYPE was believed, for the '
            "DATA segment has that length",
            value=keywords[first],
            kind=encoding.fields[wrong[0] - 1].kind,
        ),
    )
    readings = [Reading(encoding, (*repairs, believed))]
    other_sizes = {sizes[n - 1] for n in wrong}
    if all(floats) and len(wrong) == len(floats) and other_sizes <= set(_FLOAT_BITS.values()):
        kind = DOUBLE if other_sizes == {_FLOAT_BITS[DOUBLE]} else SINGLE
        other = replace(
            encoding, fields=tuple(Field(kind, _FLOAT_BITS[kind]) for _ in encoding.fields)
        )
        doubted = Repair(
            "$DATATYPE",
            text(
                'is "{stated}", but {keyword} is {bits}; read as "{kind}", for the DATA segment '
                "has that length",
                stated=encoding.fields[0].kind,
                keyword=first,
                bits=_FLOAT_BITS[kind],
                kind=kind,
            ),
        )
        readings.append(Reading(other, (*repairs, doubted)))
    return tuple(readings)
