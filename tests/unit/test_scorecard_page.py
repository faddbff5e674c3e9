"""The scorecard page: what a person sees, also without JavaScript, colour or network."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from minimal_study import SCHEMA, config
from procohort import plan, plan_scorecard
from procohort.claims.forensics.check import Check
from procohort.claims.robustness import WORDS
from procohort.claims.scorecard import examine_claims
from procohort.claims.verdict import VERDICTS
from procohort.publish.rows_page import FIELDS, render_rows
from procohort.publish.scorecard_page import LEFT, SIGNS, read_manifest, render_scorecard
from procohort.results import COLUMNS
from procohort.settings import complete
from scorecard_samples import (
    AGREES,
    AWARE,
    BASE,
    SOURCES,
    STUDY,
    VIEWS,
    claims,
    examined,
    judged,
    left_out,
    rate,
    specification,
    tipping_rows,
)

ROOT = Path(__file__).parents[2]
ROWS = [rate(), BASE, AWARE]


def page(study: dict[str, Any] = STUDY, **options: Any) -> str:
    """Return the page as it is without anything beside the verdicts."""
    return render_scorecard(judged(ROWS), study=study, **options)


def full_page(study: dict[str, Any] = STUDY) -> str:
    """Return the page with everything that a run gives it."""
    note = "p 0.01 to 0.3; the 5 % conclusion turns for 2 of 44 patients left out."
    rows = [*ROWS, left_out(AWARE, 1.05, 1.2, 0.3, note)]
    items = [
        specification(1, BASE),
        specification(2, AWARE),
        specification(3, replace(BASE, estimate=1.25, p=0.004), factor="half"),
        specification(4, replace(AWARE, p=0.01, ci_low=1.01), factor="half"),
    ]
    readings = {"percent": judged([rate(450), BASE, AGREES], "percent")}
    left = examined(rows, tipping=tipping_rows(), specifications=items, readings=readings)
    return page(
        study,
        reading="count",
        robustness=left,
        checks=examine_claims(claims(), "count"),
        sources=SOURCES,
        views=VIEWS,
        provenance={"procohort": "0.1.0"},
    )


class Outline(HTMLParser):
    """Collects tags with their attributes, and the text outside scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self._skip = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._skip = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        """Read text again after a script."""
        self._skip = False

    def handle_data(self, data: str) -> None:
        """Keep what a person reads."""
        if not self._skip:
            self.text.append(data)


def outline(text: str) -> Outline:
    parser = Outline()
    parser.feed(text)
    return parser


def said(text: str) -> str:
    return " ".join(" ".join(outline(text).text).split())


def test_the_page_shows_every_claim_without_javascript() -> None:
    """Printed, found, verdict, reason, unit and n stand in the HTML itself."""
    text = said(page())
    for shown in (
        "Reconstructed from published summary figures; not patient data.",
        "Impossible as printed",
        "98.0% (449/458)",
        "of 458, 450 would fit",
        "By construction",
        "An opinion.",
        "Unit: visit",
        "458 visits",
        "44 children",
    ):
        assert shown in text, shown
    assert all("open" in attributes for tag, attributes in outline(page()).tags if tag == "details")


def test_the_words_are_the_study_s_own() -> None:
    """Another study has visits and children; the page must not speak of procedures."""
    text = said(full_page()) + said(render_rows(judged(ROWS), ROWS, study=STUDY, views=VIEWS))
    assert "procedure" not in text
    assert "patients" not in text.replace("not patient data", "")


def test_the_printed_figure_is_marked_in_its_sentence_and_texts_are_escaped() -> None:
    """A sentence with < or & is data, never markup."""
    html = page()
    assert "Success was <mark>98.3%</mark> (449/458) &amp; &lt;fine&gt;." in html
    assert "A &lt;b&gt;title&lt;/b&gt;" in html


def test_what_is_left_of_a_claim_stands_in_plain_sentences() -> None:
    """Cluster-aware, tipping point, single children, readings, choices: numbers with their n."""
    text = said(full_page())
    for shown in (
        "Another conclusion cluster-aware.",
        "1.1 (ratio of geometric means), 95 % interval 0.9 to 1.3, p = 0.2",
        "At an intraclass correlation of 0.065 or more",
        "With equally many visits in every child it would turn at 0.077.",
        "Leaving out one child at a time",
        "the conclusion at 5 % turns for 2 of 44 children",
        "Percent: p = 0.004, by construction; the same conclusion.",
        "as published 1.2 to 1.5 min (Hodges-Lehmann shift), p = 0.004;",
        "Another conclusion with: half (cluster-aware).",
        "Visits: no choice changes a row of this outcome.",
        "2 of 2 with a direction point as published",
        "1 of 2 p values lie below 5 %",
    ):
        assert shown in text, shown


