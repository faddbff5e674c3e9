"""Names for machines, names for people and units, from the headers of an export."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from procohort.expression_syntax import FUNCTIONS
from procohort.settings_meaning import RESERVED_VARIABLE

# What a header may write, in lower case, and the unit as tables show it.
_UNITS = {
    "min": "min", "mins": "min", "minutes": "min", "minuten": "min", "s": "s", "sec": "s",
    "sek": "s", "seconds": "s", "sekunden": "s", "ms": "ms", "h": "h", "hrs": "h", "hours": "h",
    "std": "h", "stunden": "h", "days": "days", "tage": "days", "weeks": "weeks",
    "wochen": "weeks", "months": "months", "monate": "months", "years": "years", "yrs": "years",
    "jahre": "years", "mm": "mm", "cm": "cm", "\u00b5m": "\u00b5m", "um": "\u00b5m", "kg": "kg",
    "mg": "mg", "\u00b5g": "\u00b5g", "ug": "\u00b5g", "ml": "ml", "\u00b5l": "\u00b5l", "dl": "dl",
    "msv": "mSv", "\u00b5sv": "\u00b5Sv", "usv": "\u00b5Sv", "mgy": "mGy", "cgy": "cGy", "gy": "Gy",
    "mgycm": "mGy·cm", "mgy*cm": "mGy·cm", "mgy·cm": "mGy·cm",
    "gycm2": "Gy·cm²", "cgycm2": "cGy·cm²", "mmhg": "mmHg", "kpa": "kPa",
    "bpm": "bpm", "hz": "Hz", "%": "%", "pct": "%", "percent": "%", "prozent": "%",
    "kg/m2": "kg/m²", "kg/m²": "kg/m²", "mmol/l": "mmol/l",
    "\u00b5mol/l": "\u00b5mol/l", "umol/l": "\u00b5mol/l",
    "mg/dl": "mg/dl", "g/dl": "g/dl", "g/l": "g/l", "mg/l": "mg/l",
    "°": "°", "deg": "°", "grad": "°", "degrees": "°", "°c": "°C",
    "iu": "IU", "iu/l": "IU/l", "u/l": "U/l", "n": "N", "nm": "Nm", "km": "km", "dpt": "dpt",
}  # fmt: skip
# Units of one letter that a bracket makes clear.
_BRACKETED = {"m": "m", "g": "g", "l": "l", "d": "days", "j": "years", "a": "years", "w": "weeks"}
_LETTERS = str.maketrans({
    "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue",
    "ß": "ss", "ø": "oe", "æ": "ae", "å": "aa", "ł": "l", "\u0131": "i",
    "%": " percent ", "\u00b5": "u", "\u03bc": "u", "²": "2", "³": "3", "°": " deg ",
})  # fmt: skip
_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderWords:
    """A header taken apart.

    Attributes
    ----------
    name, label, unit : str
        Name for machines, name for people, unit ("" where the header tells none).
    """

    name: str
    label: str
    unit: str


def read_header(header: str) -> HeaderWords:
    """Take a header apart: what is measured, and the unit it tells.

    Examples
    --------
    >>> read_header("DLP_mGycm")
    HeaderWords(name='dlp_mgycm', label='DLP', unit='mGy·cm')
    >>> read_header("Tränenfilm [s]")
    HeaderWords(name='traenenfilm_s', label='Tränenfilm', unit='s')
    """
    text = " ".join(unicodedata.normalize("NFC", header).split())
    base, unit = _without_unit(text)
    name = snake(f"{snake(base)} {unit.lower()}" if unit else base)
    label = " ".join(re.sub(r"[_.]+", " ", base).split()) or text
    return HeaderWords(name=name, label=label[:1].upper() + label[1:], unit=unit)


def _without_unit(text: str) -> tuple[str, str]:
    bracket = re.fullmatch(r"(.*\S)\s*[\[(]\s*(?:in )?([^\[\]()]+?)\s*[\])]", text)
    if bracket:
        written = bracket.group(2).replace(" ", "")
        unit = _UNITS.get(written.lower()) or _BRACKETED.get(written, "")
        return (bracket.group(1), unit) if unit else (text, "")
    for sign in re.finditer(r"[_. ,;/]+", text):
        unit = _UNITS.get(text[sign.end() :].lower(), "")
        base = re.sub(r"[_. ]in$", "", text[: sign.start()])
        # A single N counts people more often than it measures a force.
        if unit and base and unit != "N":
            return base, unit
    return text, ""


def snake(text: str) -> str:
    """Return a text as a name of small letters, digits and underscores ("" where none is left).

    Examples
    --------
    >>> snake("PatientID"), snake("Größe"), snake("X..Vis.Att")
    ('patient_id', 'groesse', 'x_vis_att')
    """
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", plain.encode("ascii", "ignore").decode())
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:_LONGEST].strip("_")


def unique_names(wanted: Sequence[str], taken: Collection[str] = ()) -> list[str]:
    """Return names that the configuration accepts, each once, close to those wanted.

    Examples
    --------
    >>> unique_names(["dose", "dose", "", "1st", "date"])
    ['dose', 'dose_2', 'column_3', 'x1st', 'date_value']
    """
    used = {RESERVED_VARIABLE, *taken}
    names = []
    for place, text in enumerate(wanted, start=1):
        base = text or f"column_{place}"
        base = base if base[0].isalpha() else f"x{base}"
        # Functions and keywords of expressions cannot be variables there.
        if base in FUNCTIONS or keyword.iskeyword(base) or base == RESERVED_VARIABLE:
            base = f"{base}_value"
        name, number = base, 1
        while name in used:
            number += 1
            name = f"{base}_{number}"
        used.add(name)
        names.append(name)
    return names
