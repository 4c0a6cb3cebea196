"""Pieces that many drawings of a page have in common, written into it once."""

from __future__ import annotations


class SharedPieces:
    """Axes and frames that repeat from drawing to drawing.

    A report of two hundred lots holds thousands of drawings on a handful of axes; naming an axis
    instead of repeating it makes the report a third smaller.

    Examples
    --------
    >>> shared = SharedPieces()
    >>> shared.place("<path d='M0 0h9'/>"), shared.place("<path d='M0 0h9'/>")
    ('<use href="#a1"/>', '<use href="#a1"/>')
    """

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def place(self, piece: str) -> str:
        """Return what stands for a piece in a drawing.

        Parameters
        ----------
        piece
            SVG elements.

        Returns
        -------
        str
            A reference to it.
        """
        name = self._names.setdefault(piece, f"a{len(self._names) + 1}")
        return f'<use href="#{name}"/>'

    def definitions(self) -> str:
        """Return the pieces, to stand once in the page that holds the drawings.

        Returns
        -------
        str
            An SVG element that shows nothing; empty where no piece was placed.
        """
        if not self._names:
            return ""
        # The class stands on each piece: where it is used, only what is inside it is styled.
        groups = "".join(
            f'<g class="fig" id="{name}">{piece}</g>' for piece, name in self._names.items()
        )
        return (
            '<svg width="0" height="0" style="position:absolute" aria-hidden="true">'
            f"<defs>{groups}</defs></svg>"
        )


def place(piece: str, shared: SharedPieces | None) -> str:
    """Return a piece as it is to stand in a drawing.

    Parameters
    ----------
    piece
        SVG elements.
    shared
        Where the page keeps what its drawings share; ``None`` for a drawing that stands alone.

    Returns
    -------
    str
        A reference, or the piece itself.
    """
    return piece if shared is None else shared.place(piece)
