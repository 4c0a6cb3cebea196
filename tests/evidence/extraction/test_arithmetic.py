"""Figures that cannot be as printed, and figures that can hardly be."""

from __future__ import annotations

import pytest

from stroma.errors import Problem, Severity
from stroma.evidence.extraction.arithmetic import check_extractions
from stroma.evidence.extraction.arithmetic_between import printed_p
from stroma.evidence.extraction.conversion import with_canonical
from stroma.evidence.review_records import Counted, Direction, Extraction, SpreadKind

FILE = "extractions.csv"


def row(number: int = 2, **cells: object) -> Extraction:
    given = {
        "key": f"X{number:04d}",
        "group": "a-1",
        "place": "table 2",
        "quantity": "viability",
        "tissue": "placenta",
        "unit": "%",
        "row": number,
        **cells,
    }
    return with_canonical(Extraction(**given))  # type: ignore[arg-type]


def found(*rows: Extraction) -> tuple[Problem, ...]:
    return check_extractions(rows, file=FILE)


def sentence(problem: Problem) -> str:
    return problem.render()


def test_a_percentage_above_100() -> None:
    (problem,) = found(row(value=104.0))
    assert problem.severity is Severity.WARNING
    assert (problem.place.row, problem.place.column) == (2, "value")
    assert "104 %, which is above the 100 % that viability can reach" in sentence(problem)


def test_a_bound_holds_in_another_unit_of_the_quantity() -> None:
    assert found(row(quantity="doubling_time", unit="d", value=-1.0))
    assert not found(row(quantity="doubling_time", unit="d", value=2.0))


def test_a_negative_time_of_a_quantity_that_is_not_known() -> None:
    (problem,) = found(row(quantity="lag phase", unit="h", value=-4.0))
    assert "−4 h, below 0" in sentence(problem)
    assert not found(row(quantity="change of volume", unit="%", value=-4.0))


def test_ends_the_wrong_way_round() -> None:
    (problem,) = found(row(value=92.0, low=95.0, high=90.0, spread_kind=SpreadKind.RANGE))
    assert "95 above the upper end 90" in sentence(problem)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (SpreadKind.RANGE, "99 outside its range 80 to 95"),
        (SpreadKind.CI95, "99 outside its 95 % interval 80 to 95"),
        (SpreadKind.IQR, "99 outside its quartiles 80 to 95"),
        (SpreadKind.NOT_STATED, "99 outside its interval 80 to 95"),
    ],
)
def test_a_value_outside_its_ends(kind: SpreadKind, words: str) -> None:
    (problem,) = found(row(value=99.0, low=80.0, high=95.0, spread_kind=kind))
    assert words in sentence(problem)


def test_a_spread_below_nothing() -> None:
    (problem,) = found(row(value=90.0, spread=-2.0, spread_kind=SpreadKind.SD))
    assert "the spread −2, below 0" in sentence(problem)


def test_one_donor_has_no_spread() -> None:
    (problem,) = found(row(value=90.0, spread=2.0, n=1, n_counts=Counted.DONORS))
    assert "a spread beside n = 1" in sentence(problem)


def test_an_sd_that_no_percentages_have() -> None:
    # By hand: sqrt(95 x 5 x 4/3) = 25.2; with 94.5 to 95.5 at most sqrt(94.5 x 5.5 x 4/3) = 26.3.
    cells = {"value": 95.0, "spread_kind": SpreadKind.SD, "n": 4, "n_counts": Counted.DONORS}
    assert not found(row(spread=25.0, **cells))
    (problem,) = found(row(spread=28.0, **cells))
    assert "SD 28 beside the mean 95, n = 4" in sentence(problem)
    assert "an SD of 26.3 or less: no 4 values from 0 to 100 have a larger one" in sentence(problem)


