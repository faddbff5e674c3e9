"""Tables of claims: every mistake is told at once, with its place and a remedy."""

import csv
from pathlib import Path

import pytest
import yaml

from procohort.claims.claim import COLUMNS, DIRECTIONS, KINDS, ClaimsError, read_claims
from procohort.claims.scorecard import judge_all, study_context

ROOT = Path(__file__).parents[2]
STUDIES = [ROOT, *(ROOT / "studies" / name for name in ("laryngoscope", "cgd", "periodontal"))]
ANALYSES = ("descriptions", "rates", "comparisons", "correlations", "trends", "trajectories")
GOOD = {
    "id": "success",
    "source": "abstract",
    "sentence": "Success was 98.0% (449/458).",
    "printed": "98.0%",
    "kind": "percent",
    "numerator": "449",
    "denominator": "458",
}


def write(path, *records, columns=COLUMNS):
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, restval="")
        writer.writeheader()
        writer.writerows(records)
    return path


def mistakes(path, **options):
    with pytest.raises(ClaimsError) as caught:
        read_claims(path, **options)
    return caught.value.lines


def test_a_good_table_is_read_with_its_lines(tmp_path):
    """Later messages point to the line of the file, also after a cell with a line break."""
    first = GOOD | {"note": "two\nlines"}
    claims = read_claims(write(tmp_path / "claims.csv", first, GOOD | {"id": "again"}))
    assert [(claim.id, claim.line) for claim in claims] == [("success", 2), ("again", 4)]
    assert (claims[0].numerator, claims[0].denominator, claims[0].built_in) == (449, 458, False)


def test_every_mistake_is_told_at_once_with_its_place(tmp_path):
    """A person corrects the table once, not one message at a time."""
    path = write(
        tmp_path / "claims.csv",
        GOOD | {"kind": "percnt", "perspective": "as_publshed"},
        GOOD | {"printed": "98.3%"},
        GOOD | {"id": "b", "numerator": "459"},
        GOOD | {"id": "c", "kind": "direction", "printed": "Success"},
        GOOD | {"id": "d", "built_in": "true", "reading": "printed_cuont"},
        GOOD | {"id": "e", "kind": "p_bound", "numerator": "", "part_of": "succes"},
    )
    assert mistakes(path, readings=["printed_count"]) == [
        "claims.csv:2:kind: 'percnt' is not allowed. Did you mean 'percent'?",
        "claims.csv:2:perspective: 'as_publshed' is not allowed. Did you mean 'as_published'?",
        "claims.csv:3:printed: '98.3%' does not stand in the sentence. "
        "Copy it from there, letter by letter.",
        "claims.csv:3:id: 'success' is already the id of row 2. Give each claim its own.",
        "claims.csv:4:numerator: 459 is larger than its denominator 458.",
        "claims.csv:5:direction: empty for a direction. "
        "Use one of higher, lower, positive, negative, differs.",
        "claims.csv:6:built_in: 'true' is not allowed. Known: no, yes.",
        "claims.csv:6:reading: 'printed_cuont' is not a reading of the study. "
        "Did you mean 'printed_count'?",
        "claims.csv:7:printed: '98.0%' has no < or >. "
        "Use kind p_value for a p value with its digits.",
        "claims.csv:7:printed: '98.0%' is not between 0 and 1, as a p value is.",
        "claims.csv:7:part_of: no claim has the id 'succes'. Did you mean 'success'?",
    ]


COMPOUND = {
    "range": ("4-10", "10-4", "begins with its larger end."),
    "quartiles": ("IQR 1.3-3.2", "IQR 1.9", "is not two ends"),
    "interval": ("95% CI 1.1 to 4.8", "OR 2.3", "is not an interval"),
    "test_statistic": ("t(42) = 2.31", "U = 312", "use kind text for any other statistic."),
    "frequency_class": ("more than 1 in 10", "very common", "is not a frequency class"),
    "sd": ("31.5", "-31.5", "is below 0, which a standard deviation cannot be."),
    "effect": ("\u22121.6", "> 1.6", "is a bound. Use kind at_least or at_most"),
    "fixed": ("14 days", "days 0, 14", "is not a printed figure"),
    "p_value": ("p = .03", "p < .05", "is a bound. Use kind p_bound"),
}


@pytest.mark.parametrize("kind", COMPOUND)
def test_what_is_printed_must_be_readable_as_its_kind(tmp_path, kind):
    """A figure that cannot be read would never be judged, and nobody would notice."""
    good, bad, message = COMPOUND[kind]
    record = {"id": "c", "source": "abstract", "kind": kind}
    sound = record | {"printed": good, "sentence": f"It was {good} here."}
    assert read_claims(write(tmp_path / "good.csv", sound))[0].printed == good
    broken = record | {"printed": bad, "sentence": f"It was {bad} here."}
    (line,) = mistakes(write(tmp_path / "bad.csv", broken))
    assert line.startswith("bad.csv:2:printed: ")
    assert message in line


