"""What ``stroma trend`` and ``stroma limits`` share: which rows to read, and how to show them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from stroma.cli import options, output
from stroma.texts import Language, Text, text, texts

if TYPE_CHECKING:
    from stroma.lot_rows import LotRows
    from stroma.trends.results import Series


def place_argument(language: Language) -> Any:  # noqa: ANN401 - typer's own type for a default
    """Return the argument that names a table or a study.

    Parameters
    ----------
    language
        Of the help.

    Returns
    -------
    typer argument
        The default of a parameter.
    """
    return typer.Argument(
        metavar="TABLE_OR_STUDY",
        help=text(
            "A table of numbers as stroma judge reads it, a results/measurements.csv, or a study "
            "folder."
        ).render(language),
    )


def quantity_option(language: Language) -> Any:  # noqa: ANN401
    """Return the ``--quantity`` option.

    Parameters
    ----------
    language
        Of the help.

    Returns
    -------
    typer option
        The default of a parameter.
    """
    return typer.Option(
        ..., "--quantity", help=text("The quantity, such as doubling_time.").render(language)
    )


def analyte_option(language: Language) -> Any:  # noqa: ANN401
    """Return the ``--analyte`` option.

    Parameters
    ----------
    language
        Of the help.

    Returns
    -------
    typer option
        The default of a parameter.
    """
    return typer.Option("", "--analyte", help=text("Its analyte, such as CD105.").render(language))


def source_option(language: Language) -> Any:  # noqa: ANN401
    """Return the ``--source`` option.

    Parameters
    ----------
    language
        Of the help.

    Returns
    -------
    typer option
        The default of a parameter.
    """
    return typer.Option("", "--source", help=text("Lots of this tissue only.").render(language))


def passage_option(language: Language) -> Any:  # noqa: ANN401
    """Return the ``--passage`` option.

    Parameters
    ----------
    language
        Of the help.

    Returns
    -------
    typer option
        The default of a parameter.
    """
    return typer.Option(
        "",
        "--passage",
        help=text("Values of this passage only; without it each lot's last.").render(language),
    )


def read_series(
    place: Path,
    quantity: str,
    analyte: str,
    source: str,
    passage: str,
    decimal_mark: str,
    encoding: str,
    reader: Language,
) -> tuple[LotRows, Series]:
    """Read what the options ask for.

    Parameters
    ----------
    place, quantity, analyte, source, passage, decimal_mark, encoding
        As given on the command line.
    reader
        Language of the messages.

    Returns
    -------
    rows
        All rows of the table or study.
    series
        The lots of the quantity.

    Raises
    ------
    typer.BadParameter
        An option has a value that it cannot have.
    """
    from stroma.lot_rows import read_lot_rows
    from stroma.study.identifiers import canonical_passage
    from stroma.trends.series import numeric_quantity, series_of
    from stroma.vocabulary import find_tissue

    if not place.exists():
        raise typer.BadParameter(
            text("there is no file or folder {path}", path=place).render(reader)
        )
    options.check_decimal_mark(decimal_mark, reader)
    tissue = find_tissue(source) if source else None
    if source and tissue is None:
        raise typer.BadParameter(
            text('"{word}" is no known tissue', word=source).render(reader), param_hint="--source"
        )
    if passage and canonical_passage(passage) is None:
        raise typer.BadParameter(
            text('"{word}" is no passage, such as P4', word=passage).render(reader),
            param_hint="--passage",
        )
    with options.misuse(reader, hint="--quantity"):
        numeric_quantity(quantity)
    read = read_lot_rows(
        place,
        decimal_mark=decimal_mark or None,
        encoding=encoding or None,
        progress=output.Progress(reader),
    )
    series = series_of(
        read.rows,
        quantity=quantity,
        analyte=analyte,
        source="" if tissue is None else tissue.name,
        passage=passage,
        order=read.order,
    )
    return read, series


def print_series(series: Series, read: LotRows, reader: Language) -> None:
    """Print what the lots are, and what was left out of them.

    Parameters
    ----------
    series
        The lots.
    read
        The rows they are from.
    reader
        Language of the words.
    """
    from stroma.trends.wording import quantity_label
    from stroma.unit_words import unit_label

    say = line_printer(reader)
    unit = unit_label(series.unit)
    label = quantity_label(series)
    say(label if unit is None else text("{quantity}, {unit}", quantity=label, unit=unit))
    lots = len(series.values)
    if read.by_date:
        say(texts("{count} lot, by date", "{count} lots, by date", lots))
    else:
        say(
            texts(
                "{count} lot, in the order of {name}",
                "{count} lots, in the order of {name}",
                lots,
                name=read.name,
            )
        )
    for remark in series.remarks:
        say(remark)


def line_printer(reader: Language) -> Callable[[Text], None]:
    """Return what prints a sentence on a line of its own.

    Parameters
    ----------
    reader
        Language of the words.

    Returns
    -------
    callable
        Takes the sentence.
    """

    def say(words: Text) -> None:
        sys.stdout.write(words.render(reader) + "\n")

    return say