def test_an_sem_whose_sd_no_percentages_have() -> None:
    cells = {"value": 95.0, "spread_kind": SpreadKind.SEM, "n": 9, "n_counts": Counted.DONORS}
    (problem,) = found(row(spread=12.0, **cells))
    assert "SEM 12 of n = 9, an SD of 34.5, beside the mean 95" in sentence(problem)
    assert "look whether the paper means SD where SEM is written" in sentence(problem)


def test_an_sd_that_no_times_have() -> None:
    cells = {"quantity": "doubling_time", "unit": "h", "value": 10.0, "n": 4}
    (problem, note) = found(row(spread=30.0, spread_kind=SpreadKind.SD, **cells))
    assert "an SD of 21.0 or less: no 4 values of 0 or more" in sentence(problem)
    assert note.severity is Severity.NOTE
    assert "n without what it counts, in X0002" in sentence(note)


def test_ends_that_fit_an_sd_neither_as_range_nor_as_interval() -> None:
    cells = {"value": 80.0, "spread_kind": SpreadKind.SD, "n": 10, "n_counts": Counted.DONORS}
    # A range of 30 has an SD from 7.07 to 15.8.
    assert not found(row(spread=9.0, low=65.0, high=95.0, **cells))
    # 2 x 2.262 x 9 / sqrt(10) = 12.9.
    assert not found(row(spread=9.0, low=73.55, high=86.45, **cells))
    (problem,) = found(row(spread=3.0, low=60.0, high=95.0, **cells))
    assert "SD 3 of n = 10 beside 60 to 95" in sentence(problem)
    assert "an SD from 8.25 to 18.45" in sentence(problem)


def test_a_mean_of_counts_that_is_none() -> None:
    cells = {"quantity": "CFU-F", "unit": "colonies", "n": 28, "n_counts": Counted.DONORS}
    (problem,) = found(row(value=5.19, written={"value": "5.19"}, **cells))
    assert "the mean 5.19 of 28 whole numbers" in sentence(problem)
    assert "145/28 = 5.18 or 146/28 = 5.21" in sentence(problem)
    assert not found(row(value=5.18, written={"value": "5.18"}, **cells))


def test_the_last_zero_counts() -> None:
    cells = {"quantity": "CFU-F", "unit": "colonies", "n": 28, "n_counts": Counted.DONORS}
    assert not found(row(value=5.2, **cells))
    assert found(row(value=5.2, written={"value": "5.20"}, **cells))


def test_an_sd_of_counts_that_is_none() -> None:
    cells = {"quantity": "CFU-F", "unit": "colonies", "n": 12, "n_counts": Counted.DONORS}
    (problem,) = found(
        row(
            value=7.3,
            spread=2.51,
            spread_kind=SpreadKind.SD,
            written={"value": "7.3", "spread": "2.51"},
            **cells,
        )
    )
    assert "SD 2.51 beside the mean 7.3 of 12 whole numbers" in sentence(problem)


def test_a_share_of_donors_that_is_none() -> None:
    cells = {"quantity": "isolation", "unit": "% of placentas", "n": 15}
    (problem,) = found(row(value=57.0, n_counts=Counted.DONORS, **cells))
    assert "57 % of 15" in sentence(problem)
    assert "8 of 15 is 53.33 %, 9 of 15 is 60.00 %" in sentence(problem)
    assert not found(row(value=60.0, n_counts=Counted.DONORS, **cells))


@pytest.mark.parametrize("counted", [Counted.WELLS, Counted.EXPERIMENTS])
def test_repeats_are_not_donors(counted: Counted) -> None:
    (problem,) = found(row(value=90.0, n=9, n_counts=counted))
    assert f"n = 9 {counted.value}" in sentence(problem)
    assert "says nothing of how donors differ" in sentence(problem)


def times(spread: float, kind: SpreadKind, *, paper: str, number: int) -> Extraction:
    return row(
        number,
        group=paper,
        quantity="doubling_time",
        unit="h",
        value=40.0,
        spread=spread,
        spread_kind=kind,
        n=9,
        n_counts=Counted.DONORS,
    )


