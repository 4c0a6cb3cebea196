"""The sheets about plates, supernatants, lymphocytes, colonies, pictures and gene expression."""

from __future__ import annotations

from typing import Final

from stroma.study.sheet_layout import Column, Kind, SheetLayout
from stroma.study.words import LINEAGE_WORDS, YES_NO, Word
from stroma.texts import text

PLATE_ASSAYS: Final = (
    Word("secretome", ("secretion", "cytokines", "секретом", "секреция", "секретом_талдауы")),
    Word("potency", ("relative_potency", "активность", "относительная_активность", "белсенділік")),
    Word("ido", ("kynurenine", "кинуренин", "идо")),
    Word("elisa", ("ифа", "immunoassay", "ифт")),
)
MODELS: Final = (
    Word("4PL", ("4pl", "four_parameter", "4_parameter", "четырехпараметрическая")),
    Word("5PL", ("5pl", "five_parameter", "5_parameter", "пятипараметрическая")),
    Word("linear", ("line", "линейная", "сызықтық")),
)
WEIGHTINGS: Final = (
    Word("none", ("no", "unweighted", "нет", "жоқ")),
    Word("1/y", ("1/у",)),
    Word("1/y^2", ("1/y2", "1/у^2", "1/у2")),
)
WELL_ROLES: Final = (
    Word("standard", ("std", "calibrator", "стандарт", "калибратор")),
    Word("blank", ("blk", "background", "бланк", "холостая", "фон", "бос")),
    Word("sample", ("unknown", "проба", "образец", "сынама", "үлгі")),
    Word("control", ("qc", "quality_control", "контроль", "бақылау")),
    Word("spike", ("spiked", "добавка", "қоспа")),
    Word("reference", ("reference_lot", "референс", "эталон", "референсная_серия")),
)
SUPPRESSION_ROLES: Final = (
    Word("undivided", ("unstimulated", "not_stimulated", "нестимулированные", "неделившиеся",
                       "бөлінбеген")),
    Word("stimulated", ("stimulated_alone", "стимулированные", "белсендірілген")),
    Word("coculture", ("co_culture", "кокультура", "сокультура", "бірге_өсіру")),
    Word("unlabelled", ("unlabeled", "without_dye", "без_красителя", "бояусыз")),
)  # fmt: skip
STAINS: Final = (
    Word("alizarin_red", ("alizarin_red_s", "ars", "ализариновый_красный", "ализарин_қызылы")),
    Word("oil_red_o", ("oro", "масляный_красный_о", "масляный_красный", "майлы_қызыл_о")),
    Word("alcian_blue", ("альциановый_синий", "альциан_көгі")),
)
IMAGE_ROLES: Final = (
    Word("induced", ("differentiated", "индуцированная", "индукция", "индукцияланған")),
    Word("undifferentiated", ("control", "контроль", "недифференцированная", "бақылау")),
    Word("flat_field", ("flat", "empty_field", "пустое_поле", "бос_өріс")),
    Word("dark", ("dark_field", "темновой_кадр", "қараңғы_кадр")),
)

PLATES = SheetLayout(
    "plates",
    text("one row per plate that was read, or per export of a bead reader"),
    (
        Column("file", text("export of the reader, inside the study folder"),
               "raw/plates/il6.csv", required=True, kind=Kind.PATH),
        Column("plate", text("name of the plate in the export; empty for the only one")),
        Column("assay", text("what the plate is for"), "secretome", required=True,
               kind=Kind.WORD, words=PLATE_ASSAYS),
        Column("analyte", text("what was measured; empty for a bead reader, which names it"),
               "IL-6"),
        Column("layout", text("name of the layout in layouts; empty where the export holds it"),
               "ELISA-1", kind=Kind.IDENTIFIER),
        Column("reading", text("which reading of the export; empty for the only one"), "450"),
        Column("reference", text("reading that is subtracted from it"), "570"),
        Column("model", text("curve of the standards"), "4PL", kind=Kind.WORD, words=MODELS),
        Column("weighting", text("weights of the standards"), "none", kind=Kind.WORD,
               words=WEIGHTINGS),
        Column("unit", text("unit of the standards' concentrations"), "pg/mL"),
    ),
)  # fmt: skip

LAYOUTS = SheetLayout(
    "layouts",
    text("one row per well or range of wells of a plate's layout"),
    (
        Column("layout", text("name of the layout"), "ELISA-1", required=True,
               kind=Kind.IDENTIFIER),
        Column("wells", text("a well or a range: A1, A1:A3, A1:B12"), "A1:A2", required=True),
        Column("role", text("what is in them"), "standard", required=True, kind=Kind.WORD,
               words=WELL_ROLES),
        Column("concentration", text("of a standard, of what was added, or the dose of a potency "
                                     "assay"), "1000", kind=Kind.NUMBER),
        Column("lot", text("the lot; empty where no lot is in the well"), kind=Kind.IDENTIFIER),
        Column("passage", text("passage of the cells"), kind=Kind.PASSAGE),
        Column("dilution", text("how many times the sample was diluted"), kind=Kind.NUMBER),
        Column("block", text("block, row or plate of the design")),
        Column("name", text("name of a control or a supernatant")),
    ),
)  # fmt: skip

