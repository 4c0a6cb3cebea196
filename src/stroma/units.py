"""The only conversions in the package.

Every unit has one code, the UCUM one where UCUM has it (https://ucum.org), and the spellings
laboratories write. A unit that is not known is an error, never a guess.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from stroma.errors import Place, Problem, StudyProblem
from stroma.texts import text


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measurement.

    Parameters
    ----------
    code
        How Stroma writes it: UCUM where UCUM has it.
    dimension
        Units of one dimension convert into each other.
    factor
        One of it in the dimension's base unit, exact.
    label
        How a reader sees it.
    spellings
        What laboratories write, already folded (lower case, no spaces).
    """

    code: str
    dimension: str
    factor: Decimal
    label: str
    spellings: tuple[str, ...] = ()


# IU and EU of endotoxin are equal since the WHO's second international standard, USP <85>.
UNITS: tuple[Unit, ...] = (
    Unit("%", "fraction", Decimal(1), "%", ("percent", "pct", "%cells", "%ofcells", "проц.")),
    Unit("1", "ratio", Decimal(1), "", ("", "ratio", "fold", "none", "-", "–", "раз")),
    Unit("h", "time", Decimal(1), "h", ("hr", "hrs", "hour", "hours", "ч", "час", "часов", "сағ")),
    Unit("d", "time", Decimal(24), "d", ("day", "days", "сут", "дн", "дней", "тәулік", "күн")),
    Unit("min", "time", Decimal(1) / Decimal(60), "min", ("minute", "minutes", "мин")),
    Unit("{cells}", "cells", Decimal(1), "cells", ("cell", "cells", "кл", "клеток", "жасуша")),
    Unit(
        "10*6.{cells}",
        "cells",
        Decimal(10**6),
        "10⁶ cells",
        ("10^6", "10^6cells", "x10^6cells", "millioncells", "mln", "млн", "10⁶", "10⁶cells"),
    ),
    Unit(
        "{cells}/mL",
        "cell density",
        Decimal(1),
        "cells/mL",
        ("cells/ml", "cell/ml", "кл/мл", "/ml"),
    ),
    Unit(
        "10*6.{cells}/mL",
        "cell density",
        Decimal(10**6),
        "10⁶ cells/mL",
        ("10^6cells/ml", "x10^6cells/ml", "(x10^6)cells/ml", "10^6/ml", "млнкл/мл"),
    ),
    Unit("{cells}/cm2", "cells per area", Decimal(1), "cells/cm²", ("cells/cm2", "/cm2", "кл/см2")),
    Unit("cm2", "area", Decimal(1), "cm²", ("cm^2", "cm²", "см2", "см²")),
    Unit("mL", "volume", Decimal(1), "mL", ("ml", "мл")),
    Unit("uL", "volume", Decimal(1) / Decimal(1000), "µL", ("ul", "мкл")),
    Unit("L", "volume", Decimal(1000), "L", ("l", "л")),
    Unit("[EU]/mL", "endotoxin", Decimal(1), "EU/mL", ("eu/ml", "iu/ml", "[iu]/ml", "еэ/мл")),
    Unit(
        "[EU]/kg",
        "endotoxin dose",
        Decimal(1),
        "EU/kg",
        ("eu/kg", "iu/kg", "eu/kg/dose", "еэ/кг"),
    ),
    Unit("pg/mL", "mass concentration", Decimal(1), "pg/mL", ("pg/ml", "ng/l", "пг/мл", "нг/л")),
    Unit("ng/mL", "mass concentration", Decimal(1000), "ng/mL", ("ng/ml", "ug/l", "нг/мл")),
    Unit("ug/mL", "mass concentration", Decimal(10**6), "µg/mL", ("ug/ml", "mg/l", "мкг/мл")),
    Unit("umol/L", "amount concentration", Decimal(1), "µmol/L", ("umol/l", "nmol/ml", "мкмоль/л")),
    Unit("nmol/L", "amount concentration", Decimal("0.001"), "nmol/L", ("nmol/l", "нмоль/л")),
    Unit("mmol/L", "amount concentration", Decimal(1000), "mmol/L", ("mmol/l", "ммоль/л")),
    Unit(
        "nmol/(10*6.{cells}.d)",
        "release of amount",
        Decimal(1),
        "nmol/10⁶ cells/24 h",
        ("nmol/10^6cells/24h", "nmol/10^6cells/d", "nmol/10^6/24h", "nmol/millioncells/24h"),
    ),
    Unit(
        "pg/(10*6.{cells}.d)",
        "secretion",
        Decimal(1),
        "pg/10⁶ cells/24 h",
        ("pg/10^6cells/24h", "pg/10^6cells/d", "pg/10^6/24h", "pg/millioncells/24h"),
    ),
    Unit(
        "ng/(10*6.{cells}.d)",
        "secretion",
        Decimal(1000),
        "ng/10⁶ cells/24 h",
        ("ng/10^6cells/24h", "ng/10^6cells/d", "ng/10^6/24h", "ng/millioncells/24h"),
    ),
    Unit("{doublings}", "doublings", Decimal(1), "doublings", ("pd", "doublings", "cpd", "удв")),
    Unit("[OD]", "absorbance", Decimal(1), "OD", ("od", "a", "au", "absorbance", "опт.ед.")),
    Unit("m[OD]", "absorbance", Decimal(1) / Decimal(1000), "mOD", ("mod", "mau")),
    Unit("{score}", "score", Decimal(1), "score", ("score", "балл", "ұпай")),
    Unit("{Ct}", "cycles", Decimal(1), "Ct", ("ct", "cq", "cycles")),
    Unit("um", "length", Decimal(1), "µm", ("um", "micron", "microns", "мкм")),
)


