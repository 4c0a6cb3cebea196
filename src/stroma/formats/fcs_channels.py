"""The parameters of a data set: names, markers, amplification, gain and time."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from stroma.formats.fcs_encoding import ASCII, DOUBLE, SINGLE, Field
from stroma.formats.fcs_values import decimal_number, refusal, stated
from stroma.records import Channel, Repair
from stroma.texts import Text, text

LINEAR: Final = (0.0, 0.0)
# "4,0,0,1": two numbers with decimal commas; four whole numbers have no other meaning here.
_DECIMAL_COMMAS: Final = re.compile(r"(\d+),(\d+),(\d+),(\d+)", re.ASCII)
_MOST_DECADES: Final = 30
_TIME: Final = "TIME"


@dataclass(frozen=True, slots=True)
class Scale:
    """How stored values of a parameter become linear ones.

    Parameters
    ----------
    amplification
        Decades and value at zero; ``(0, 0)`` for values that are linear.
    full
        The range the decades span, ``$PnR``; of use for amplified values only.
    multiplier
        Seconds of a tick, for time; else 1.
    gain
        What the signal was amplified by before it was digitised; 1 for time.
    """

    amplification: tuple[float, float] = LINEAR
    full: float | None = None
    multiplier: float = 1.0
    gain: float = 1.0

    @property
    def identity(self) -> bool:
        """Whether stored values are linear values already."""
        return self.amplification == LINEAR and self.multiplier == 1 and self.gain == 1


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """The parameters of a data set.

    Parameters
    ----------
    channels
        As records, in order.
    scales
        How their stored values become linear, in the same order.
    repairs
        What was decided on the way.
    """

    channels: tuple[Channel, ...]
    scales: tuple[Scale, ...]
    repairs: tuple[Repair, ...]

    @property
    def linear(self) -> bool:
        """Whether all stored values are linear values already."""
        return all(scale.identity for scale in self.scales)


@dataclass(frozen=True, slots=True)
class _Time:
    """Whether a parameter is time, and the seconds of a tick."""

    is_time: bool
    step: float | None


def time_parameters(keywords: Mapping[str, str], count: int) -> tuple[int, ...]:
    """Return which parameters are time: those named so (FCS 3.0, ``$TIMESTEP``).

    Parameters
    ----------
    keywords
        Of the TEXT segments.
    count
        How many parameters there are.

    Returns
    -------
    tuple of int
        From 0.
    """
    names = (stated(keywords, f"$P{n}N") for n in range(1, count + 1))
    return tuple(n for n, name in enumerate(names) if name.upper() == _TIME)


def describe_parameters(
    keywords: Mapping[str, str], fields: Sequence[Field], *, version: str
) -> ParameterSet:
    """Read what a file says about its parameters.

    Parameters
    ----------
    keywords
        Of the TEXT segments.
    fields
        How each parameter is stored.
    version
        Of the file.

    Returns
    -------
    ParameterSet
        The channels, and how their stored values become linear.

    Raises
    ------
    FileProblem
        The amplification of integers cannot be told.
    """
    repairs: list[Repair] = []
    names = _names(keywords, len(fields), repairs)
    amplifications = _amplifications(keywords, fields, repairs)
    times = time_parameters(keywords, len(fields))
    step = _time_step(keywords, times, version, repairs)
    channels: list[Channel] = []
    scales: list[Scale] = []
    for n, field in enumerate(fields):
        channel = Channel(
            name=names[n],
            marker=stated(keywords, f"$P{n + 1}S") or None,
            bits=None if field.kind == ASCII else field.bits,
            range=decimal_number(keywords.get(f"$P{n + 1}R")),
            amplification=amplifications[n],
            gain=_gain(keywords, n + 1, repairs),
            voltage=decimal_number(keywords.get(f"$P{n + 1}V")),
            wavelengths=stated(keywords, f"$P{n + 1}L") or None,
        )
        channels.append(channel)
        scales.append(_scale(channel, f"$P{n + 1}G", _Time(n in times, step), repairs))
    return ParameterSet(tuple(channels), tuple(scales), tuple(repairs))


def linear_channel(channel: Channel, scale: Scale) -> Channel:
    """Return the channel of values that have been brought to linear units.

    Parameters
    ----------
    channel
        Of the stored values.
    scale
        How they became linear.

    Returns
    -------
    Channel
        Without amplification and gain, its range in linear units.
    """
    full = channel.range
    if full is not None and scale.amplification != LINEAR:
        decades, first = scale.amplification
        full = first * 10**decades
    elif full is not None:
        full = full * scale.multiplier / scale.gain
    return replace(channel, amplification=LINEAR, gain=1.0, range=full)


def _names(keywords: Mapping[str, str], count: int, repairs: list[Repair]) -> list[str]:
    """Return names that tell the parameters apart, with their number where the file's do not."""
    printed = [stated(keywords, f"$P{n}N") for n in range(1, count + 1)]
    names: list[str] = []
    for n, name in enumerate(printed, start=1):
        if not name:
            repairs.append(
                Repair(f"$P{n}N", text("missing; the parameter is called P{n}", n=str(n)))
            )
        names.append(name or f"P{n}")
    taken = Counter(names)
    for n, name in enumerate(names):
        if taken[name] == 1:
            continue
        distinct = f"{name} (P{n + 1})"
        while distinct in taken:
            distinct += "'"
        names[n] = distinct
        repairs.append(
            Repair(
                f"$P{n + 1}N",
                text(
                    '"{name}" is the name of {count} parameters; this one is called "{distinct}"',
                    name=name,
                    count=taken[name],
                    distinct=distinct,
                ),
            )
        )
    return names


