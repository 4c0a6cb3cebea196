"""Events as the tables other programs take: pandas frames and AnnData objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from stroma.cytometry.compensation import choose_compensation, compensate
from stroma.cytometry.populations import Cleaned
from stroma.errors import Place, Problem, StromaError
from stroma.records import BoolArray, Events, FloatArray
from stroma.texts import text

if TYPE_CHECKING:
    import pandas as pd

EXTRA = "stroma[anndata]"

COMPENSATED_LAYER = "compensated"
"""Layer of an AnnData object that holds compensated values."""


def to_frame(events: Events) -> pd.DataFrame:
    """Return events as a frame.

    Parameters
    ----------
    events
        What an event file holds.

    Returns
    -------
    pandas.DataFrame
        One row an event and one column a channel, in linear units, not compensated, of the
        floating type of the events. Its ``attrs`` hold ``file`` and ``sha256``.

    Examples
    --------
    >>> from stroma.records import Channel, Origin
    >>> values = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> events = Events(Origin("a.fcs", "0"), "FCS3.1", (Channel("A"), Channel("B")), values, {})
    >>> to_frame(events)["B"].tolist()
    [2.0, 4.0]
    """
    import pandas as pd

    frame = pd.DataFrame(events.values, columns=list(events.names), copy=True)
    frame.attrs = {"file": events.origin.file, "sha256": events.origin.sha256}
    return frame


def populations_of(cleaned: Cleaned) -> dict[str, BoolArray]:
    """Return which events each gate of a tube left.

    Parameters
    ----------
    cleaned
        The gates of a tube.

    Returns
    -------
    dict
        Name of each gate to an array of shape (events,), True for events left after it; the last
        one is the live single cells.
    """
    found: dict[str, BoolArray] = {}
    for step in cleaned.steps:
        mask = np.zeros(cleaned.total, dtype=np.bool_)
        mask[step.asked[step.result.kept]] = True
        found[step.gate] = mask
    return found


def to_anndata(
    events: Events,
    populations: Mapping[str, BoolArray] | None = None,
    *,
    layers: Mapping[str, FloatArray] | None = None,
) -> Any:  # noqa: ANN401 - the type belongs to an optional package
    """Return events as an AnnData object, for scanpy, pytometry and their kin.

    Parameters
    ----------
    events
        What an event file holds.
    populations
        Name of each population to an array of shape (events,), True for its events; see
        :func:`populations_of`.
    layers
        Further values, each an array of shape (events, channels).

    Returns
    -------
    anndata.AnnData
        ``X``: values in linear units, not compensated. ``obs``: one column of truth values a
        population. ``var``: ``marker``, ``range``, ``voltage`` of each channel. ``layers``: the
        compensated values under ``"compensated"``, where the file brings a matrix. ``uns``: file,
        SHA-256, version, keywords and matrix.

    Raises
    ------
    StromaError
        The package anndata is not installed, or the file states matrices that differ.
    ValueError
        A population or a layer has another shape than the events.
    """
    anndata = _anndata()
    import pandas as pd

    shown = {name: np.asarray(mask, dtype=np.bool_) for name, mask in (populations or {}).items()}
    further = dict(layers or {})
    for name, held in (*shown.items(), *further.items()):
        wanted = events.values.shape[: held.ndim]
        if held.shape != wanted:
            msg = f"{name} has the shape {held.shape}; the events ask for {wanted}"
            raise ValueError(msg)
    chosen = choose_compensation(events, None)
    if chosen.spillover is not None:
        further = {COMPENSATED_LAYER: compensate(events, chosen.spillover), **further}
    obs = pd.DataFrame(shown, index=pd.Index([str(row) for row in range(len(events))], dtype=str))
    var = pd.DataFrame(
        {
            "marker": [channel.marker or "" for channel in events.channels],
            "range": [_number(channel.range) for channel in events.channels],
            "voltage": [_number(channel.voltage) for channel in events.channels],
        },
        index=pd.Index(list(events.names), dtype=str),
    )
    return anndata.AnnData(
        X=np.array(events.values), obs=obs, var=var, layers=further, uns=_described(events)
    )


def _anndata() -> Any:  # noqa: ANN401 - a module
    try:
        import anndata
    except ModuleNotFoundError as absent:
        raise StromaError(
            Problem(
                Place(),
                found=text("the package {package} is not installed", package="anndata"),
                expected=text("the extra {extra}", extra=EXTRA),
                action=text('install it with: pip install "{extra}"', extra=EXTRA),
            )
        ) from absent
    return anndata


def _described(events: Events) -> dict[str, object]:
    described: dict[str, object] = {
        "file": events.origin.file,
        "sha256": events.origin.sha256,
        "version": events.version,
        "keywords": dict(events.keywords),
    }
    if events.spillover is not None:
        described["spillover_channels"] = list(events.spillover.channels)
        described["spillover"] = np.array(events.spillover.matrix)
    return described


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
