"""All checks together: order, texts kept apart, readings, names."""

from __future__ import annotations

from pathlib import Path

from procohort.claims.claim import Claim, read_claims
from procohort.claims.forensics.check import OUTCOMES
from procohort.claims.forensics.examine import examine
from procohort.claims.forensics.names import CHECKS

ROOT = Path(__file__).parents[2]


def percent(id: str, printed: str, **fields: object) -> Claim:
    told = {"outcome": id, "level": "all", "unit_of_analysis": "patient"} | fields
    return Claim(id=id, source="x", sentence=printed, printed=printed, kind="percent", **told)  # type: ignore[arg-type]


def size(id: str, n: int, source_file: str) -> Claim:
    return Claim(
        id=id, source="x", sentence=str(n), printed=str(n), kind="count", level="all",
        estimand="n_patients", unit_of_analysis="patient", source_file=source_file,
    )  # fmt: skip


def test_checks_come_in_the_order_of_the_claims() -> None:
    """A scorecard is read beside the paper."""
    claims = [
        percent("b", "50%", numerator=1, denominator=2),
        percent("a", "50%", numerator=1, denominator=2),
    ]
    assert [check.claims for check in examine(claims)] == [("b",), ("a",)]
    assert examine(claims) == examine(claims)


def test_a_group_size_of_one_text_is_not_taken_for_another() -> None:
    """47 % is no count out of the 12 of this text, whatever the 100 of the other allow."""
    claims = [
        percent("p", "47%", source_file="one"),
        size("here", 12, "one"),
        size("there", 100, "two"),
    ]
    assert [check.outcome for check in examine(claims)] == ["doubtful"]


def test_claims_of_another_reading_are_left_out() -> None:
    """Only what the run shows is judged."""
    wrong = percent("p", "60%", numerator=1, denominator=2, reading="first")
    assert [check.outcome for check in examine([wrong], reading="first")] == ["impossible"]
    assert examine([wrong], reading="second") == []


def test_the_published_claims_of_every_study_can_be_examined() -> None:
    """Every check has a known name and outcome, and sentences that end."""
    files = [
        ROOT / "data/published/claims.csv",
        *sorted(ROOT.glob("studies/*/data/published/claims.csv")),
    ]
    for path in files:
        claims = read_claims(path)
        ids = {claim.id for claim in claims}
        for check in examine(claims):
            assert check.name in CHECKS and check.outcome in OUTCOMES
            assert set(check.claims) <= ids and check.statement.endswith(".")
            assert check.harmless == "" or check.harmless.endswith(".")


def test_the_default_study_prints_one_percentage_that_its_count_does_not_give() -> None:
    """98.3% (449/458), and nothing else in its texts is impossible."""
    claims = read_claims(ROOT / "data/published/claims.csv")
    impossible = [check for check in examine(claims) if check.outcome == "impossible"]
    assert [(check.name, check.claims) for check in impossible] == [
        ("percent_of_count", ("success_percent",))
    ]
