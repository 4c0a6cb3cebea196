"""HTML without what its standard lets a writer leave out.

A browser reads the same page from it. See https://html.spec.whatwg.org/multipage/syntax.html, on
optional tags and on unquoted attribute values.
"""

from __future__ import annotations

import re

_END_TAG = re.compile(r"</(?:td|th|tr|tbody|thead)>")
_ATTRIBUTE = re.compile(r' (class|id|href)="([\w#.-]+)"(?=[ >])')


def slim(page: str) -> str:
    """Leave out end tags of tables and quotes of plain attributes.

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
    return _ATTRIBUTE.sub(r" \1=\2", _END_TAG.sub("", page))
