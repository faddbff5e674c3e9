"""The methods page: which test was used where and why, from the run itself, fit for a paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from procohort.publish.methods_answers import answers
from procohort.publish.methods_close import after_answers
from procohort.publish.methods_document import Section, numbered, to_markdown
from procohort.publish.methods_doses import added_up, dose_sections
from procohort.publish.methods_facts import Beside, Facts
from procohort.publish.methods_frame import before_answers
from procohort.publish.methods_printed import printed_sections
from procohort.publish.methods_series import synthesis
from procohort.publish.references import REFERENCES
from procohort.publish.tables.model import templates
from procohort.results import ResultRow

TITLE = "Methods"


def render_methods(
    settings: Mapping[str, Any],
    *,
    rows: Sequence[ResultRow],
    attrition: Sequence[Mapping[str, str]],
    findings: Sequence[Mapping[str, str]],
    missing: Sequence[Mapping[str, str]],
    versions: Mapping[str, str],
    beside: Beside | None = None,
) -> tuple[str, str, list[Section]]:
    """Return the page as HTML and as Markdown, and the text that both show.

    Parameters
    ----------
    settings : mapping
        Of `procohort.plan.methods_parameters`.
    rows : sequence of ResultRow
        Every adjusted result row; what is said of tests is read from them.
    attrition, findings, missing : sequence of mapping
        Records of ``attrition.csv``, ``findings.csv`` and ``missing.csv``.
    versions : mapping
        Software by name.
    beside : Beside, optional
        What was computed beside the analyses; nothing is said of what is not there.
    """
    facts = Facts(
        settings,
        tuple(rows),
        tuple(attrition),
        tuple(findings),
        tuple(missing),
        versions,
        beside or Beside(),
    )
    sections = [
        *before_answers(facts),
        *answers(facts),
        *dose_sections(facts),
        *_evidence(facts),
        *after_answers(facts, printed_sections(facts)),
    ]
    return _html(facts, sections), _markdown(facts, sections), sections


def _evidence(facts: Facts) -> list[Section]:
    """Return the sections on published series and on doses added up, where there are any."""
    found = [synthesis(facts)] if facts.beside.synthesis else []
    return [*found, added_up(facts)] if facts.beside.doses else found


def _markdown(facts: Facts, sections: Sequence[Section]) -> str:
    words = facts.words
    return to_markdown(f"{TITLE}: {words.title}", words.data_note, sections, REFERENCES)


def _html(facts: Facts, sections: Sequence[Section]) -> str:
    numbers = numbered(sections)
    words = facts.words
    text = (
        templates()
        .get_template("methods.html.j2")
        .render(
            title=TITLE,
            words=words,
            study=facts.settings["study"],
            sections=sections,
            numbers=numbers,
            references=[(place, REFERENCES[key]) for key, place in numbers.items()],
        )
    )
    return text.rstrip("\n") + "\n"
