"""Which channels of a file hold the size, the granularity and the pulse of an event."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from stroma.records import Channel
from stroma.texts import Text, join, text

_FAMILIES: tuple[tuple[str, str], ...] = (
    ("forward", r"(FORWARD[ _\-]?SCATTER|FSC|FS)(?![A-Z]{2})"),
    # Back scatter stands for side scatter in instruments that have no side detector.
    ("side", r"(SIDE[ _\-]?SCATTER|SSC|SS|BSC)(?![A-Z]{2})"),
)

_PULSES: dict[str, str] = {
    "A": "area", "AREA": "area", "INT": "area", "INTEGRAL": "area",
    "H": "height", "HEIGHT": "height", "PEAK": "height", "PK": "height",
    "W": "width", "WIDTH": "width", "TOF": "width",
}  # fmt: skip

_AMPLIFIERS = ("LIN", "LINEAR", "LOG")

_WIDTHS = ("WIDTH", "PULSE WIDTH", "TOF")


@dataclass(frozen=True, slots=True)
class ScatterChannels:
    """The channels found, by name; ``None`` for what a file does not hold.

    Parameters
    ----------
    size
        Forward scatter to tell cells from debris: area, or else height, or else unnamed.
    granularity
        Side scatter, chosen alike.
    size_area, size_height, size_width
        Forward scatter's pulse.
    granularity_area, granularity_height, granularity_width
        Side scatter's pulse.
    width
        A pulse width that belongs to no detector.
    """

    size: str | None = None
    granularity: str | None = None
    size_area: str | None = None
    size_height: str | None = None
    size_width: str | None = None
    granularity_area: str | None = None
    granularity_height: str | None = None
    granularity_width: str | None = None
    width: str | None = None

    def describe(self) -> Text:
        """Return what was found, in one phrase.

        Returns
        -------
        Text
            For example ``size FSC-A, granularity SSC-A, pulse FSC-H``.
        """
        parts: list[object] = []
        if self.size is not None:
            parts.append(text("size {channel}", channel=self.size))
        if self.granularity is not None:
            parts.append(text("granularity {channel}", channel=self.granularity))
        pulse = self.size_height or self.size_width or self.granularity_height or self.width
        if pulse is not None and pulse != self.size:
            parts.append(text("pulse {channel}", channel=pulse))
        return join(parts) if parts else text("no scatter channel")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a channel's name says: family, pulse, and how plainly (smaller is plainer)."""

    family: str
    pulse: str
    doubt: tuple[int, int]


def scatter_channels(channels: Sequence[Channel]) -> ScatterChannels:
    """Find the scatter channels of a file by what its channels are called.

    The detector's name decides (``$PnN``: ``FSC-A``, ``FS INT LIN``, ``FSC LinH``, ``FSCW``);
    where it says nothing, what was written beside it (``$PnS``). Of two channels that say the
    same, the one with fewer further words counts, then a linear before a logarithmic amplifier,
    then the first.

    Parameters
    ----------
    channels
        The channels of the file.

    Returns
    -------
    ScatterChannels
        What was found.

    Examples
    --------
    >>> scatter_channels([Channel("FS Lin"), Channel("SS Lin"), Channel("FITC-A")]).size
    'FS Lin'
    """
    best: dict[tuple[str, str], tuple[tuple[int, int], str]] = {}
    width: str | None = None
    for channel in channels:
        reading = _read(channel.name) or (None if channel.marker is None else _read(channel.marker))
        if reading is None:
            if width is None and channel.name.upper().strip() in _WIDTHS:
                width = channel.name
            continue
        key = (reading.family, reading.pulse)
        if key not in best or reading.doubt < best[key][0]:
            best[key] = (reading.doubt, channel.name)

    def found(family: str, *pulses: str) -> str | None:
        for pulse in pulses:
            if (family, pulse) in best:
                return best[family, pulse][1]
        return None

    return ScatterChannels(
        size=found("forward", "area", "", "height"),
        granularity=found("side", "area", "", "height"),
        size_area=found("forward", "area"),
        size_height=found("forward", "height"),
        size_width=found("forward", "width"),
        granularity_area=found("side", "area"),
        granularity_height=found("side", "height"),
        granularity_width=found("side", "width"),
        width=width,
    )


def _read(name: str) -> _Reading | None:
    plain = name.upper().strip()
    for family, pattern in _FAMILIES:
        match = re.match(pattern, plain)
        if match is None:
            continue
        words = re.findall(r"[A-Z]+|\d+", plain[match.end() :])
        pulse, logarithmic, others = "", 0, 0
        for word in words:
            for part in _split(word):
                if part in _PULSES:
                    pulse = _PULSES[part]
                elif part in _AMPLIFIERS:
                    logarithmic = int(part == "LOG")
                else:
                    others += 1
        return _Reading(family, pulse, (others, logarithmic))
    return None


def _split(word: str) -> tuple[str, ...]:
    """Part an amplifier from a pulse written in one word: ``LINH``, ``HLOG``."""
    for amplifier in _AMPLIFIERS:
        if word.startswith(amplifier) and word[len(amplifier) :] in _PULSES:
            return amplifier, word[len(amplifier) :]
        if word.endswith(amplifier) and word[: -len(amplifier)] in _PULSES:
            return word[: -len(amplifier)], amplifier
    return (word,)
