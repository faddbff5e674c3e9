"""Claims that must hold: a run fails when one does not."""

from __future__ import annotations

import pytest

from procohort.claims.gate import GateError, UnknownClaimError, hold_gate
from procohort.jobs import EXIT_GATE, EXIT_SETTINGS


def record(name: str, verdict: str) -> dict[str, str]:
    """A line of the scorecard."""
    return {"id": name, "verdict": verdict, "printed": "44", "why": "The data show 43."}


@pytest.mark.parametrize("verdict", ["reproduced", "by_construction", "consistent"])
def test_a_claim_that_holds_passes_the_gate(verdict: str) -> None:
    """Reconstructed tables cannot reproduce; what they were built to show still has to show."""
    assert "1 of 1" in hold_gate(["n"], [record("n", verdict)])


@pytest.mark.parametrize("verdict", ["differs", "impossible_as_printed", "not_testable"])
def test_any_other_verdict_closes_the_gate(verdict: str) -> None:
    """A claim that can no longer be tested does not count as holding."""
    with pytest.raises(GateError) as caught:
        hold_gate(["n"], [record("n", verdict)])
    assert caught.value.exit_code == EXIT_GATE
    assert verdict.replace("_", " ") in caught.value.lines[0]
    assert "The data show 43." in caught.value.lines[0]


def test_every_failing_claim_is_told_at_once() -> None:
    """A person mends all of them in one go."""
    verdicts = [record("a", "differs"), record("b", "reproduced"), record("c", "differs")]
    with pytest.raises(GateError) as caught:
        hold_gate(["a", "b", "c"], verdicts)
    assert [line.split("'")[1] for line in caught.value.lines] == ["a", "c"]


def test_a_name_that_is_no_claim_is_a_mistake_of_the_configuration() -> None:
    """A misspelt gate would otherwise never close."""
    with pytest.raises(UnknownClaimError) as caught:
        hold_gate(["patient"], [record("patients", "reproduced")])
    assert caught.value.exit_code == EXIT_SETTINGS
    assert "patients" in caught.value.lines[0]