def test_the_columns_behind_a_figure_are_checked_at_once(tmp_path):
    """n, scale, value and source feed the arithmetic: a slip there is a false alarm later."""
    path = write(
        tmp_path / "claims.csv",
        GOOD | {"n": "4 0", "scale": "0-10", "source_file": "papr.txt"},
        GOOD | {"id": "b", "n": "0", "scale": "0 to 10 by 1", "source_file": "paper.txt"},
        GOOD | {"id": "c", "value": "2 * succes"},
        GOOD | {"id": "d", "value": "d ** 2", "part_of": "d"},
        GOOD | {"id": "e", "value": "100 / (f - f)"},
        GOOD | {"id": "f", "source_file": ""},
        GOOD | {"id": "g", "kind": "text", "printed": "Success", "value": "g + 1"},
    )
    assert mistakes(path, sources=["paper.txt"]) == [
        "claims.csv:2:n: '4 0' is not a whole number. Write digits only.",
        "claims.csv:2:source_file: 'papr.txt' is not in the table of sources. "
        "Did you mean 'paper.txt'?",
        "claims.csv:2:scale: '0-10' is not a scale such as '0 to 10 by 1' or 'by 1'.",
        "claims.csv:3:n: 0 cannot be a number of values.",
        "claims.csv:5:part_of: 'd' cannot be a part of itself. Name its total.",
        "claims.csv:4:value: no claim has the id 'succes'. Did you mean 'success'?",
        "claims.csv:5:value: 'd ** 2': Pow is not allowed; use ids of claims, numbers, "
        "+ - * / and brackets.",
        "claims.csv:6:value: the arithmetic divides by a figure that may stand for 0.",
        "claims.csv:8:value: claim 'g' of kind text has no single figure.",
    ]


def test_the_new_columns_are_read(tmp_path):
    """They are optional: tables without them stay valid."""
    record = GOOD | {"n": "458", "scale": "by 1", "value": "success + 1", "source_file": "a.txt"}
    (claim,) = read_claims(write(tmp_path / "claims.csv", record))
    assert (claim.n, claim.scale, claim.value) == (458, "by 1", "success + 1")
    assert claim.source_file == "a.txt"
    (bare,) = read_claims(write(tmp_path / "bare.csv", GOOD, columns=list(GOOD)))
    assert (bare.n, bare.scale, bare.value, bare.source_file) == (None, "", "", "")


def test_a_part_of_an_unknown_claim_is_a_mistake(tmp_path):
    """A misspelt total would silently switch the check of the sum off."""
    path = write(tmp_path / "claims.csv", GOOD | {"part_of": "sucess"})
    assert mistakes(path) == [
        "claims.csv:2:part_of: no claim has the id 'sucess'. Did you mean 'success'?"
    ]


def test_a_misspelt_column_is_told_with_the_near_one(tmp_path):
    """An ignored column would make a claim less strict without anybody noticing."""
    columns = [*(name for name in COLUMNS if name != "printed"), "prnted"]
    record = {("prnted" if name == "printed" else name): text for name, text in GOOD.items()}
    assert mistakes(write(tmp_path / "claims.csv", record, columns=columns)) == [
        "claims.csv:1:prnted: not a known column. Did you mean 'printed'?",
        "claims.csv:1:printed: the column is missing. Add it.",
    ]


def test_a_file_that_is_not_a_table_of_claims_is_told_plainly(tmp_path):
    """No traceback for a wrong path, a wrong encoding or a cell that lost its quotes."""
    assert "there is no such file" in mistakes(tmp_path / "no.csv")[0]
    latin = tmp_path / "latin.csv"
    latin.write_bytes("id,source\nä,b\n".encode("latin-1"))
    assert mistakes(latin) == ["latin.csv: not UTF-8. Save the table as UTF-8."]
    broken = tmp_path / "broken.csv"
    broken.write_text("id,source,sentence,printed,kind\na,b,one, two,one,text\n", encoding="utf-8")
    assert mistakes(broken) == [
        "broken.csv:2: 6 cells where the header has 5. Quote a cell that holds a comma."
    ]


def test_the_schema_names_the_columns_and_choices_that_the_code_knows():
    """The schema is the documentation people read; it must not drift from the code."""
    schema = yaml.safe_load((ROOT / "workflow/schemas/claims.schema.yaml").read_text("utf-8"))
    assert tuple(schema["properties"]) == COLUMNS
    assert schema["properties"]["kind"]["enum"] == list(KINDS)
    assert schema["properties"]["direction"]["enum"] == ["", *DIRECTIONS]
    assert all(spec.get("description") for spec in schema["properties"].values())


@pytest.mark.parametrize("folder", STUDIES, ids=lambda folder: folder.name)
def test_the_claims_of_each_study_are_sound(folder):
    """The tables that ship must pass their own check, with nothing to look up."""
    config = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    claims = read_claims(folder / config["claims"], readings=config.get("readings", {}))
    declared = {"", "cohort"} | {spec["id"] for kind in ANALYSES for spec in config.get(kind, [])}
    declared |= {name for name in ("schedule", "synthesis") if config.get(name)}
    assert {claim.analysis for claim in claims} <= declared
    if config["study"]["data_origin"] == "real":
        assert not any(claim.built_in for claim in claims)
    without_rows = judge_all(claims, [], study_context(config["study"]))
    untestable = {verdict.verdict for verdict in without_rows}
    assert untestable <= {"not_testable", "impossible_as_printed"}
