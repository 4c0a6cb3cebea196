"""The sheets of a study folder and their columns.

Templates, checks and documentation are all made from this one list.
"""

from __future__ import annotations

from stroma.study.bench_columns import BENCH_SHEETS
from stroma.study.sheet_layout import Column, Kind, SheetLayout
from stroma.study.words import (
    ADHERENCE,
    AUTOLOGY,
    CONDITIONS,
    LINEAGE_WORDS,
    ORIGINS,
    READOUTS,
    ROLES,
    SEXES,
    SOURCES,
    TESTS,
)
from stroma.texts import text

__all__ = [
    "DIFFERENTIATION",
    "LOTS",
    "PASSAGES",
    "SAFETY",
    "SHEETS",
    "STATISTICS",
    "TUBES",
    "Column",
    "Kind",
    "SheetLayout",
]

LOTS = SheetLayout(
    "lots",
    text("one row per lot"),
    (
        Column("lot", text("the lot's identifier, the same in every sheet"), "BM-01",
               required=True, kind=Kind.IDENTIFIER),
        Column("donor", text("the donor; a pool is one donor"), "D01", required=True,
               kind=Kind.IDENTIFIER),
        Column("source", text("tissue: bone_marrow, placenta, umbilical_cord, adipose_tissue, …"),
               "bone_marrow", required=True, kind=Kind.WORD, words=SOURCES),
        Column("placental_part", text("for placenta: amnion, chorion, chorionic_villi, decidua")),
        Column("donor_age_years", text("age of the donor in years"), "34", kind=Kind.NUMBER,
               dispensable=True),
        Column("donor_sex", text("sex of the donor"), "F", kind=Kind.WORD, words=SEXES,
               dispensable=True),
        Column("origin", text("genotype of the cells: fetal, maternal or mixed"), kind=Kind.WORD,
               words=ORIGINS, dispensable=True),
        Column("autologous", text("whether donor and recipient are one person"), "no",
               kind=Kind.WORD, words=AUTOLOGY, dispensable=True),
        Column("plastic_adherent", text("whether the cells adhered to plastic"), "yes",
               kind=Kind.WORD, words=ADHERENCE, dispensable=True),
        Column("pooled_donors", text("number of donors, for a pool"), kind=Kind.WHOLE,
               dispensable=True),
        Column("process", text("name or version of the process")),
        Column("medium", text("culture medium and supplement")),
        Column("note", text("anything a reader should know")),
    ),
    required=True,
)  # fmt: skip

TUBES = SheetLayout(
    "tubes",
    text("one row per FCS file"),
    (
        Column("file", text("path of the file inside the study folder"),
               "raw/flow/BM-01_stained.fcs", required=True, kind=Kind.PATH),
        Column("lot", text("the lot; empty for controls that serve the whole study"), "BM-01",
               kind=Kind.IDENTIFIER),
        Column("passage", text("passage of the cells"), "P4", kind=Kind.PASSAGE),
        Column("role", text("what the tube is for"), "stained", required=True, kind=Kind.WORD,
               words=ROLES),
        Column("markers",
               text('detector=marker pairs with semicolons between; "viability" for a dead-cell '
                    "dye"),
               "FITC-A=CD90; PE-A=CD105; APC-A=CD73"),
        Column("left_out", text("for an FMO tube: the marker that was left out")),
        Column("panel", text("name of the panel; tubes of one panel share their controls")),
        Column("stimulated", text("what the cells were stimulated with, e.g. IFN-gamma")),
    ),
)  # fmt: skip

