"""Refusal of columns that identify a person directly.

Headers are compared as words, so that ``device_name`` passes and ``Name``,
``last-name`` and ``Geb.-Dat.`` do not. Year of birth, age and pseudonyms pass.
The list follows the direct identifiers of 45 CFR 164.514(b)(2) (the HIPAA "safe
harbor") as far as a header can show them, in English and German.
"""

from __future__ import annotations

import re
import unicodedata

from procohort.data.findings import FindingLog
from procohort.data.headers import ROW_NUMBER
from procohort.data.ingest import RawTable

RULE = "direct_identifier"
_REMEDY = (
    "Remove the column from the file and use a pseudonym that cannot be traced back without "
    "the key kept at the site."
)
# What a header shows, and the pattern that its words (joined by one space) must contain.
_PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "a name",
        r"^(?:names?|vorn|nachn)$"
        r"|\b(?:nachname|vorname|zuname|rufname|familienname|geburtsname|maedchenname|vollname"
        r"|patient(?:en)?name|pat ?name|surname|lastname|firstname|forename|fullname|familyname"
        r"|givenname|middlename|maidenname)s?\b"
        r"|\b(?:first|last|full|family|given|middle|maiden|sur|fore|birth|patients?|pat|person"
        r"|mothers?|fathers?|parents?|physicians?|doctors?|surgeons?|operators?) names?\b"
        r"|\bname (?:of )?(?:the |des |der )?(?:pat|patients?|patienten|patientin|person)\b"
        r"|\bnames? (?:first|last|vorname)\b|\bvor und nachname\b|\bpatients name\b"
        r"|\b(?:haus)?arzt ?name\b|^hausarzt$",
    ),
    (
        "initials",
        # Alone or of somebody: an abbreviated device or drug passes.
        r"\binitial(?:en|s)\b|^kuerzel$|\b(?:pat|patient|patienten|arzt|aerzte|operateur"
        r"|untersucher|namens|person) ?kuerzel\b|\bkuerzel (?:des |der )?(?:pat|patient|patienten"
        r"|patientin|arzt|operateur|untersucher|person)\b",
    ),
    (
        "a date of birth",
        r"\bdob\b|\bgeb(?:urts)? ?(?:dat|datum|tag)\b|\bgeb am\b|\bgeboren am\b"
        r"|\bdate of birth\b|\bbirth ?(?:date|day)\b|\bbdate\b|\bdate birth\b|^geb$",
    ),
    (
        "a record number",
        r"\bmrn\b|\b(?:medical )?record (?:number|no|nr|num)\b|\bmedical record\b"
        r"|\bfall ?(?:nummer|nr|no|zahl id)\b|\baufnahme ?(?:nummer|nr)\b|\bakten ?zeichen\b"
        r"|\b(?:kranken|patienten)?akten ?(?:nummer|nr)\b|\bkis ?(?:nummer|nr|id)\b"
        r"|\b(?:hospital|chart|accession|encounter|visit|admission) (?:number|no|nr|num)\b"
        r"|\baccession(?:number|no)\b|\bhospitalnumber\b|\bfile number\b|\bsap ?(?:nummer|nr)\b",
    ),
    (
        "an address",
        r"\b(?:wohn|heimat|post)?(?:adresse|anschrift)n?\b|\b(?:home |street |postal )?address\b"
        r"|\bstrasse\b|\bhausnummer\b|\bhaus nr\b|\bplz\b|\bpostleitzahl\b|\bwohnort\b"
        r"|\bstreet\b|\bpost ?code\b|\bpostal code\b|\bzip(?: ?code)?\b",
    ),
    (
        "a phone number",
        r"\btelefon(?:nummer|nr)?\b|\btel\b|\btel(?:efon)? ?nr\b|\bhandy(?:nummer|nr)?\b"
        r"|\bmobil ?(?:nummer|nr|telefon)\b|\b(?:tele|cell)?phone(?: ?(?:number|no))?\b"
        r"|\bmobile (?:number|no)\b|\bfax(?: ?(?:nummer|nr|number))?\b",
    ),
    ("an e-mail address", r"\be ?mails?\b|\bmail(?:adresse)?\b"),
    (
        "an insurance or identity number",
        r"\bversicherten ?(?:nummer|nr|id)\b"
        r"|\b(?:kranken|sozial|renten)?versicherungs ?(?:nummer|nr)\b"
        r"|\bkrankenversicherten ?(?:nummer|nr)\b|\bkv ?nr\b|\bkvnummer\b|\bsv ?nr\b"
        r"|\binsurance (?:number|no|nr|id)\b|\bhealth plan\b|\bpolicy (?:number|no)\b"
        r"|\bmember (?:number|no)\b|\bssn\b|\bsocial security\b|\bnhs ?(?:number|no)?\b"
        r"|\bpassport\b|\b(?:reise|personal)?ausweis ?(?:nummer|nr)\b|\bahv ?(?:nummer|nr)?\b",
    ),
)
_COMPILED = tuple((meaning, re.compile(pattern)) for meaning, pattern in _PATTERNS)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_CAPITAL, _REST = "[A-ZÀ-Þ]", r"[\w'.\u2019-]"
_PARTICLES = "(?:(?:van|von|de|zu|da|di) )*"
_LAST_FIRST = rf"{_PARTICLES}{_CAPITAL}{_REST}+, ?{_CAPITAL}{_REST}*(?: {_CAPITAL}{_REST}*)*"
_FIRST_LAST = rf"{_CAPITAL}[a-zß-ÿ]+ {_PARTICLES}{_CAPITAL}{_REST}*[a-zß-ÿ]"
_DATES = r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[-/.]\d{2}[-/.]\d{2}(?:[ T].*)?"


