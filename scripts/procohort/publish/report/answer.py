"""The answer of a study in five sentences, each made from result rows.

Every number is cited with the row that holds it; counts of claims lead to the scorecard.
Nothing is computed here: a sentence says what rows say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from procohort.publish.prose import Prose
from procohort.publish.report.answer_claims import claims_sentence
from procohort.publish.report.answer_cohort import (
    attrition_clause,
    cohort_sentence,
    fillers,
    missing_clause,
)
from procohort.publish.report.answer_findings import Study
from procohort.publish.report.answer_phrases import join, tidy
from procohort.publish.report.answer_questions import (
    aware_sentence,
    published_sentence,
    second_sentence,
)
from procohort.publish.report.scorecard_summary import claims_by_text
from procohort.results import ResultRow

N_SENTENCES = 5
# Outcomes told of the main question, and of the second one.
_N_MAIN = 3
_N_SECOND = {"correlations": 2, "trends": 2, "trajectories": 1, "comparisons": 1}


def answer(
    asked: Mapping[str, Any],
    rows: Sequence[ResultRow],
    card: Mapping[str, Any] | None = None,
    *,
    sources: Iterable[str] = (),
    attrition: Sequence[Mapping[str, str]] = (),
) -> tuple[Prose, ...]:
    """Return five sentences: of whom, as published, cluster-aware, a second question, claims.

    Parameters
    ----------
    asked : mapping
        Of `procohort.plan_report.report_parameters`.
    rows : sequence of ResultRow
        Every adjusted result row.
    card : mapping, optional
        The parsed ``scorecard.json``.
    sources : iterable of str
        Texts of the claims in the order of their table; the first is the study's own.
    attrition : sequence of mapping
        Records of ``attrition.csv``; told where there are no claims.

    Returns
    -------
    tuple of Prose
        Exactly five. Where a study asks less, sizes, rates and descriptions fill in.
    """
    study, sources = Study(asked, rows), tuple(sources)
    texts = claims_by_text(card or {}, sources)
    main = study.main_question(texts[0] if texts else ())
    second = study.second_question(main) if main else None
    if main:
        main = main.in_short(_N_MAIN)
    said = [cohort_sentence(study, main)]
    if main:
        said += [published_sentence(main), aware_sentence(main)]
    if second:
        said.append(second_sentence(second.spread().in_short(_N_SECOND[second.kind])))
    said += fillers(study, has_main=main is not None)
    last = _last_sentence(study, card or {}, sources, attrition)
    return tuple(tidy(prose) for prose in (*said[: N_SENTENCES - 1], last))


def _last_sentence(
    study: Study,
    card: Mapping[str, Any],
    sources: Iterable[str],
    attrition: Sequence[Mapping[str, str]],
) -> Prose:
    real = study.asked["study"].get("data_origin", "real") == "real"
    said = claims_sentence(card, sources, real=real)
    if said:
        return said
    clauses = [missing_clause(study), attrition_clause(study, attrition)]
    return (
        "No printed claims are declared, so that no published figure was checked; ",
        *join([clause for clause in clauses if clause]),
        ".",
    )
