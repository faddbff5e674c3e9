"""What the published series do not allow to compare, and why."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from procohort.evidence import OUTCOMES, REASONS
from procohort.publish.selection import ordered, pick
from procohort.publish.tables.model import Column, Line, Table, with_columns
from procohort.publish.view import View

CSV_COLUMNS = ("topic", "outcome", "modality", "series_id", "label", "reason")
ACCOUNT = ("outcome", "modality", "series_id", "label", "centre", "read_in", "events", "trials",
           "used", "kind", "reason")  # fmt: skip
# Reasons that say the same of many series: one line for all.
_TOGETHER = ("part", "population", "modality", "not_reported", "no_sd", "too_few", "median")


def make(view: View) -> Table:
    """List the reasons that keep series apart: those of the counts, then those of the series.

    Parameters
    ----------
    view : View
        spec: outcomes, modalities, note; rows: those of kind ``synthesis``; frame: the
        account of the series.
    """
    account = with_columns(view.frame, ACCOUNT, "account").astype("object")
    account = account.where(account.notna(), "")
    outcomes = {str(item["id"]): str(item["label"]) for item in view.spec["outcomes"]}
    lines = [
        *_rankings(view, outcomes),
        *_boundaries(account, outcomes, view.spec["modalities"]),
        *_quantities(view),
        *_unknowns(account),
        *_left_out(account, outcomes),
    ]
    return Table(
        title="What cannot be compared between the published series, and why",
        settings=(f"unit of analysis: {view.words.row}",),
        heading="What",
        columns=(
            Column("series", "Series", numeric=False),
            Column("reason", "Why", numeric=False),
        ),
        lines=tuple(lines),
        notes=tuple(note for note in (str(view.spec.get("note") or ""),) if note),
        csv_columns=CSV_COLUMNS,
        records=tuple(_records(account)),
    )


def _rankings(view: View, outcomes: Mapping[str, str]) -> list[Line]:
    lines = [Line("A ranking of the modalities", is_section=True)]
    for outcome, label in outcomes.items():
        mine = [row for row in view.rows if row.analysis == f"synthesis_{outcome}"]
        row = pick(mine, estimand="ranking")
        if row is not None:
            lines.append(Line(label, {"reason": row.note}, indent=True))
    return lines


def _boundaries(
    account: pd.DataFrame, outcomes: Mapping[str, str], modalities: Mapping[str, str]
) -> list[Line]:
    lines = [Line("Counts of none or all: a ceiling, where nothing can be better", is_section=True)]
    used = account[account["used"] == "yes"]
    for outcome, label in outcomes.items():
        mine = used[(used["outcome"] == outcome) & (used["trials"] != "")]
        for modality, name in modalities.items():
            here = mine[mine["modality"] == modality]
            at = here[(here["events"] == here["trials"]) | (here["events"] == 0)]
            if len(at):
                cells = {
                    "series": f"{len(at)} of {len(here)}",
                    "reason": "; ".join(
                        f"{row['label']} {int(row['events'])}/{int(row['trials'])}"
                        for _, row in at.iterrows()
                    ),
                }
                lines.append(Line(f"{label}, {name}", cells, indent=True))
    return lines if len(lines) > 1 else []


def _quantities(view: View) -> list[Line]:
    """Return how many different quantities, statistics and units stand for one thing."""
    lines = [Line("Times and doses that are not alike", is_section=True)]
    for name in ("time", "dose"):
        mine = [
            row
            for row in view.rows
            if row.analysis == f"synthesis_{name}" and row.estimand.startswith("reported_")
        ]
        kinds = ordered(f"{row.outcome} ({row.unit})" for row in mine)
        if len(kinds) > 1:
            reason = (
                f"{len(kinds)} quantities: {'; '.join(kinds)}. None can be turned into another "
                "without an assumption; effective doses differ in how they were obtained."
                if name == "dose"
                else f"{len(kinds)} clocks: {'; '.join(kinds)}. They start at other moments."
            )
            lines.append(Line(name.capitalize(), {"reason": reason}, indent=True))
    return lines if len(lines) > 1 else []


def _unknowns(account: pd.DataFrame) -> list[Line]:
    """Return what is not known of the series that were used."""
    used = account[(account["used"] == "yes") & account["outcome"].isin(OUTCOMES)]
    used = used.drop_duplicates("series_id")
    lines = [Line("Not known of the series that were put together", is_section=True)]
    for column, value, heading, reason in (
        (
            "centre", "", "Centre not named in what was read",
            "Two of them may have treated the same people unnoticed.",
        ),
        (
            "read_in", "secondary", "Read in another text than the source",
            "The figures were not checked in the source.",
        ),
    ):  # fmt: skip
        names = list(used.loc[used[column] == value, "label"])
        if names:
            cells = {"series": "; ".join(names), "reason": reason}
            lines.append(Line(heading, cells, indent=True))
    return lines if len(lines) > 1 else []


def _left_out(account: pd.DataFrame, outcomes: Mapping[str, str]) -> list[Line]:
    lines: list[Line] = []
    out = account[account["used"] == "no"]
    for kind, heading in REASONS.items():
        mine = out[out["kind"] == kind]
        if mine.empty:
            continue
        lines.append(Line(heading, is_section=True))
        for outcome in ordered(mine["outcome"]):
            here = mine[mine["outcome"] == outcome].drop_duplicates(["label", "reason"])
            name = outcomes.get(outcome, outcome.capitalize())
            if kind in _TOGETHER:
                names = "; ".join(ordered(here["label"]))
                lines.append(Line(name, {"series": names, "reason": ""}, indent=True))
                continue
            lines += [
                Line(name, {"series": row["label"], "reason": row["reason"]}, indent=True)
                for _, row in here.iterrows()
            ]
    return lines


def _records(account: pd.DataFrame) -> list[dict[str, object]]:
    out = account[account["used"] == "no"]
    return [
        {
            "topic": REASONS[str(row["kind"])],
            **{name: row[name] for name in CSV_COLUMNS if name != "topic"},
        }
        for _, row in out.iterrows()
    ]
