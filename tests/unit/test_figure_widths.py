"""Figures for print and for pages: both widths, the files, their fonts, colours and names."""

from __future__ import annotations

import base64
import re
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from figure_samples import sample_view
from procohort.publish import style
from procohort.publish.figures.canvas import (
    Drawing,
    Sheet,
    house_style,
    save_drawing,
    share_height,
)
from procohort.publish.figures.forest_layout import layout_of
from procohort.publish.figures.kinds import draw, draw_files

SVG = "{http://www.w3.org/2000/svg}"
ENDINGS = {"png": "png", "svg": "svg", "pdf": "pdf", "webp": "webp", "csv": "csv", "alt": "txt"}
MINE = ("attrition", "distribution", "forest", "rates", "scatter", "trend")


def _files(folder, kind="forest", width_mm=style.PAGE_WIDTH_MM):
    folder.mkdir(exist_ok=True)
    outputs = {name: folder / f"f.{ending}" for name, ending in ENDINGS.items()}
    draw_files(kind, sample_view(kind, width_mm), outputs)
    return outputs


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """All files of a forest at the width of a page."""
    return _files(tmp_path_factory.mktemp("files"))


@pytest.mark.parametrize("width_mm", style.WIDTHS_MM)
def test_pictures_have_the_dots_of_their_width(width_mm, tmp_path):
    """A journal measures the width in dots; a picture of another width is scaled there."""
    outputs = _files(tmp_path, "rates", width_mm)
    inches = width_mm / style.MM_PER_INCH
    with Image.open(outputs["png"]) as printed, Image.open(outputs["webp"]) as screen:
        assert printed.width == pytest.approx(600 * inches, abs=1)
        assert printed.info["dpi"] == pytest.approx((600, 600), abs=0.01)
        assert screen.width == pytest.approx(150 * inches, abs=1)
        assert screen.height == pytest.approx(printed.height / 4, abs=1)


def test_the_png_says_what_it_shows(files):
    """A picture is sent without its page; its description travels inside."""
    with Image.open(files["png"]) as picture:
        assert picture.text["Title"] == "All comparisons, as published and cluster-aware"
        assert picture.text["Description"] == files["alt"].read_text(encoding="utf-8").rstrip()


@pytest.mark.parametrize(("name", "n_colours"), [("png", 256), ("webp", 64)])
def test_few_colours_suffice_and_those_of_the_house_stay(files, name, n_colours):
    """A palette keeps files small; paper must stay white and blue the blue of the legend."""
    with Image.open(files[name]) as picture:
        dots = np.asarray(picture.convert("RGBA"))
    codes, counts = np.unique(dots.view(np.uint32), return_counts=True)
    found = codes.view(np.uint8).reshape(-1, 4)[:, :3]
    assert len(found) <= n_colours
    assert found[np.argmax(counts)].tolist() == [255, 255, 255]
    shown = {"#" + colour.tobytes().hex().upper() for colour in found}
    marks = {mark.color.upper() for mark in style.PERSPECTIVE_MARKS.values()}
    assert marks | {style.BAND.upper()} <= shown


def test_pictures_for_pages_are_small(files):
    """A page holds some thirty figures and must stay below five megabytes."""
    assert files["webp"].stat().st_size < 150_000
    assert files["png"].stat().st_size < 1_500_000


def test_every_file_repeats_byte_by_byte(files, tmp_path):
    """Same input, same bytes: also for the palettes."""
    again = _files(tmp_path)
    for name in ENDINGS:
        assert again[name].read_bytes() == files[name].read_bytes(), name


def test_only_the_files_asked_for_are_written(tmp_path):
    """A rule declares its outputs; another file would be left behind unseen."""
    draw_files("attrition", sample_view("attrition", 85), {"webp": tmp_path / "f.webp"})
    assert [path.name for path in tmp_path.iterdir()] == ["f.webp"]


