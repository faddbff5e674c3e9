"""Pasted text into clean sentences, each with the section it stands in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

SECTIONS = (
    *("background and purpose", "background and aims", "background and objectives", "importance"),
    *("study design", "design and setting", "main outcome measures", "methods and results"),
    *("purpose", "background", "objective", "objectives", "aim", "aims", "introduction"),
    *("method", "methods", "materials and methods", "material and methods"),
    *("patients and methods", "methods and materials", "design", "setting", "participants"),
    *("results", "findings", "results and discussion", "discussion", "limitations"),
    *("conclusion", "conclusions", "interpretation", "summary"),
)
_WITHOUT_CLAIMS = (
    *("references", "bibliography", "literature cited", "acknowledgements", "acknowledgments"),
    *("funding", "conflict of interest", "conflicts of interest", "competing interests"),
    *("keywords", "key words", "data availability", "author contributions", "disclosures"),
)
_HEADING = re.compile(
    r"(?:[0-9]+(?:\.[0-9]+)*\.?\s+)?(?P<name>abstract|"
    + "|".join(sorted((*SECTIONS, *_WITHOUT_CLAIMS), key=len, reverse=True))
    + r")(?:\s*[:.]|\s+[—–])?(?:(?<=[:.—–])\s*(?P<rest>\S.*))?",  # noqa: RUF001
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*(?:[*•‣▪◦·]|[-–—]|\(?[0-9]{1,2}[.)]|[a-z]\))\s+(?=\S)")  # noqa: RUF001
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|may|can|could|should|must|will|would|did|does)\b",
    re.IGNORECASE,
)
# What makes a line without verb and full stop worth keeping: a bullet, a table's caption.
_FIGURE = re.compile(
    r"[0-9]\s?%|±|\b[Pp]\s*[<=>≤≥]|[<>≤≥]\s*[0-9.]|\bCI\b|[0-9]\s*/\s*[0-9]|\bn\s*=\s*[0-9]"
    r"|\bdays?\s[0-9]|[0-9]\s?(?:mg|min|mSv|mGy|ml|mL|mm|cm|kg)\b|[0-9] in [0-9]"
    r"|\bevery\s[0-9]+\s|\b(?:mean|median|range)\b.*[0-9]"
)
_END = re.compile(r"[.!?。！？]['\"”’)\]]*$")  # noqa: RUF001
_STOP = re.compile(
    r"(?<=[.!?])['\"”’)\]]*\s+(?=['\"“‘(\[]*[^\W_a-z])"  # noqa: RUF001
    r"|(?<=[。！？])(?=\S)"  # noqa: RUF001
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[])(?:vs|e\.\s?g|i\.\s?e|et al|viz|cf|approx|ca|resp|incl|figs?|tabs?|eqs?|refs?"
    r"|nos?|dr|prof|mrs?|ms|st|vol|pp?|suppl|[A-Z](?:\.[A-Z])*)\.$",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"(?:^|[\s(\[.])[a-z]\.$")
_UNNUMBERED = re.compile(r"(?:^|[\s(\[])no\.$", re.IGNORECASE)
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_WRAPPED = 35
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence, and where it is printed ("abstract, Results")."""

    source: str
    sentence: str

    @property
    def section(self) -> str:
        """Return the heading it stands under, in lower case; empty for none."""
        return self.source.rpartition(", ")[2].lower()


def read_passages(text: str) -> list[Passage]:
    r"""Split pasted text into sentences and note the section of each.

    Line wraps, hyphens at line ends, soft hyphens, special spaces, ligatures and the
    marks of lists and of Markdown are undone. Headings give the source. A line that has
    no verb, no full stop and no figure is a menu or a caption and left out, and so are
    the references. Nothing else of a sentence is changed.

    Examples
    --------
    >>> read_passages("Abstract\n\nResults\n\nSuccess was 98.3% vs.\n97.1% (p = .05).")
    [Passage(source='abstract, Results', sentence='Success was 98.3% vs. 97.1% (p = .05).')]
    """
    part = heading = ""
    wanted = True
    found: list[Passage] = []
    for line in _lines(clean(text)):
        name, rest = _heading(line)
        if rest and name.lower() in _WITHOUT_CLAIMS:
            continue
        if name:
            wanted = name.lower() not in _WITHOUT_CLAIMS
            if name.lower() == "abstract":
                part, heading = "abstract", ""
            else:
                part = "" if name.lower() == "introduction" else part
                heading = name
        if wanted and rest and (_END.search(rest) or _VERB.search(rest) or _FIGURE.search(rest)):
            source = ", ".join(filter(None, (part, heading))) or "text"
            found += [Passage(source, sentence) for sentence in split_sentences(rest)]
    return found


