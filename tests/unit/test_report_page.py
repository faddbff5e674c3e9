"""The page of a run: what it must hold before any browser has seen it."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from procohort.publish.methods_document import Grid, Link, Paragraph, Section, Sentence
from procohort.publish.prose import Cited, Linked
from procohort.publish.report.glossary import Term
from procohort.publish.report.grid import prepare
from procohort.publish.report.model import (
    Chapter,
    ClaimLine,
    Fact,
    Part,
    Picture,
    Report,
    RowEntry,
    ScorecardSummary,
    Shown,
    StrobeItem,
    Tile,
)
from procohort.publish.report.page import brief, render_report
from procohort.publish.report.pictures import LEGIBLE_DPI, SOURCE_DPI, embed_pictures
from procohort.publish.report.terms import Terms
from procohort.publish.tables.model import Column, Line, Table
from procohort.publish.wording import StudyWords
from procohort.results import ResultRow

WORDS = StudyWords("Naps & snacks", "made up for a test", "nap", "naps", "child", "children")
ROW = ResultRow(analysis="by_snack", kind="compare", estimand="odds_ratio", outcome="slept")
AWARE = "cluster_aware"


def marking(text: str) -> tuple[str | Term, ...]:
    """Know one term."""
    before, found, after = text.partition("odds ratio")
    return (before, Term(found, "How many times larger the odds are."), after) if found else (text,)


def table() -> Table:
    """Two perspectives, a section, a line below a line, and a cell of two lines."""
    return Table(
        title="Naps <by> snack",
        settings=("9 naps in 3 children", "unit of analysis: nap"),
        heading="Outcome",
        columns=(
            Column("n", "n"),
            Column("as_published:effect", "Effect", spanner="As published", numeric=False),
            Column(f"{AWARE}:effect", "Effect", spanner="Cluster-aware", numeric=False),
        ),
        lines=(
            Line("Night", is_section=True),
            Line("Slept", {"n": "9", "as_published:effect": "2.0 [1.1, 3.6]\nodds ratio"}),
            Line("Deeply", {"n": "4", f"{AWARE}:effect": "1.5"}, indent=True),
        ),
        csv_columns=(),
        records=(),
        notes=("The odds ratio compares odds.",),
    )


def claim(name: str, **changes: object) -> ClaimLine:
    """Return a claim that holds."""
    return replace(
        ClaimLine(
            id=name, source="abstract", is_own=True, before="Sleep in ", printed="98%", after=".",
            found="98.0% (49/50)", verdict="reproduced", sign="v", word="Reproduced",
            why="As printed.", left="survives", left_word="Survives", left_why="",
            doubtful=False, unit_of_analysis="nap", n="9 naps in 3 children", anchor="row-1",
        ),
        **changes,
    )  # fmt: skip


def report(**changes: object) -> Report:
    """Return a small report with one of everything."""
    picture = Picture("forest", "Forest plot. Two lines.", "data:image/webp;base64,AA==", 10, 5)
    views = (
        Shown("Table: naps", "naps", table(), picture),
        Shown("Every answer", "all_naps", table(), None, folded=True),
    )
    made = Report(
        study={"title": WORDS.title, "data_origin": "reconstructed", "citation": "Doe 2020."},
        words=WORDS,
        analysed="9 naps in 3 children",
        answer=(("Of ", Cited("9 naps", ROW), ", ", Linked("all claims", "#scorecard"), " hold."),),
        scorecard=ScorecardSummary(
            (Tile("reproduced", "v", "Reproduced", "Shown.", 1, 0),),
            0,
            (claim("success"), claim("other", is_own=False, source="review")),
        ),
        chapters=(
            Chapter("comparisons", "Comparisons", "", (Part("by_snack", "Snack", "", views),)),
            Chapter("rates", "Rates", "", (Part("rates", "Rates", "A note.", ()),)),
        ),
        methods=(
            Section(
                "design",
                "Design",
                (
                    Paragraph((Sentence("Children slept", ("doe",)),)),
                    Grid("Items", ("Item", "Where"), (((Link("1"),), (Link("rows", "x.csv"),)),)),
                ),
            ),
        ),
        references=((1, "Doe J. Naps. 2020."),),
        strobe=(StrobeItem("1a", "Title", (("The answer", "#answer"),), True),),
        provenance=(Fact("Software", "numpy"),),
        checksums=(Fact("naps.csv", "abc"),),
        configuration="study: <naps>",
        rows=(RowEntry("row-1", "Slept", "9 naps", (("p", "0.04", "Two-sided p."),)),),
        anchors={ROW: "row-1"},
        files=(("estimates.csv", "Every estimate"),),
    )
    return replace(made, **changes)


class Outline(HTMLParser):
    """Anchors, links, addresses of resources, and headings of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.headings: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag brings."""
        given = dict(attrs)
        if "id" in given:
            self.ids.append(given["id"] or "")
        if tag == "a":
            self.links.append(given.get("href") or "")
        if "src" in given or tag == "link":
            self.sources.append(given.get("src") or given.get("href") or "")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)


@pytest.fixture(scope="module")
def page() -> str:
    return render_report(report(), marking)


def test_every_link_inside_the_page_has_its_target_once(page: str) -> None:
    """A part may be called like its chapter, as `rates` is here."""
    outline = Outline(page)
    assert len(outline.ids) == len(set(outline.ids))
    inside = {link[1:] for link in outline.links if link.startswith("#")}
    assert inside <= set(outline.ids)
    assert "rates" in inside


def test_nothing_is_fetched_from_anywhere(page: str) -> None:
    """The page must open on a computer without a network, and alone."""
    outline = Outline(page)
    assert all(source.startswith("data:") for source in outline.sources)
    assert not re.search(r"@import|url\((?!data:)|fetch\(|XMLHttpRequest", page)


def test_the_order_is_study_data_answer_scorecard_chapters_methods_and_proof(page: str) -> None:
    """The order in which a reader doubts."""
    wanted = [
        "study", "data", "answer", "scorecard", "comparisons", "rates", "methods", "strobe",
        "provenance", "files", "rows", "glossary",
    ]  # fmt: skip
    found = [name for name in Outline(page).ids if name in wanted]
    assert found == wanted


def test_a_number_leads_to_its_row_and_a_row_without_place_is_an_error(page: str) -> None:
    """No number may stand in the answer that cannot be followed."""
    assert '<a class=num href="#row-1">9 naps</a>' in page
    with pytest.raises(ValueError, match="by_snack, slept, odds_ratio"):
        render_report(report(anchors={}), marking)


def test_reconstructed_data_say_so_at_the_top_and_at_every_table(page: str) -> None:
    """Somebody photographs one table; it must still say what it is."""
    assert "Data: reconstructed" in page
    assert "cannot confirm it" in page
    assert page.count("Data: made up for a test.") >= 1 + page.count('class="data ')
    real = render_report(report(study={"title": "Naps", "data_origin": "real"}), marking)
    assert "Real data" in real and "cannot confirm it" not in real


def test_text_is_escaped_wherever_it_comes_from(page: str) -> None:
    """Titles, labels and configurations are not ours."""
    assert "Naps &lt;by&gt; snack" in page and "<by>" not in page
    assert "study: &lt;naps&gt;" in page
    assert "Naps &amp; snacks" in page


def test_the_same_report_gives_the_same_bytes(page: str) -> None:
    """A page that differs without a reason cannot be compared."""
    assert render_report(report(), marking) == page


def test_other_texts_are_folded_after_the_own_paper(page: str) -> None:
    """The study's own paper is what the reader came for."""
    assert page.index('id="claim-success"') < page.index("Other texts, claim by claim: 1")
    assert page.index("Other texts, claim by claim: 1") < page.index('id="claim-other"')