def test_every_font_of_the_pdf_is_embedded(files):
    """Printers refuse a PDF whose letters they must guess; Type 3 fonts are refused as well."""
    pdf = files["pdf"].read_bytes()
    descriptors = re.findall(rb"/Type /FontDescriptor.*?>>", pdf, flags=re.DOTALL)
    assert len(descriptors) >= 2
    assert all(b"/FontFile2" in text for text in descriptors)
    assert b"/Type3" not in pdf
    fonts = re.findall(rb"/BaseFont /(\S+)", pdf)
    assert all(b"DejaVuSans" in name for name in fonts)


def test_letters_of_the_svg_are_paths(files):
    """A browser without the font would set other letters, with other widths."""
    root = ElementTree.parse(files["svg"]).getroot()
    assert root.findall(f".//{SVG}text") == []
    assert len(root.findall(f".//{SVG}use")) > 100


@pytest.mark.parametrize("kind", ["forest", "rates"])
@pytest.mark.parametrize("width_mm", style.WIDTHS_MM)
def test_a_page_can_hide_one_perspective(kind, width_mm, tmp_path):
    """Marks, p values and legend of a perspective have ids of their own, all different."""
    draw_files(kind, sample_view(kind, width_mm), {"svg": tmp_path / "f.svg"})
    root = ElementTree.parse(tmp_path / "f.svg").getroot()
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    tagged = [name for name in ids if name.startswith("perspective-")]
    assert len(tagged) == len(set(tagged))
    for perspective in style.PERSPECTIVE_MARKS:
        pattern = re.compile(rf"perspective-{perspective}-\d+")
        assert len([name for name in tagged if pattern.fullmatch(name)]) >= 8
    colours = {mark.color.lower() for mark in style.PERSPECTIVE_MARKS.values()}
    outside = [element for element in root if not element.get("id", "").startswith("perspective-")]
    while outside:
        element = outside.pop()
        assert not colours & set(re.findall(r"#[0-9a-f]{6}", element.get("style", "")))
        outside += [
            child for child in element if not child.get("id", "").startswith("perspective-")
        ]


@pytest.mark.parametrize("kind", MINE)
def test_a_single_column_is_no_picture_made_smaller(kind):
    """Half the width with the same letters: so it is higher, and its marks are as large."""
    with house_style():
        wide, narrow = (draw(kind, sample_view(kind, width)).figure for width in (170, 85))
    assert narrow.get_figheight() > 0.9 * wide.get_figheight()
    sizes = [{text.get_fontsize() for text in figure.texts} for figure in (wide, narrow)]
    assert sizes[1] <= sizes[0] | {style.SMALL_SIZE, style.SMALLEST_SIZE}


def test_lines_of_a_forest_move_together_before_it_outgrows_a_page():
    """Thirty comparisons still fit a page; three have the room they like."""
    assert share_height(3, 2.0, 0.14, 0.2) == 0.2
    assert share_height(45, 2.0, 0.14, 0.2) == pytest.approx((style.TALLEST - 2.0) / 45)
    assert share_height(500, 2.0, 0.14, 0.2) == 0.14


def test_long_names_of_outcomes_wrap_before_they_are_cut():
    """A name that ends in an ellipsis must be looked up elsewhere."""
    name = "Success by the second attempt with the assigned device"
    for width_mm in style.WIDTHS_MM:
        layout = layout_of(width_mm / style.MM_PER_INCH, [name])
        assert " ".join(layout.label_lines(name)) == name
        assert sum(layout.heights(name, 0)) > sum(layout.heights("Success", 0))


def test_a_figure_of_many_points_stays_sharp_inside_vector_files(tmp_path):
    """Above some thousands of points they become a picture: fit to print as well."""
    with house_style():
        sheet = Sheet("Points", "Made up", 1.0)
        axes = sheet.axes(0.5, 0.5, 2.0, 1.0)
        axes.scatter([0, 1], [0, 1], rasterized=True)
        drawing = Drawing(sheet.figure, "Points", "Two points.", ())
        save_drawing(drawing, {"svg": tmp_path / "f.svg"})
    image = ElementTree.parse(tmp_path / "f.svg").getroot().find(f".//{SVG}image")
    encoded = image.get("{http://www.w3.org/1999/xlink}href").split("base64,", 1)[1]
    with Image.open(BytesIO(base64.b64decode(encoded))) as picture:
        assert picture.width > 0.9 * 2.0 * style.INSET_DPI
