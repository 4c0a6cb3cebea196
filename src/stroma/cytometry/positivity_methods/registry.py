"""Every method of positivity, with what it assumes and where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from stroma.cytometry.positivity import CONTROL_PERCENTILE
from stroma.cytometry.positivity_methods.estimate import PositiveShare, TubePair
from stroma.cytometry.positivity_methods.percentile import (
    SUBTRACTED_PERCENTILE,
    above_percentile,
    subtracted_percentile,
)
from stroma.cytometry.positivity_methods.shifted_mixture import SHIFTED_MIXTURE, shifted_mixture
from stroma.cytometry.positivity_methods.subtraction import (
    ENHANCED_NORMALISED_SUBTRACTION,
    OVERTON_AREA,
    OVERTON_MODE,
    enhanced_normalised_subtraction,
    overton_area,
    overton_mode,
)
from stroma.errors import Place, Problem, StudyProblem
from stroma.house_rules import PositivityRule
from stroma.texts import Text, text

Estimator: TypeAlias = Callable[[TubePair, PositivityRule], PositiveShare]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareMethod:
    """A method of positivity.

    Parameters
    ----------
    name
        With its version, ``"shifted_mixture/5"``.
    label
        For a reader.
    assumptions
        What has to be true for it to be right.
    citation
        Where it comes from.
    estimate
        From both tubes and the rule to the share.
    """

    name: str
    label: Text
    assumptions: Text
    citation: str
    estimate: Estimator


SHARE_METHODS: tuple[ShareMethod, ...] = (
    ShareMethod(
        name=CONTROL_PERCENTILE,
        label=text("percentile of the control"),
        assumptions=text(
            "the negative cells of both tubes have one distribution, and positive cells lie above "
            "nearly all of it; dim positive cells are missed and the share above the percentile "
            "is counted as positive"
        ),
        citation="Maecker HT, Trotter J. Cytometry A 2006;69:1037-1042",
        estimate=above_percentile,
    ),
    ShareMethod(
        name=SUBTRACTED_PERCENTILE,
        label=text("percentile of the control, less the background"),
        assumptions=text(
            "as for the percentile; the share above the percentile is taken off, for all cells "
            "instead of the negative ones"
        ),
        citation="Maecker HT et al. BMC Immunol 2005;6:13",
        estimate=subtracted_percentile,
    ),
    ShareMethod(
        name=OVERTON_AREA,
        label=text("Overton subtraction, equal areas"),
        assumptions=text(
            "the negative cells of both tubes have one distribution; every shift counts as "
            "positive, and where positive and negative cells overlap too few are found"
        ),
        citation="Overton WR. Cytometry 1988;9:619-626",
        estimate=overton_area,
    ),
    ShareMethod(
        name=OVERTON_MODE,
        label=text("Overton subtraction, equal heights"),
        assumptions=text(
            "the highest point of both histograms is that of the negative cells, in the same "
            "place; wrong where positive cells are the majority"
        ),
        citation="Overton WR. Cytometry 1988;9:619-626, as FlowJo's documentation describes it",
        estimate=overton_mode,
    ),
    ShareMethod(
        name=ENHANCED_NORMALISED_SUBTRACTION,
        label=text("enhanced normalised subtraction"),
        assumptions=text(
            "the negative cells of both tubes have one distribution; every shift counts as positive"
        ),
        citation="Bagwell CB. Clin Immunol Newsl 1996;16:33-37",
        estimate=enhanced_normalised_subtraction,
    ),
    ShareMethod(
        name=SHIFTED_MIXTURE,
        label=text("mixture with shifted negative cells"),
        assumptions=text(
            "the negative cells are those of the control, moved by a fraction of their standard "
            "deviation and a little wider or narrower; the positive cells are a smooth population "
            "whose mean lies two and a half standard deviations above them or more; where they "
            "are few, their light is that of negative cells and of a log-normal stain"
        ),
        citation=(
            "Blanchard G, Lee G, Scott C. J Mach Learn Res 2010;11:2973-3009; Lampariello F, "
            "Aiello A. Cytometry 1998;32:241-254; Watson JV. Cytometry 2001;43:55-68; splines "
            "after Eilers PHC, Marx BD. Stat Sci 1996;11:89-121"
        ),
        estimate=shifted_mixture,
    ),
)
"""Every method; a further one is a function and an entry here."""


def find_share_method(name: str) -> ShareMethod:
    """Return the method of a name.

    Parameters
    ----------
    name
        With its version.

    Returns
    -------
    ShareMethod
        The method.

    Raises
    ------
    StudyProblem
        No method has this name.

    Examples
    --------
    >>> str(find_share_method("overton_area/1").label)
    'Overton subtraction, equal areas'
    """
    for method in SHARE_METHODS:
        if method.name == name:
            return method
    raise StudyProblem(
        Problem(
            Place(column="positivity"),
            found=text('the method "{name}"', name=name),
            expected=text(
                "one of {names}", names=", ".join(method.name for method in SHARE_METHODS)
            ),
            action=text("name one of these methods"),
        )
    )


def estimate_by_all(tubes: TubePair, rule: PositivityRule) -> tuple[PositiveShare, ...]:
    """Return the share by every method, for the verdict under each.

    Parameters
    ----------
    tubes
        Stained tube and control.
    rule
        Percentile and confidence level.

    Returns
    -------
    tuple of PositiveShare
        In the order of :data:`SHARE_METHODS`; a method that cannot work with these tubes is left
        out.
    """
    found: list[PositiveShare] = []
    for method in SHARE_METHODS:
        try:
            found.append(method.estimate(tubes, rule))
        except ValueError:
            continue
    return tuple(found)
