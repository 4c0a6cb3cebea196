from __future__ import annotations

from stroma.report.account import Taken, account_of
from stroma.texts import text
from stroma.views import ExclusionStep


def step(file: str, gate: str, removed: int, remaining: int, settings: str) -> ExclusionStep:
    return ExclusionStep(
        file, "A", "P4", "stained", gate, text("{gate}", gate=gate), removed, remaining,
        "" if gate == "recorded" else f"{gate}/1", settings,
    )  # fmt: skip


def test_settings_alike_stand_at_the_gate_and_others_at_the_tube():
    account = account_of([
        step("a.fcs", "recorded", 0, 100, ""), step("a.fcs", "margins", 5, 95, "range"),
        step("a.fcs", "debris", 15, 80, "FSC > 1"), step("b.fcs", "recorded", 0, 50, ""),
        step("b.fcs", "margins", 1, 49, "range"), step("b.fcs", "debris", 9, 40, "FSC > 2"),
    ])  # fmt: skip
    assert account is not None
    assert [(g.settings, g.method) for g in account.gates] == [
        ("range", "margins/1"), (None, "debris/1"),
    ]  # fmt: skip
    first, second = account.tubes
    assert (first.recorded, first.taken, first.remaining) == (
        100, (Taken(5, ""), Taken(15, "FSC > 1")), 80,
    )  # fmt: skip
    assert second.taken[1] == Taken(9, "FSC > 2")


def test_a_gate_not_applied_to_a_tube_took_nothing_is_not_said():
    account = account_of([
        step("a.fcs", "dead", 3, 90, "x"), step("b.fcs", "recorded", 0, 50, ""),
    ])  # fmt: skip
    assert account is not None
    assert account.tubes[0].recorded is None
    assert account.tubes[1].taken == (None,)


def test_gates_stand_in_the_order_applied_whichever_tube_lacks_one():
    account = account_of([
        step("a.fcs", "recorded", 0, 100, ""), step("a.fcs", "margins", 5, 95, "x"),
        step("a.fcs", "dead", 5, 90, "x"), step("b.fcs", "recorded", 0, 50, ""),
        step("b.fcs", "stromal", 1, 49, "x"), step("b.fcs", "time", 9, 40, "x"),
    ])  # fmt: skip
    assert account is not None
    assert [str(gate.label) for gate in account.gates] == ["stromal", "margins", "time", "dead"]
    first, second = account.tubes
    assert first.taken == (None, Taken(5, ""), None, Taken(5, ""))
    assert second.taken == (Taken(1, ""), None, Taken(9, ""), None)


def test_no_steps_are_no_account():
    assert account_of([]) is None
