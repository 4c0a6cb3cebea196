"""Sentences a person reads, kept apart from the language they are read in.

A stage of the work writes ``text("{n} live events", n=640)`` and never knows which language the
reader has chosen; the report, the page and the command line turn it into words with
:meth:`Text.render` at the edge. The English template is the key of the catalogues under
``stroma/locale``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

NARROW_SPACE = "\u202f"


def _identity(message: str) -> str:
    return message


def _english_plural(singular: str, plural: str, count: int) -> str:
    return singular if count == 1 else plural


@dataclass(frozen=True, slots=True)
class Language:
    """A language to render texts in: its translations and how it writes numbers.

    Parameters
    ----------
    code
        ISO 639-1 code: ``"en"``, ``"ru"`` or ``"kk"``.
    decimal_mark
        The sign between the whole and the fractional part of a number.
    group_mark
        The sign between groups of three digits.
    gettext, ngettext
        The catalogue's look-ups; English needs none.
    """

    code: str = "en"
    decimal_mark: str = "."
    group_mark: str = ","
    gettext: Callable[[str], str] = field(default=_identity, repr=False, compare=False)
    ngettext: Callable[[str, str, int], str] = field(
        default=_english_plural, repr=False, compare=False
    )

    def number(self, value: float, digits: int | None = None) -> str:
        """Write a number as this language does.

        Parameters
        ----------
        value
            The number.
        digits
            Decimals to show; ``None`` keeps four significant digits and no trailing zeros.

        Returns
        -------
        str
            For example ``"12,500"`` in English and ``"12 500"`` (with narrow spaces) in Russian.

        Examples
        --------
        >>> ENGLISH.number(12500.0)
        '12,500'
        >>> ENGLISH.number(0.03141592)
        '0.03142'
        >>> Language("ru", ",", " ").number(99.25, 1)
        '99,2'
        """
        if not math.isfinite(value):
            # A dash stands for what is missing, and would hide that a number went wrong.
            infinite = "∞" if value > 0 else "−∞"
            return self.gettext(NOT_A_NUMBER.template) if math.isnan(value) else infinite
        if digits is None:
            digits = _decimals_for_four_significant_digits(value)
            plain = f"{value:,.{digits}f}"
            if "." in plain:
                plain = plain.rstrip("0").rstrip(".")
        else:
            plain = f"{value:,.{digits}f}"
        if plain.lstrip("-").strip("0.,") == "":
            plain = plain.lstrip("-")
        whole, _, fraction = plain.partition(".")
        written = whole.replace(",", self.group_mark).replace("-", "−")
        return f"{written}{self.decimal_mark}{fraction}" if fraction else written


def _decimals_for_four_significant_digits(value: float) -> int:
    if value == 0:
        return 0
    exponent = math.floor(math.log10(abs(value)))
    return min(max(3 - exponent, 0), 12)


ENGLISH = Language()


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence with its values, not yet in any language.

    Build one with :func:`text` or :func:`texts`; the extraction of translations looks for these
    two names.

    Parameters
    ----------
    template
        The English sentence with named places, e.g. ``"{n} live events"``.
    values
        What fills the places: strings as they are, numbers as the language writes them, other
        texts rendered in turn.
    plural
        The English plural, when the sentence counts something.
    count
        What it counts.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None
    count: int | None = None

    def render(self, language: Language = ENGLISH) -> str:
        """Put the sentence into words.

        Parameters
        ----------
        language
            The reader's language.

        Returns
        -------
        str
            The translated sentence; the English one where the catalogue has none.

        Examples
        --------
        >>> text("{n} events in {file}", n=2000, file="a.fcs").render()
        '2,000 events in a.fcs'
        """
        if not self.template:  # a catalogue's answer to the empty message is its own header
            return ""
        if self.plural is None or self.count is None:
            template = language.gettext(self.template)
        else:
            template = language.ngettext(self.template, self.plural, self.count)
        filled = {name: _written(value, language) for name, value in self.values.items()}
        return template.format_map(filled) if filled else template

    def __str__(self) -> str:
        return self.render(ENGLISH)

    def __hash__(self) -> int:
        # The values are a dictionary, which has no hash; equal texts have equal templates.
        return hash((self.template, self.plural, self.count))

    def with_values(self, **values: object) -> Self:
        """Return the same sentence with further values filled in.

        Parameters
        ----------
        **values
            Names and what they stand for.

        Returns
        -------
        Text
            A new text.
        """
        return type(self)(self.template, {**self.values, **values}, self.plural, self.count)


@dataclass(frozen=True, slots=True)
class Number:
    """A number with the decimals it is to be shown with.

    Parameters
    ----------
    value
        The number.
    digits
        Decimals.
    """

    value: float
    digits: int


def text(template: str, /, **values: object) -> Text:
    """Return a sentence to be translated later.

    Parameters
    ----------
    template
        The English sentence; a literal, so that it can be collected for translation.
    **values
        What fills its named places.

    Returns
    -------
    Text
        The sentence.

    Examples
    --------
    >>> str(text("{file} is empty", file="a.fcs"))
    'a.fcs is empty'
    """
    return Text(template, values)


def texts(singular: str, plural: str, count: int, /, **values: object) -> Text:
    """Return a sentence that counts something, with ``{count}`` filled in.

    Parameters
    ----------
    singular, plural
        The two English forms; Russian and Kazakh bring their own.
    count
        The number that chooses the form.
    **values
        What fills the other named places.

    Returns
    -------
    Text
        The sentence.

    Examples
    --------
    >>> str(texts("{count} lot", "{count} lots", 8))
    '8 lots'
    """
    return Text(singular, {"count": count, **values}, plural, count)


NOT_A_NUMBER = text("not a number")
"""What a number that came to nothing is called."""


def join(parts: Sequence[object], separator: str = ", ") -> Text:
    """Return a text that lists other texts.

    Parameters
    ----------
    parts
        Texts, strings or numbers.
    separator
        What stands between them.

    Returns
    -------
    Text
        A text without words of its own.

    Examples
    --------
    >>> str(join([text("{n} tubes", n=2), "P4"]))
    '2 tubes, P4'
    """
    template, names = _list_template(len(parts), separator)
    return Text(template, dict(zip(names, parts, strict=True)))


@lru_cache(256)
def _list_template(count: int, separator: str) -> tuple[str, tuple[str, ...]]:
    names = tuple(f"part{i}" for i in range(count))
    return separator.join(f"{{{name}}}" for name in names), names


def _written(value: object, language: Language) -> str:
    match value:
        case Text():
            return value.render(language)
        case Number():
            return language.number(value.value, value.digits)
        case bool():
            return str(value)
        case int():
            return language.number(value, 0)
        case float():
            return language.number(value)
        case _:
            return str(value)
