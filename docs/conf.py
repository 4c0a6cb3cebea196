"""How the documentation is built; ``make docs`` runs it with warnings as errors."""

import sys
from pathlib import Path
from types import GenericAlias

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from stroma import __version__

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

from reference_pages import write_pages

project = "Stroma"
author = "The Stroma developers"
copyright = "2026, The Stroma developers"
release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc"]
myst_enable_extensions = ["colon_fence", "dollarmath", "deflist"]
myst_heading_anchors = 3
autosummary_generate = False
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
# The fragments the package writes about itself are included by the pages of the reference.
exclude_patterns = ["_build", "reference/generated/*.md"]
# A choice of a source and a choice of a screener, a criterion of a profile and one of a review: the
# rooms name what they hold, and a signature that is read unresolved cannot say which is meant.
suppress_warnings = ["ref.python"]
highlight_language = "text"
html_theme = "furo"
html_title = f"Stroma {release}"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_math_renderer = "mathml"


def write_formula(translator: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within a sentence as MathML, which needs no script and no network."""
    translator.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def write_formula_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula that stands by itself."""
    translator.body.append(f'<div class="formula">{tex2mathml(node.astext(), as_block=True)}</div>')
    raise nodes.SkipNode


def skip_alias(
    _app: Sphinx, _what: str, _name: str, thing: object, *_others: object
) -> bool | None:
    """Leave out names for types such as ``tuple[str, str]``: autodoc takes them for classes."""
    return True if isinstance(thing, GenericAlias) else None


def setup(app: Sphinx) -> None:
    """Write what the package knows of itself before pages are read."""
    write_pages(Path(app.srcdir) / "reference" / "generated")
    app.connect("autodoc-skip-member", skip_alias)
    app.add_html_math_renderer(
        "mathml",
        inline_renderers=(write_formula, None),
        block_renderers=(write_formula_block, None),
    )
