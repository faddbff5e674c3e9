"""The scorecard page: what a person sees, also without JavaScript, colour or network."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from procohort.claims.claim import Claim
from procohort.claims.scorecard import judge_all, study_context
from procohort.claims.verdict import VERDICTS
from procohort.publish.scorecard_page import SIGNS, read_manifest, render_scorecard
from procohort.results import ResultRow, write_rows

ROOT = Path(__file__).parents[2]
STUDY = {
    "id": "s",
    "title": "A <b>title</b>",
    "citation": "A paper.",
    "doi": "10.1/x",
    "data_origin": "reconstructed",
    "data_label": "reconstructed from published summary figures; not patient data",
    "row": {"singular": "visit", "plural": "visits"},
    "cluster": {"singular": "child", "plural": "children"},
}
SENTENCE = "Success was 98.3% (449/458) & <fine>."


def claims():
    known = {"source": "abstract", "sentence": SENTENCE, "analysis": "r", "built_in": True}
    return [
        Claim(id="pct", printed="98.3%", kind="percent", numerator=449, denominator=458, **known),
        Claim(id="k", printed="449", kind="count", **known),
        Claim(id="t", printed="fine", kind="text", note="An opinion.", **known),
    ]


def rows():
    return [
        ResultRow(
            analysis="r",
            kind="rate",
            estimand="proportion",
            outcome="success",
            perspective="as_published",
            estimate=449 / 458,
            n_events=449,
            n_procedures=458,
            n_patients=44,
        )
    ]


def page(study=STUDY, **options):
    verdicts = judge_all(claims(), rows(), study_context(study))
    return render_scorecard(verdicts, study=study, **options)


class Outline(HTMLParser):
    """Collects tags with their attributes, and the text outside scripts and styles."""

    def __init__(self):
        super().__init__()
        self.tags, self.text, self._skip = [], [], False

    def handle_starttag(self, tag, attrs):
        """Note the tag."""
        self.tags.append((tag, dict(attrs)))
        self._skip = tag in ("script", "style")

    def handle_endtag(self, tag):
        """Read text again after a script."""
        self._skip = False

    def handle_data(self, data):
        """Keep what a person reads."""
        if not self._skip:
            self.text.append(data)


def outline(text):
    parser = Outline()
    parser.feed(text)
    return parser


def test_the_page_shows_every_claim_without_javascript():
    """Printed, found, verdict, reason, unit and n stand in the HTML itself."""
    text = " ".join(" ".join(outline(page()).text).split())
    for shown in (
        "Reconstructed from published summary figures; not patient data.",
        "Impossible as printed",
        "98.0% (449/458)",
        "of 458, 450 would fit",
        "By construction",
        "An opinion.",
        "Unit: visit",
        "458 visits",
        "44 children",
    ):
        assert shown in text, shown


def test_the_words_are_the_study_s_own():
    """Another study has visits and children; the page must not speak of procedures."""
    text = " ".join(outline(page()).text)
    assert "procedure" not in text
    assert "patients" not in text


def test_the_printed_figure_is_marked_in_its_sentence_and_texts_are_escaped():
    """A sentence with < or & is data, never markup."""
    html = page()
    assert "Success was <mark>98.3%</mark> (449/458) &amp; &lt;fine&gt;." in html
    assert "A &lt;b&gt;title&lt;/b&gt;" in html


def test_the_page_loads_nothing_from_elsewhere():
    """It is read on a ward without network, and sent by mail."""
    loading = {"src", "srcset", "data", "poster"}
    for tag, attributes in outline(page()).tags:
        assert tag not in ("link", "img", "iframe", "object")
        assert not loading & set(attributes)
    assert "@import" not in page()
    assert "url(" not in page()


def test_the_table_can_be_read_by_ear_and_by_keyboard():
    """Caption, scopes, labels and a live region; each control has its label."""
    tags = outline(page()).tags
    headers = [attributes for tag, attributes in tags if tag == "th"]
    assert all("scope" in attributes for attributes in headers)
    assert sum(tag == "caption" for tag, _ in tags) == 1
    labelled = {attributes["for"] for tag, attributes in tags if tag == "label"}
    controls = {attributes["id"] for tag, attributes in tags if tag in ("select", "input")}
    assert controls == labelled
    assert any(attributes.get("role") == "status" for _, attributes in tags)
    assert ("html", {"lang": "en"}) in tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_verdict_has_a_word_a_sign_and_enough_contrast():
    """WCAG 2.2, 1.4.1 and 1.4.3: not by colour alone, and 4.5 to 1 on white."""
    assert set(SIGNS) == set(VERDICTS)
    assert len(set(SIGNS.values())) == len(SIGNS)
    style = page().split("</style>")[0]
    tones = dict(re.findall(r"^\.(\w+) { --tone: (#[0-9a-f]{6}); }", style, re.MULTILINE))
    assert set(tones) == set(VERDICTS)
    for name, colour in tones.items():
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5, name


def test_real_data_carry_no_warning_of_reconstruction():
    """The label says where the data come from, and only a reconstruction cannot confirm."""
    real = STUDY | {"data_origin": "real", "data_label": "real data: A paper"}
    assert "cannot confirm it" not in page(real)
    assert "cannot confirm it" in page()


def test_the_page_is_the_same_each_time_and_carries_its_provenance():
    """Same input, same bytes; versions and checksums go with the page."""
    options = {"provenance": {"procohort": "0.1.0", "files": {"data/raw/a.csv": "f00"}}}
    assert page(**options) == page(**options)
    assert '<tr><th scope="row">files: data/raw/a.csv</th><td>f00</td></tr>' in page(**options)


def test_a_manifest_is_read_as_json_or_as_checksum_lines(tmp_path):
    """Both are at hand in a pipeline; anything else is refused with a reason."""
    lines = tmp_path / "checksums.sha256"
    lines.write_text("f00  data/raw/a.csv\n", encoding="utf-8")
    assert read_manifest(lines) == {"data/raw/a.csv": "f00"}
    record = tmp_path / "manifest.json"
    record.write_text('{"python": "3.11"}', encoding="utf-8")
    assert read_manifest(record) == {"python": "3.11"}
    lines.write_text("lonely\n", encoding="utf-8")
    with pytest.raises(ValueError, match="lines of a checksum"):
        read_manifest(lines)


RUN = """
import os, runpy, sys, types
class Named(dict):
    __getattr__ = dict.__getitem__
