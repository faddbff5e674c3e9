"""Figures: what they show, that it is all there, and that the bytes repeat."""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from matplotlib.text import Text

import publish_samples as samples
import tipping_samples
from procohort.publish import style
from procohort.publish.figures import canvas, common
from procohort.publish.figures.kinds import KINDS, draw, draw_files
from procohort.publish.view import View

TABLE = samples.analysis_table()
ROWS = samples.all_rows(TABLE)
TIPPING, STARTS = tipping_samples.answers(TABLE, ROWS, tipping_samples.CLAIMS)
# What a kind is made from, where that is not all rows and the analysis table.
OWN_ROWS = {"tipping": TIPPING}
OWN_FRAMES = {"attrition": samples.ATTRITION, "tipping": tipping_samples.frame(STARTS)}
SPECS = {
    "attrition": {},
    "distribution": samples.COMPARISON,
    "forest": {"comparisons": [samples.COMPARISON, samples.POSITIONS]},
    "rates": samples.RATES,
    "scatter": samples.CORRELATION,
    "trend": samples.TREND,
    "tipping": samples.COMPARISON,
}
# Kinds with a view of their own, and the tests that try it.
ELSEWHERE = {
    "synthesis": "test_synthesis.py",
    "cumulative_dose": "test_synthesis.py",
    "specification": "test_multiverse.py",
    "swimmer": "test_schedule_rows.py",
    "trajectory": "test_trajectory.py",
}
ENDINGS = {"png": "png", "svg": "svg", "pdf": "pdf", "csv": "csv", "alt": "txt"}


def _view(kind, spec=None, rows=None, study=samples.STUDY, frame=None):
    frame = OWN_FRAMES.get(kind, TABLE) if frame is None else frame
    rows = OWN_ROWS.get(kind, ROWS) if rows is None else rows
    settings = {"spec": SPECS[kind] if spec is None else spec, "study": study}
    settings["variables"] = samples.VARIABLES
    return View.from_settings(settings, rows=rows, frames=[frame])


def _drawn(kind, **options):
    with canvas.house_style():
        return draw(kind, _view(kind, **options))


def _texts(drawing):
    figure = drawing.figure
    return [t.get_text() for t in figure.findobj(Text) if t.get_visible() and t.get_text()]


def _everything(drawing):
    return " ".join(" ".join(_texts(drawing)).split())


def test_every_kind_of_figure_is_tried():
    """A kind that nobody draws in a test breaks unseen."""
    assert set(SPECS) | set(ELSEWHERE) == set(KINDS)
    for name in ELSEWHERE.values():
        assert (Path(__file__).parent / name).is_file()


@pytest.mark.parametrize("kind", SPECS)
def test_every_figure_says_where_the_data_come_from_in_the_words_of_the_study(kind):
    """A figure is copied without its page: label, n and words must be on it."""
    drawing = _drawn(kind)
    shown = _everything(drawing)
    assert "Data: made up for tests; not patient data." in shown
    assert "visits in" in shown
    assert "procedure" not in (shown + drawing.alt).lower()
    assert "made up for tests" in drawing.alt


@pytest.mark.parametrize("kind", SPECS)
def test_no_text_leaves_the_sheet(kind):
    """A clipped caption is a wrong caption."""
    with canvas.house_style():
        drawing = draw(kind, _view(kind))
        figure = drawing.figure
        figure.set_dpi(style.PNG_DPI)
        figure.draw_without_rendering()
        renderer = figure.canvas.get_renderer()
        width, height = figure.canvas.get_width_height()
        # Ticks beyond the limits of an axis exist and are not drawn.
        ticks = {
            text
            for axes in figure.axes
            for text in (*axes.get_xticklabels(), *axes.get_yticklabels())
        }
        for text in set(figure.findobj(Text)) - ticks:
            if text.get_visible() and text.get_text().strip():
                box = text.get_window_extent(renderer)
                inside = box.x0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1
                assert inside and box.y0 >= -1, text.get_text()


