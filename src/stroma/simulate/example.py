"""The example study: a folder as a laboratory would fill it, from lots whose truth is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from stroma.errors import Place, Problem, StudyProblem
from stroma.formats.fcs_write import write_fcs
from stroma.formats.sheets import write_csv
from stroma.records import VIABILITY_DYE, TubeRole
from stroma.simulate import pcr, truth_table
from stroma.simulate.beads import bead_export
from stroma.simulate.bench import SUSPENSION_ML, Culture, cultures
from stroma.simulate.cells import TubeEvents
from stroma.simulate.colonies import colony_rows
from stroma.simulate.counters import Count, nucleoview_export, vi_cell_blu_export
from stroma.simulate.cytometer import TIMESTEP_SECONDS, channels, spillover
from stroma.simulate.pictures import STAINED_LOTS, dish_picture, write_fields
from stroma.simulate.plan_example import plan_text
from stroma.simulate.plates import (
    BEADS_FILE,
    KYNURENINE_FILE,
    POTENCY_FILE,
    SECRETOME_FILE,
    conditioned_rows,
    kynurenine_plate,
    plate_rows,
    potency_plate,
    secretome_plate,
)
from stroma.simulate.study_rows import (
    PLACENTAL_COUNTS,
    SheetRow,
    count_file,
    count_number,
    counted_at,
    differentiation_rows,
    entered_sample,
    harvested_at,
    lot_row,
    passage_row,
    safety_rows,
    settings_text,
    tube_row,
)
from stroma.simulate.suppression_example import write_suppression
from stroma.simulate.truth import DEFAULT_SEED, PATTERNS, LotTruth, lot_truths, stream
from stroma.simulate.truth_table import TruthRow
from stroma.simulate.tubes import TubePlan, plan_tubes, tube_events
from stroma.study.bench_columns import (
    COLONIES,
    CONDITIONED,
    EXPRESSION,
    IMAGES,
    LAYOUTS,
    PLATES,
    SUPPRESSION,
)
from stroma.study.columns import DIFFERENTIATION, LOTS, PASSAGES, SAFETY, TUBES
from stroma.texts import ENGLISH, Language, text

Progress = Callable[[int, int, str], None]
"""Called with the number of lots written, the number in all, and the lot."""


def write_example_study(
    folder: Path,
    *,
    seed: int = DEFAULT_SEED,
    lots: int | None = None,
    language: Language = ENGLISH,
    progress: Progress | None = None,
) -> None:
    """Write a study folder whose truth is known, and the truth beside it in ``truth.csv``.

    Four lots of bone marrow and four of placenta from eight donors: clean ones, one contaminated
    with CD34+ cells, one with too few live cells near a limit, one with HLA-DR raised by
    interferon-γ, one without a chondrogenic assay, one of mixed fetal and maternal origin. All
    is drawn from the seed: the same seed gives the same bytes, and a lot is the same however many
    others the study holds.

    The default seed was chosen: the first from 2026 on with which no 95 % interval of a count, a
    doubling time or a differentiation of the eight lots misses its truth. Of that many intervals
    a few ordinarily would; with another seed or more lots some do.

    Parameters
    ----------
    folder
        Where to write; it must not exist or be empty.
    seed
        Seed of all chance.
    lots
        How many lots; ``None`` for the eight of the example. More repeat the eight with new
        donors.
    language
        Of the title, the notes and the report the study asks for.
    progress
        Called after every lot.

    Raises
    ------
    StudyProblem
        The folder holds something.
    FileProblem
        A file cannot be written.
    """
    _refuse_filled_folder(folder)
    truths = lot_truths(seed, len(PATTERNS) if lots is None else lots)
    passages = {truth.lot: cultures(truth, seed) for truth in truths}
    rows: list[TruthRow] = [
        *truth_table.source_rows(), *truth_table.comparison_rows(len(truths)),
    ]  # fmt: skip
    tubes: list[SheetRow] = []
    (folder / "raw" / "counters").mkdir(parents=True, exist_ok=True)
    for done, truth in enumerate(truths, start=1):
        rows += truth_table.lot_rows(truth, passages[truth.lot], language)
        for plan, file, events in _write_tubes(folder, truth, seed):
            tubes.append(tube_row(truth, plan, file))
            rows += truth_table.tube_rows(truth, plan, events)
        if progress is not None:
            progress(done, len(truths), truth.lot)
    _write_counters(folder, truths, passages, seed)
    write_csv(folder / "lots.csv", LOTS.names, [lot_row(truth, language) for truth in truths])
    write_csv(folder / "tubes.csv", TUBES.names, tubes)
    write_csv(
        folder / "passages.csv",
        PASSAGES.names,
        [passage_row(truth, held) for truth in truths for held in passages[truth.lot]],
    )
    write_csv(
        folder / "differentiation.csv",
        DIFFERENTIATION.names,
        chain.from_iterable(differentiation_rows(truth, seed) for truth in truths),
    )
    write_csv(
        folder / "safety.csv",
        SAFETY.names,
        chain.from_iterable(safety_rows(truth, seed) for truth in truths),
    )
    rows += _write_bench(folder, truths, seed)
    rows += _write_pictures(folder, truths, seed)
    write_csv(folder / "truth.csv", truth_table.COLUMNS, rows)
    _write_text(folder / "study.toml", settings_text(language))
    if planned := _spread_shown(truths):
        _write_text(folder / "plan.toml", plan_text(language, planned))


def _refuse_filled_folder(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StudyProblem(
            Problem(
                Place(file=folder.as_posix()),
                found=text("something is there already"),
                expected=text("a folder that does not exist yet, or is empty"),
                action=text("name another folder"),
            )
        )


def _spread_shown(truths: Sequence[LotTruth]) -> tuple[str, ...]:
    """Return the sources with two donors or more: one donor leaves a plan nothing to rest on."""
    sources = [truth.source.source for truth in truths]
    return tuple(source for source in dict.fromkeys(sources) if sources.count(source) > 1)


def _write_tubes(
    folder: Path, truth: LotTruth, seed: int
) -> Iterator[tuple[TubePlan, str, TubeEvents]]:
    (folder / "raw" / "flow" / truth.lot).mkdir(parents=True, exist_ok=True)
    for number, plan in enumerate(plan_tubes(truth)):
        file = f"raw/flow/{truth.lot}/{truth.lot}_{plan.file_name}"
        events = tube_events(truth, plan, number=number, seed=seed)
        begun = harvested_at(truth) + timedelta(hours=2, minutes=4 * number)
        write_fcs(
            folder / file,
            channels=channels(_shown_markers(plan)),
            values=_stored(events),
            keywords=_keywords(truth, file, begun, events),
            spillover=spillover(),
        )
        yield plan, file, events


def _stored(events: TubeEvents) -> npt.NDArray[np.float32]:
    """Return the values as the file holds them: time in ticks of the cytometer's clock."""
    values = events.values.copy()
    values[:, -1] = np.round(values[:, -1] / TIMESTEP_SECONDS)
    return values


