from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stroma.errors import Place, Problem, Severity
from stroma.study.same_message import list_rows, one_message_each
from stroma.texts import text


def problem(row, *, column="unit", lot="L1", found="an empty cell", severity=Severity.ERROR):
    place = Place("differentiation.csv", None, row, column, lot)
    return Problem(place, text("{it}", it=found), text("OD"), text("fill it"), severity)


def test_what_is_wrong_in_many_rows_is_said_once():
    (said,) = one_message_each([problem(row) for row in (3, 2, 5, 6, 7, 8, 9)])
    assert said.render() == (
        'differentiation.csv, row 2, column "unit", lot L1: an empty cell (rows 2, 3, 5–9). '
        "Expected: OD. What to do: fill it."
    )


def test_other_words_columns_lots_and_severities_stay_apart():
    kinds = [
        problem(2),
        problem(3, found="mm"),
        problem(4, column="value"),
        problem(5, lot="L2"),
        problem(6, severity=Severity.WARNING),
    ]
    assert one_message_each(kinds) == tuple(kinds)


def test_what_stands_in_no_row_is_left_as_it_is():
    assert one_message_each([problem(None), problem(None)]) == (problem(None), problem(None))


def test_lots_are_one_message_where_each_has_no_page_of_its_own():
    (said,) = one_message_each([problem(2), problem(3, lot="L2")], across_lots=True)
    assert said.render().startswith('differentiation.csv, row 2, column "unit": an empty cell '
                                    "(rows 2, 3).")  # fmt: skip
    (said,) = one_message_each([problem(None), problem(None, lot="L2")], across_lots=True)
    assert said.render().startswith('differentiation.csv, column "unit": an empty cell '
                                    "(lots L1, L2).")  # fmt: skip


def test_of_many_lots_the_first_are_named():
    lots = [f"L{i}" for i in range(1, 101)]
    (said,) = one_message_each([problem(None, lot=lot) for lot in lots], across_lots=True)
    assert "an empty cell (100 lots, among them L1, L2, " in said.render()
    assert "L12). Expected" in said.render()


def test_what_is_of_no_lot_and_no_row_is_left_as_it_is():
    same = (problem(None, lot=None), problem(None, lot=None))
    assert one_message_each(same, across_lots=True) == same


@given(st.sets(st.integers(2, 60), min_size=1))
def test_no_row_is_lost_and_none_invented(rows):
    listed = set()
    for part in list_rows(rows).split(", "):
        first, _, last = part.partition("–")
        listed |= set(range(int(first), int(last or first) + 1))
    assert listed == rows


def test_a_column_without_units_is_one_message(check):
    rows = [f"BM-01 | osteo | induced | {n} | absorbance | 0.8" for n in range(1, 9)]
    header = "lot | lineage | condition | replicate | readout | value"
    study = check(differentiation="\n".join((header, *rows)))
    (only,) = study.problems
    assert str(only.found) == "an empty cell (rows 2–9)"
    assert only.place.row == 2
