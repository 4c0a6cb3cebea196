"""An origin's digits, given or calculated when they are first asked for."""

from __future__ import annotations

import copy
from dataclasses import FrozenInstanceError, asdict, replace

import pytest

from stroma.records import Origin


def counted(digits):
    calls = []

    def calculate():
        calls.append(digits)
        return digits

    return calculate, calls


def test_digits_are_calculated_once_and_only_when_asked_for():
    calculate, calls = counted("00ff")
    origin = Origin("tube.fcs", calculate, "data set 2")
    assert (origin.file, origin.place, calls) == ("tube.fcs", "data set 2", [])
    assert [origin.sha256, origin.sha256] == ["00ff", "00ff"]
    assert calls == ["00ff"]


def test_an_origin_is_the_same_however_its_digits_were_given():
    given, calculated = Origin("tube.fcs", "00ff"), Origin("tube.fcs", counted("00ff")[0])
    assert calculated == given
    assert hash(calculated) == hash(given)
    assert repr(calculated) == repr(given)
    assert asdict(calculated) == {"file": "tube.fcs", "sha256": "00ff", "place": ""}
    assert replace(calculated, place="row 2") == Origin("tube.fcs", "00ff", "row 2")


def test_what_is_sent_to_another_process_holds_the_digits():
    origin = Origin("tube.fcs", counted("00ff")[0], "data set 2")
    assert origin.__reduce__() == (Origin, ("tube.fcs", "00ff", "data set 2"))
    assert copy.copy(origin) == origin


def test_an_origin_needs_digits_and_keeps_them():
    with pytest.raises(TypeError, match="sha256"):
        Origin("tube.fcs")
    with pytest.raises(FrozenInstanceError):
        Origin("tube.fcs", "00ff").sha256 = "11"
