"""Whatever a small table looks like, its draft is a configuration that the pipeline accepts."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minimal_study import ROOT, SCHEMA
from procohort.drafting.document import flow
from procohort.drafting.folder import make_study
from procohort.drafting.reading import ExportError
from procohort.settings import complete

HEADERS = st.one_of(
    st.sampled_from(
        [
            "Pat_ID",
            "Datum",
            "Dose [mSv]",
            "sex",
            "site",
            "cluster",
            "date",
            "Größe",
            "class",
            "Erfolg",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12),
)
CELLS = {
    "number": st.decimals(-1000, 1000, places=2).map(lambda x: str(x).replace(".", ",")),
    "whole": st.integers(0, 12).map(str),
    "date": st.dates().map(lambda day: day.strftime("%d.%m.%Y")),
    "yes": st.sampled_from(["ja", "nein", "Ja", ""]),
    "word": st.sampled_from(
        ["left", "right", "Left ", "no", "null", "yes: or", "#1", "a, b", "k.A."]
    ),
    "text": st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8).map(
        lambda text: text.replace("\0", "")
    ),
}


@st.composite
def tables(draw: st.DrawFn) -> str:
    """A table of mixed columns in which one key repeats, as semicolon-separated text."""
    n_rows = draw(st.integers(1, 24))
    kinds = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=6))
    n_patients = draw(st.integers(1, 6))
    headers = ["Key", *(draw(HEADERS) for _ in kinds)]
    rows = [
        [f"P{number % n_patients}", *(draw(CELLS[kind]) for kind in kinds)]
        for number in range(n_rows)
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n").writerows([headers, *rows])
    return out.getvalue()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(table=tables())
def test_a_draft_is_accepted_whatever_the_table(table: str) -> None:
    """A first configuration that is refused would help nobody."""
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "export.csv"
        export.write_text(table, encoding="utf-8", newline="")
        try:
            made = make_study(export, Path(folder) / "study", ROOT)
        except ExportError as error:
            assert all("export.csv" in line for line in error.lines)
            return
        text = (made.folder / "config.yaml").read_text(encoding="utf-8")
        settings_of_study = complete(yaml.safe_load(text), SCHEMA)
        assert settings_of_study["study"]["id"] == "study"
        assert (made.folder / "data/raw/export.csv").read_bytes() == export.read_bytes()


@settings(max_examples=200, deadline=None)
@given(
    value=st.recursive(
        st.one_of(st.text(st.characters(codec="utf-8")), st.booleans(), st.integers()),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=20), inner, max_size=3),
        ),
        max_leaves=8,
    )
)
def test_what_is_written_is_read_again(value: object) -> None:
    """A header with a colon, a quote or a line break must not become something else."""
    assert yaml.safe_load(f"key: {flow(value)}") == {"key": value}