def _shown_markers(plan: TubePlan) -> dict[str, str]:
    if plan.role is TubeRole.ISOTYPE:
        return {
            detector: marker if marker == VIABILITY_DYE else "isotype"
            for detector, marker in plan.markers.items()
        }
    return dict(plan.markers)


def _keywords(truth: LotTruth, file: str, begun: datetime, events: TubeEvents) -> dict[str, str]:
    ended = begun + timedelta(seconds=float(events.values[-1, -1]))
    return {
        "$CYT": "Simulated cytometer",
        "$DATE": fcs_date(begun),
        "$BTIM": f"{begun:%H:%M:%S}",
        "$ETIM": f"{ended:%H:%M:%S}",
        "$TIMESTEP": str(TIMESTEP_SECONDS),
        "$FIL": file.rsplit("/", 1)[-1],
        "$SRC": truth.lot,
        "$OP": "Simulation",
        "$COM": "Simulated events, not a measurement",
    }


def fcs_date(moment: datetime) -> str:
    """Write a date as FCS files do, whatever the computer's language.

    Parameters
    ----------
    moment
        The date.

    Returns
    -------
    str
        ``dd-mmm-yyyy``.

    Examples
    --------
    >>> fcs_date(datetime(2026, 3, 13))
    '13-MAR-2026'
    """
    months = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN",
              "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")  # fmt: skip
    return f"{moment.day:02d}-{months[moment.month - 1]}-{moment.year}"


