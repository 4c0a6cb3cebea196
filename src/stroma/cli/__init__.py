"""The command line: words to calls to an exit code; no science.

Exit codes: 0 done, 1 a problem in the data (listed), 2 misuse, 3 a fault of Stroma itself.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence

from stroma.errors import ProfileProblem, StromaError
from stroma.locale import preferred_language
from stroma.texts import text

DONE = 0
DATA_PROBLEM = 1
MISUSE = 2
FAULT = 3

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
    try:
        app(args=list(sys.argv[1:] if arguments is None else arguments), prog_name="stroma")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else (DONE if stop.code is None else MISUSE)
    except StromaError as error:
        sys.stderr.write(error.render(language) + "\n")
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


def _write_what_the_terminal_can() -> None:
    """Have a sign the terminal's encoding lacks replaced, instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
