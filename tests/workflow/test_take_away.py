"""What people take away beside the report: gallery, figures for print, the page of studies."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path
from typing import Any

import pytest

from house import OWN_STUDIES, House

pytestmark = pytest.mark.workflow
MM = 25.4
DATA = "reconstructed from published summary figures; not patient data"


def kept_in(gallery: Path, name: str) -> dict[str, Any]:
    """What the page of the gallery holds under a name: ``results`` or ``categories``."""
    text = (gallery / "report.html").read_text(encoding="utf-8")
    _, _, rest = text.rpartition(f"var {name} = ")
    loaded: dict[str, Any] = json.JSONDecoder().raw_decode(rest)[0]
    return loaded


def test_the_gallery_shows_every_table_and_figure_with_a_caption(
    house: House, gallery: Path
) -> None:
    """Reviewers who know Snakemake look there first."""
    shown = kept_in(gallery, "results")
    results = house.folder / "results"
    wanted = {f"results/figures/{path.name}" for path in (results / "figures").glob("*.svg")}
    wanted |= {f"results/tables/{path.name}" for path in (results / "tables").glob("*.html")}
    wanted |= {f"results/{name}.html" for name in ("report", "scorecard", "methods", "rows")}
    assert wanted == set(shown)
    silent = [path for path, item in shown.items() if DATA not in item["caption"]]
    assert silent == []


def test_captions_of_figures_state_what_is_counted(gallery: Path) -> None:
    """A figure that travels without its n is an anecdote."""
    captions = {path: item["caption"] for path, item in kept_in(gallery, "results").items()}
    flow = captions["results/figures/attrition.svg"]
    assert "458 procedures in 44 patients" in flow
    assert "95 %" in captions["results/tables/comparison_failed.html"]


def test_tables_and_figures_of_a_comparison_share_a_line_of_the_gallery(gallery: Path) -> None:
    """Snakemake makes a toggle where each label has both values of the second one."""
    shown = kept_in(gallery, "results")
    assert "Comparisons" in kept_in(gallery, "categories")
    names = [f"{kind}_" for kind in ("distribution", "comparison")]
    labels = [item["labels"] for item in shown.values() if item["name"].startswith(tuple(names))]
    both: dict[str, set[str]] = {}
    for label in labels:
        both.setdefault(label["analysis"], set()).add(label["shown as"])
    assert len(both) == 6
    assert all(seen == {"figure", "table"} for seen in both.values())


def test_figures_for_print_are_one_column_wide_with_600_dots_per_inch(house: House) -> None:
    """85 mm on paper, in every format."""
    done = house.run("print_figures", study="studies/cgd")
    assert done.returncode == 0, done.stdout + done.stderr
    folder = house.folder / "studies/cgd/results/figures"
    names = {path.stem for path in folder.glob("*.svg")}
    assert {path.stem for path in (folder / "85mm").glob("*.pdf")} == names
    for name in names:
        pdf = (folder / "85mm" / f"{name}.pdf").read_bytes()
        box = re.search(rb"/MediaBox \[ ?0 0 ([0-9.]+) ", pdf)
        assert box
        assert float(box[1]) / 72 * MM == pytest.approx(85, abs=0.1)
        for path, width in ((folder / "85mm", 85), (folder, 170)):
            png = (path / f"{name}.png").read_bytes()
            (dots,) = struct.unpack(">I", png[16:20])
            assert dots == pytest.approx(width / MM * 600, abs=2)


def test_the_page_of_studies_lays_all_scorecards_side_by_side(house: House) -> None:
    """What six papers print, beside what the data show."""
    done = house.run("compare_studies")
    assert done.returncode == 0, done.stdout + done.stderr
    page = (house.folder / "results/studies.html").read_text(encoding="utf-8")
    hrefs = re.findall(r'href="([^"#]+)', page)
    folder = house.folder / "results"
    assert [href for href in hrefs if not (folder / href).is_file()] == []
    reports = [href for href in dict.fromkeys(hrefs) if href.endswith("report.html")]
    assert len(reports) == len(OWN_STUDIES) + 1