def clean(text: str) -> str:
    """Return the text with plain spaces, plain letters for ligatures and unbroken words."""
    plain = re.sub(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]", "\n", text).translate(_LIGATURES)
    plain = re.sub(r"\u00ad[^\S\n]*\n[^\S\n]*", "", plain)
    plain = "".join(_plain(character) for character in plain)
    lines = [re.sub(r" {2,}", " ", line).strip() for line in plain.split("\n")]
    joined = "\n".join(lines)
    return re.sub(
        r"(?<=\w)[-\u2010]\n(?=[^\W\d_])",
        lambda found: _kept_hyphen(joined, found.start(), found.end()),
        joined,
    )


def split_sentences(text: str) -> list[str]:
    """Split one paragraph into sentences; "vs.", "Fig. 2", "p = .05" do not end one.

    Examples
    --------
    >>> split_sentences("See Fig. 2. It fell (8.1 vs. 9.3 min). Dr. Roe agreed.")
    ['See Fig. 2.', 'It fell (8.1 vs. 9.3 min).', 'Dr. Roe agreed.']
    """
    pieces: list[str] = []
    begin = 0
    for stop in _STOP.finditer(text):
        before = text[begin : stop.start()]
        if _continues(before, text[stop.end() :]):
            continue
        pieces.append(text[begin : stop.end()])
        begin = stop.end()
    pieces.append(text[begin:])
    short = (part for piece in pieces for part in _not_too_long(piece))
    return [piece.strip() for piece in short if piece.strip()]


def _plain(character: str) -> str:
    """Return a space for every space, nothing for what is not printed."""
    if character in "\n\t":
        return "\n" if character == "\n" else " "
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    return "" if category in ("Cc", "Cf", "Cs") else character


def _kept_hyphen(text: str, start: int, end: int) -> str:
    """Return what joins the halves of a word broken at a line's end: a hyphen or nothing.

    "X-ray-guided" and every compound that the text writes with a hyphen elsewhere keep it.
    """
    first = re.search(r"\w+$", text[:start])
    second = re.match(r"\w+", text[end:])
    left, right = (first[0] if first else ""), (second[0] if second else "")
    plain_word = left.isalpha() and left[1:].islower() and right.islower()
    return "" if plain_word and f"{left}-{right}" not in text else "-"


def _lines(text: str) -> Iterator[str]:
    """Yield paragraphs: lines that were wrapped are joined, the marks of lists removed."""
    pending = ""
    for raw in text.split("\n"):
        heading = re.match(r"#+ ", raw) is not None or (bool(raw) and raw == _heading(raw)[0])
        begins = heading or not raw or _BULLET.match(raw) is not None
        if pending and (begins or not _goes_on(pending, raw)):
            yield _unmarked(pending)
            pending = ""
        if heading:
            yield raw
        else:
            pending = f"{pending} {raw}" if pending else raw
    if pending:
        yield _unmarked(pending)


def _goes_on(line: str, following: str) -> bool:
    """Return whether a line was wrapped: `following` is its next part."""
    if _END.search(line):
        return _ABBREVIATION.search(line) is not None
    return len(line) >= _WRAPPED or not following[:1].isupper()


def _unmarked(line: str) -> str:
    """Return a line without the marks of a list and of bold or slanted print."""
    while found := _BULLET.match(line):
        line = line[found.end() :]
    return re.sub(r"(?<![\w*])\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?![\w*])", "", line).strip()


def _heading(line: str) -> tuple[str, str]:
    """Return the section a line opens ("" for none) and what else stands in it."""
    marked = re.fullmatch(r"#+ \s*(.*?)\s*#*", line)
    if marked:
        return marked[1] or "text", ""
    found = _HEADING.fullmatch(line)
    if found is None or (found["rest"] and not line[:1].isupper()):
        return "", line
    name, rest = found["name"], (found["rest"] or "").strip()
    return name[:1].upper() + name[1:].lower(), rest


def _continues(before: str, after: str) -> bool:
    """Return whether the full stop at the end of `before` belongs to an abbreviation."""
    if _UNNUMBERED.search(before):
        return after[:1].isdigit()
    return (_ABBREVIATION.search(before) or _INITIAL.search(before)) is not None


def _not_too_long(piece: str) -> Iterator[str]:
    """Yield a sentence, or the parts of a pasted table that no full stop ends."""
    while len(piece) > _LONGEST:
        cut = piece.rfind(" ", 1, _LONGEST)
        cut = cut if cut > 0 else _LONGEST
        yield piece[:cut]
        piece = piece[cut:]
    yield piece