@pytest.mark.parametrize("kind", ["distribution", "forest"])
def test_the_same_data_give_the_same_bytes(kind, tmp_path):
    """Checked-in results and reruns are compared byte by byte."""
    for run in ("one", "two"):
        (tmp_path / run).mkdir()
        outputs = {key: tmp_path / run / f"f.{ending}" for key, ending in ENDINGS.items()}
        draw_files(kind, _view(kind), outputs)
    for ending in ENDINGS.values():
        first, second = (tmp_path / run / f"f.{ending}" for run in ("one", "two"))
        assert first.read_bytes() == second.read_bytes(), ending
    pdf = (tmp_path / "one" / "f.pdf").read_bytes()
    assert b"CreationDate" not in pdf


def test_the_svg_speaks(tmp_path):
    """A screen reader reads title and desc; the text file holds the same description."""
    outputs = {"svg": tmp_path / "f.svg", "alt": tmp_path / "f.txt"}
    draw_files("rates", _view("rates"), outputs)
    root = ElementTree.parse(outputs["svg"]).getroot()
    space = "{http://www.w3.org/2000/svg}"
    title, desc = root.find(f"{space}title"), root.find(f"{space}desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert desc.text == outputs["alt"].read_text(encoding="utf-8").rstrip("\n")
    assert "Korn" not in desc.text and "cluster-aware" in desc.text


def test_every_value_of_a_comparison_is_plotted_and_in_the_data_file():
    """Small multiples hide nothing: one record and one point for each known value."""
    drawing = _drawn("distribution")
    times = [r for r in drawing.records if r["outcome"] == "time_min"]
    assert sorted(r["value"] for r in times) == sorted(TABLE["time_min"].dropna())
    assert {r["level"] for r in times} == {"true", "false"}
    panel = drawing.figure.axes[0]
    offsets = sum(len(c.get_offsets()) for c in panel.collections if c.get_paths())
    assert offsets >= len(times)


def test_a_column_of_a_strip_holds_one_patient():
    """Clustering is visible only if the values of a patient stand together."""
    drawing = _drawn("distribution")
    times = [r for r in drawing.records if r["outcome"] == "time_min"]
    columns = {}
    for record in times:
        columns.setdefault((record["level"], record["column"]), set()).add(record["cluster"])
    assert all(len(people) == 1 for people in columns.values())
    assert len(columns) == TABLE.loc[TABLE["time_min"].notna(), "cluster"].nunique()


def test_group_medians_and_p_values_come_from_result_rows():
    """A figure that computes its own statistic can contradict the table beside it."""
    changed = [
        replace(row, estimate=77.0, p=0.5)
        if row.analysis == "implant" and row.outcome == "time_min" and row.estimand == "median"
        else row
        for row in ROWS
    ]
    drawing = _drawn("distribution", rows=changed)
    assert "77.0" in drawing.alt
    assert "as published: p < 0.001   cluster-aware: p = 0.17" in _texts(drawing)


def test_the_forest_says_in_words_what_it_cannot_draw():
    """An empty line would read as no difference."""
    shown = _everything(_drawn("forest"))
    assert "refused: Values of zero have no logarithm" in shown


def test_the_forest_writes_an_effect_that_has_another_scale():
    """A difference of means exists where a ratio does not: it must not get lost."""
    rows = [
        replace(row, estimand="mean_difference", status="ok", note="", estimate=0.5, ci_low=0.2,
                ci_high=0.8, ci_level=0.95)
        if row.outcome == "attempts" and row.estimand == "geometric_mean_ratio"
        else row
        for row in ROWS
    ]  # fmt: skip
    assert "difference of means 0.50 [0.20, 0.80]" in _texts(_drawn("forest", rows=rows))


def test_the_forest_data_name_the_method_behind_each_p():
    """For counts with zeros p comes from a permutation, not from the refused model."""
    records = [r for r in _drawn("forest").records if r["analysis"] == "implant"]
    found = {(r["outcome"], r["perspective"]): r for r in records}
    assert found["attempts", "cluster_aware"]["p_method"] == "label_permutation"
    assert found["attempts", "cluster_aware"]["status"] == "refused"
    assert found["time_min", "as_published"]["p_method"] == "mann_whitney_asymptotic"
    assert found["time_min", "as_published"]["method"] == "geometric_mean_ratio_welch"


def test_intervals_that_leave_the_axis_keep_an_arrow():
    """A clipped interval must not look like a short one."""
    wide = [
        replace(row, ci_high=50.0)
        if row.method == "lmm_geometric_mean_ratio" and row.outcome == "time_min" and row.reference
        else row
        for row in ROWS
    ]
    drawing = _drawn("forest", rows=wide)
    markers = [line.get_marker() for line in drawing.figure.axes[0].lines]
    assert ">" in markers
    assert ">" not in [line.get_marker() for line in _drawn("forest").figure.axes[0].lines]


def test_the_flow_names_steps_that_removed_nothing_without_a_box():
    """Every declared step is accounted for, also when nobody left."""
    drawing = _drawn("attrition")
    shown = _everything(drawing)
    assert "9 visits removed, and 2 people with them" in shown
    assert "No visit left at: A value that cannot be read." in shown
    assert [r["step"] for r in drawing.records] == list(samples.ATTRITION["step"])


def test_a_study_whose_row_is_the_patient_is_not_counted_twice():
    """'99 patients in 99 patients' would be nonsense."""
    study = samples.STUDY | {"row": samples.STUDY["cluster"]}
    shown = _everything(_drawn("attrition", study=study))
    assert "130 people in" not in shown
    assert "20 people" in shown


def test_a_figure_shows_the_subset_that_the_analysis_used():
    """Points outside the subset would belie the rows beside them."""
    spec = samples.CORRELATION | {"subset": "attempts >= limit"}
    view = replace(_view("scatter", spec=spec), parameters={"limit": 2.0})
    with canvas.house_style():
        drawing = draw("scatter", view)
    assert min(r["x"] for r in drawing.records) == 2.0


def test_a_comparison_without_measured_outcomes_says_so():
    """A blank sheet would look like a fault."""
    spec = samples.COMPARISON | {"outcomes": ["success"]}
    assert "no measured or counted outcome" in _everything(_drawn("distribution", spec=spec))


def test_missing_rows_are_told_in_words():
    """A figure of an analysis that gave no rows still draws, and says what is absent."""
    assert "There is no comparison to show." in _everything(_drawn("forest", rows=[]))
    assert "There is no rate to show." in _everything(_drawn("rates", rows=[]))
    assert "not computed" in _everything(_drawn("scatter", rows=[]))


def test_jitter_depends_on_the_name_only():
    """Random jitter would change the bytes of every run."""
    assert (common.jitter(5, "a") == common.jitter(5, "a")).all()
    assert (common.jitter(5, "a") != common.jitter(5, "b")).any()


def test_unknown_kinds_and_missing_tables_are_told():
    """The message lists what can be asked for."""
    with pytest.raises(ValueError, match="'pie' is unknown; choose one of attrition"):
        draw("pie", _view("rates"))
    empty = replace(_view("rates"), frames=())
    with pytest.raises(ValueError, match="needs a table"):
        draw("trend", replace(empty, spec=samples.TREND))


def test_publishing_needs_no_statistics_library_and_tables_no_drawing_library():
    """Start-up is paid by every job; a statistic computed here would not be a result row."""
    code = (
        "import sys; import procohort.publish.tables.kinds, procohort.publish.report.assemble;"
        "print('matplotlib' in sys.modules);"
        "import procohort.publish.figures.kinds;"
        "print('scipy' in sys.modules, 'statsmodels' in sys.modules)"
    )
    scripts = Path(__file__).parents[2] / "scripts"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=scripts, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["False", "False", "False"]


def test_the_data_file_reads_back_as_the_plotted_numbers(tmp_path):
    """Raw numbers, so that somebody can draw the figure again."""
    draw_files("scatter", _view("scatter"), {"csv": tmp_path / "f.csv"})
    with (tmp_path / "f.csv").open(encoding="utf-8", newline="") as handle:
        records = list(csv.DictReader(handle))
    times = [float(r["y"]) for r in records if r["outcome"] == "time_min"]
    assert sorted(times) == sorted(TABLE["time_min"].dropna())


def test_plotted_data_say_where_they_come_from_and_name_nobody(tmp_path):
    """Copied into a mail, points of made-up tables look like those of patients."""
    view = _view("scatter")
    draw_files("scatter", view, {"csv": tmp_path / "f.csv"})
    with (tmp_path / "f.csv").open(encoding="utf-8", newline="") as handle:
        records = list(csv.DictReader(handle))
    assert {record["data_label"] for record in records} == {view.words.data_label}
    numbers = {int(record["cluster"]) for record in records}
    assert numbers == set(range(1, TABLE["cluster"].nunique() + 1))
    assert not numbers & set(TABLE["cluster"])
