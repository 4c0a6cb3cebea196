"""What the literature says, as one HTML file that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from stroma import figures
from stroma.errors import FileProblem, Place, Problem
from stroma.evidence.claims.records import JudgedClaim, OwnAnswer
from stroma.evidence.pooling.pool import PooledAnswer
from stroma.evidence.prisma.records import PrismaFlow
from stroma.evidence.review_records import Review
from stroma.figures.prisma_flow import prisma_flow
from stroma.report.literature import make_literature, pooled_views
from stroma.report.page import make_environment, own_file
from stroma.texts import Language, Text, text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTold:
    """What the page tells of a reader's own review.

    Parameters
    ----------
    flow
        Its PRISMA flow.
    changes
        What changed in its answers since they were recorded; ``None`` where none were recorded.
    """

    flow: PrismaFlow
    changes: tuple[Text, ...] | None = None


def render_literature(
    judged: Sequence[JudgedClaim],
    language: Language,
    *,
    review: Review | None = None,
    own: Sequence[OwnAnswer] = (),
    pooled: Sequence[PooledAnswer] = (),
    told: ReviewTold | None = None,
) -> str:
    """Lay the claims out as a page.

    Parameters
    ----------
    judged
        The claims.
    language
        Of the words.
    review
        Of the reader's own, where its extractions were counted.
    own
        What the laboratory's own lots say.
    pooled
        Pooled answers on the two tissues.
    told
        The review's flow and what changed in its answers.

    Returns
    -------
    str
        The page: one file, no request to anywhere, the same bytes from the same claims.
    """
    environment = make_environment(language)
    page = environment.get_template("literature_page.html").render(
        literature=make_literature(judged, review=review, own=own),
        pooled=pooled_views(pooled, language),
        told=told,
        flow=None if told is None else prisma_flow(told.flow, language),
        figure_style=Markup(figures.style()),  # noqa: S704 - our own style sheet
        language=language,
        style=own_file(environment, "style.css"),
        literature_style=own_file(environment, "literature.css"),
    )
    lines = (line.strip() for line in page.splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def write_literature(
    judged: Sequence[JudgedClaim],
    path: Path,
    language: Language,
    *,
    review: Review | None = None,
    own: Sequence[OwnAnswer] = (),
    pooled: Sequence[PooledAnswer] = (),
    told: ReviewTold | None = None,
) -> Path:
    """Write the page.

    Parameters
    ----------
    judged, language, review, own, pooled, told
        As for :func:`render_literature`.
    path
        The file; one that is there is replaced whole or not at all.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    FileProblem
        The file cannot be written.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        page = render_literature(judged, language, review=review, own=own, pooled=pooled, told=told)
        fresh.write_text(page, encoding="utf-8", newline="\n")
        fresh.replace(path)
    except OSError as error:
        raise FileProblem(
            Problem(
                Place(file=path.as_posix()),
                found=text("it cannot be written: {reason}", reason=error.strerror or str(error)),
                expected=text("a folder that can be written to"),
                action=text("choose another file"),
            )
        ) from error
    finally:
        fresh.unlink(missing_ok=True)
    return path
