"""The claims that ship: each printed figure of a quoted sentence is a claim, or no statement."""

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from procohort.claims.arithmetic import implied_value
from procohort.claims.claim import read_claims
from procohort.claims.forensics.examine import examine
from procohort.claims.printed import RULES, read_printed
from procohort.claims.printed_compound import read_frequency, read_range
from procohort.claims.sources import read_sources

ROOT = Path(__file__).parents[2]
STUDIES = {
    "default": ROOT / "data/published",
    "ultrasound": ROOT / "studies/ultrasound/data/published",
    "ablation": ROOT / "studies/ablation/data/published",
    "cgd": ROOT / "studies/cgd/data/published",
    "laryngoscope": ROOT / "studies/laryngoscope/data/published",
    "periodontal": ROOT / "studies/periodontal/data/published",
}
NEWS = "001_84735c6c014d20bd.txt"
GUIDE = "002_1313b2bcbf4a83e9.txt"
ABLATION = "003_98d6c6aa5a87cf30.txt"
PAGE = "004_a4a72a54f839e29e.txt"

# Figures inside quoted sentences that state nothing of their own: phrase, and why.
NO_STATEMENT = {
    NEWS: {
        "Two or fewer": "names an outcome: at most two attempts",
        "4 or fewer": "names an outcome: at most four attempts",
        "out of 5": "upper end of the scale; stands in the column scale",
        "5 minutes": "names a time of measurement",
        "72 hours": "names a time of measurement",
    },
    GUIDE: {
        "5q": "part of the name of the disease",
        "SMN1": "name of a gene",
        "SMN2": "name of a gene",
    },
    PAGE: {"SMN2": "name of a gene"},
    ABLATION: {
        "at 3 days": "names a visit",
        "at 1 week": "names a visit",
        "at 1 month": "names a visit",
        "at 3 months": "names a visit",
        "at 6 months": "names a visit",
        "术后 3 天": "names a visit (3 days)",
        "术后 1 周": "names a visit (1 week)",
        "术后 1 个月": "names a visit (1 month)",
        "术后 3 个月": "names a visit (3 months)",
        "术后 6 个月": "names a visit (6 months)",
        "grade 3": "names an outcome: an injury of grade 3",
        "3 级": "names an outcome: an injury of grade 3",
    },
}
# Figures of the texts outside any statement: what is printed, and why no claim quotes it.
NEVER_QUOTED = {
    NEWS: {
        "August 15, 2021": "day of publication",
        "10.1002/mus.27400": "address of the paper",
    },
    GUIDE: {
        "8th November 2022": "day of the page",
        "Q 13": "number of a question",
        "6. Contents of the pack": "numbers of the chapters of a leaflet",
    },
    ABLATION: {
        "2022 Mar;43(3):501-506": "volume and pages",
        "10.3174/ajnr.A7415": "address of the paper",
        "Feb 3": "day of publication",
    },
}
NUMBER_WORDS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
FIGURE = re.compile(r"\d+(?:[.,]\d+)*|\.\d+|\b(?:" + "|".join(NUMBER_WORDS) + r")\b", re.IGNORECASE)
VISITS = ("before", "day_3", "week_1", "month_1", "month_3", "month_6")


def claims_of(study):
    folder = STUDIES[study]
    return read_claims(folder / "claims.csv", sources=read_sources(folder / "sources.csv"))


def figures_of(text):
    return Counter(found.lower() for found in FIGURE.findall(text))


def subject(claim):
    return (claim.outcome, claim.group, claim.level, claim.unit_of_analysis)


@pytest.mark.parametrize("study", STUDIES)
def test_every_claim_names_a_listed_text_and_every_listed_text_has_claims(study):
    """Who reads a quotation must find the text, and a text without claims has been forgotten."""
    named = {claim.source_file for claim in claims_of(study)}
    assert named == set(read_sources(STUDIES[study] / "sources.csv"))


@pytest.mark.parametrize("study", STUDIES)
def test_every_figure_of_a_quoted_sentence_is_claimed_or_excepted_with_a_reason(study):
    """A figure that nobody claims is a figure that nobody judges."""
    printed = defaultdict(Counter)
    for claim in claims_of(study):
        beside = " ".join(str(n) for n in (claim.numerator, claim.denominator) if n is not None)
        key = (claim.source_file, claim.sentence)
        printed[key] |= figures_of(f"{claim.printed} {beside}")
    unclaimed = {}
    for (source, sentence), covered in printed.items():
        rest = sentence
        for phrase in NO_STATEMENT.get(source, {}):
            rest = rest.replace(phrase, "")
        if missing := set(figures_of(rest)) - set(covered):
            unclaimed[sentence] = missing
    assert unclaimed == {}


