"""What several tests need: the shared data folder, and paths of the repository."""

from __future__ import annotations

import os
from pathlib import Path

# Before numpy is imported: its threads only wait for each other on small matrices, and a busy
# machine makes that wait a hundred times as long as the sum.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, settings

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"
SHARED_ABSENT = "shared data folder is absent"

# In CI a skip is indistinguishable from a pass; only these reasons may skip there.
ALLOWED_SKIPS_IN_CI: frozenset[str] = frozenset({SHARED_ABSENT})

# No deadline: a test that is slow on a busy machine is not wrong. In CI the same examples each
# time, so that a red run can be repeated.
settings.register_profile(
    "stroma",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("stroma")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files and facts; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(SHARED_ABSENT)
    return SHARED


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn a skip for a reason that is not on the list into a failure when CI runs."""
    outcome = yield
    report = outcome.get_result()
    if not report.skipped or not os.environ.get("CI") or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    if reason == SHARED_ABSENT and SHARED.parent.joinpath("shared").is_dir():
        reason = f"{reason}, but it is there"
    if reason not in ALLOWED_SKIPS_IN_CI:
        report.outcome = "failed"
        report.longrepr = f"skipped in CI for a reason that is not on the list: {reason}"
