"""Events and gates small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from stroma.records import Channel, Events, Origin


@pytest.fixture
def events_of():
    """Make events of named columns."""

    def make(columns, *, channels=None, spillover=None):
        names = list(columns)
        return Events(
            Origin("tube.fcs", "0" * 64),
            "FCS3.1",
            tuple(channels) if channels is not None else tuple(Channel(name) for name in names),
            np.column_stack([np.asarray(columns[name], dtype=np.float64) for name in names]),
            {},
            spillover=spillover,
        )

    return make
