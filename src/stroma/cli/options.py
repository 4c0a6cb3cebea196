"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from stroma.errors import StudyProblem
from stroma.locale import LANGUAGES, get_language
from stroma.texts import Language, text


def language_option(language: Language) -> Any:  # noqa: ANN401 - typer's own type for a default
    """Return the ``--lang`` option.

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
        "--lang",
        metavar="|".join(LANGUAGES),
        help=text("Language of the words: en, ru or kk.").render(language),
    )


def decimal_mark_option(language: Language) -> Any:  # noqa: ANN401
    """Return the ``--decimal-mark`` option.

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
        "", "--decimal-mark", help=text("Decimal mark of the table: . or ,").render(language)
    )


def encoding_option(language: Language) -> Any:  # noqa: ANN401
    """Return the ``--encoding`` option.

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
        "", "--encoding", help=text("Encoding of a table that is not Unicode.").render(language)
    )


def json_option(language: Language) -> Any:  # noqa: ANN401
    """Return the ``--json`` option.

    Parameters
    ----------
    language
        Of the help.

    Returns
    -------
    typer option
        The default of a parameter.
    """
    return typer.Option(False, "--json", help=text("Print JSON.").render(language))  # noqa: FBT003


def workers_option(language: Language) -> Any:  # noqa: ANN401
    """Return the ``--workers`` option.

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
        0,
        min=0,
        help=text("Processes to spread the tubes over; 0 takes every core.").render(language),
    )


def chosen_language(code: str, otherwise: Language) -> Language:
    """Return the language a person asked for.

    Parameters
    ----------
    code
        What ``--lang`` was given; empty for nothing.
    otherwise
        The language where nothing was asked.

    Returns
    -------
    Language
        The language.

    Raises
    ------
    typer.BadParameter
        Stroma does not speak it.
    """
    if not code:
        return otherwise
    try:
        return get_language(code)
    except StudyProblem as problem:
        raise typer.BadParameter(problem.render(otherwise), param_hint="--lang") from None


def check_decimal_mark(mark: str, language: Language) -> None:
    """Refuse a decimal mark that is none.

    Parameters
    ----------
    mark
        What ``--decimal-mark`` was given; empty for nothing.
    language
        Of the message.

    Raises
    ------
    typer.BadParameter
        It is neither a point nor a comma.
    """
    if mark not in ("", ".", ","):
        raise typer.BadParameter(
            text('"{mark}" is neither . nor ,', mark=mark).render(language),
            param_hint="--decimal-mark",
        )


@contextmanager
def misuse(language: Language, *, hint: str | None = None) -> Iterator[None]:
    """Have words of the command that have no sense end it as misuse, not as bad data.

    Parameters
    ----------
    language
        Of the message.
    hint
        The option they were given to; ``None`` where the message names it.

    Yields
    ------
    None
        While the words are read.

    Raises
    ------
    typer.BadParameter
        A word has no sense.
    StudyProblem
        A file is at fault, and no word.
    """
    try:
        yield
    except StudyProblem as problem:
        if any(held.place.file is not None for held in problem.problems):
            raise
        raise typer.BadParameter(problem.render(language), param_hint=hint) from None