sys.path.insert(0, {scripts!r})
os.chdir({folder!r})
snakemake = types.SimpleNamespace(
    rule="scorecard",
    log=[],
    input=Named(estimates="rows.csv", claims={claims!r}, manifest="manifest.json"),
    output=Named({{end: "card." + end for end in ("html", "csv", "json")}}),
    params=Named(study={study!r}, code="abc"),
)
runpy.run_path({scripts!r} + "/scorecard.py", init_globals={{"snakemake": snakemake}})
"""


def run_script(folder, claims="claims.csv"):
    (folder / "manifest.json").write_text('{"versions": {"python": "3.11"}}', encoding="utf-8")
    write_rows(folder / "rows.csv", rows())
    code = RUN.format(scripts=str(ROOT / "scripts"), folder=str(folder), study=STUDY, claims=claims)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_the_script_writes_all_three_and_tells_mistakes_without_a_traceback(tmp_path):
    """A slip in claims.csv ends with 5 and one line, not with a stack."""
    header = "id,source,sentence,printed,kind,analysis\n"
    table = tmp_path / "claims.csv"
    table.write_text(header + "k,abstract,It was 449.,449,count,r\n", encoding="utf-8")
    done = run_script(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert all((tmp_path / f"card.{end}").stat().st_size for end in ("html", "csv", "json"))
    table.write_text(header + "k,abstract,It was 449.,450,cuont,r\n", encoding="utf-8")
    done = run_script(tmp_path)
    assert done.returncode == 5
    assert done.stderr.splitlines() == [
        "claims.csv:2:kind: 'cuont' is not allowed. Did you mean 'count'?",
        "claims.csv:2:printed: '450' does not stand in the sentence. "
        "Copy it from there, letter by letter.",
    ]


def test_a_study_without_claims_has_an_empty_scorecard(tmp_path):
    """The index page links the scorecard of every study."""
    done = run_script(tmp_path, claims="")
    assert (done.returncode, done.stderr) == (0, "")
    assert "names no table of claims" in (tmp_path / "card.html").read_text(encoding="utf-8")