def _amplifications(
    keywords: Mapping[str, str], fields: Sequence[Field], repairs: list[Repair]
) -> list[tuple[float, float]]:
    """Return decades and value at zero of each parameter."""
    printed = [stated(keywords, f"$P{n}E") for n in range(1, len(fields) + 1)]
    integers = [n for n, field in enumerate(fields) if field.kind not in (SINGLE, DOUBLE)]
    missing = [n for n in integers if not printed[n]]
    if missing and len(missing) < len(integers):
        raise refusal(
            found=text("the required keyword $P{n}E is missing", n=str(missing[0] + 1)),
            expected=text("whether the parameter is linear or logarithmic, as for the others"),
        )
    if missing:
        repairs.append(Repair("$PnE", text("missing for all parameters; read as linear")))
    return [
        _amplification(keyword=f"$P{n}E", printed=value, field=field, repairs=repairs)
        for n, (value, field) in enumerate(zip(printed, fields, strict=True), start=1)
    ]


def _amplification(
    *, keyword: str, printed: str, field: Field, repairs: list[Repair]
) -> tuple[float, float]:
    note: Text | None = None
    pair = _pair(printed) if printed else LINEAR
    if _DECIMAL_COMMAS.fullmatch(printed.replace(" ", "")) is not None and pair is not None:
        note = text(
            'is "{value}", read with decimal commas: {decades} decades from {first}',
            value=printed,
            decades=pair[0],
            first=pair[1],
        )
    if field.kind in (SINGLE, DOUBLE):
        if pair is None or pair[0] != 0:
            note = text(
                'is "{value}", but floating-point values are linear; not applied', value=printed
            )
        pair = LINEAR
    elif pair is None or not 0 <= pair[0] <= _MOST_DECADES or pair[1] < 0:
        raise refusal(
            found=text('{keyword} is "{value}"', keyword=keyword, value=printed),
            expected=text('"0,0" for linear values, or decades and the value at zero ("4,1")'),
        )
    elif pair[0] == 0 and pair[1] != 0:
        note = text('is "{value}" with 0 decades; read as linear', value=printed)
        pair = LINEAR
    elif pair[0] > 0 and pair[1] == 0:
        # FCS 3.1 names this mistake and its meaning: "4,0" is to be read as "4,1".
        note = text(
            'is "{value}", a logarithm that begins at 0; read as beginning at 1', value=printed
        )
        pair = (pair[0], 1.0)
    if note is not None:
        repairs.append(Repair(keyword, note))
    return pair


def _pair(printed: str) -> tuple[float, float] | None:
    commas = _DECIMAL_COMMAS.fullmatch(printed.replace(" ", ""))
    if commas is not None:
        return float(f"{commas[1]}.{commas[2]}"), float(f"{commas[3]}.{commas[4]}")
    parts = [decimal_number(part) for part in printed.split(",")]
    if parts == [0.0]:
        return LINEAR
    if len(parts) != len(LINEAR) or parts[0] is None or parts[1] is None:
        return None
    return parts[0], parts[1]


def _gain(keywords: Mapping[str, str], n: int, repairs: list[Repair]) -> float:
    keyword = f"$P{n}G"
    printed = stated(keywords, keyword)
    gain = decimal_number(printed)
    if gain is not None and gain > 0:
        return gain
    if printed:
        repairs.append(Repair(keyword, text('is "{value}", no gain; not applied', value=printed)))
    return 1.0


def _time_step(
    keywords: Mapping[str, str], times: tuple[int, ...], version: str, repairs: list[Repair]
) -> float | None:
    """Return the seconds of a tick."""
    printed = stated(keywords, "$TIMESTEP")
    step = decimal_number(printed)
    if step is not None and step > 0:
        return step
    if not times or (version == "FCS2.0" and not printed):
        return None
    note = (
        text('is "{value}", no number of seconds; time is left in ticks', value=printed)
        if printed
        else text("missing; time is left in ticks")
    )
    repairs.append(Repair("$TIMESTEP", note))
    return None


def _scale(channel: Channel, keyword: str, time: _Time, repairs: list[Repair]) -> Scale:
    """Return how a parameter becomes linear; a gain goes with linear values other than time."""
    if channel.amplification != LINEAR:
        if channel.range is None or channel.range <= 0:
            raise refusal(
                found=text("a logarithmic parameter, {name}, without a range", name=channel.name),
                expected=text("its range in $PnR"),
            )
        if channel.gain != 1:
            repairs.append(
                Repair(keyword, text("a gain beside a logarithm, which FCS forbids; not applied"))
            )
        return Scale(channel.amplification, channel.range)
    if not time.is_time:
        return Scale(gain=channel.gain)
    # Instruments repeat $TIMESTEP here, as it is or as ticks a second; FCS 3.2 forbids any gain.
    repeated = time.step is not None and any(
        math.isclose(channel.gain, same, rel_tol=1e-6) for same in (time.step, 1 / time.step)
    )
    if channel.gain != 1 and not repeated:
        repairs.append(
            Repair(keyword, text("a gain of {gain} for time; not applied", gain=channel.gain))
        )
    return Scale(multiplier=1.0 if time.step is None else time.step)
