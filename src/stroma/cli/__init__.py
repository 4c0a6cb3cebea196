"""The command line: words to calls to an exit code; no science.

Exit codes: 0 done, 1 a problem in the data (listed), 2 misuse, 3 a fault of Stroma itself.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stroma.errors import ProfileProblem, StromaError
from stroma.locale import LANGUAGES, get_language, preferred_language
from stroma.texts import Language, text

if TYPE_CHECKING:
    import typer

DONE = 0
DATA_PROBLEM = 1
MISUSE = 2
FAULT = 3

ERROR_SCHEMA_VERSION = "1"
"""Of the JSON that is printed where there is no answer."""

_OBJECTS_BETWEEN_COLLECTIONS = 200_000
"""Python looks for unreachable cycles after every 700 new objects. Rows, texts and results are kept
until they are written, so that a long table would be looked through over and over in vain."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        The words after ``stroma``; ``None`` takes them from the process.

    Returns
    -------
    int
        The exit code.

    Examples
    --------
    >>> main(["--version"])  # doctest: +ELLIPSIS
    stroma ...
    0
    """
    from stroma.cli.app import build_app

    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    # Work is spread over processes. Threads inside numpy's small products, here and in every
    # worker, would only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    language = preferred_language()
    _write_what_the_terminal_can()
    app = build_app(language)
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        app(args=list(words), prog_name="stroma")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else (DONE if stop.code is None else MISUSE)
    except StromaError as error:
        sys.stderr.write(error.render(_language_asked(words, language)) + "\n")
        if "--json" in words:
            _print_error_json(error, _command(words, app))
        # A profile is named on the command line; the data are not at fault.
        return MISUSE if isinstance(error, ProfileProblem) else DATA_PROBLEM
    except BrokenPipeError:
        return DONE
    except Exception as fault:  # noqa: BLE001 - the edge of the program: nothing may escape as a traceback
        import traceback

        sys.stderr.write("".join(traceback.format_exception(fault)[-4:]))
        message = text(
            "This is a fault of Stroma, not of your data: {name}. Nothing in your study was "
            "changed. Please report it with the lines above and the output of: stroma --version",
            name=f"{type(fault).__name__}: {fault}",
        )
        sys.stderr.write(message.render(language) + "\n")
        return FAULT
    return DONE


def _language_asked(words: Sequence[str], otherwise: Language) -> Language:
    """Return the language that ``--lang`` names, for a message from beyond its command."""
    for word, following in zip(words, (*words[1:], ""), strict=True):
        name, is_one_word, code = word.partition("=")
        code = code if is_one_word else following
        if name == "--lang" and code in LANGUAGES:
            return get_language(code)
    return otherwise


def _command(words: Sequence[str], app: typer.Typer) -> str:
    """Return the command as it was called, without what it was asked."""
    groups = {group.name for group in app.registered_groups}
    return " ".join(("stroma", *words[: 2 if words[0] in groups else 1]))


def _print_error_json(error: StromaError, command: str) -> None:
    """Print why there is no answer, for a program that waits for JSON."""
    from stroma.cli.output import print_json
    from stroma.criteria.json_twin import problems_to_json

    print_json(
        {
            "schema_version": ERROR_SCHEMA_VERSION,
            "command": command,
            "problems": problems_to_json(error.problems),
        }
    )


def _write_what_the_terminal_can() -> None:
    """Have a sign the terminal's encoding lacks replaced, instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
