"""The page that lays the scorecards of several studies side by side."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from procohort.publish.studies_page import render_studies, study_card

STUDY = {
    "title": "Scans & knees",
    "citation": "Doe 2020",
    "data_origin": "real",
    "row": {"singular": "scan", "plural": "scans"},
    "cluster": {"singular": "knee", "plural": "knees"},
}


def claim(name: str, verdict: str, text: str = "paper.txt", **fields: Any) -> dict[str, Any]:
    known = {"id": name, "verdict": verdict, "source_file": text, "printed": "12", "why": "Why."}
    return {**known, "checks": [], "robustness": None, **fields}


def card(*claims: dict[str, Any], origin: str = "real") -> Any:
    study = {**STUDY, "data_origin": origin}
    return study_card({"study": study, "verdicts": list(claims)}, (30, 10), "../a/results")


def test_only_the_papers_own_statements_are_counted() -> None:
    """A leaflet with eighty figures must not drown the paper's own twelve."""
    made = card(
        claim("a", "reproduced"), claim("b", "differs"), claim("c", "differs", "leaflet.txt")
    )
    assert {share.id: share.n for share in made.shares if share.n} == {
        "reproduced": 1,
        "differs": 1,
    }
    assert (made.n_own, made.n_other) == (2, 1)
    assert made.counts == "30 scans in 10 knees"


def test_changed_conclusions_stand_beside_how_many_were_examined() -> None:
    """Two of two is another message than two of forty."""
    words = ("changes", "survives", "not_examined")
    claims = [claim(word, "reproduced", robustness={"word": word}) for word in words]
    made = card(*claims)
    assert (made.n_changed, made.n_examined) == (1, 2)
    assert ">1 of 2<" in render_studies([made])


def test_each_finding_is_said_once_and_failures_come_first() -> None:
    """Five claims that rest on one wrong count are one finding."""
    doubt = {"outcome": "doubtful", "statement": "4.97 of 18 people.", "harmless": "Missing."}
    made = card(
        claim("d", "reproduced", checks=[doubt]),
        claim("a", "differs", why="The data show 99. Another sentence."),
        claim("b", "differs", why="The data show 99. Another sentence."),
    )
    assert [(remark.word, remark.why) for remark in made.remarks] == [
        ("Differs", "The data show 99."),
        ("Doubtful", "4.97 of 18 people. Missing."),
    ]
    assert made.remarks[0].href == "../a/results/scorecard.html#claim-a"


def test_real_and_reconstructed_data_are_never_in_one_table() -> None:
    """Only real data can reproduce a statement; a common total would hide that."""
    page = render_studies([card(claim("a", "by_construction"), origin="reconstructed"), card()])
    assert page.index('id="real"') < page.index('id="made"')
    assert "cannot confirm them" in page
    alone = render_studies([card(claim("a", "reproduced"))])
    assert 'id="made"' not in alone
    assert "cannot confirm them" not in alone


def test_the_numbers_of_the_bars_stand_in_the_table_too() -> None:
    """A bar is silent for somebody who cannot see it."""
    page = render_studies([card(*[claim(f"c{i}", "reproduced") for i in range(7)])])
    row = page.split("<tbody>")[1].split("</tr>")[0]
    assert re.findall(r'<td class="number">([^<]*)</td>', row)[0] == "7"
    assert 'class="bar" aria-hidden="true"' in row


def test_text_is_escaped_and_the_page_is_whole() -> None:
    """A title with an ampersand is text, not markup."""

    class Balance(HTMLParser):
        open: list[str]

        def handle_starttag(self, tag: str, attrs: Any) -> None:
            if tag not in ("meta", "link", "br"):
                self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    page = render_studies([card(claim("a", "differs", why="5 < 6 & more."))])
    parser = Balance()
    parser.open = []
    parser.feed(page)
    assert parser.open == []
    assert "Scans &amp; knees" in page
    assert "5 &lt; 6 &amp; more." in page
