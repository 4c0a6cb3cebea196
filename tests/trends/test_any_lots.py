"""Whatever the lots, an answer or a sentence, never a traceback."""

from __future__ import annotations

import json
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from stroma.errors import StudyProblem
from stroma.measurements import Measurement
from stroma.stats.tolerance import Side
from stroma.trends.changes import compare_periods
from stroma.trends.charts import chart_lots, chart_view
from stroma.trends.json_twin import to_json
from stroma.trends.limits import propose_limits
from stroma.trends.series import series_of

KINDS = (("viability", "%", 100.0), ("doubling_time", "h", 1e4), ("viable_cells", "{cells}", 1e12),
         ("population_doublings", "{doublings}", 60.0))  # fmt: skip
shares = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0, 0.5, 1e-9]))


@settings(max_examples=60)
@given(
    st.sampled_from(KINDS),
    st.lists(st.tuples(shares, st.sampled_from("ABCD")), min_size=1, max_size=9),
    st.sampled_from(list(Side)),
    st.integers(0, 8),
    st.booleans(),
)
def test_an_answer_or_a_sentence(kind, lots, side, change, is_ratio):
    quantity, unit, top = kind
    rows = [
        Measurement(lot=f"L{i}", donor=donor, quantity=quantity, value=share * top, unit=unit)
        for i, (share, donor) in enumerate(lots)
    ]
    series = series_of(rows, quantity=quantity)
    results = [propose_limits(series, side=side, given_low=0.1 * top, given_high=0.9 * top)]
    with suppress(StudyProblem):
        chart = chart_lots(series)
        chart_view(chart)
        results.append(chart)
    with suppress(StudyProblem):
        results.append(
            compare_periods(series, change_after=f"L{change}", margin=1.5, is_ratio=is_ratio)
        )
    for result in results:
        json.dumps(to_json(result), allow_nan=False)