def _words(header: str) -> str:
    """Return the words of a header in lower case, joined by one space.

    Examples
    --------
    >>> _words("Geb.-Dat."), _words("PatientName"), _words("Straße")
    ('geb dat', 'patient name', 'strasse')
    """
    text = re.sub(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])", " ", unicodedata.normalize("NFC", header))
    text = text.casefold().replace("'s", "s").translate(_UMLAUTS)
    return re.sub(r"[\W_]+", " ", text).strip()


def identifier_in(header: str) -> str:
    """Return what direct identifier a header announces ("" for none).

    Examples
    --------
    >>> identifier_in("Nachname"), identifier_in("Geb.-Dat."), identifier_in("Pat_ID")
    ('a name', 'a date of birth', '')
    """
    words = _words(header)
    closed = _words(header.casefold())
    for meaning, pattern in _COMPILED:
        if pattern.search(words) or pattern.search(closed):
            return meaning
    return ""


def refuse_identifiers(raw: RawTable, patient: str, log: FindingLog) -> None:
    """Log headers and identifiers that show who a patient is; both stop the run.

    Parameters
    ----------
    raw : RawTable
        The table as read; all its headers are looked at, declared or not.
    patient : str
        The variable that identifies the patient. Two words with capitals are a
        name there; in another identifier they may be a place.
    log : FindingLog
        Takes the findings; the values themselves are not repeated there.
    """
    for file, (row, headers) in raw.headers.items():
        for header in headers:
            meaning = identifier_in(header)
            if meaning:
                log.add(
                    file=file,
                    row=row,
                    table=raw.table.name,
                    column=header,
                    rule=RULE,
                    message=f"the header looks like {meaning} of a person",
                    remedy=_REMEDY,
                )
    for name, column in raw.table.columns.items():
        if column.variable.type == "id" and ROW_NUMBER not in column.sources:
            names = f"{_LAST_FIRST}|{_FIRST_LAST}" if name == patient else _LAST_FIRST
            _refuse_values(raw, name, (("names", names), ("dates", _DATES)), log)


def _refuse_values(
    raw: RawTable, name: str, patterns: tuple[tuple[str, str], ...], log: FindingLog
) -> None:
    values = raw.text(name).str.strip()
    distinct = values[values != ""].drop_duplicates()
    if distinct.empty:
        return
    header = raw.header(name)
    for what, pattern in patterns:
        if distinct.str.fullmatch(pattern).mean() > 0.5:
            log.add(
                file=raw.table.files[0],
                table=raw.table.name,
                column=header if isinstance(header, str) else header.iloc[0],
                rule=RULE,
                message=f"most values of this identifier look like {what}",
                remedy=_REMEDY,
            )
