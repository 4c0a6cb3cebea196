"""Pictures of every kind that is read, and those that are refused."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from stroma.errors import FileProblem
from stroma.formats import images
from stroma.formats.images import read_image


@pytest.fixture
def colours():
    return np.random.default_rng(1).integers(0, 256, (24, 32, 3), dtype=np.uint8)


def refused(path):
    with pytest.raises(FileProblem) as found:
        read_image(path, file="raw/images/a")
    return found.value.problems[0].render()


@pytest.mark.parametrize(
    ("ending", "options"),
    [("png", {}), ("tif", {}), ("tif", {"compression": "tiff_lzw"}), ("tif", {"big_tiff": True})],
    ids=["png", "tiff", "lzw", "big tiff"],
)
def test_colours_are_read_as_they_are(tmp_path, colours, ending, options):
    path = tmp_path / f"field.{ending}"
    Image.fromarray(colours).save(path, **options)
    picture = read_image(path, file="raw/images/field")
    assert np.array_equal(picture.pixels, colours)
    assert (picture.white, picture.is_colour, picture.origin.file) == (
        255, True, "raw/images/field",
    )  # fmt: skip
    assert len(picture.origin.sha256) == 64


def test_a_jpeg_is_near_what_was_saved(tmp_path):
    path = tmp_path / "field.jpg"
    Image.new("RGB", (32, 24), (200, 120, 40)).save(path, quality=95)
    assert read_image(path).pixels.mean(axis=(0, 1)) == pytest.approx((200, 120, 40), abs=2)


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_grey_of_sixteen_bits_keeps_all_of_them(tmp_path, ending):
    values = np.arange(24 * 32, dtype=np.uint16).reshape(24, 32) * 80
    path = tmp_path / f"deep.{ending}"
    Image.fromarray(values).save(path)
    picture = read_image(path)
    assert (picture.white, picture.is_colour) == (65535, False)
    assert np.array_equal(picture.pixels[:, :, 0], values)


def test_grey_palettes_and_full_cover_are_read(tmp_path, colours):
    grey = Image.fromarray(colours[:, :, 0])
    grey.save(tmp_path / "grey.png")
    assert np.array_equal(read_image(tmp_path / "grey.png").pixels[:, :, 0], colours[:, :, 0])
    palette = Image.new("P", (32, 24), 1)
    palette.putpalette([0, 0, 0, 10, 20, 30])
    palette.save(tmp_path / "palette.png")
    assert (read_image(tmp_path / "palette.png").pixels == (10, 20, 30)).all()
    Image.fromarray(colours).convert("RGBA").save(tmp_path / "cover.png")
    assert np.array_equal(read_image(tmp_path / "cover.png").pixels, colours)


def test_a_picture_is_turned_as_its_camera_says(tmp_path, colours):
    turned = Image.fromarray(colours)
    exif = turned.getexif()
    exif[0x0112] = 6  # a quarter turn to the right
    turned.save(tmp_path / "phone.png", exif=exif)
    assert np.array_equal(read_image(tmp_path / "phone.png").pixels, np.rot90(colours, -1))


def test_what_cannot_be_measured_is_refused(tmp_path, colours):
    Image.fromarray(colours).convert("CMYK").save(tmp_path / "ink.tif")
    assert 'pixels of the kind "CMYK". Expected: grey of 8 or 16 bits, or colours of 8' in refused(
        tmp_path / "ink.tif"
    )
    cover = Image.fromarray(colours).convert("RGBA")
    cover.putalpha(100)
    cover.save(tmp_path / "clear.png")
    assert "transparent pixels" in refused(tmp_path / "clear.png")
    field = Image.fromarray(colours)
    field.save(tmp_path / "stack.tif", save_all=True, append_images=[field])
    assert "2 pictures in one file" in refused(tmp_path / "stack.tif")
    field.resize((8, 8)).save(tmp_path / "small.png")
    assert "a picture of 8 by 8 pixels. Expected: at least 16 pixels" in refused(
        tmp_path / "small.png"
    )


def test_broken_files_are_said(tmp_path, colours):
    path = tmp_path / "field.png"
    Image.fromarray(colours).save(path)
    whole = path.read_bytes()
    for length in (40, len(whole) // 2, len(whole) - 200):
        path.write_bytes(whole[:length])
        assert refused(path).startswith("raw/images/a: ")
    path.write_bytes(b"no picture at all, but long enough to be a file of something")
    assert "a file that is no TIFF, PNG or JPEG picture" in refused(path)


@pytest.mark.parametrize("ending", ["png", "tif", "jpg"])
def test_damage_is_a_sentence_and_never_a_crash(tmp_path, colours, ending):
    path = tmp_path / f"field.{ending}"
    Image.fromarray(colours).save(path)
    whole = bytearray(path.read_bytes())
    generator = np.random.default_rng(7)
    for _ in range(60):
        hurt = bytearray(whole)
        for place in generator.integers(0, min(len(whole), 600), 6):
            hurt[place] = int(generator.integers(0, 256))
        path.write_bytes(bytes(hurt))
        try:
            read_image(path)
        except FileProblem as told:
            assert told.problems[0].render().startswith(str(path.as_posix()))  # noqa: PT017


def test_too_many_pixels_are_refused(tmp_path, colours, monkeypatch):
    path = tmp_path / "field.png"
    Image.fromarray(colours).save(path)
    monkeypatch.setattr(images, "MOST_PIXELS", 100)
    assert "a picture of too many pixels" in refused(path)
