"""Which program stored the statistics a file holds."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from stroma.errors import FileProblem, Problem
from stroma.formats.facsdiva import read_facsdiva
from stroma.formats.flowjo_statistics import read_flowjo_table, read_workspace_statistics
from stroma.formats.raw import read_raw
from stroma.formats.safe_xml import root_tag
from stroma.statistic_records import StatisticsExport
from stroma.texts import text

_TABLES: Final = (read_facsdiva, read_flowjo_table)


def read_statistics(
    path: Path,
    *,
    file: str | None = None,
    decimal_mark: str | None = None,
    encoding: str | None = None,
) -> StatisticsExport:
    """Read the statistics another program stored.

    Parameters
    ----------
    path
        A FlowJo workspace, a table of FlowJo's Table Editor, or statistics of FACSDiva.
    file
        How records and problems name it; the path itself if not given.
    decimal_mark
        The laboratory's, for numbers that leave it open.
    encoding
        The laboratory's, for text files that are not Unicode.

    Returns
    -------
    StatisticsExport
        Its samples with their populations.

    Raises
    ------
    FileProblem
        The file is none of these, or cannot be read.
    """
    raw = read_raw(path, file=file)
    if raw.suffix == ".wsp" or root_tag(raw.data) == "Workspace":
        return read_workspace_statistics(path, file=raw.origin.file)
    for read in _TABLES:
        found = read(raw, decimal_mark=decimal_mark, encoding=encoding)
        if found is not None:
            return found
    raise FileProblem(
        Problem(
            raw.place,
            found=text("no statistics that Stroma knows"),
            expected=text(
                "a FlowJo 10 workspace, a table of FlowJo's Table Editor with counts, or "
                "statistics of FACSDiva with #Events"
            ),
            action=text("export the statistics again in one of these forms"),
        )
    )