PASSAGES = SheetLayout(
    "passages",
    text("one row per passage of a lot"),
    (
        Column("lot", text("the lot"), "BM-01", required=True, kind=Kind.IDENTIFIER,
               spellings=("culture", "cell_line", "line", "sample", "batch", "lot_no", "серия",
                          "лот", "культура", "линия", "образец", "партия", "топтама", "өсінді",
                          "үлгі")),
        Column("passage", text("P0 is the primary culture"), "P1", required=True,
               kind=Kind.PASSAGE,
               spellings=("p", "passage_no", "passage_number", "пассаж", "пассаж_№",
                          "номер_пассажа", "№_пассажа", "пассаж_нөмірі")),
        Column("seeded", text("viable cells seeded"), "500000", kind=Kind.NUMBER,
               dispensable=True,
               spellings=("cells_seeded", "seeded_cells", "viable_cells_seeded", "plated",
                          "cells_plated", "n0", "посеяно", "посеяно_клеток", "клеток_посеяно",
                          "засеяно", "засеяно_клеток", "посев", "себілді", "себілген",
                          "себілген_жасуша", "себілген_жасушалар", "егілген_жасушалар")),
        Column("harvested", text("viable cells harvested"), "2100000", kind=Kind.NUMBER,
               dispensable=True,
               spellings=("cells_harvested", "harvested_cells", "viable_cells_harvested",
                          "harvest", "n1", "собрано", "собрано_клеток", "клеток_собрано", "снято",
                          "снято_клеток", "получено", "получено_клеток", "жиналды", "жиналған",
                          "жиналған_жасуша", "жиналған_жасушалар", "алынған_жасушалар")),
        Column("hours", text("hours from seeding to harvest"), "96", kind=Kind.NUMBER,
               dispensable=True,
               spellings=("h", "time_h", "hours_h", "time_hours", "часы", "часов", "час",
                          "время_ч", "часы_ч", "время_часы", "время_в_часах", "сағат", "уақыт_сағ",
                          "уақыты_сағ")),
        Column("viability", text("viability at harvest, %"), "95.2", kind=Kind.NUMBER, unit="%",
               dispensable=True,
               spellings=("viability_%", "viable_%", "жизнеспособность", "жизнеспособность_%",
                          "тіршілікке_қабілеттілік", "тіршілікке_қабілеттілік_%")),
        Column("area_cm2", text("culture area, cm²"), "175", kind=Kind.NUMBER, dispensable=True,
               spellings=("area", "площадь_см2", "площадь", "аудан_см2", "ауданы_см2")),
        Column("count_method", text("how the cells were counted"), "NC-200"),
        Column("count_file", text("export of the counter, inside the study folder"),
               kind=Kind.PATH, dispensable=True),
        Column("count_sample", text("name of the sample in that export")),
        Column("suspension_ml", text("volume of the counted suspension, mL"), kind=Kind.NUMBER,
               dispensable=True),
        Column("cells_counted", text("cells seen while counting"), kind=Kind.WHOLE,
               dispensable=True),
        Column("days", text("days from seeding to harvest, in place of hours"), kind=Kind.NUMBER,
               dispensable=True,
               spellings=("d", "time_d", "time_days", "days_d", "дни", "дней", "сутки", "суток",
                          "время_дни", "время_сут", "время_дн", "күн", "тәулік", "уақыт_күн")),
        Column("seeded_on", text("date of seeding, in place of hours"), kind=Kind.DATE,
               dispensable=True,
               spellings=("seeding_date", "date_seeded", "date_of_seeding", "дата_посева",
                          "посеяно_дата", "себу_күні", "себілген_күні")),
        Column("harvested_on", text("date of harvest, in place of hours"), kind=Kind.DATE,
               dispensable=True,
               spellings=("harvest_date", "date_harvested", "date_of_harvest", "дата_сбора",
                          "дата_снятия", "дата_съема", "жинау_күні", "жиналған_күні")),
        Column("senescent", text("senescent cells (beta-galactosidase), %"), kind=Kind.NUMBER,
               unit="%", dispensable=True,
               spellings=("senescent_cells", "senescent_%", "sa_b_gal", "sa_b_gal_%",
                          "beta_galactosidase", "beta_gal_%", "бета_галактозидаза",
                          "сенесцентные_клетки", "старые_клетки_%", "қартайған_жасушалар")),
    ),
)  # fmt: skip

DIFFERENTIATION = SheetLayout(
    "differentiation",
    text("one row per replicate"),
    (
        Column("lot", text("the lot"), "BM-01", required=True, kind=Kind.IDENTIFIER),
        Column("passage", text("passage of the cells"), "P4", kind=Kind.PASSAGE),
        Column("lineage", text("osteogenic, adipogenic or chondrogenic"), "osteogenic",
               required=True, kind=Kind.WORD, words=LINEAGE_WORDS),
        Column("condition", text("induced, or the undifferentiated control"), "induced",
               required=True, kind=Kind.WORD, words=CONDITIONS),
        Column("replicate", text("number of the well or pellet"), "1"),
        Column("readout", text("what was read"), "absorbance", required=True, kind=Kind.WORD,
               words=READOUTS),
        Column("value", text("the reading"), "0.84", required=True, kind=Kind.NUMBER),
        Column("unit", text("unit of the reading: OD, % for area, empty for a score"), "OD"),
        Column("stain", text("stain"), "Alizarin Red"),
    ),
)  # fmt: skip

SAFETY = SheetLayout(
    "safety",
    text("one row per test result, as entered"),
    (
        Column("lot", text("the lot"), "BM-01", required=True, kind=Kind.IDENTIFIER),
        Column("passage", text("passage of the cells"), kind=Kind.PASSAGE),
        Column("test", text("sterility, mycoplasma, endotoxin, karyotype and so on"), "sterility",
               required=True, kind=Kind.WORD, words=TESTS),
        Column("agent", text("for serology and similar tests: the agent")),
        Column("result", text("the result as reported: a word, a number, < and a number"),
               "no growth", required=True),
        Column("unit", text("unit of a number")),
        Column("method", text("method"), "Ph. Eur. 2.6.27"),
        Column("tested_on", text("date, YYYY-MM-DD"), "2026-03-14", kind=Kind.DATE,
               dispensable=True),
    ),
)  # fmt: skip

STATISTICS = SheetLayout(
    "statistics",
    text("one row per number to take from a FlowJo or FACSDiva export"),
    (
        Column("file", text("a FlowJo workspace or table, or statistics FACSDiva exported"),
               "raw/flow/BM-01.wsp", required=True, kind=Kind.PATH),
        Column("sample", text("name of the sample, tube or well in the export"),
               "BM-01_stained.fcs", required=True),
        Column("population", text("the positive cells, as the export names them"),
               "Cells/Singlets/Live/CD105+", required=True),
        Column("of", text('the cells they are a share of; "All Events" for all'),
               "Cells/Singlets/Live", required=True),
        Column("marker", text("what the cells are positive for"), "CD105", required=True),
        Column("lot", text("the lot"), "BM-01", required=True, kind=Kind.IDENTIFIER),
        Column("passage", text("passage of the cells"), "P4", kind=Kind.PASSAGE),
        Column("stimulated", text("what the cells were stimulated with, e.g. IFN-gamma")),
    ),
)  # fmt: skip

SHEETS: tuple[SheetLayout, ...] = (
    LOTS,
    TUBES,
    PASSAGES,
    DIFFERENTIATION,
    SAFETY,
    STATISTICS,
    *BENCH_SHEETS,
)
