"""MIFlowCyt: what a report of flow cytometry states.

Items after Lee JA et al. Cytometry A 2008;73:926-930, doi 10.1002/cyto.a.20623. To ask for one
more thing, add a line to :data:`MIFLOWCYT` and a function that finds it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from stroma.criteria.verdicts import LotOutcome, LotVerdict
from stroma.cytometry.scales import DECADES
from stroma.measurements import Measurement, passage_number
from stroma.report.account import in_order
from stroma.report.reporting_items import Asked, Item, declared
from stroma.report.setting_words import setting_value
from stroma.report.words import control_short, listed
from stroma.results import StudyResults
from stroma.texts import Text, join, text, texts
from stroma.views import GateView, HistogramView
from stroma.vocabulary import tissue_label

_DECLARED: Final = ("program", "population", "of")
"""Settings of such a row that say where its gate was drawn."""

EVENT_FILES: Final = (".fcs", ".lmd")
"""Ends of the names of list-mode files."""

STORED: Final = "_statistic/"
"""Part of the name of every method that takes numbers another program counted."""


@dataclass(frozen=True, slots=True)
class StudyKnown:
    """The results of a study.

    Parameters
    ----------
    results
        All of them.
    """

    results: StudyResults

    @property
    def has_flow(self) -> bool:
        """Whether any cell was counted by flow cytometry in this study."""
        return bool(self.histograms or self.results.exclusions or self.stored)

    @property
    def histograms(self) -> tuple[HistogramView, ...]:
        """The pictures of markers."""
        return tuple(view for view in self.results.views if isinstance(view, HistogramView))

    @property
    def stored(self) -> tuple[Measurement, ...]:
        """The rows of numbers that another program counted."""
        return tuple(row for row in self.results.measurements if STORED in row.method)


def _variables(known: StudyKnown) -> Text | None:
    """Return what was varied: as declared, otherwise the tissues where there are several."""
    stated = declared(known.results.settings.statements.experiment_variables)
    sources = _distinct(lot.source for lot in known.results.lots)
    if stated is not None or len(sources) < 2:
        return stated
    return text("tissue source: {sources}", sources=join(tuple(map(tissue_label, sources))))


def _organisation(known: StudyKnown) -> Text | None:
    """Return the laboratory's name."""
    return declared(known.results.settings.laboratory.name)


def _address(known: StudyKnown) -> Text | None:
    """Return the laboratory's address."""
    return declared(known.results.settings.laboratory.address)


def _contact(known: StudyKnown) -> Text | None:
    """Return the contact person."""
    return declared(known.results.settings.laboratory.contact)


def _assay_date(known: StudyKnown) -> Text | None:
    """Return the date or period, as declared."""
    return declared(known.results.settings.statements.assay_date)


def _conclusions(known: StudyKnown) -> Text | None:
    """Return the conclusions: as declared, otherwise the verdicts counted."""
    stated = declared(known.results.settings.statements.conclusions)
    if stated is not None:
        return stated
    return listed([_counted(judged.profile.name, judged.lots) for judged in known.results.verdicts],
                  "; ")  # fmt: skip


def _controls(known: StudyKnown) -> Text | None:
    """Return the kinds of controls thresholds were set on."""
    roles = _distinct(view.control_role for view in known.histograms if view.control_events)
    return listed([control_short(role) for role in roles])


def _quality_control(known: StudyKnown) -> Text | None:
    """Return further measures of quality control, as declared."""
    return declared(known.results.settings.statements.qc_controls)


def _tissues(known: StudyKnown) -> Text | None:
    """Return the tissues, each with its number of lots."""
    counts = Counter(lot.source for lot in known.results.lots)
    return listed(
        [
            texts("{source}: {count} lot", "{source}: {count} lots", n, source=tissue_label(s))
            for s, n in counts.items()
        ]
    )


def _species(_known: StudyKnown) -> Text | None:
    """Return the species, which no sheet of a study states."""
    return None


def _ages(known: StudyKnown) -> Text | None:
    """Return the range of the donors' ages, where every one is stated."""
    held = [lot.donor_age_years for lot in known.results.lots]
    stated = [age for age in held if age is not None]
    if not held or len(stated) < len(held):
        return None
    return text("donors aged {youngest} to {oldest}", youngest=min(stated), oldest=max(stated))


def _sexes(known: StudyKnown) -> Text | None:
    """Return how many lots come from women and men, where every one is stated."""
    counts = Counter(lot.donor_sex for lot in known.results.lots)
    if not counts or None in counts:
        return None
    return text("lots of female donors {f}, of male donors {m}", f=counts["F"], m=counts["M"])


def _passages(known: StudyKnown) -> Text | None:
    """Return the passages that were stained."""
    held = {view.subject.passage for view in known.histograms if view.subject.passage}
    held |= {row.passage for row in known.stored if row.passage}
    in_order = sorted(held, key=passage_number)
    return listed(in_order)


def _treatment(known: StudyKnown) -> Text | None:
    """Return treatments: as declared, and what cells had been stimulated with."""
    stated = known.results.settings.statements.sample_treatment
    conditions = _distinct(view.subject.condition for view in known.histograms)
    return listed([part for part in (stated, *conditions) if part], "; ")


def _detectors(known: StudyKnown) -> Text | None:
    """Return each marker with its detector."""
    pairs = _distinct(f"{view.subject.analyte} {view.channel}" for view in known.histograms)
    return listed(pairs)


