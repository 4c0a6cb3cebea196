"""Rows about plates, supernatants, lymphocytes, colonies, pictures and expression, checked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from stroma.bench_records import BenchRows
from stroma.study.bench_colonies import ColonyRow, check_colonies
from stroma.study.bench_columns import (
    COLONIES,
    CONDITIONED,
    EXPRESSION,
    IMAGES,
    LAYOUTS,
    PLATES,
    SUPPRESSION,
)
from stroma.study.bench_expression import ExpressionRow, check_expression
from stroma.study.bench_images import ImageRow, check_images
from stroma.study.bench_plates import LayoutRow, PlateRow, check_layouts, check_plates
from stroma.study.bench_rows import Problems, R
from stroma.study.bench_supernatants import ConditionedRow, check_conditioned
from stroma.study.bench_suppression import SuppressionRow, check_suppression
from stroma.study.sheet_layout import SheetLayout
from stroma.study.tables import ReadRow


class ReadRows(Protocol):
    """Reads a sheet and returns its rows of known lots."""

    def __call__(self, layout: SheetLayout, model: type[R]) -> tuple[ReadRow[R], ...]:
        """Read a sheet."""


def check_bench(table: ReadRows, existing: Collection[str]) -> tuple[BenchRows, Problems]:
    """Check every bench sheet.

    Parameters
    ----------
    table
        Reads a sheet and returns its rows of known lots.
    existing
        Paths of the files of the study folder.

    Returns
    -------
    bench
        The rows to use.
    problems
        Everything that is wrong with the others.
    """
    layout_rows = table(LAYOUTS, LayoutRow)
    layouts, problems = check_layouts(layout_rows)
    named = {row.value.layout for row in layout_rows}
    plates, more = check_plates(table(PLATES, PlateRow), named, existing)
    problems += more
    conditioned, more = check_conditioned(table(CONDITIONED, ConditionedRow))
    problems += more
    suppression, more = check_suppression(table(SUPPRESSION, SuppressionRow), existing)
    problems += more
    colonies, more = check_colonies(table(COLONIES, ColonyRow), existing)
    problems += more
    images, more = check_images(table(IMAGES, ImageRow), existing)
    problems += more
    expression, more = check_expression(table(EXPRESSION, ExpressionRow), existing)
    bench = BenchRows(
        plates=plates,
        layouts=layouts,
        conditioned=conditioned,
        suppression=suppression,
        colonies=colonies,
        images=images,
        expression=expression,
    )
    return bench, (*problems, *more)
