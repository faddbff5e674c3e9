"""Text as LaTeX: nothing that a study may write has a meaning of its own."""

from __future__ import annotations

import re
import unicodedata

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": r"'",
    "`": r"\textasciigrave{}",
    "\u00a0": "~",
    "\u2007": r"\phantom{0}",
    "\u2009": r"\,",
    "\u202f": r"\,",
    "\u2011": "-",
    "\u2013": "--",
    "\u2014": "---",
    "\u2018": "`",
    "\u2019": "'",
    "\u201c": "``",
    "\u201d": "''",
    "\u201e": r"\quotedblbase{}",
    "\u2026": r"\dots{}",
    "\u2020": r"\textdagger{}",
    "\u2021": r"\textdaggerdbl{}",
    "\u2030": r"\textperthousand{}",
    "\u20ac": r"\texteuro{}",
    "\u00b0": r"\textdegree{}",
    "\u00b7": r"\textperiodcentered{}",
    "\u00b5": r"\textmu{}",
    "\u03bc": r"\textmu{}",
    "\u00b1": r"\textpm{}",
    "\u00d7": r"\texttimes{}",
    "\u00f7": r"\textdiv{}",
    "\u00b9": r"\textonesuperior{}",
    "\u00b2": r"\texttwosuperior{}",
    "\u00b3": r"\textthreesuperior{}",
    "\u00bd": r"\textonehalf{}",
    "\u00bc": r"\textonequarter{}",
    "\u00be": r"\textthreequarters{}",
    "\u2122": r"\texttrademark{}",
}
_MATHS = {
    "\u2212": "-",
    "\u2264": r"\le",
    "\u2265": r"\ge",
    "\u2260": r"\ne",
    "\u2248": r"\approx",
    "\u223c": r"\sim",
    "\u2192": r"\to",
    "\u2190": r"\leftarrow",
    "\u2194": r"\leftrightarrow",
    "\u221e": r"\infty",
    "\u2211": r"\sum",
    "\u221a": r"\surd",
    "\u22c5": r"\cdot",
    "\u2032": "'",
    "\u2033": "''",
    "\u2713": r"\surd",
}
_GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda - nu xi - pi rho"
_GREEK_AFTER_SIGMA = "sigma tau upsilon phi chi psi omega"
_CAPITALS = {"\u0394": "Delta", "\u03a3": "Sigma", "\u03a9": "Omega", "\u03a6": "Phi"}
_LAST_OF_FONT = 0x17F  # the font encoding T1 covers Latin letters up to here
_UNSET = "\ue001"
_UNSET_RUN = re.compile(f"{_UNSET}(?:[\\s\\d]*{_UNSET})*")
_LEFT_OUT = r"[\\dots{}]"
# Runs of these become another sign: dashes, quotation marks.
_LIGATURES = re.compile(r"(?<=-)(?=-)|(?<=,)(?=,)|(?<=')(?=')")


def _maths() -> dict[str, str]:
    found = {character: f"${command}$" for character, command in _MATHS.items()}
    for start, names in ((0x3B1, _GREEK), (0x3C3, _GREEK_AFTER_SIGMA)):
        for i, name in enumerate(names.split()):
            if name != "-":
                found[chr(start + i)] = f"$\\{name}$"
    return found | {character: f"$\\{name}$" for character, name in _CAPITALS.items()}


_KNOWN = {**_maths(), **_ESCAPES}


def escape(text: str) -> str:
    r"""Return a line of text as LaTeX that prints the same.

    A character that common fonts do not have is printed without its accents; a run of
    such that cannot be, a word of another script, is marked as left out: ``[...]``.

    Examples
    --------
    >>> print(escape("98% of n_1 < 5 \u2212 \u00b12"))
    98\% of n\_1 \textless{} 5 $-$ \textpm{}2
    """
    apart = _LIGATURES.sub("\ue000", text)
    set_ = "".join("{}" if x == "\ue000" else _character(x) for x in apart)
    return _UNSET_RUN.sub(_LEFT_OUT, set_)


def has_other_script(text: str) -> bool:
    """Return whether a text has letters that `escape` cannot set.

    Examples
    --------
    >>> has_other_script("\u03c1 = 0.5 \u2605"), has_other_script("94.8% \u690e\u4f53")
    (False, True)
    """
    return any(
        _UNSET in _character(character)
        for character in text
        if unicodedata.category(character).startswith("L")
    )


def _character(character: str) -> str:
    if character in _KNOWN:
        return _KNOWN[character]
    if character in "\t\n\r":
        return " "
    if "\u00a0" < character <= chr(_LAST_OF_FONT) or " " <= character <= "~":
        return character
    plain = unicodedata.normalize("NFKD", character)
    kept = "".join(part for part in plain if not unicodedata.combining(part))
    if kept and kept != character:
        return "".join(_character(part) for part in kept)
    return _UNSET
