"""The kinds of figures, each drawn by the module of its name."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from procohort.publish.figures.canvas import Drawing, house_style, save_drawing
from procohort.publish.view import View

KINDS = (
    "attrition",
    "distribution",
    "forest",
    "scatter",
    "trend",
    "rates",
    "specification",
    "tipping",
    "synthesis",
    "cumulative_dose",
    "swimmer",
    "trajectory",
)


def draw(kind: str, view: View) -> Drawing:
    """Draw a figure of a kind.

    Raises
    ------
    ValueError
        If the kind is unknown, or needs a table and has none.
    """
    if kind not in KINDS:
        raise ValueError(f"figure kind {kind!r} is unknown; choose one of {', '.join(KINDS)}")
    # By name, so that a job depends on the code of its own kind only.
    drawing = import_module(f"procohort.publish.figures.{kind}").draw(view)
    assert isinstance(drawing, Drawing)
    return drawing


def draw_files(kind: str, view: View, outputs: Mapping[str, str | Path]) -> None:
    """Draw a figure in the house style and write its files.

    Parameters
    ----------
    kind, view
        As for `draw`.
    outputs : mapping
        Paths by name: png, svg, pdf, webp, csv, alt.
    """
    with house_style():
        drawing = draw(kind, view)
        drawing.columns = (*drawing.columns, "data_label")
        numbers, label = _numbers(drawing), view.words.data_label
        drawing.records = [
            {**_without_names(record, numbers), "data_label": label} for record in drawing.records
        ]
        save_drawing(drawing, outputs)


def _numbers(drawing: Drawing) -> dict[object, int]:
    """Return a running number for each cluster: plotted data need no pseudonyms."""
    names = {record["cluster"] for record in drawing.records if record.get("cluster")}
    return {name: place for place, name in enumerate(sorted(names, key=str), start=1)}


def _without_names(
    record: Mapping[str, object], numbers: Mapping[object, int]
) -> Mapping[str, object]:
    if not record.get("cluster"):
        return record
    return {**record, "cluster": numbers[record["cluster"]]}