CONDITIONED = SheetLayout(
    "conditioned",
    text("one row per supernatant, and per medium without cells"),
    (
        Column("name", text("its name in layouts and exports"), "BM-01 P4", required=True,
               kind=Kind.IDENTIFIER),
        Column("lot", text("the lot; empty for medium without cells"), "BM-01",
               kind=Kind.IDENTIFIER),
        Column("passage", text("passage of the cells"), "P4", kind=Kind.PASSAGE),
        Column("stimulated", text("what the cells were stimulated with, e.g. IFN-gamma")),
        Column("cells", text("viable cells when it was taken"), "1200000", kind=Kind.NUMBER),
        Column("cells_seeded", text("viable cells seeded"), "1000000", kind=Kind.NUMBER),
        Column("volume_ml", text("volume of the medium, mL"), "10", kind=Kind.NUMBER),
        Column("hours", text("hours of the medium on the cells"), "48", kind=Kind.NUMBER),
        Column("medium_blank", text("whether it is medium without cells"), "no", kind=Kind.WORD,
               words=YES_NO),
    ),
)  # fmt: skip

SUPPRESSION = SheetLayout(
    "suppression",
    text("one row per FCS file of lymphocytes that carry a dye"),
    (
        Column("file", text("path of the file inside the study folder"),
               "raw/suppression/run1_1to10.fcs", required=True, kind=Kind.PATH),
        Column("role", text("what the tube is for"), "coculture", required=True, kind=Kind.WORD,
               words=SUPPRESSION_ROLES),
        Column("dye", text("detector of the dye"), "FITC-A", required=True),
        Column("lot", text("lot of the stromal cells; empty for lymphocytes alone"), "BM-01",
               kind=Kind.IDENTIFIER),
        Column("passage", text("passage of the stromal cells"), "P4", kind=Kind.PASSAGE),
        Column("stromal_per_lymphocyte", text("stromal cells to one lymphocyte: 0.1 for 1 to 10"),
               "0.1", kind=Kind.NUMBER),
        Column("lymphocyte_donor", text("donor of the lymphocytes"), "PB-07",
               kind=Kind.IDENTIFIER),
        Column("run", text("name of the run; tubes of one run share their controls"), "run 1",
               kind=Kind.IDENTIFIER),
        Column("reference_lot", text("whether this is the reference lot of the run"), "no",
               kind=Kind.WORD, words=YES_NO),
    ),
)  # fmt: skip

COLONIES = SheetLayout(
    "colonies",
    text("one row per dish that was counted, or per dilution of wells"),
    (
        Column("lot", text("the lot"), "BM-01", required=True, kind=Kind.IDENTIFIER),
        Column("passage", text("passage of the cells"), "P1", kind=Kind.PASSAGE),
        Column("seeded", text("cells in the dish, or in each well"), "100", required=True,
               kind=Kind.NUMBER),
        Column("colonies", text("colonies in the dish; empty for wells"), "21", kind=Kind.WHOLE),
        Column("wells", text("wells of this dilution; empty for a dish"), kind=Kind.WHOLE),
        Column("wells_with_colonies", text("how many of them hold a colony"), kind=Kind.WHOLE),
        Column("image", text("picture of the dish, from which a count is proposed"),
               kind=Kind.PATH),
        Column("confirmed_by", text("who counted, or confirmed a proposed count"), "A. K."),
        Column("replicate", text("number of the dish"), "1"),
    ),
)  # fmt: skip

IMAGES = SheetLayout(
    "images",
    text("one row per picture of a stained culture"),
    (
        Column("file", text("TIFF, PNG or JPEG file inside the study folder"),
               "raw/images/BM-01_osteo_1.png", required=True, kind=Kind.PATH),
        Column("stain", text("stain"), "alizarin_red", required=True, kind=Kind.WORD,
               words=STAINS),
        Column("role", text("what is in the picture"), "induced", required=True, kind=Kind.WORD,
               words=IMAGE_ROLES),
        Column("lot", text("the lot; empty for an empty field"), "BM-01", kind=Kind.IDENTIFIER),
        Column("passage", text("passage of the cells"), "P4", kind=Kind.PASSAGE),
        Column("lineage", text("osteogenic, adipogenic or chondrogenic"), "osteogenic",
               kind=Kind.WORD, words=LINEAGE_WORDS),
        Column("replicate", text("number of the well or field"), "1"),
        Column("run", text("name of the session; pictures of one share empty field and control"),
               "run 1", kind=Kind.IDENTIFIER),
    ),
)  # fmt: skip

EXPRESSION = SheetLayout(
    "expression",
    text("one row per sample of a thermocycler's export"),
    (
        Column("file", text("export of the thermocycler, inside the study folder"),
               "raw/pcr/run1.txt", required=True, kind=Kind.PATH),
        Column("sample", text("name of the sample in the export"), "BM-01 osteo", required=True),
        Column("lot", text("the lot; empty for a sample that is no lot"), "BM-01",
               kind=Kind.IDENTIFIER),
        Column("passage", text("passage of the cells"), "P4", kind=Kind.PASSAGE),
        Column("condition", text("what the cells had been through"), "osteogenic"),
        Column("calibrator", text("whether the others are expressed relative to it"), "no",
               kind=Kind.WORD, words=YES_NO),
        Column("reference_genes", text("genes the others are set against, with semicolons between"),
               "GAPDH; ACTB"),
    ),
)  # fmt: skip

BENCH_SHEETS: Final[tuple[SheetLayout, ...]] = (
    PLATES,
    LAYOUTS,
    CONDITIONED,
    SUPPRESSION,
    COLONIES,
    IMAGES,
    EXPRESSION,
)