def _write_counters(
    folder: Path,
    truths: Sequence[LotTruth],
    passages: Mapping[str, Sequence[Culture]],
    seed: int,
) -> None:
    counts = {truth.lot: _count(truth, passages[truth.lot][-1], seed) for truth in truths}
    placental = [counts[truth.lot] for truth in truths if truth.is_placental]
    if placental:
        _write_text(folder / PLACENTAL_COUNTS, vi_cell_blu_export(placental))
    for truth in truths:
        if not truth.is_placental:
            _write_text(folder / count_file(truth), nucleoview_export(counts[truth.lot]))


def _write_bench(folder: Path, truths: Sequence[LotTruth], seed: int) -> list[TruthRow]:
    """Write colony counts, and plates where the study holds the eight lots that share them.

    Further lots of a larger study are on no plate.
    """
    write_csv(
        folder / "colonies.csv",
        COLONIES.names,
        chain.from_iterable(colony_rows(truth, seed) for truth in truths),
    )
    tested = truths[: len(PATTERNS)]
    if len(tested) < len(PATTERNS):
        return list(truth_table.colony_rows(truths, seed))
    for name in ("plates", "pcr"):
        (folder / "raw" / name).mkdir(parents=True, exist_ok=True)
    kynurenine = kynurenine_plate(tested, seed)
    secretome, (potency, potencies) = secretome_plate(tested, seed), potency_plate(tested, seed)
    _write_text(folder / SECRETOME_FILE, secretome.grid())
    _write_text(folder / POTENCY_FILE, potency.grid())
    _write_text(folder / KYNURENINE_FILE, kynurenine.grid())
    _write_text(folder / BEADS_FILE, bead_export(tested, seed))
    _write_text(folder / pcr.FILE, pcr.cycler_export(tested, seed))
    write_csv(folder / "expression.csv", EXPRESSION.names, pcr.expression_rows(tested))
    write_csv(folder / "plates.csv", PLATES.names, plate_rows())
    layouts = [*secretome.layout, *kynurenine.layout, *potency.layout]
    write_csv(folder / "layouts.csv", LAYOUTS.names, layouts)
    write_csv(folder / "conditioned.csv", CONDITIONED.names, conditioned_rows(tested))
    write_csv(folder / "suppression.csv", SUPPRESSION.names, write_suppression(folder, seed))
    return [
        *truth_table.colony_rows(truths, seed),
        *truth_table.plate_rows(tested, potencies, seed),
        *truth_table.expression_rows(tested, seed),
        *truth_table.suppression_rows(tested),
    ]


def _write_pictures(folder: Path, truths: Sequence[LotTruth], seed: int) -> list[TruthRow]:
    """Write pictures of dishes and of stained fields, of the lots that have them."""
    held = [truth for truth in truths if truth.lot in STAINED_LOTS]
    if not held:
        return []
    (folder / "raw" / "images").mkdir(parents=True, exist_ok=True)
    for truth in held:
        for row in colony_rows(truth, seed):
            file, colonies = row["image"], row["colonies"]
            if isinstance(file, str) and file and isinstance(colonies, int):
                picture = dish_picture(colonies, stream(seed, truth.index, 19))
                (folder / file).write_bytes(picture)
    stained = write_fields(folder, [truth.lot for truth in held], seed)
    write_csv(folder / "images.csv", IMAGES.names, stained)
    return list(truth_table.stain_rows(held, seed))


def _count(truth: LotTruth, culture: Culture, seed: int) -> Count:
    seen = culture.cells_seen
    return Count(
        sample=entered_sample(truth),
        number=count_number(truth),
        viable_per_ml=culture.harvested_counted / SUSPENSION_ML,
        viability_percent=culture.viability_counted,
        diameter_um=round(float(stream(seed, truth.index, 4).uniform(15.0, 18.5)), 1),
        counted_at=counted_at(truth),
        cells_seen=0 if seen is None else seen,
    )


def _write_text(path: Path, content: str) -> None:
    # Bytes, so that line ends are the same on every system.
    path.write_bytes(content.encode("utf-8"))