def _reagents(_known: StudyKnown) -> Text | None:
    """Return clone, maker and catalogue number, which no sheet of a study states."""
    return None


def _maker(known: StudyKnown) -> Text | None:
    """Return the instrument's maker, as declared."""
    return declared(known.results.settings.statements.instrument_maker)


def _model(known: StudyKnown) -> Text | None:
    """Return the instrument's model, as declared."""
    return declared(known.results.settings.statements.instrument_model)


def _instrument_settings(known: StudyKnown) -> Text | None:
    """Return the instrument's configuration, as declared."""
    return declared(known.results.settings.statements.instrument_settings)


def _list_mode(known: StudyKnown) -> Text | None:
    """Return where the list-mode files are kept: as declared, and in the study."""
    stated = known.results.settings.statements.fcs_location
    of_tubes = [step.file for step in known.results.exclusions]
    # Single stains are recorded too, and nothing of them is excluded.
    read = [origin.file for origin in known.results.provenance.inputs]
    kept = [file for file in read if file.lower().endswith(EVENT_FILES)]
    files = _distinct((*of_tubes, *kept))
    told = texts(
        "{count} file in the study folder, named in this report with its SHA-256",
        "{count} files in the study folder, named in this report with their SHA-256",
        len(files),
    )
    return listed([*([stated] if stated is not None else []), *([told] if files else [])], "; ")


def _compensation(known: StudyKnown) -> Text | None:
    """Return how percentages were compensated, as their methods were told."""
    return _setting(known, "compensation")


def _transformation(known: StudyKnown) -> Text | None:
    """Return on which scales cells were gated and drawn."""
    if not known.histograms:
        return None
    return text(
        "none for gates and thresholds, which are in linear units; in pictures fluorescence on "
        "the logicle scale of Parks, Roederer and Moore 2006 with {decades} decades, its linear "
        "part after the values below zero of each tube, and scatter on a logarithmic scale",
        decades=DECADES,
    )


def _gates(known: StudyKnown) -> Text | None:
    """Return the gates in the order applied; the account of each tube is in the report."""
    labels = {step.gate: step.label for step in known.results.exclusions if step.gate != "recorded"}
    for view in known.results.views:
        if isinstance(view, GateView):
            labels.setdefault(view.subject.analyte, view.name)
    told = [
        text("{analyte} in {program}: {population} of {of}",
             analyte=row.analyte, **{key: row.settings.get(key, "") for key in _DECLARED})
        for row in known.stored
    ]  # fmt: skip
    if labels:
        gates = join([labels[gate] for gate in in_order(labels)], " → ")
        told.insert(0, text("{gates}; the account of every tube is in this report", gates=gates))
    return listed(list({str(each): each for each in told}.values()), "; ")


def _setting(known: StudyKnown, key: str) -> Text | None:
    held = [
        setting_value(row.settings[key], key=key)
        for row in known.results.measurements
        if row.quantity == "percent_positive" and key in row.settings
    ]
    return listed(list({str(value): value for value in held}.values()))


def _counted(profile: str, lots: Iterable[LotVerdict]) -> Text:
    counts = Counter(lot.verdict for lot in lots)
    told = [
        text("{count} {verdict}", count=counts[outcome], verdict=outcome.label)
        for outcome in LotOutcome
        if counts[outcome]
    ]
    return text("under {profile}: {counts}", profile=profile, counts=join(tuple(told)))


def _distinct(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word for word in words if word))


MIFLOWCYT: tuple[Item[StudyKnown], ...] = (
    Item("1.3", text("Variables"), (Asked(text("variables"), _variables),)),
    Item(
        "1.4",
        text("Organisation"),
        (
            Asked(text("name"), _organisation),
            Asked(text("address"), _address),
        ),
    ),
    Item("1.5", text("Contact"), (Asked(text("contact person"), _contact),)),
    Item("1.6", text("Date of the experiment"), (Asked(text("date"), _assay_date),)),
    Item("1.7", text("Conclusions"), (Asked(text("conclusions"), _conclusions),)),
    Item(
        "1.8",
        text("Quality control"),
        (
            Asked(text("controls"), _controls),
            Asked(text("further measures"), _quality_control),
        ),
    ),
    Item(
        "2.1",
        text("Sample"),
        (
            Asked(text("tissue"), _tissues),
            Asked(text("species"), _species),
            Asked(text("age of every donor"), _ages),
            Asked(text("sex of every donor"), _sexes),
            Asked(text("passage"), _passages),
        ),
    ),
    Item("2.3", text("Treatment of the sample"), (
        Asked(text("treatment"), _treatment),
    )),
    Item(
        "2.4",
        text("Fluorescent reagents"),
        (
            Asked(text("markers and detectors"), _detectors),
            Asked(text("clone, maker and catalogue number"), _reagents),
        ),
    ),
    Item("3.1", text("Instrument maker"), (Asked(text("maker"), _maker),)),
    Item("3.2", text("Instrument model"), (Asked(text("model"), _model),)),
    Item(
        "3.3",
        text("Configuration and settings"),
        (Asked(text("settings"), _instrument_settings),),
    ),
    Item("4.1", text("List-mode files"), (Asked(text("where they are kept"), _list_mode),)),
    Item("4.2", text("Compensation"), (Asked(text("compensation"), _compensation),)),
    Item("4.3", text("Transformation"), (Asked(text("scale"), _transformation),)),
    Item("4.4", text("Gating"), (Asked(text("gates"), _gates),)),
)  # fmt: skip
"""Items by their numbers; those whose wording was not at hand are left out."""
