"""The fields of an XML element, each read or refused with its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.formats.safe_xml import Element, decimal
from stroma.texts import Text, text


@dataclass(frozen=True, slots=True)
class Fields:
    """An element with the file it is of.

    Parameters
    ----------
    element
        The element.
    file
        How problems name the file.
    """

    element: Element
    file: str

    @property
    def place(self) -> Place:
        """Where the element is."""
        return Place(file=self.file, row=self.element.line)

    def children(self, tag: str) -> list[Fields]:
        """Return the children of a name, in order."""
        return [Fields(child, self.file) for child in self.element.all(tag)]

    def child(self, tag: str) -> Fields:
        """Return the only child of a name.

        Raises
        ------
        FileProblem
            There is none, or more than one.
        """
        found = self.children(tag)
        if len(found) != 1:
            raise self.refusal(
                text(
                    "the number of <{child}> in <{parent}> is {count}",
                    count=len(found),
                    child=tag,
                    parent=self.element.tag,
                ),
                text("one <{child}>", child=tag),
            )
        return found[0]

    def text_of(self, attribute: str) -> str:
        """Return an attribute that has to be there and not empty.

        Raises
        ------
        FileProblem
            It is not.
        """
        value = self.element.attributes.get(attribute, "")
        if not value.strip():
            raise self.refusal(
                text("<{tag}> without {attribute}", tag=self.element.tag, attribute=attribute),
                text("the attribute {attribute}", attribute=attribute),
            )
        return value

    def number(self, attribute: str) -> float:
        """Return an attribute that has to be a number.

        Raises
        ------
        FileProblem
            It is not.
        """
        return self._number(self.text_of(attribute), attribute)

    def optional_number(self, attribute: str) -> float | None:
        """Return an attribute that is a number where it is there; ``None`` where it is not.

        Raises
        ------
        FileProblem
            It is there and no number.
        """
        if attribute not in self.element.attributes:
            return None
        return self._number(self.element.attributes[attribute], attribute)

    def content_number(self) -> float:
        """Return the number the element's text says.

        Raises
        ------
        FileProblem
            It says none.
        """
        return self._number(self.element.text, self.element.tag)

    def numbers_of(self, tag: str, attribute: str = "value") -> tuple[float, ...]:
        """Return one number of each child of a name, in order.

        Raises
        ------
        FileProblem
            A child has none.
        """
        return tuple(child.number(attribute) for child in self.children(tag))

    def flag(self, attribute: str, *, default: bool = False) -> bool:
        """Return an attribute that is true or false.

        Raises
        ------
        FileProblem
            It is neither.
        """
        value = self.element.attributes.get(attribute)
        if value is None:
            return default
        if value.strip() in {"true", "1"}:
            return True
        if value.strip() in {"false", "0"}:
            return False
        raise self.refusal(
            text('{attribute}="{value}"', attribute=attribute, value=value),
            text("true or false"),
        )

    def refusal(self, found: Text, expected: Text) -> FileProblem:
        """Return the error that something here cannot be read."""
        return FileProblem(
            Problem(
                self.place,
                found,
                expected,
                text("mend it in the program it was drawn in and export again"),
            )
        )

    def _number(self, written: str, name: str) -> float:
        value = decimal(written)
        if value is None:
            raise self.refusal(
                text('{name}="{written}"', name=name, written=written),
                text("a finite number with a decimal point"),
            )
        return value


def not_used(fields: Fields, what: Text, severity: Severity) -> Problem:
    """Return the problem that something was not read.

    Parameters
    ----------
    fields
        The element.
    what
        What it is.
    severity
        Error where populations are missing because of it, warning where it was read otherwise than
        it stands, note where nothing depends on it.

    Returns
    -------
    Problem
        To be listed.
    """
    actions = {
        Severity.ERROR: text(
            "draw it with another tool where it is needed; results are without it"
        ),
        Severity.WARNING: text("check the populations against the program it was drawn in"),
        Severity.NOTE: text("nothing, populations do not depend on it"),
    }
    return Problem(
        fields.place,
        found=what,
        expected=text("what Stroma can apply"),
        action=actions[severity],
        severity=severity,
    )


def points_of(fields: Sequence[Fields], count: int) -> tuple[tuple[float, ...], ...]:
    """Return points, each the coordinates within one element.

    Parameters
    ----------
    fields
        Elements that hold ``<coordinate>``.
    count
        Coordinates each must have.

    Returns
    -------
    tuple of tuple
        The points, in order.

    Raises
    ------
    FileProblem
        One has another number of coordinates.
    """
    points = []
    for field in fields:
        point = field.numbers_of("coordinate")
        if len(point) != count:
            raise field.refusal(
                text("the number of coordinates is {found}", found=len(point)),
                text("one coordinate a dimension: {count}", count=count),
            )
        points.append(point)
    return tuple(points)