def test_only_what_the_run_has_is_linked() -> None:
    """A dead link on a page for editors costs its credit."""
    linked = {
        attributes["href"].split("#")[0]
        for tag, attributes in outline(full_page()).tags
        if tag == "a" and not attributes["href"].startswith(("#", "https://"))
    }
    assert linked == {
        "rows.html", "figures/rates_r.svg", "tables/rates_r.html", "report.html", "scorecard.csv",
        "figures/distribution_drip.svg", "tables/comparison_drip.html", "figures/tipping_drip.svg",
        "tables/sensitivity_drip.html", "figures/specification_drip.svg", "scorecard.json",
        "tables/multiverse_drip.html", "tables/readings.html", "tables/feasible_drip.html",
    }  # fmt: skip


def test_every_link_within_the_pages_has_its_target() -> None:
    """From a claim to its result row and back."""
    card, rows = full_page(), render_rows(judged(ROWS), ROWS, study=STUDY, views=VIEWS)
    ids = {
        "": {attributes.get("id") for _, attributes in outline(card).tags},
        "rows.html": {attributes.get("id") for _, attributes in outline(rows).tags},
    }
    ids["scorecard.html"] = ids[""]
    for text, here in ((card, ""), (rows, "rows.html")):
        for tag, attributes in outline(text).tags:
            href = attributes.get("href", "")
            if tag == "a" and "#" in href and "://" not in href:
                name, _, place = href.partition("#")
                assert place in ids[name or here], href
    assert sum(href.startswith("rows.html#") for href in re.findall('href="([^"]+)"', card)) == 4


def test_the_paper_comes_before_other_texts_and_counts_alone() -> None:
    """Many statements of a leaflet that no table can test must not bury the paper."""
    html = full_page()
    text = said(html)
    assert "5 statements of the paper, 1 of other texts" in text
    assert "And 1 of other texts." in text
    assert html.index("The paper</span>") < html.index("A leaflet</span>")
    assert '<a href="https://example.org/leaflet">' in html
    bodies = [attributes for tag, attributes in outline(html).tags if tag == "tbody"]
    assert [body["data-own"] for body in bodies if "data-own" in body] == ["yes", "no"]


def test_claims_of_one_result_that_say_the_same_need_one_look() -> None:
    """'Longer' and 'p < 0.01' of one comparison are one finding, failing ones come first."""
    attention = full_page().split('id="attention"')[1].split("</section>")[0]
    items = attention.split("<li ")[1:]
    assert [re.findall(r'href="#claim-(\w+)"', item) for item in items] == [
        ["pct"],
        ["k"],
        ["longer", "p"],
    ]


def test_figures_that_fit_only_under_an_assumption_need_a_look_with_its_harmless_reason() -> None:
    """On tables that were made to fit, it may be the one thing that a reader must see."""
    doubt = Check(
        name="grim",
        claims=("longer",),
        outcome="doubtful",
        statement="Whole numbers cannot have this mean.",
        harmless="Missing values would explain it.",
    )
    verdicts = [
        replace(verdict, checks=(doubt,)) if verdict.claim.id == "longer" else verdict
        for verdict in judged(ROWS)
    ]
    text = render_scorecard(verdicts, study=STUDY)
    attention = text.split('id="attention"')[1].split("</section>")[0]
    assert '<li class="doubtful">' in attention
    assert f"{doubt.statement} {doubt.harmless}" in attention


def test_checks_that_were_made_are_counted_and_failures_explained() -> None:
    """Silence is not agreement: what was asked stands there, and what could not be asked."""
    section = full_page().split('id="arithmetic"')[1].split("</section>")[0]
    text = " ".join(outline(f"<p>{section}").text)
    made = len(examine_claims(claims(), "count"))
    assert f"Of {made} check" in text
    assert "449/458 is 98.0%, not 98.3%" in text
    assert "Perhaps harmless: A count of 450" in text
    assert "Is the printed percentage that of the printed count?" in text
    assert "Can a mean of so many whole numbers have these digits?" in text


