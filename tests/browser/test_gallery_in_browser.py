"""Snakemake's own report, opened as a reviewer would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from browsing import Visit


def test_a_toggle_turns_the_tables_of_comparisons_into_figures(browser: Any, gallery: Path) -> None:
    """Categories, labels and the toggle are what Snakemake makes of our flags."""
    visit = Visit(browser, gallery / "report.html")
    page = visit.page
    page.get_by_text("Comparisons", exact=True).click()
    assert page.get_by_text("Dorsal spondylodesis vs none").is_visible()
    page.get_by_text("shown as", exact=False).first.wait_for()
    for word in ("figure", "table"):
        assert page.get_by_text(word, exact=True).first.is_visible()
    assert visit.outside == []
    visit.close()
