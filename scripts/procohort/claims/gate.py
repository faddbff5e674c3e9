"""The gate: claims that must hold in every run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from procohort.jobs import EXIT_GATE, EXIT_SETTINGS, UserError
from procohort.messages import did_you_mean

HOLDING = ("reproduced", "by_construction", "consistent")


class GateError(UserError):
    """One or more gated claims no longer hold; `lines` holds one line each."""

    exit_code = EXIT_GATE


class UnknownClaimError(UserError):
    """The gate names claims that the table of claims does not have."""

    exit_code = EXIT_SETTINGS


def hold_gate(gate: Sequence[str], verdicts: Sequence[Mapping[str, Any]]) -> str:
    """Return one line that says which claims hold.

    Parameters
    ----------
    gate : sequence of str
        Ids of the claims that must hold.
    verdicts : sequence of mapping
        Records of the scorecard: ``id``, ``verdict``, ``printed``, ``why``.

    Raises
    ------
    UnknownClaimError
        If an id is not that of a claim.
    GateError
        With a line for every gated claim whose verdict is not one of `HOLDING`.

    Examples
    --------
    >>> hold_gate(["n"], [{"id": "n", "verdict": "reproduced", "printed": "44", "why": ""}])
    '1 of 1 gated claims hold: n'
    """
    by_id = {str(record["id"]): record for record in verdicts}
    unknown = [
        f"config.yaml: gate[{place}]: no claim has the id {name!r}.{did_you_mean(name, by_id)}"
        for place, name in enumerate(gate)
        if name not in by_id
    ]
    if unknown:
        raise UnknownClaimError(unknown)
    failed = [
        f"gate: claim {name!r} ({by_id[name]['printed']}) must hold, but its verdict is "
        f"{str(by_id[name]['verdict']).replace('_', ' ')}: {by_id[name]['why']} "
        "See results/scorecard.html."
        for name in gate
        if by_id[name]["verdict"] not in HOLDING
    ]
    if failed:
        raise GateError(failed)
    return f"{len(gate)} of {len(gate)} gated claims hold: {', '.join(gate)}"
