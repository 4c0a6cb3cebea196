"""HTML without what its standard lets a writer leave out.

A browser reads the same page from it. See https://html.spec.whatwg.org/multipage/syntax.html, on
optional tags and on unquoted attribute values.
"""

from __future__ import annotations

import re

_END_TAG = re.compile(r"</(?:td|th|tr|tbody|thead)>")
_TITLE = re.compile(r' role="img" (viewBox="[^"]*")><title>[^<]*</title>')
_ATTRIBUTE = re.compile(r' (class|id|href|colspan|rowspan|x|y|width|height)="([\w#.-]+)"(?=[ >])')


def slim(page: str) -> str:
    """Leave out end tags of tables, quotes of plain attributes, and titles above captions.

    Parameters
    ----------
    page
        HTML in which every word of a user has its quotes and angle brackets escaped.

    Returns
    -------
    str
        The same page in fewer bytes.

    Examples
    --------
    >>> slim('<tr><td class="p"><a href="#s1">[1]</a></td></tr>')
    '<tr><td class=p><a href=#s1>[1]</a>'
    """
    # Every picture has a caption, so that a title read aloud before it would only repeat it.
    captioned = _TITLE.sub(r" aria-hidden=true \1>", page)
    return _ATTRIBUTE.sub(r" \1=\2", _END_TAG.sub("", captioned))