@lru_cache(1024)  # a table repeats a few spellings in every row
def fold(spelling: str) -> str:
    """Bring a spelling of a unit to the form that is compared.

    Both micro signs (U+00B5 and U+03BC) become ``u``; case, spaces and the multiplication sign go.

    Parameters
    ----------
    spelling
        The unit as written.

    Returns
    -------
    str
        The folded form.

    Examples
    --------
    >>> fold("x 10^6 cells / mL")
    'x10^6cells/ml'
    """
    plain = unicodedata.normalize("NFC", spelling).strip().casefold()
    for sign in ("µ", "μ"):
        plain = plain.replace(sign, "u")
    plain = plain.replace("×", "x")
    return "".join(plain.split())


def find_unit(spelling: str) -> Unit | None:
    """Return the unit a spelling names.

    Parameters
    ----------
    spelling
        A code, a label or one of the known spellings.

    Returns
    -------
    Unit or None
        ``None`` where no unit has this spelling.

    Examples
    --------
    >>> find_unit("IU/mL").code
    '[EU]/mL'
    >>> find_unit("furlong") is None
    True
    """
    return _units().get(fold(spelling))


@cache
def _units() -> Mapping[str, Unit]:
    """Return what each folded spelling stands for, the first unit where there are two."""
    found: dict[str, Unit] = {}
    for unit in UNITS:
        for spelling in (fold(unit.code), fold(unit.label), *unit.spellings):
            found.setdefault(spelling, unit)
    return found


def require_unit(spelling: str, place: Place) -> Unit:
    """Return the unit a spelling names, or say what is wrong with it.

    Parameters
    ----------
    spelling
        The unit as written.
    place
        Where it was written, for the message.

    Returns
    -------
    Unit
        The unit.

    Raises
    ------
    StudyProblem
        The spelling names no known unit.
    """
    unit = find_unit(spelling)
    if unit is None:
        raise StudyProblem(
            Problem(
                place,
                found=text('the unit "{unit}"', unit=spelling),
                expected=text("one of {units}", units=", ".join(u.label for u in UNITS if u.label)),
                action=text("write the unit in one of these forms"),
            )
        )
    return unit


def convert(value: float, unit: Unit, to: Unit) -> float:
    """Convert a value between two units of one dimension.

    Parameters
    ----------
    value
        In ``unit``.
    unit, to
        From which unit, to which.

    Returns
    -------
    float
        In ``to``; computed in decimal arithmetic, so that 2.63 × 10⁶ is 2,630,000 exactly.

    Raises
    ------
    ValueError
        The units measure different things.

    Examples
    --------
    >>> convert(2.63, find_unit("10^6/mL"), find_unit("cells/mL"))
    2630000.0
    """
    if unit.dimension != to.dimension:
        msg = f"{unit.code} measures {unit.dimension}, {to.code} measures {to.dimension}"
        raise ValueError(msg)
    if unit.code == to.code:
        return float(value)
    return float(Decimal(repr(float(value))) * unit.factor / to.factor)
