"""What a result row says about a printed date."""

from __future__ import annotations

import datetime
import math
import re

from procohort.claims.claim import Claim
from procohort.claims.finding_base import Finding, silent
from procohort.results import ResultRow

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]


def find_date(claim: Claim, row: ResultRow) -> Finding:
    """Compare a printed day, month or year with a row's first or last date."""
    written = re.search(r"\d{4}-\d{2}-\d{2}", row.note)
    if written:
        day = datetime.date.fromisoformat(written[0])
    elif not math.isnan(row.estimate):
        day = datetime.date.fromordinal(int(row.estimate))
    else:
        return silent("The result row has no date.")
    year, month, date = _printed_date(claim.printed)
    if year is None:
        return silent(f"{claim.printed!r} is not a date that can be read.")
    matches = day.year == year and month in (None, day.month) and (date is None or day == date)
    word = "earliest" if row.estimand == "earliest" else "latest"
    why = f"The {word} date in the data is {day.isoformat()}."
    return Finding(matches, day.isoformat(), math.nan, why)


def _printed_date(text: str) -> tuple[int | None, int | None, datetime.date | None]:
    """Read "2017-10-03", "October 2017", "10/2017" or "2017" as year, month, day."""
    iso = re.search(r"\b\d{4}-\d{2}-\d{2}\b", text)
    if iso:
        day = datetime.date.fromisoformat(iso[0])
        return day.year, day.month, day
    year = re.search(r"\b(?:1[89]|20)\d{2}\b", text)
    named = re.search(r"[A-Za-z]{3,}", text)
    month = None
    if named:
        starts = [name.startswith(named[0].lower()) for name in _MONTHS]
        month = starts.index(True) + 1 if any(starts) else None
    numbered = re.search(r"\b(\d{1,2})[/.]\d{4}\b", text)
    if numbered:
        month = int(numbered[1])
    return (int(year[0]) if year else None), month, None