def test_the_pages_load_nothing_from_elsewhere() -> None:
    """They are read on a ward without network, and sent by mail."""
    loading = {"src", "srcset", "data", "poster"}
    for html in (full_page(), render_rows(judged(ROWS), ROWS, study=STUDY, views=VIEWS)):
        for tag, attributes in outline(html).tags:
            assert tag not in ("link", "img", "iframe", "object")
            assert not loading & set(attributes)
        assert "@import" not in html
        assert "url(" not in html


def test_the_page_can_be_read_by_ear_and_by_keyboard() -> None:
    """Headings in order, captions, scopes, labels and a live region."""
    tags = outline(full_page()).tags
    levels = [int(tag[1]) for tag, _ in tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))
    assert all("scope" in attributes for tag, attributes in tags if tag == "th")
    assert sum(tag == "caption" for tag, _ in tags) == 2
    labelled = {attributes["for"] for tag, attributes in tags if tag == "label"}
    controls = {attributes["id"] for tag, attributes in tags if tag in ("select", "input")}
    assert controls == labelled
    assert any(attributes.get("role") == "status" for _, attributes in tags)
    assert ("html", {"lang": "en"}) in tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = {attributes["aria-labelledby"] for _, attributes in tags if "aria-labelledby" in
             attributes}  # fmt: skip
    assert named <= set(ids)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_verdict_has_a_word_a_sign_and_enough_contrast(scheme: str) -> None:
    """WCAG 2.2, 1.4.1 and 1.4.3: not by colour alone, and 4.5 to 1 on every ground."""
    for signs, every in ((SIGNS, VERDICTS), (LEFT, WORDS)):
        assert set(signs) == set(every)
        assert len(set(signs.values())) == len(signs)
    light, dark = page().split("@media screen and (prefers-color-scheme: dark)")
    style = light if scheme == "light" else dark.split("\n}\n")[0]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", style))
    tones = {
        name: colour
        for names, colour in re.findall(
            r"^\s*(\.[\w., ]+) { --tone: (#[0-9a-f]{6}); }", style, re.M
        )
        for name in re.findall(r"\w+", names)
    }
    assert set(VERDICTS) | set(WORDS) <= set(tones)
    texts = [*tones.values(), colours["ink"], colours["soft"], colours["link"]]
    for ground in ("paper", "wash"):
        for colour in texts:
            assert contrast(colour, colours[ground]) >= 4.5, (colour, ground)
    assert contrast(colours["mark-ink"], colours["mark"]) >= 4.5
    for ground in ("alert", "target"):
        assert contrast(colours["ink"], colours[ground]) >= 4.5


def test_real_data_carry_no_warning_of_reconstruction() -> None:
    """The label says where the data come from, and only a reconstruction cannot confirm."""
    real = STUDY | {"data_origin": "real", "data_label": "real data: A paper"}
    assert "cannot confirm it" not in page(real)
    assert "cannot confirm it" in page()


def test_the_page_is_the_same_each_time_and_carries_its_provenance() -> None:
    """Same input, same bytes; versions and checksums go with the page."""
    options = {"provenance": {"procohort": "0.1.0", "files": {"data/raw/a.csv": "f00"}}}
    assert page(**options) == page(**options)
    assert '<tr><th scope="row">files: data/raw/a.csv</th><td>f00</td></tr>' in page(**options)
    assert full_page() == full_page()


def test_every_field_of_a_result_row_is_explained() -> None:
    """A new field without a meaning would stand on the page as a riddle."""
    assert set(FIELDS) == set(COLUMNS)
    text = said(render_rows(judged(ROWS), ROWS, study=STUDY, views=VIEWS))
    assert "Hodges-Lehmann shift, as published" in text
    assert "Ratio of geometric means, cluster-aware" in text
    assert "Number of visits behind it." in text
    assert "Reconstructed" in text or "reconstructed from published" in text


def test_the_views_are_those_that_the_plan_makes() -> None:
    """Names of figures and tables come from the plan, so that a link cannot go astray."""
    settings = complete(config(), SCHEMA)
    shown = plan_scorecard.parameters(settings)["analyses"]
    assert list(shown) == list(plan.analyses(settings))
    figures, tables = set(plan.figures(settings)), set(plan.tables(settings))
    for views in shown.values():
        assert views["figure"] == "" or views["figure"] in figures
        assert views["table"] in tables
        assert views.get("sensitivity", "") == "" or views["sensitivity"] in tables
    assert shown["by_diet"]["tipping"] == "tipping_by_diet"
    assert plan_scorecard.readings_files(settings) == []


