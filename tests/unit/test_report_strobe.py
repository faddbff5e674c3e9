"""The items of STROBE: all of them, each with places that exist, or for the authors."""

from __future__ import annotations

from procohort.publish.methods_document import Section
from procohort.publish.report.model import Chapter, Part, Shown
from procohort.publish.report.strobe import strobe_items

# von Elm et al. 2007, table 1: 22 items, of which some have parts for cohort studies.
PARTS = {1: "ab", 6: "ab", 12: "abcde", 13: "abc", 14: "abc", 16: "abc"}
ITEMS = [f"{item}{part}" for item in range(1, 23) for part in PARTS.get(item, " ")]
NUMBERS = [number.strip() for number in ITEMS]

CHAPTERS = tuple(
    Chapter(name, name.capitalize(), "", parts)
    for name, parts in (
        ("attrition", (Part("flow", "Flow", "", (Shown("Missing values", "missing"),)),)),
        ("table-one", ()),
        ("comparisons", ()),
        ("sensitivity", ()),
    )
)
SECTIONS = tuple(
    Section(name, name.capitalize(), ()) for name in ("design", "preparation", "multiplicity")
)


def test_all_34_items_and_sub_items_are_there_in_their_order() -> None:
    """A checklist with gaps is none."""
    numbers = [item.number for item in strobe_items(CHAPTERS, SECTIONS)]
    assert len(NUMBERS) == 34
    assert numbers[:34] == NUMBERS
    assert all(number.startswith("RECORD ") for number in numbers[34:])


def test_places_are_only_those_that_the_page_has() -> None:
    """A link to nowhere would claim an answer that is not there."""
    anchors = {f"#{chapter.id}" for chapter in CHAPTERS}
    anchors |= {f"#{part.id}" for chapter in CHAPTERS for part in chapter.parts}
    anchors |= {f"#m-{section.id}" for section in SECTIONS}
    anchors |= {"#answer", "#scorecard", "#provenance"}
    beside = {"clean/codebook.csv", "tables/missing.html"}
    for item in strobe_items(CHAPTERS, SECTIONS):
        for text, href in item.places:
            assert text
            assert href in anchors | beside, f"{item.number} leads to {href}"


def test_an_item_without_a_place_is_for_the_authors_and_says_what_to_write() -> None:
    """What no table can know must not be forgotten."""
    items = {item.number: item for item in strobe_items(CHAPTERS, SECTIONS)}
    assert items["22"].by_authors
    assert not items["22"].places
    assert not items["12c"].by_authors
    assert items["12c"].places == (("Methods: Preparation", "#m-preparation"),)
    for item in items.values():
        assert item.places or item.by_authors
        assert bool(item.to_write) == item.by_authors


def test_without_claims_no_item_leads_to_a_scorecard() -> None:
    """A study without claims has no scorecard on its page."""
    items = strobe_items(CHAPTERS, SECTIONS, has_claims=False)
    assert not any(href == "#scorecard" for item in items for _, href in item.places)


def test_no_item_claims_more_than_the_page_answers() -> None:
    """A place that does not answer an item lets authors leave it out."""
    named = ("design", "groups", "multiplicity")
    sections = tuple(Section(name, name.capitalize(), ()) for name in named)
    items = {item.number: item for item in strobe_items(CHAPTERS, sections)}
    assert items["4"].places and items["4"].by_authors
    for number in ("10", "12b"):
        assert not items[number].places
        assert items[number].by_authors
    assert "confirmatory family only" in items["3"].to_write
    assert "nothing here" not in items["6b"].to_write
    assert ("Table-one", "#table-one") in items["14c"].places
