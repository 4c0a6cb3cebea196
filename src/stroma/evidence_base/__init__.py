"""The review that Stroma ships: a folder like any other, with what its papers say.

``review.toml``, ``searches/``, ``duplicates.csv``, ``decisions.csv`` and ``extractions.csv`` stand
beside this file. They were made by ``tools/make_evidence_base.py`` with the commands of
``stroma evidence`` and can be opened with them too.
"""

from __future__ import annotations

from importlib.resources import as_file, files

from stroma.evidence.review_records import Review
from stroma.review_folder import open_review

__all__ = ["open_base"]


def open_base() -> Review:
    """Open the review that Stroma ships.

    Returns
    -------
    Review
        What it holds: the founding article's references, the papers of the published tables, and
        a row for each figure and each stated direction that was read in them.

    Examples
    --------
    >>> base = open_base()
    >>> base.protocol.people, len(base.extractions)
    (('stroma',), 727)
    """
    with as_file(files("stroma.evidence_base")) as folder:
        return open_review(folder)
