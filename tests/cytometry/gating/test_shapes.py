"""Points in shapes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.cytometry.gating.shapes import (
    in_ellipsoid,
    in_focal_ellipse,
    in_interval,
    in_polygon,
    is_covariance,
)

SQUARE = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]
COORDINATE = st.integers(-8, 8).map(lambda n: n / 2)
POINT = st.tuples(COORDINATE, COORDINATE)


def inside(vertices, *points):
    x, y = np.array(points, dtype=float).T
    return in_polygon(x, y, vertices).tolist()


def test_interval_holds_its_lower_end_only():
    values = np.array([1.0, 2.0, 3.0, np.nan, -np.inf])
    assert in_interval(values, 1.0, 3.0).tolist() == [True, True, False, False, False]
    assert in_interval(values, -np.inf, np.inf).tolist() == [True, True, True, False, True]


class TestPolygon:
    def test_edges_and_corners_belong_to_it(self):
        assert all(inside(SQUARE, (0, 0), (4, 4), (4, 0), (2, 0), (4, 2), (2, 4), (0, 2)))

    def test_outside(self):
        assert not any(inside(SQUARE, (-0.1, 2), (4.1, 2), (2, 4.1), (5, 4), (-1, 0), (5, 0)))

    def test_even_odd_where_it_crosses_itself(self):
        star = [(0.0, 0.0), (6.0, 0.0), (6.0, 4.0), (1.0, 4.0), (1.0, 1.0), (3.0, 1.0),
                (3.0, 3.0), (0.0, 3.0)]  # fmt: skip
        # Between 1 and 3 it winds around twice: an even number of times.
        assert inside(star, (0.5, 0.5), (2.0, 2.0), (4.0, 2.0)) == [True, False, True]

    def test_a_slanted_edge(self):
        triangle = [(5.0, 5.0), (500.0, 5.0), (500.0, 500.0)]
        assert inside(triangle, (100, 100), (100, 100.0001), (100, 99)) == [True, False, True]

    def test_what_is_no_number(self):
        assert inside(SQUARE, (np.nan, 1), (1, np.nan), (np.inf, 1)) == [False] * 3

    @given(
        vertices=st.lists(POINT, min_size=3, max_size=8),
        points=st.lists(POINT, min_size=1, max_size=20),
        turn=st.integers(0, 7),
    )
    def test_any_first_vertex_and_direction(self, vertices, points, turn):
        turned = vertices[turn % len(vertices) :] + vertices[: turn % len(vertices)]
        expected = inside(vertices, *points)
        assert inside(turned, *points) == expected
        assert inside(turned[::-1], *points) == expected

    @given(low=POINT, width=st.integers(1, 8), height=st.integers(1, 8), point=POINT)
    def test_a_rectangle_is_a_product_of_intervals(self, low, width, height, point):
        (x, y), (right, top) = low, (low[0] + width, low[1] + height)
        corners = [(x, y), (right, y), (right, top), (x, top)]
        assert inside(corners, point) == [x <= point[0] <= right and y <= point[1] <= top]


class TestEllipsoid:
    def test_half_axes_of_an_ellipse_turned_by_45_degrees(self):
        """Half-axes 10 and 5: covariance 62.5 and 37.5, as the compliance test says."""
        covariance = ((62.5, 37.5), (37.5, 62.5))
        along, across = math.sqrt(50.0), math.sqrt(12.5)
        points = np.array([
            [0.999 * along, 0.999 * along], [1.001 * along, 1.001 * along],
            [0.999 * across, -0.999 * across], [1.001 * across, -1.001 * across],
        ])  # fmt: skip
        found = in_ellipsoid(points, centre=(0.0, 0.0), covariance=covariance, distance_square=1.0)
        assert found.tolist() == [True, False, True, False]

    def test_its_surface_belongs_to_it(self):
        found = in_ellipsoid(
            np.array([[3.0, 1.0, 1.0], [np.nan, 1.0, 1.0]]),
            centre=(1.0, 1.0, 1.0),
            covariance=np.eye(3),
            distance_square=4.0,
        )
        assert found.tolist() == [True, False]

    def test_a_matrix_without_an_inverse(self):
        with pytest.raises(ValueError, match="the covariance matrix has no inverse"):
            in_ellipsoid(
                np.zeros((1, 2)),
                centre=(0.0, 0.0),
                covariance=((1.0, 1.0), (1.0, 1.0)),
                distance_square=1.0,
            )

    @pytest.mark.parametrize(("matrix", "expected"), [
        (((2.0, 1.0), (1.0, 2.0)), True),
        (((2.0, 1.0), (0.0, 2.0)), False),
        (((1.0, 2.0), (2.0, 1.0)), False),
    ])  # fmt: skip
    def test_covariances(self, matrix, expected):
        assert is_covariance(matrix) is expected


def test_focal_ellipse_of_five_and_three():
    x = np.array([5.0, 5.01, 0.0, 0.0, np.nan])
    y = np.array([0.0, 0.0, 3.0, 3.01, 0.0])
    for edge in (
        ((-5.0, 0.0), (5.0, 0.0), (0.0, -3.0), (0.0, 3.0)),
        ((0.0, -3.0), (0.0, 3.0), (5.0, 0.0), (-5.0, 0.0)),
    ):
        found = in_focal_ellipse(x, y, foci=((-4.0, 0.0), (4.0, 0.0)), edge=edge)
        assert found.tolist() == [True, False, True, False, False]
