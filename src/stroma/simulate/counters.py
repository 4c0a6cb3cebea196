"""Exports of cell counters as the instruments write them, with simulated counts.

The layout is that of files of the two instruments: a ChemoMetec NucleoCounter NC-200
(NucleoView, one file a count) and a Beckman Coulter Vi-CELL BLU (one table for many samples).
The numbers in them are illustrative.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

CR_LF = "\r\n"
VI_CELL_IMAGES = 100
VI_CELL_CELLS_PER_MILLION = 2_815
"""Cells seen in 100 images at a density of 10⁶/mL: 2,191 at 0.78 in a file of the instrument."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One count of one sample.

    Parameters
    ----------
    sample
        Name entered at the instrument.
    number
        Number of the count on its day.
    viable_per_ml
        Density of viable cells.
    viability_percent
        Viable of total.
    diameter_um
        Mean diameter.
    counted_at
        When.
    cells_seen
        Viable cells in the images.
    """

    sample: str
    number: int
    viable_per_ml: float
    viability_percent: float
    diameter_um: float
    counted_at: datetime
    cells_seen: int


def nucleoview_export(count: Count) -> str:
    """Return the file a NucleoCounter NC-200 writes for one count.

    Parameters
    ----------
    count
        The count.

    Returns
    -------
    str
        Text with CR LF line ends, densities with three significant digits.

    Examples
    --------
    >>> count = Count(sample="BM-01 P4", number=12, viable_per_ml=2.45e6, viability_percent=95.0,
    ...               diameter_um=15.2, counted_at=datetime(2026, 3, 13, 16, 30), cells_seen=900)
    >>> nucleoview_export(count).splitlines()[4]
    'Live (cells/ml);2.45E6;'
    """
    image = nucleoview_image(count.sample, number=count.number, counted_at=count.counted_at)
    total = count.viable_per_ml * 100.0 / count.viability_percent
    lines = [
        "Viability and Cell Count Assay - simulated; ;",
        f"Image;{image};",
        "Operator;Simulation;",
        f"Viability (%);{count.viability_percent:.1f};",
        f"Live (cells/ml);{_density(count.viable_per_ml)};",
        f"Dead (cells/ml);{_density(total - count.viable_per_ml)};",
        f"Total (cells/ml);{_density(total)};",
        " ; ;",
        f"Estimated cell diameter (um);{count.diameter_um:.1f};",
        "Cell diameter standard deviation (um);3.4;",
        "(%) of cells in aggregates with five or more cells;2;",
        "Sample Volume (ul);200.0;",
        "Dilution Volume (ul);0.000;",
        "Multiplication factor;1.000;",
        *([";"] * 14),
        f"cm filename;{image}.cm",
        "Protocol template title;Viability and Cell Count Assay",
        "Protocol template purpose;Cell Count and Viability with AO and DAPI",
        "Protocol adaptation title;simulated",
        "Instrument type;NucleoView NC-200",
        "Instrument s/n;s/n SIMULATED",
        f"Date time;{count.counted_at:%Y%m%d %H%M%S}",
        "Time zone offset;5",
        "Application SW version;1.4.2.0",
        "21 CFR Part 11;disabled",
        "Event log format;Plain text",
        "csv file version;2",
        "",
    ]
    written = CR_LF.join(lines)
    # The instrument's last line is a checksum whose rule is not published; this one is CRC-32.
    return f"{written}//[{crc32(written.encode('utf-8')):08X}]{CR_LF}"


def nucleoview_image(sample: str, *, number: int, counted_at: datetime) -> str:
    """Return the name of the image, the only name a sample has in a NucleoView export.

    Parameters
    ----------
    sample
        Name entered at the instrument.
    number
        Number of the count on its day.
    counted_at
        When.

    Returns
    -------
    str
        Day, number and sample.

    Examples
    --------
    >>> nucleoview_image("BM-01 P4", number=12, counted_at=datetime(2026, 3, 13))
    '20260313-0012-BM-01 P4'
    """
    return f"{counted_at:%Y%m%d}-{number:04d}-{sample}"


VI_CELL_COLUMNS: tuple[str, ...] = (
    "Sample ID", "Cell count", "Viable cells", "Total (x10^6) cells/mL",
    "Viable (x10^6) cells/mL", "Viability (%)", "Average diameter (μm)",
    "Average viable diameter (μm)", "Average circularity", "Average viable circularity",
    "Average cells per image", "Average background intensity", "Bubble count", "Cluster count",
    "Images for analysis", "Cell type", "Minimum Diameter (μm)", "Maximum Diameter (μm)", "Images",
    "Cell sharpness", "Minimum circularity", "Decluster degree", "Aspiration cycles",
    "Viable spot brightness (%)", "Viable spot area (%)", "Mixing cycles", "Analysis date/time",
    "Reanalysis date/time", "Analysis by", "Reanalysis by", "Dilution", "Wash", "Tag",
)  # fmt: skip


def vi_cell_blu_export(counts: Iterable[Count]) -> str:
    """Return the table a Vi-CELL BLU writes for several counts.

    Parameters
    ----------
    counts
        The counts, in order.

    Returns
    -------
    str
        Comma-separated text with CR LF line ends, densities in 10⁶/mL with two decimals, dates as
        the instrument writes them in the United States.
    """
    lines = [",".join(VI_CELL_COLUMNS), *(",".join(_vi_cell_row(count)) for count in counts), ""]
    return CR_LF.join(lines)


def _vi_cell_row(count: Count) -> tuple[str, ...]:
    total = count.viable_per_ml * 100.0 / count.viability_percent
    seen = round(count.cells_seen * 100.0 / count.viability_percent)
    moment = count.counted_at
    date = f"{moment.month}/{moment.day}/{moment.year} {moment.hour}:{moment.minute:02d}"
    return (
        count.sample,
        str(seen),
        str(count.cells_seen),
        f"{total / 1e6:.2f}",
        f"{count.viable_per_ml / 1e6:.2f}",
        f"{count.viability_percent:.2f}",
        f"{count.diameter_um - 0.2:.2f}",
        f"{count.diameter_um:.2f}",
        "0.88", "0.89",
        str(round(seen / VI_CELL_IMAGES)),
        "134", "0", "0",
        str(VI_CELL_IMAGES),
        "Mammalian", "6", "30",
        str(VI_CELL_IMAGES),
        "7", "0.1", "Medium", "3", "50", "5", "3",
        date,
        "", "Simulation", "", "1", "Normal Wash", "",
    )  # fmt: skip


def vi_cell_cells_seen(viable_per_ml: float) -> int:
    """Return how many viable cells a Vi-CELL BLU sees in its 100 images.

    Parameters
    ----------
    viable_per_ml
        Density of viable cells.

    Returns
    -------
    int
        Number of cells.

    Examples
    --------
    >>> vi_cell_cells_seen(1.0e6)
    2815
    """
    return round(viable_per_ml / 1e6 * VI_CELL_CELLS_PER_MILLION)


def _density(per_ml: float) -> str:
    mantissa, exponent = f"{per_ml:.2e}".split("e")
    return f"{mantissa}E{int(exponent)}"
