"""The page as a person has it: opened from the disk, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest

from browsing import Visiting, lost_links
from house import House

REPORT = "report.html"
STUDIES = ("", "studies/ablation", "studies/cgd", "studies/laryngoscope", "studies/periodontal",
           "studies/ultrasound")  # fmt: skip
LARGEST_BYTES = 5_000_000
MINUS = "\N{MINUS SIGN}"
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 760}, "has_touch": True}
DARK: dict[str, Any] = {"color_scheme": "dark"}
OTHER_PAGES = ("scorecard.html", "rows.html", "methods.html", "tables/attrition.html")

# Lines of a table and sections of a chapter are made by one rule each: a few of each stand
# for all, and the audit is quick.
A_FEW = """() => {
  const all = (kind) => Array.from(document.querySelectorAll(kind));
  const keep = (parts, n) => Array.from(parts).slice(n).forEach((part) => part.remove());
  all("details").forEach((fold) => { fold.open = true; });
  all("table").forEach((table) => keep(table.tBodies, 2));
  all("tbody").forEach((body) => keep(body.rows, 3));
  all(".chapter").forEach((chapter) => keep(chapter.querySelectorAll(":scope > section"), 2));
  ["article.row", "ul.attention li", "main > section:not([class])", ".parts", "#glossary dd"]
    .forEach((kind) => keep(all(kind), 4));
}"""


def wide_table(page: Any) -> Any:
    """Return a table that shows both perspectives side by side."""
    return page.locator("table.data:has(th.pa):has(th.pc):visible").first


def shown_rows(page: Any, selector: str) -> int:
    """Return how many lines of tables can be seen."""
    return int(
        page.evaluate(
            "(s) => Array.from(document.querySelectorAll(s))"
            ".filter((row) => row.getClientRects().length).length",
            selector,
        )
    )


def first_words(page: Any, table: Any, column: int) -> list[str]:
    """Return the first line of each cell of a column, top to bottom, of lines with a number."""
    cells = table.locator(f"tbody tr:not(.s) > :nth-child({column + 1})").all_text_contents()
    return [cell.strip().split("\n")[0] for cell in cells if re.search(r"\d", cell)]


def as_numbers(texts: list[str]) -> list[float]:
    """Read what people see as numbers: ``< 0.001`` stands before ``0.001``."""
    numbers = []
    for text in texts:
        found = re.search(rf"(<?)\s*([{MINUS}-]?)(\d+\.?\d*)", text)
        assert found, text
        value = float(found[3]) - (1e-9 if found[1] else 0)
        numbers.append(-value if found[2] else value)
    return numbers


@pytest.mark.parametrize("study", STUDIES)
def test_the_page_opens_from_the_disk_without_a_word_and_without_a_network(
    study: str, visit: Visiting, house: House
) -> None:
    """It must work years from now, on a ward computer without internet."""
    seen = visit(REPORT, study=study)
    assert (house.folder / study / "results" / REPORT).stat().st_size < LARGEST_BYTES
    assert seen.said == []
    assert seen.outside == []
    assert seen.page.locator("ol.answer > li").count() == 5


def test_the_first_screen_says_which_study_which_data_and_the_answer(visit: Visiting) -> None:
    """Nobody should have to scroll to learn that the data are reconstructed."""
    page = visit(REPORT).page
    for selector in ("h1", ".origin h2", ".origin strong", "ol.answer > li:nth-child(1)"):
        box = page.locator(selector).first.bounding_box()
        assert box and box["y"] + box["height"] < 900, selector


@pytest.mark.parametrize("study", STUDIES)
def test_every_link_has_its_target(study: str, visit: Visiting, house: House) -> None:
    """A number that leads nowhere cannot be checked."""
    page = visit(REPORT, study=study).page
    assert lost_links(page, house.folder / study / "results") == set()


def test_no_two_things_share_an_anchor(visit: Visiting) -> None:
    """Analyses name anchors, and a study may call one like a chapter."""
    page = visit(REPORT).page
    anchors = page.evaluate("Array.from(document.querySelectorAll('[id]')).map((e) => e.id)")
    assert len(anchors) == len(set(anchors))


def test_a_number_of_the_answer_leads_to_its_row_and_back(visit: Visiting) -> None:
    """The row is where the number was read; the way back keeps the thread."""
    page = visit(REPORT).page
    number = page.locator("ol.answer a.num").first
    anchor = number.get_attribute("href")
    number.click()
    row = page.locator(f'article[id="{anchor[1:]}"]')
    assert row.evaluate(
        "(e) => e.getBoundingClientRect().top < innerHeight && e.contains(document.activeElement)"
    )
    row.get_by_role("button", name="Back to where you were").click()
    page.wait_for_function("location.hash === ''")
    assert page.locator(".return").count() == 0


def test_a_table_sorts_by_p_and_back_to_the_order_of_the_study(visit: Visiting) -> None:
    """Sorted as text, 0.013 would follow < 0.001 by accident and 10 would precede 9."""
    page = visit(REPORT).page
    table = wide_table(page)
    heads = table.locator("thead tr:last-child th")
    labels = [text.split("\n")[0].strip() for text in heads.all_text_contents()]
    column = labels.index("p") + 1
    before = first_words(page, table, column)
    button = heads.nth(column - 1).get_by_role("button", name="Sort by")
    button.click()
    assert heads.nth(column - 1).get_attribute("aria-sort") == "ascending"
    up = as_numbers(first_words(page, table, column))
    assert up == sorted(up)
    assert "ascending" in page.locator("#said").inner_text()
    button.click()
    down = as_numbers(first_words(page, table, column))
    assert heads.nth(column - 1).get_attribute("aria-sort") == "descending"
    assert down == sorted(down, reverse=True)
    button.click()
    assert first_words(page, table, column) == before
    assert heads.nth(column - 1).get_attribute("aria-sort") is None


def test_lines_stay_under_their_section_when_sorted(visit: Visiting) -> None:
    """A line that leaves its section answers for another outcome."""
    page = visit(REPORT).page
    table = page.locator("table.data:has(tr.s)").nth(0)
    groups = """(table) => Array.from(table.tBodies).map((body) =>
        Array.from(body.rows).map((r, i) => (i ? "" : "first ") + r.textContent).sort())"""
    before = table.evaluate(groups)
    table.evaluate("(t) => t.querySelectorAll('.sort').forEach((b) => b.click())")
    assert table.evaluate(groups) == before


def test_lines_below_a_line_stay_with_it(visit: Visiting) -> None:
    """Levels of a variable are nothing without the variable."""
    page = visit(REPORT).page
    table = page.locator("#t-describe_patients")
    pairs = """(table) => {
        let head = "";
        return Array.from(table.querySelectorAll("tbody tr")).map((r) => {
            if (!r.cells[0].classList.contains("i")) { head = r.cells[0].textContent; }
            return head + " / " + r.textContent;
        }).sort();
    }"""
    before = table.evaluate(pairs)
    table.locator("thead tr:last-child .sort").first.click()
    assert table.evaluate(pairs) == before


def test_the_search_finds_lines_in_every_table_and_says_how_many(visit: Visiting) -> None:
    """Who looks for one outcome wants it everywhere, also in what is folded."""
    page = visit(REPORT).page
    every = shown_rows(page, ".tabled tbody tr")
    page.locator("#words").fill("sex")
    page.wait_for_function("document.getElementById('found').textContent !== ''")
    assert re.fullmatch(r"\d+ lines? in \d+ tables?", page.locator("#found").inner_text())
    assert 0 < shown_rows(page, ".tabled tbody tr") < every
    assert page.locator("#hits a").count() > 0
    page.locator("#words").fill("nothing has this name")
    page.wait_for_function("document.getElementById('found').textContent === 'Nothing found'")
    page.locator("#words").fill("")
    page.wait_for_function("document.getElementById('found').textContent === ''")
    assert shown_rows(page, ".tabled tbody tr") == every


def test_a_table_can_be_filtered_alone(visit: Visiting) -> None:
    """The count is announced, and a line is found by the heading it stands under."""
    page = visit(REPORT).page
    box = page.locator(".tabled:has(#t-describe_patients)")
    box.get_by_role("searchbox").fill("sex")
    # The variable with its two levels.
    assert shown_rows(page, "#t-describe_patients tbody tr") == 3
    assert re.match(r"3 of \d+ lines", box.get_by_role("status").inner_text())


def test_a_tile_shows_the_claims_of_its_verdict(visit: Visiting) -> None:
    """From how many to which ones in one step."""
    page = visit(REPORT).page
    tile = page.locator('a.tile[data-v="impossible_as_printed"]')
    tile.click()
    verdicts = page.evaluate(
        "Array.from(document.querySelectorAll('table.claims tbody tr'))"
        ".filter((r) => r.getClientRects().length).map((r) => r.dataset.v)"
    )
    assert set(verdicts) == {"impossible_as_printed"}
    assert tile.get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Show all claims").click()
    assert tile.get_attribute("aria-pressed") == "false"


def test_the_switch_leaves_one_answer_and_is_remembered(visit: Visiting) -> None:
    """A reader of one perspective should not have to look past the other."""
    seen = visit(REPORT)
    page = seen.page
    table = wide_table(page)
    page.get_by_label("Cluster-aware", exact=True).check()
    for selector in ("th.pa", "tr.pa"):
        assert shown_rows(page, selector) == 0
    assert shown_rows(page, "th.pc") > 0
    hidden = table.evaluate(
        """(t) => Array.from(t.tBodies[0].rows).filter((r) => r.cells.length > 2).map((r) =>
        Array.from(r.cells).filter((c) => !c.getClientRects().length).length)"""
    )
    heads = table.locator("thead tr:last-child th.pa").count()
    assert set(hidden) == {heads}
    page.reload()
    assert page.get_by_label("Cluster-aware", exact=True).is_checked()
    assert shown_rows(page, "th.pa") == 0
    page.emulate_media(media="print")
    assert page.get_by_text("The answers as published were switched off").is_visible()
    assert seen.said == []


def test_a_term_is_explained_on_hover_and_focus_until_escape(visit: Visiting) -> None:
    """For somebody who does not know the word, without leaving the table."""
    page = visit(REPORT).page
    term, tip = page.locator("table a.t:visible").first, page.locator("#tip")
    term.scroll_into_view_if_needed()
    said = page.locator(f'[id="{term.get_attribute("aria-describedby")}"]').inner_text()
    term.focus()
    assert tip.is_visible() and tip.inner_text() == said
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    term.hover()
    assert tip.is_visible()
    tip.hover()
    page.wait_for_timeout(250)
    assert tip.is_visible(), "the pointer may rest on the explanation"
    page.mouse.move(2, 2)
    page.wait_for_function("document.getElementById('tip').hidden")


def test_a_term_is_explained_on_a_tap(visit: Visiting) -> None:
    """A phone has no pointer that hovers."""
    page = visit(REPORT, **PHONE).page
    term = page.locator("table a.t:visible").first
    term.scroll_into_view_if_needed()
    page.wait_for_timeout(50)
    term.tap()
    assert page.locator("#tip").is_visible()
    box = page.locator("#tip").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360


def test_a_figure_enlarges_with_arrows_and_gives_the_focus_back(visit: Visiting) -> None:
    """Small print in a figure must be readable, by keyboard as well."""
    page = visit(REPORT).page
    zoom = page.locator("a.zoom:visible").first
    zoom.focus()
    page.keyboard.press("Enter")
    look, title = page.locator("#look"), page.locator("#look-title")
    assert look.is_visible()
    assert page.locator("#look-img").get_attribute("alt")
    first = title.inner_text()
    page.keyboard.press("ArrowRight")
    assert title.inner_text() != first
    page.keyboard.press("ArrowLeft")
    assert title.inner_text() == first
    page.keyboard.press("Escape")
    assert not look.is_visible()
    assert zoom.evaluate("(e) => e === document.activeElement")


def test_colours_follow_the_system_and_the_button(visit: Visiting) -> None:
    """Dark rooms exist, and so do people who want paper white in them."""
    page = visit(REPORT, **DARK).page
    colour = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(colour)
    button = page.get_by_role("button", name="Dark colours")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert page.evaluate(colour) == "rgb(255, 255, 255)" != dark
    page.reload()
    assert page.evaluate(colour) == "rgb(255, 255, 255)"


def test_print_leaves_navigation_out_and_opens_what_is_short(visit: Visiting) -> None:
    """On paper nothing can be opened, so what is short stands there and the rest says where."""
    page = visit(REPORT, **DARK).page
    page.emulate_media(media="print")
    for selector in (".side", ".sift", ".skip", ".js-only"):
        assert shown_rows(page, selector) == 0, selector
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details[data-print]:not([open])").count() == 0
    folded = page.locator("details:not([open]):not(.described) > summary:visible")
    assert folded.count() > 0
    for text in folded.all_inner_texts():
        assert "Folded here" in text
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[data-print][open]").count() == 0


def test_the_print_has_pages_without_navigation(visit: Visiting) -> None:
    """What a committee gets on paper is the report, not its buttons."""
    page = visit(REPORT, study="studies/cgd").page
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", paper)) > 5


def test_a_phone_never_scrolls_sideways(visit: Visiting) -> None:
    """Tables scroll in their own box, with their first column in place."""
    page = visit(REPORT, **PHONE).page
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    box = wide_table(page).locator("xpath=..")
    head = box.locator("tbody th[scope=row]").first
    before = head.bounding_box()["x"]
    box.evaluate("(b) => { b.scrollLeft = 200; }")
    assert box.evaluate("(b) => b.scrollLeft") > 100
    assert abs(head.bounding_box()["x"] - before) < 2


def test_the_menu_of_a_phone_opens_leads_and_closes(visit: Visiting) -> None:
    """Contents are out of the way until they are wanted."""
    page = visit(REPORT, **PHONE).page
    menu, contents = page.get_by_role("button", name="Contents"), page.locator("#contents")
    assert not contents.is_visible()
    menu.tap()
    assert contents.is_visible() and menu.get_attribute("aria-expanded") == "true"
    contents.get_by_role("link", name="Comparisons", exact=True).tap()
    assert not contents.is_visible()
    page.wait_for_function(
        "document.getElementById('comparisons').getBoundingClientRect().top < 120"
    )


def test_the_contents_mark_where_one_is(visit: Visiting) -> None:
    """In a long page the current section is the first thing one loses."""
    page = visit(REPORT).page
    page.evaluate("document.getElementById('table-one').scrollIntoView()")
    page.wait_for_function(
        """() => {
            const now = document.querySelector('#contents [aria-current]');
            const chapter = document.getElementById('table-one');
            return now && chapter.contains(document.querySelector(now.hash));
        }"""
    )


def test_the_keyboard_reaches_the_answer_first(visit: Visiting) -> None:
    """Nobody should tab through thirty links to read five sentences."""
    page = visit(REPORT).page
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    assert skip.evaluate("(e) => e === document.activeElement")
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('answer').contains(document.activeElement)")


def test_everything_is_readable_without_a_script(visit: Visiting) -> None:
    """Mail gateways and old viewers take scripts away."""
    page = visit(REPORT, java_script_enabled=False).page
    assert page.locator("ol.answer > li").count() == 5
    assert page.locator(".js-only:visible").count() == 0
    assert page.locator("#contents a:visible").count() == page.locator("#contents a").count()
    assert page.locator("a.zoom img:visible").count() > 3


@pytest.mark.parametrize("context", [{}, DARK, PHONE], ids=["light", "dark", "phone"])
@pytest.mark.parametrize("name", [REPORT, *OTHER_PAGES])
def test_no_page_breaks_a_rule_of_accessibility(
    name: str, context: dict[str, Any], visit: Visiting
) -> None:
    """Contrast, names, headings and roles, as axe-core reads WCAG 2 A and AA."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = visit(name, **context).page
    page.evaluate(A_FEW)
    only = {"type": "tag", "values": ["wcag2a", "wcag2aa"]}
    found = axe.Axe().run(page, options={"runOnly": only, "resultTypes": ["violations"]})
    said = [
        (broken["id"], node["html"][:160])
        for broken in found.response["violations"]
        for node in broken["nodes"][:3]
    ]
    assert said == []


@pytest.mark.parametrize("name", OTHER_PAGES)
def test_other_pages_open_quietly_and_lead_somewhere(
    name: str, visit: Visiting, house: House
) -> None:
    """They are linked from the page and must be as quiet, and lead back to it."""
    seen = visit(name)
    assert (seen.said, seen.outside) == ([], [])
    assert lost_links(seen.page, (house.folder / "results" / name).parent) == set()
