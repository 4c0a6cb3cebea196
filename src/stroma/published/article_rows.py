"""What a row of the founding article's tables holds: claims, references, what stands beside them.

The article is a source of claims and never of evidence. Specifications, trial reports and rules are
evidence of what products and standards ask and of what was tried in people.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What was noted of a claim.

    Parameters
    ----------
    code
        ``"off_topic"``, ``"contradicts"``, ``"threshold_omitted"``, ...
    details
        References, claims or limits it concerns: ``("3", "5")``.
    """

    code: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence of the article, as facts; its words stand in :mod:`stroma.evidence`.

    Parameters
    ----------
    key
        ``"S070"``.
    section
        Of the article: ``"results"``.
    kind
        ``"qualitative"``, ``"quantitative"``, ``"criterion"``, ``"method"``, ``"historical"``,
        ``"definition"`` or ``"context"``.
    attributes
        What it is about: ``("proliferation", "telomerase")``.
    tissue_printed, comparator_printed
        Of what, against what; empty where none is named.
    stated
        The direction or the value it gives.
    unit_printed
        As printed.
    references
        Numbers in the article's list.
    faults
        What was noted of it.
    """

    key: str
    section: str
    kind: str
    attributes: tuple[str, ...]
    tissue_printed: str
    comparator_printed: str
    stated: str
    unit_printed: str
    references: tuple[int, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleReference:
    """A line of the article's list of references.

    Parameters
    ----------
    number
        In the list.
    citation
        As printed.
    doi
        As printed.
    status
        ``"doi_and_title_seen"``, ``"other_doi_seen"``, ``"doubtful"``, ``"placeholder"``,
        ``"check_character"`` or ``"not_looked_up"``.
    doi_seen
        The DOI that was seen with this title elsewhere; empty where none was.
    address
        Where; may be empty.
    """

    number: int
    citation: str
    doi: str
    status: str
    doi_seen: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseSpecification:
    """One limit of a product or of a review of products.

    Parameters
    ----------
    key
        ``"L017"``.
    product
        Its name.
    is_product
        False for reviews that list limits of no one product.
    tissue_printed, tissues
        As printed, and in the vocabulary.
    attribute, operator, limit, unit_printed, role
        As the table of origin has them.
    doi, address, place
        Where it was seen.
    """

    key: str
    product: str
    is_product: bool
    tissue_printed: str
    tissues: tuple[str, ...]
    attribute: str
    operator: str
    limit: str
    unit_printed: str
    role: str
    doi: str
    address: str
    place: str

    @property
    def citation(self) -> str:
        """The DOI where there is one, otherwise the address."""
        return f"doi:{self.doi}" if self.doi else self.address


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialReport:
    """A clinical trial report of the CIDMap data set.

    Parameters
    ----------
    number
        In the data set.
    author, year, journal
        Of the report.
    phase
        As printed.
    tissue, tissue_printed
        Source of the cells.
    donor
        ``"allogeneic"``, ``"autologous"`` or ``"both"``.
    indication, indication_group, mechanism
        As the data set names them.
    isct_claimed
        Whether the report claims the ISCT criteria.
    differentiation
        Whether it reports differentiation.
    address
        Of the report.
    """

    number: int
    author: str
    year: int
    journal: str
    phase: str
    tissue: str
    tissue_printed: str
    donor: str
    indication: str
    indication_group: str
    mechanism: str
    isct_claimed: bool
    differentiation: bool
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardRule:
    """A rule of a standard or of a consensus.

    Parameters
    ----------
    key
        ``"ID-POS"``.
    scope
        ``"identity"``, ``"naming"``, ``"release"``, ...
    expression
        In short.
    evidence, address
        Where it stands.
    seen
        ``"abstract"``, ``"secondary"``, ``"seen"`` or ``"from_memory"``.
    """

    key: str
    scope: str
    expression: str
    evidence: str
    address: str
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a paper says of a matter that is no property of cells.

    Parameters
    ----------
    key
        ``"F001"``.
    topic
        ``"aspiration_pain"``, ``"HSC_in_placenta"``, ...
    paper, doi, address, place
        Where it was read.
    tissue_printed, tissues, part_printed
        Of what; empty where the excerpt does not say.
    says
        ``"shown"`` or ``"denied"``.
    value_printed, unit_printed, n, n_counts, condition
        As printed.
    has_figure
        Whether a figure is printed.
    is_secondary
        Whether it stands in a review.
    """

    key: str
    topic: str
    paper: str
    doi: str
    address: str
    place: str
    tissue_printed: str
    tissues: tuple[str, ...]
    part_printed: str
    says: str
    value_printed: str
    unit_printed: str
    n: int | None
    n_counts: str
    condition: str
    has_figure: bool
    is_secondary: bool

    @property
    def citation(self) -> str:
        """The DOI where there is one, otherwise the address."""
        return f"doi:{self.doi}" if self.doi else self.address