@pytest.mark.parametrize("study", STUDIES)
def test_every_exception_stands_in_a_quoted_sentence(study):
    """An exception that is no longer needed would hide the next figure like it."""
    claims = claims_of(study)
    for source in {claim.source_file for claim in claims}:
        text = "\n".join(claim.sentence for claim in claims if claim.source_file == source)
        assert [phrase for phrase in NO_STATEMENT.get(source, {}) if phrase not in text] == []
        assert [phrase for phrase in NEVER_QUOTED.get(source, {}) if phrase in text] == []


@pytest.mark.parametrize("study", STUDIES)
def test_a_claim_without_an_analysis_says_why(study):
    """The scorecard lists what could not be tested with a reason, never with silence."""
    silent = [claim.id for claim in claims_of(study) if not claim.analysis and not claim.note]
    assert silent == []


@pytest.mark.parametrize("study", STUDIES)
def test_a_claim_of_a_figure_names_what_it_is_about(study):
    """Only figures with a name meet other figures of the same thing."""
    nameless = [
        claim.id
        for claim in claims_of(study)
        if claim.kind not in ("text", "p_value", "p_bound") and not claim.outcome
        if not claim.estimand
    ]
    assert nameless == []


def test_the_two_schedules_differ_in_the_fourth_dose_and_agree_in_the_rest():
    """Day 63 in one text; 14 + 14 + 30 = day 58 in the other, and no rounding between them."""
    claims = {claim.id: claim for claim in claims_of("default")}
    for dose, guide, page in ((2, 14, 14), (3, 28, 28), (4, 63, 58)):
        for text, day in (("guide", guide), ("page", page)):
            for rule in RULES:
                found = implied_value(claims[f"{text}_day_of_dose_{dose}"], claims, rule)
                assert (found.low, found.high) == (day, day)
    gaps = [claims[f"{text}_maintenance_gap"] for text in ("guide", "page")]
    assert [gap.printed for gap in gaps] == ["4", "4"]
    assert subject(gaps[0]) == subject(gaps[1])


def test_the_texts_of_the_default_study_differ_in_the_fourth_dose_only():
    """The check of contradictions must see the one there is, and no other."""
    claims = claims_of("default")
    differing = [
        set(check.claims)
        for check in examine(claims)
        if check.name == "contradiction" and check.outcome != "holds"
    ]
    assert differing == [{"guide_day_of_dose_4", "page_day_of_dose_4"}]


def test_side_effects_listed_in_both_texts_meet_and_their_classes_overlap():
    """'More than 1 in 10' and '>10%' are one class under two names."""
    classes = [claim for claim in claims_of("default") if claim.kind == "frequency_class"]
    by_subject = defaultdict(list)
    for claim in classes:
        by_subject[subject(claim)].append(claim)
    twice = {key[0]: found for key, found in by_subject.items() if len(found) > 1}
    assert set(twice) == {"back_pain", "headache", "vomiting"}
    for guide, page in twice.values():
        assert {guide.source_file, page.source_file} == {GUIDE, PAGE}
        assert read_frequency(guide.printed).overlaps(read_frequency(page.printed))
    # 3 in the guide; 9 + 9 + 8 on the page; four headings with a definition.
    assert len(classes) == 3 + 26 + 4


@pytest.mark.parametrize("source", ["abstract", "abstract (Chinese)"])
def test_every_visit_has_its_figures_under_one_name(source):
    """Median and range, mean and SD can be checked against each other only if they meet."""
    claims = [claim for claim in claims_of("ablation") if claim.source == source]
    for visit in VISITS:
        vas = {c.kind: c for c in claims if (c.outcome, c.level, c.reference) == ("vas", visit, "")}
        low, high = read_range(vas["range"].printed)
        assert low.value <= read_printed(vas["median"].printed).value <= high.value
        kinds = Counter(
            c.kind
            for c in claims
            if (c.outcome, c.level, c.reference) == ("morphine_mg", visit, "")
        )
        has_range = source == "abstract" or visit == "before"
        assert kinds == {"mean": 1, "sd": 1} | ({"range": 1} if has_range else {})
    bounds = Counter(c.outcome for c in claims if c.kind == "p_bound")
    assert bounds == {"vas": 5, "morphine_mg": 5, "odi": 1}


def test_the_chinese_abstract_repeats_the_figures_of_the_english_one():
    """A figure that differed between the two would be a finding; none does."""
    claims = {claim.id: claim for claim in claims_of("ablation")}
    chinese = [claim for claim in claims.values() if claim.id.startswith("zh_")]
    assert len(chinese) == 52
    for claim in chinese:
        english = claims[claim.id.removeprefix("zh_")]
        assert (claim.kind, *subject(claim)) == (english.kind, *subject(english))
        assert figures_of(claim.printed) == figures_of(english.printed)
