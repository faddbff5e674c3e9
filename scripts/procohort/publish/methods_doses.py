"""The sections of the methods page on schedules of doses, frequency classes, doses added up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from procohort.frequency_classes import read_classes
from procohort.publish.methods_document import Bullets, Paragraph, Section, Sentence
from procohort.publish.methods_facts import Facts
from procohort.publish.methods_frame import said_section
from procohort.publish.wording import quoted, uncapitalise
from procohort.results import ResultRow
from procohort.schedule.regimen import MissedDose, Regimen
from procohort.vocabulary import listed

_THEN = {
    "interval": "maintenance went on after the usual interval",
    "original_date": "maintenance went on by the original plan",
    "restart": "the course began anew",
}
# Limits of a share, by what they take as independent.
_LIMITS = Sentence(
    "Shares had Clopper-Pearson limits as published and Korn-Graubard limits cluster-aware",
    ("clopper_pearson_1934", "korn_graubard_1998"),
)
# The source of the classes that stand in the settings by default.
_CIOMS = "CIOMS Working Groups III and V"


def dose_sections(facts: Facts) -> list[Section]:
    """Return the sections on planned dates and on frequency classes that the study declares."""
    found = []
    if facts.part("schedule"):
        found.append(_schedule(facts))
    if facts.part("safety"):
        found.append(_safety(facts))
    return found


def _schedule(facts: Facts) -> Section:
    schedule = facts.part("schedule")
    regimens = [Regimen.from_settings(*item) for item in schedule["regimens"].items()]
    applies = next(item for item in regimens if item.id == schedule["applies"])
    tolerance = schedule["tolerance"]
    sentences = [
        *_doses_counted(facts),
        Sentence(
            f"Doses were numbered and judged by one regimen ({applies.label}): {_planned(applies)}"
        ),
        Sentence(
            f"A dose was on time within {_days(tolerance['loading_days'])} of its expected date in "
            f"loading and {_days(tolerance['maintenance_days'])} in maintenance, else early or late"
        ),
        Sentence(
            "It was too close where fewer days than the smallest gap lay between it and the dose "
            "before"
        )
        if applies.least_gap_days
        else None,
        Sentence(
            "A late loading dose moved those that followed, so that one delay was not counted twice"
        )
        if applies.n_loading > 1
        else None,
        _after_missed(applies),
        Sentence(
            "The first dose in the tables was taken for the dose of the regimen from which the "
            "following gaps fit, and for the first one where none fits"
        ),
        _LIMITS,
        Sentence("Early, late and close doses were reported as findings and left in the data"),
        _note(schedule),
    ]
    said = said_section(facts, "schedule", str(schedule["label"]), *sentences)
    others = [item for item in regimens if item is not applies]
    if not others:
        return said
    items = tuple(
        Paragraph(
            tuple(Sentence(text) for text in (_planned(item), item.uncertain.rstrip(".")) if text),
            lead=item.label,
        )
        for item in others
    )
    lead = "The share on time was computed again by regimens that did not apply"
    return Section(said.id, said.title, (*said.blocks, Bullets(items, lead=lead)))


def _doses_counted(facts: Facts) -> Iterator[Sentence]:
    schedule = facts.part("schedule")
    counts = {
        row.outcome: row
        for row in facts.rows
        if row.kind == "adhere" and row.estimand in ("n_rows", "n_patients")
    }
    given, failed = counts.get("doses_given"), counts.get("attempts_without_dose")
    begun = counts.get("begun_before_the_tables")
    if given:
        number = int(given.estimate)
        text = f"Dates of {number} doses in {facts.words.count_clusters(given.n_patients)}"
        text += " were compared with the dates that a schedule plans"
        if failed and schedule["given"]:
            text += (
                f"; a {{row}} gave a dose where the condition {quoted(schedule['given'])} held, "
                f"which it did not in {facts.words.count_rows(int(failed.estimate))}"
            )
        yield Sentence(text)
    if begun and begun.estimate:
        number = int(begun.estimate)
        verb = "was" if number == 1 else "were"
        yield Sentence(
            f"{facts.words.count_clusters(number)} {verb} taken to have begun before the tables do"
        )


def _planned(regimen: Regimen) -> str:
    days = listed([str(day) for day in regimen.loading_days])
    if regimen.n_loading == 1:
        text = "one loading dose"
    else:
        text = f"{regimen.n_loading} loading doses on days {days}"
    text += f", then one every {_months(regimen.maintenance_months)}"
    if regimen.least_gap_days:
        text += f", any two at least {_days(regimen.least_gap_days)} apart"
    loading, maintenance = regimen.loading_dose_mg, regimen.maintenance_dose_mg
    if loading == maintenance:
        return f"{text} ({loading:g} mg each)"
    return f"{text} ({loading:g} mg in loading, {maintenance:g} mg in maintenance)"


def _after_missed(regimen: Regimen) -> Sentence | None:
    if not regimen.missed:
        return None
    ends = [*(rule.from_months for rule in regimen.missed[1:]), 0]
    said = "; ".join(map(_missed, regimen.missed, ends))
    return Sentence(
        f"After a late maintenance dose the plan followed the regimen's rules: {said}. Doses that "
        "such a rule asks for were told apart from doses too early"
    )


def _missed(rule: MissedDose, end: int) -> str:
    """Return what a rule says; it ends where the next one begins, 0 for the last rule."""
    since = f"from {_months(rule.from_months)} since the last dose"
    if not rule.from_months:
        since = f"before {_months(end)} since the last dose" if end else "in any case"
    if not rule.further_doses:
        return f"{since}, {_THEN[rule.then]}"
    noun = "dose" if rule.further_doses == 1 else "doses"
    apart = f"{_days(rule.apart_days)} after {'it' if rule.further_doses == 1 else 'each other'}"
    return f"{since}, {rule.further_doses} further {noun} {apart}, then {_THEN[rule.then]}"


def _safety(facts: Facts) -> Section:
    safety = facts.part("safety")
    classes = read_classes(safety["classes"])
    bounds = ", ".join(f"{uncapitalise(item.label)} ({item.bounds()})" for item in classes)
    source = str(safety["source"]).rstrip(".")
    names = [uncapitalise(facts.book.label(name)) for name in safety["outcomes"]]
    by_cluster = any(_by_cluster(row) for row in _of_safety(facts))
    both = by_cluster and any(row.estimand == "proportion" for row in _of_safety(facts))
    limits = sorted(
        {facts.words.method(row.method) for row in _of_safety(facts) if _by_cluster(row)}
    )
    counted = (
        "of {rows}, and of {clusters} with at least one event,"
        if both
        else "of {clusters}"
        if by_cluster
        else "of {rows}"
    )
    return said_section(
        facts,
        "safety",
        str(safety["label"]),
        Sentence(f"Shares {counted} were put into frequency classes: {', '.join(names)}"),
        Sentence(f"Only {{rows}} with {safety['subset']} were counted")
        if safety["subset"]
        else None,
        Sentence(
            f"The classes were {bounds} ({source})",
            ("cioms_1999",) if source.startswith(_CIOMS) else (),
        ),
        _LIMITS if both or not by_cluster else None,
        Sentence(f"Limits of shares of {{clusters}} were {', '.join(limits)}")
        if by_cluster
        else None,
        Sentence(
            "Beside the class of the observed share stand all classes that its interval reaches: "
            "the data cannot tell these apart"
        ),
        Sentence("An event that was never seen is of no class; its upper limit says what is left"),
        _note(safety),
    )


def _of_safety(facts: Facts) -> list[ResultRow]:
    return [row for row in facts.rows if row.kind == "safety"]


def _by_cluster(row: ResultRow) -> bool:
    return row.estimand == "proportion_of_patients"


def added_up(facts: Facts) -> Section:
    """Return the section on the dose of many procedures, so far and over a schedule."""
    rows = facts.beside.doses
    declared = facts.part("synthesis")["cumulative_dose"]
    planned = {
        row.subset.removeprefix("years="): row
        for row in rows
        if row.estimand == "cumulative_dose_planned"
    }
    missing = max(
        (row.n_missing or 0 for row in rows if row.method == "sum_per_patient"), default=0
    )
    projected = [
        f"{row.n_procedures} in {years} year{'' if years == '1' else 's'}"
        for years, row in sorted(planned.items(), key=lambda item: float(item[0]))
    ]
    groups = [facts.book.label(name) for name in (declared["by"],) if name]
    return said_section(
        facts,
        "cumulative-dose",
        "Dose added up over a schedule",
        Sentence(
            f"{facts.book.label(declared['dose'])} was summed for each {{cluster}} so far, and the "
            "mean of one {row} was multiplied by the number that the schedule plans"
            + (f" (by {uncapitalise(groups[0])})" if groups else "")
        ),
        Sentence(f"The regimen ({facts.settings['dose_regimen']}) plans {listed(projected)}")
        if projected
        else None,
        *(Sentence(text) for text in _protocols(facts, declared["protocols"])),
        *(Sentence(text) for text in _factors(declared["factors"])),
        Sentence(
            "Ranges follow the smallest and the largest factor in use; they are no confidence "
            "intervals"
        ),
        Sentence(f"{facts.words.count_rows(missing)} without a recorded dose added nothing")
        if missing
        else None,
        Sentence("No risk was derived from any dose"),
    )


def _protocols(facts: Facts, protocols: Sequence[Mapping[str, str]]) -> Iterator[str]:
    if not protocols:
        return
    named = {line["series_id"]: line["label"] for line in facts.beside.series}
    shown = [
        f"{item['label']} ({named.get(item['series'], item['series'])})"
        if item["series"]
        else f"{item['label']} ({float(item['msv']):g} mSv, as declared)"
        for item in protocols
    ]
    yield f"Beside it stand published protocols: {listed(shown)}"
    notes = [row.note for row in facts.beside.doses if row.estimand == "dose_per_procedure"]
    if any("prints a median" in note for note in notes):
        yield (
            "Where a source prints a median of skewed doses instead of a mean, the sum is rather "
            "too small"
        )


def _factors(factors: Mapping[str, Mapping[str, float | str]]) -> Iterator[str]:
    for unit, item in factors.items():
        ends = f" ({item['low']:g} to {item['high']:g})" if item["low"] != item["high"] else ""
        source = str(item["source"]).rstrip(".")
        yield f"One {unit} was taken as {item['central']:g} mSv{ends}, by: {source}"


def _note(spec: Mapping[str, object]) -> Sentence | None:
    text = " ".join(str(spec.get("note") or "").split()).rstrip(".")
    return Sentence(text) if text else None


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"


def _months(number: int) -> str:
    return f"{number} month{'' if number == 1 else 's'}"
