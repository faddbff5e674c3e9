"""The scorecard in short: each claim as the scorecard judges it, with its row on the page."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from procohort.claims.scorecard import write_json
from procohort.claims.verdict import VERDICTS
from procohort.publish.report.model import ScorecardSummary
from procohort.publish.report.rows_appendix import claim_rows, row_entries
from procohort.publish.report.scorecard_summary import summarise_scorecard
from procohort.publish.wording import StudyWords, VariableBook
from procohort.results import ResultRow
from scorecard_samples import AWARE, BASE, STUDY, examined, judged, rate

ROWS = [rate(), BASE, AWARE]
TEXTS = ("paper.txt", "leaflet.txt")


@pytest.fixture
def card(tmp_path: Path) -> dict[str, Any]:
    """The scorecard of the made-up study as a run writes it."""
    write_json(tmp_path / "card.json", judged(ROWS), study=STUDY, robustness=examined(ROWS))
    loaded: dict[str, Any] = json.loads((tmp_path / "card.json").read_text(encoding="utf-8"))
    return loaded


def anchored(card: dict[str, Any]) -> dict[ResultRow, str]:
    """Return the anchors of the rows that claims rest on."""
    cited = claim_rows(card, ROWS).values()
    return row_entries(cited, StudyWords.from_settings(STUDY), VariableBook({}))[1]


def summary(card: dict[str, Any], texts: tuple[str, ...] = TEXTS) -> ScorecardSummary:
    """Return the scorecard in short."""
    return summarise_scorecard(card, anchored(card), texts)


def test_tiles_count_the_own_paper_apart_from_other_texts(card: dict[str, Any]) -> None:
    """A reader must not take claims of a leaflet for claims of the paper."""
    counts = Counter(
        (verdict["verdict"], verdict["source_file"] == "paper.txt") for verdict in card["verdicts"]
    )
    tiles = summary(card).tiles
    for tile in tiles:
        assert (tile.n, tile.n_other) == (counts[tile.id, True], counts[tile.id, False])
        assert tile.meaning == VERDICTS[tile.id]  # type: ignore[index]
        assert tile.sign
        assert tile.word
    assert sum(tile.n + tile.n_other for tile in tiles) == len(card["verdicts"])


def test_the_own_paper_comes_first_and_what_needs_a_look_before_the_rest(
    card: dict[str, Any],
) -> None:
    """A person finds what fails without reading everything."""
    lines = summary(card).lines
    own = [line for line in lines if line.is_own]
    assert list(lines[: len(own)]) == own
    needing = [line.needs_attention for line in own]
    assert needing == sorted(needing, reverse=True)
    assert own[0].verdict == "impossible_as_printed"


def test_the_first_text_of_the_table_of_sources_is_the_own_one(card: dict[str, Any]) -> None:
    """The order of the claims does not say which paper the study is about."""
    lines = summary(card, tuple(reversed(TEXTS))).lines
    assert [line.id for line in lines if line.is_own] == ["leaflet"]


def test_a_sentence_is_cut_at_what_is_judged_and_nothing_is_lost(card: dict[str, Any]) -> None:
    """Quotations must stay as printed."""
    by_id = {verdict["id"]: verdict for verdict in card["verdicts"]}
    for line in summary(card).lines:
        assert line.before + line.printed + line.after == by_id[line.id]["sentence"]
        assert line.printed == by_id[line.id]["printed"]


def test_a_line_leads_to_the_row_of_its_claim_and_states_its_n_and_unit(
    card: dict[str, Any],
) -> None:
    """A verdict without the row behind it cannot be checked."""
    anchors = anchored(card)
    rows = claim_rows(card, ROWS)
    lines = {line.id: line for line in summary(card).lines}
    assert lines["pct"].anchor == anchors[rows["pct"]]
    assert rows["pct"] == rate()
    assert lines["pct"].n == "458 visits in 44 children"
    assert lines["pct"].unit_of_analysis == "visit"
    assert lines["t"].anchor == lines["t"].n == lines["t"].unit_of_analysis == ""


def test_changed_conclusions_are_counted_with_sign_and_reason(card: dict[str, Any]) -> None:
    """How many conclusions change is the summary of the summary."""
    found = summary(card)
    changed = [line for line in found.lines if line.left == "changes"]
    assert {"longer", "p"} <= {line.id for line in changed}
    assert found.n_changed == sum(line.is_own for line in changed)
    assert all(line.left_word == "Changes" and line.left_why for line in changed)


def test_without_robustness_a_cluster_aware_change_still_counts(card: dict[str, Any]) -> None:
    """A study may leave the further examinations out; clustering is always looked at."""
    for verdict in card["verdicts"]:
        del verdict["robustness"]
    changed = [line.id for line in summary(card).lines if line.left == "changes"]
    expected = [v["id"] for v in card["verdicts"] if v["cluster_aware_changes"]]
    assert changed == expected
    assert expected


def test_a_study_without_claims_has_an_empty_summary() -> None:
    """The page is also made for studies that check no text."""
    assert summarise_scorecard({}, {}) == ScorecardSummary((), 0, ())