CHROMIUM = shutil.which("chromium")
# Presses what a person would press, and notes after each which claims are seen.
PRESSES = """
var notes = [];
function press(name, selector, place) {
  document.querySelectorAll(selector)[place || 0].click();
  var rows = Array.prototype.slice.call(document.querySelectorAll("tr.claim"));
  notes.push(name + "=" + rows.filter(function (row) { return row.offsetParent; })
    .map(function (row) {
      var next = row.nextElementSibling;
      return row.id.slice(6) + (next && next.className.indexOf("more") === 0 ? "+" : "");
    }).join(" "));
}
press("start", "html");
press("unfolded", "tr.source button", 1);
press("folded", "tr.source button", 1);
press("tile", "a.tile[data-verdict=impossible_as_printed]");
press("again", "a.tile[data-verdict=impossible_as_printed]");
press("changed", "a.tile[data-left=changes]");
document.querySelector("a.tile[data-left=changes]").click();
press("up", "th[data-sort='3'] button");
press("down", "th[data-sort='3'] button");
press("link", ".arithmetic a");
document.body.setAttribute("data-notes", notes.join("; "));
"""


def seen(folder: Path, *, place: str = "", script: str = "") -> str:
    """Return the page as a browser has it after its own script and another one."""
    file = folder / "card.html"
    extra = f"<script>{script}</script></body>"
    file.write_text(full_page().replace("</body>", extra), encoding="utf-8")
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-extensions",
        f"--user-data-dir={folder / 'profile'}", "--dump-dom", f"file://{file}{place}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


@pytest.mark.skipif(CHROMIUM is None, reason="needs a browser")
def test_folding_filtering_and_sorting_do_what_their_buttons_say(tmp_path: Path) -> None:
    """Other texts are one press away; details stay with their claim wherever it goes."""
    html = seen(tmp_path, script=PRESSES)
    body = next(attributes for tag, attributes in outline(html).tags if tag == "body")
    notes = dict(note.split("=") for note in body["data-notes"].split("; "))
    paper = "pct+ k+ t longer+ p+"
    assert notes == {
        "start": paper,
        "unfolded": f"{paper} leaflet",
        "folded": paper,
        "tile": "pct+",
        "again": paper,
        "changed": "pct+ k+ longer+ p+",
        "up": paper.replace("t longer+ p+", "longer+ p+ t"),
        "down": "t k+ longer+ p+ pct+",
        "link": "t k+ longer+ p+ pct+",
    }
    assert 'aria-sort="descending"' in html
    assert 'aria-expanded="false"' in html
    assert "5 of 6 statements shown; 1 more in texts that are folded" in html
    opened = html.split('id="claim-pct"')[1].split("<summary>")[0]
    assert "<details open" in opened


@pytest.mark.skipif(CHROMIUM is None, reason="needs a browser")
def test_a_link_can_carry_a_filter(tmp_path: Path) -> None:
    """An author sends an editor exactly the statements in question."""
    html = seen(tmp_path, place="#left=changes&text=longer")
    assert "2 of 6 statements shown" in html
    rows = [attributes for tag, attributes in outline(html).tags if tag == "tr"]
    shown = [row["id"] for row in rows if row.get("id") and "hidden" not in row]
    assert shown == ["claim-longer", "claim-p"]


def test_a_manifest_is_read_as_json_or_as_checksum_lines(tmp_path: Path) -> None:
    """Both are at hand in a pipeline; anything else is refused with a reason."""
    lines = tmp_path / "checksums.sha256"
    lines.write_text("f00  data/raw/a.csv\n", encoding="utf-8")
    assert read_manifest(lines) == {"data/raw/a.csv": "f00"}
    record = tmp_path / "manifest.json"
    record.write_text('{"python": "3.11"}', encoding="utf-8")
    assert read_manifest(record) == {"python": "3.11"}
    lines.write_text("lonely\n", encoding="utf-8")
    with pytest.raises(ValueError, match="lines of a checksum"):
        read_manifest(lines)