def test_claims_that_need_the_same_look_are_one_entry() -> None:
    """Eight times the same sentence hides the ninth that differs."""
    same = {"left": "changes", "left_word": "Changes", "left_why": "Other by child."}
    lines = (claim("a", **same), claim("b", **same), claim("c", verdict="differs"))
    text = render_report(report(scorecard=ScorecardSummary((), 2, lines)), marking)
    looks = text[text.index('id="attention"') : text.index('id="claims"')]
    assert looks.count("<li") == 2
    assert 'href="#claim-a"' in looks and 'href="#claim-b"' in looks


def test_a_study_without_claims_has_no_scorecard() -> None:
    """Silence instead of an empty table."""
    text = render_report(report(scorecard=ScorecardSummary((), 0, ())), marking)
    assert "scorecard-title" not in text


def test_headings_never_skip_a_level(page: str) -> None:
    """Readers who hear the page move by headings."""
    levels = [int(tag[1]) for tag in Outline(page).headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_a_term_is_marked_once_per_table_and_explained_on_the_page() -> None:
    """Every first use is enough, and without a script the link leads to the explanation."""
    terms = Terms(marking)
    grid = prepare("naps", table(), terms, WORDS.data_note)
    cells = "".join(cell for body in grid.bodies for line in body.lines for cell in line.cells)
    assert cells.count("href=#g-odds-ratio") == 1
    assert "href" not in grid.notes[0]
    assert [(entry.anchor, entry.text) for entry in terms.entries()] == [
        ("g-odds-ratio", "odds ratio")
    ]
    again = prepare("naps", table(), terms, WORDS.data_note)
    assert "href=#g-odds-ratio" in "".join(
        cell for body in again.bodies for line in body.lines for cell in line.cells
    )


def test_columns_and_headings_of_a_perspective_can_be_switched_off() -> None:
    """The switch hides by class; a column that lacks it would stay."""
    grid = prepare("naps", table(), Terms(marking), WORDS.data_note)
    assert grid.classes.split() == ["n2", "x3", "a3", "x4", "c4"]
    assert [head.classes for head in grid.heads] == ["n", "pa", "pc"]
    assert [head.classes for head in grid.spanners] == ["", "pa", "pc"]


def test_what_stands_under_a_perspective_goes_with_it() -> None:
    """A design effect means nothing once the cluster-aware effect is hidden."""
    columns = (*table().columns, Column("icc", "ICC", spanner="Cluster-aware"), Column("m", "m"))
    grid = prepare("naps", replace(table(), columns=columns), Terms(marking), WORDS.data_note)
    assert [head.classes for head in grid.heads] == ["n", "pa", "pc", "n pc", "n"]
    assert [(head.classes, head.span) for head in grid.spanners] == [
        ("", 1), ("pa", 1), ("pc", 2), ("", 1),
    ]  # fmt: skip


def test_a_section_keeps_its_lines_in_a_body_of_its_own(page: str) -> None:
    """Sorting works within a body."""
    grid = prepare("naps", table(), Terms(marking), WORDS.data_note)
    assert [(body.heading, len(body.lines)) for body in grid.bodies] == [("Night", 2)]
    assert "<th scope=rowgroup colspan=4><span>Night</span></th>" in page


def test_the_markup_of_a_cell_is_lean(page: str) -> None:
    """Fifty tables have to fit on the page."""
    line = next(one for one in page.splitlines() if one.startswith("<tr><th scope=row class=i>"))
    assert line == "<tr><th scope=row class=i>Deeply<td>4<td><td>1.5"


def test_a_figure_that_was_left_out_is_a_link() -> None:
    """Better none than one that nobody can read."""
    picture = Picture("forest", "Forest plot.", "", 10, 5)
    parts = (Part("a", "A", "", (Shown("", picture=picture),)),)
    text = render_report(report(chapters=(Chapter("c", "C", "", parts),)), marking)
    assert 'href="figures/forest.svg">open it beside the page' in text
    assert '<img src=""' not in text


def test_alternative_text_is_short_and_ends_with_a_sentence() -> None:
    """The whole description stands below the figure."""
    long = "Forest plot. " + "A line says one thing. " * 40
    assert brief(long).startswith("Forest plot.")
    assert len(brief(long)) <= 250 and brief(long).endswith(".")


def drawn(path: Path, width: int, height: int, n_lines: int) -> Path:
    """Write a picture of lines with soft edges and few colours, as figures come."""
    image = Image.new("RGB", (4 * width, 4 * height), "white")
    pen = ImageDraw.Draw(image)
    for i in range(n_lines):
        ends = (i * 37 % (4 * width), 0, i * 311 % (4 * width), 4 * height)
        pen.line(ends, fill=(i % 3 * 90, 20, 90), width=5)
    image = image.resize((width, height)).quantize(64, dither=Image.Dither.NONE).convert("RGB")
    image.save(path, "WEBP", lossless=True)
    return path


@pytest.fixture
def pictures(tmp_path: Path) -> dict[str, Path]:
    return {name: drawn(tmp_path / f"{name}.webp", 600, 400, 60) for name in ("open", "folded")}


def length(found: dict[str, tuple[str, int, int]]) -> int:
    return sum(len(uri) for uri, _, _ in found.values())


def test_pictures_within_the_budget_stay_as_they_are(pictures: dict[str, Path]) -> None:
    """Nothing is made coarser without need."""
    found = embed_pictures(pictures, {"folded"}, 10_000_000)
    assert {name: size[1:] for name, size in found.items()} == dict.fromkeys(pictures, (600, 400))


def test_folded_pictures_get_coarser_first_then_all_never_below_what_can_be_read(
    pictures: dict[str, Path],
) -> None:
    """What stands open is what people look at."""
    whole = length(embed_pictures(pictures, {"folded"}, 10_000_000))
    least = round(600 * LEGIBLE_DPI / SOURCE_DPI)
    some = embed_pictures(pictures, {"folded"}, int(whole * 0.93))
    assert some["open"][1] == 600 > some["folded"][1] >= least
    assert length(some) <= whole * 0.93
    every = embed_pictures(pictures, {"folded"}, int(whole * 0.80))
    assert least <= every["open"][1] < 600
    assert length(every) <= whole * 0.80


def test_what_cannot_be_kept_is_left_out_folded_ones_first(pictures: dict[str, Path]) -> None:
    """An empty address says so; the page then shows a link."""
    whole = length(embed_pictures(pictures, {"folded"}, 10_000_000))
    found = embed_pictures(pictures, {"folded"}, int(whole * 0.5))
    assert found["folded"][0] == "" and found["open"][0] != ""
    assert all(uri == "" for uri, _, _ in embed_pictures(pictures, set(), 100).values())


def test_a_picture_of_another_kind_is_refused_by_name(tmp_path: Path) -> None:
    """A PNG under the wrong name would be shown by some browsers and not by others."""
    file = BytesIO()
    Image.new("RGB", (4, 4)).save(file, "PNG")
    (tmp_path / "a.webp").write_bytes(file.getvalue())
    with pytest.raises(ValueError, match=r"a\.webp: PNG instead of WebP"):
        embed_pictures({"a": tmp_path / "a.webp"}, set(), 10)


def test_a_randomised_trial_is_told_to_report_by_consort(page: str) -> None:
    """A list for cohort studies beside a trial would lead its authors astray."""
    assert "CONSORT" not in page
    study = {"title": "Naps", "data_origin": "real", "design": "randomised_trial"}
    trial = render_report(report(study=study), marking)
    chapter = trial[trial.index('id="strobe"') :]
    said = "This is a randomised trial: report it by CONSORT."
    assert 0 < chapter.index(said) < chapter.index("<table")
    assert "BMJ 2010;340:c332" in chapter