def test_an_sd_as_small_as_the_sems_of_other_papers() -> None:
    others = [
        times(8.0 + i, SpreadKind.SD, paper=f"b-{i}", number=10 + i) for i in range(3)
    ]  # median 9
    assert not found(times(3.1, SpreadKind.SD, paper="a-1", number=2), *others)
    (problem,) = found(times(2.9, SpreadKind.SD, paper="a-1", number=2), *others)
    assert "SD 2.9, 3.1 times below the median of 3 other papers" in sentence(problem)
    assert "sqrt(9) = 3.0 times away" in sentence(problem)
    assert not found(times(2.9, SpreadKind.SD, paper="a-1", number=2), *others[:2])


def test_an_sem_as_large_as_the_sds_of_other_papers() -> None:
    others = [times(8.0 + i, SpreadKind.SD, paper=f"b-{i}", number=10 + i) for i in range(3)]
    (problem,) = found(times(9.0, SpreadKind.SEM, paper="a-1", number=2), *others)
    assert "SEM 9, whose SD is 3.0 times above the median of 3 other papers" in sentence(problem)


def pair(p_printed: str, *, direction: Direction, spread: float = 7.0) -> tuple[Extraction, ...]:
    cells = {
        "quantity": "doubling_time",
        "unit": "h",
        "spread_kind": SpreadKind.SD,
        "n": 6,
        "n_counts": Counted.DONORS,
    }
    one = row(
        2, value=38.0, spread=spread, comparator="bone_marrow", direction=direction,
        p_printed=p_printed, **cells,
    )  # fmt: skip
    return one, row(3, tissue="bone_marrow", value=60.0, spread=spread, **cells)


def test_a_p_value_on_the_other_side() -> None:
    # By hand: 22 / (7 x sqrt(1/3)) = 5.44 with 10 degrees of freedom.
    assert not found(*pair("P < 0.05", direction=Direction.LOWER))
    (problem,) = found(*pair("NS", direction=Direction.LOWER))
    assert problem.place.column == "p_printed"
    assert "“NS” where 38 ± 7 (n = 6) against 60 ± 7 (n = 6) in X0003 give p = 0.0003" in sentence(
        problem
    )
    (problem,) = found(*pair("p = 0.002", direction=Direction.LOWER, spread=60.0))
    assert "give p = 0.539" in sentence(problem)


def test_a_p_value_that_says_nothing_of_this_pair() -> None:
    assert not found(*pair("*P < 0.05; **P < 0.01 (legend)", direction=Direction.LOWER, spread=60))
    assert not found(*pair("P < 0.5", direction=Direction.LOWER))


def test_a_direction_against_its_own_figures() -> None:
    (problem,) = found(*pair("", direction=Direction.HIGHER))
    assert "“higher” with 38 against 60 in X0003" in sentence(problem)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("P = 0.01", ("=", 0.01)),
        (".007", ("=", 0.007)),
        ("P <0,05 vs UC (mark c)", ("<", 0.05)),
        ("p ≤ 0.05", ("<", 0.05)),
        ("n.s.", (">", 0.05)),
        ("p = 2.3e-05", ("=", 2.3e-5)),
        ("P < 1 × 10⁻⁴", ("<", 1e-4)),
        ("p=3,1×10^−6", ("=", 3.1e-6)),
        ("p = 0.03, n = 6", ("=", 0.03)),
        ("p = 1.0", ("=", 1.0)),
        ("6.2 h", None),
        ("\\.001 (as printed; probably <.001)", None),
        ("P = 0.003 (BM), P = 0.673 (AT)", None),
        ("** (value lost)", None),
        ("", None),
    ],
)
def test_printed_p_values(written: str, read: tuple[str, float] | None) -> None:
    assert printed_p(written) == read
