"""A picture as a file held it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from stroma.origin import Origin


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """The pixels of a picture.

    Parameters
    ----------
    pixels
        Shape (rows, columns, 3) for colours, (rows, columns, 1) for grey; the way a person sees it.
    white
        The largest value a pixel can hold: 255 or 65535.
    origin
        The file.
    """

    pixels: npt.NDArray[np.unsignedinteger[Any]]
    white: int
    origin: Origin

    @property
    def is_colour(self) -> bool:
        """Whether it has three colours."""
        return bool(self.pixels.shape[2] == 3)
