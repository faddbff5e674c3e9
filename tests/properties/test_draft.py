"""Whatever is pasted, the draft is a valid table of claims."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from procohort.claims.claim import read_claims
from procohort.claims.draft import draft, write_claims
from procohort.claims.printed import find_printed

PIECES = st.sampled_from(
    [
        *("98.3%", "(449/458)", "12 of 40", "p < 0.01", "P = .03", "± 2.3", "vs.", "mean", "SD"),
        *("median 6 (range, 4-10)", "95% CI 1.3-1.1", "t(42) = 2.3", "1 in 10", "day 14", "mg"),
        *("patients", "0/0", "5", "1,204", "(n = 0)", "IQR", "[", "(", ")", ";", ".", "\n", "-\n"),
        *("longer", "no difference", "May 2020", "3/2020", "from", "to", "2017", "Results\n", "%"),
        *("\u00a0", "\u00ad", "。", "p = 7", "−3", "1.2.3", "at least", "twenty", "0", '"'),  # noqa: RUF001
    ]
)
TEXTS = st.one_of(
    st.text(), st.lists(PIECES, max_size=14).map(" ".join), st.lists(PIECES).map("".join)
)


@settings(max_examples=150, deadline=None)
@given(text=TEXTS)
def test_no_text_stops_the_draft_and_every_draft_is_read_back(text: str) -> None:
    """Pasted text is never clean; a crash or an invalid row would end the work there."""
    claims = draft(text, "pasted.txt")
    for claim in claims:
        assert claim.printed in claim.sentence
        assert find_printed(claim.sentence, claim.printed) is not None
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "claims.csv"
        write_claims(table, claims)
        assert [replace(claim, line=0) for claim in read_claims(table)] == claims


@settings(max_examples=50, deadline=None)
@given(text=TEXTS)
def test_drafting_twice_gives_the_same_claims(text: str) -> None:
    """Ids are stable, so a completed table can be compared with a new draft."""
    assert draft(text) == draft(text)
