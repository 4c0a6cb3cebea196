"""A field with a 30 % vignette and a tinted background: within 2 % of the truth."""

from __future__ import annotations

import json

import numpy as np
import pytest

from stroma.image_records import Picture
from stroma.imaging.deconvolution import optical_density, stain_amount, unmixing_weights
from stroma.imaging.flat_field import background_of, estimate_background
from stroma.imaging.stain_vectors import STAINS, estimate_vector
from stroma.imaging.stained import control_threshold, measure_stain, saturated_percent
from stroma.origin import Origin

HERE = Origin("a.png", "0")


@pytest.mark.parametrize("name", STAINS)
@pytest.mark.parametrize("is_taken", [True, False], ids=["empty field taken", "estimated"])
def test_area_and_density_are_within_two_percent_of_the_truth(simulate, name, is_taken):
    stain = STAINS[name]
    control, empty, _none = simulate(stain.vector, share=0.0, seed=2)
    background = background_of(empty) if is_taken else estimate_background(control)
    threshold = control_threshold(stain_amount(control, stain, background=background))
    for share in (0.05, 0.2, 0.4):
        picture, empty, amount = simulate(stain.vector, share=share)
        background = background_of(empty) if is_taken else estimate_background(picture)
        field = measure_stain(stain_amount(picture, stain, background=background), threshold)
        assert field.area_percent == pytest.approx(100 * np.mean(amount > 0), rel=0.02)
        assert field.density == pytest.approx(amount.mean(), rel=0.02)


def test_a_control_is_not_stained(simulate):
    stain = STAINS["alizarin_red"]
    control, _, _ = simulate(stain.vector, share=0.0, seed=2)
    other, _, _ = simulate(stain.vector, share=0.0, seed=3)
    threshold = control_threshold(
        stain_amount(control, stain, background=estimate_background(control))
    )
    field = measure_stain(
        stain_amount(other, stain, background=estimate_background(other)), threshold
    )
    assert field.area_percent < 0.2
    assert abs(field.density) < 5e-4


def test_held_vectors_are_those_of_their_source(shared):
    cases = json.loads((shared / "cases/assay_cases.json").read_text(encoding="utf-8"))
    (case,) = [case for case in cases if case["id"] == "stain_vectors_meeremans"]
    held = case["expected"]
    for name in ("oil_red_o", "alizarin_red", "alcian_blue"):
        assert list(STAINS[name].vector) == held[name]
    assert list(STAINS["alizarin_red"].other) == held["alizarin_background"]
    assert list(STAINS["oil_red_o"].other) == held["hematoxylin_(oro)"]
    assert list(STAINS["alcian_blue"].other) == held["nuclear_fast_red"]


@pytest.mark.parametrize("stain", STAINS.values(), ids=STAINS.keys())
def test_two_stains_in_one_pixel_are_told_apart(stain):
    weights = unmixing_weights(stain.vector, stain.other)
    density = 0.7 * np.array(stain.vector) + 0.4 * np.array(stain.other)
    assert float(density @ weights) == pytest.approx(0.7, abs=1e-12)


def test_a_stain_like_its_neighbour_cannot_be_told_apart():
    with pytest.raises(ValueError, match="are alike"):
        unmixing_weights((1.0, 0.0, 0.0), (0.9999, 0.01, 0.0))


def test_colours_of_a_stain_are_found_in_a_picture(simulate):
    vector = STAINS["alcian_blue"].vector
    picture, empty, _ = simulate(vector, share=0.2)
    found = estimate_vector(optical_density(picture) - background_of(empty))
    assert found == pytest.approx(vector, abs=0.01)
    with pytest.raises(ValueError, match="nothing in the picture takes light away"):
        estimate_vector(np.zeros((20, 20, 3), dtype=np.float32))


def test_grey_pictures_of_sixteen_bits_have_a_density():
    pixels = np.full((20, 20, 1), 6553, dtype=np.uint16)
    picture = Picture(pixels=pixels, white=65535, origin=HERE)
    # A tenth of the light is one unit of density.
    assert stain_amount(picture, STAINS["oil_red_o"]) == pytest.approx(1.0, abs=1e-4)


def test_saturated_pixels_are_counted():
    pixels = np.full((10, 10, 3), 128, dtype=np.uint8)
    pixels[0, :5, 1] = 0
    pixels[1, 0] = 255
    assert saturated_percent(Picture(pixels=pixels, white=255, origin=HERE)) == pytest.approx(5.0)
