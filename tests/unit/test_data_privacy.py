"""Direct identifiers stop the run, whatever the policy; pseudonyms pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_plans import PONIES, build, folder, with_policy
from procohort.data.findings import DataError
from procohort.data.privacy import identifier_in

REMEDY = (
    "Remove the column from the file and use a pseudonym that cannot be traced back without "
    "the key kept at the site."
)


@pytest.mark.parametrize(
    "header",
    [
        "Name", "Nachname", "Vorname", "NACHNAME", "Patientenname", "Patient Name", "PatientName",
        "patient_name", "Patient's name", "Last Name", "lastName", "LASTNAME", "first-name",
        "Surname", "Familienname", "Geburtsname", "Name des Patienten", "Name, Vorname",
        "Geburtsdatum", "Geb.-Dat.", "GebDat", "geb_datum", "Geb.", "Geburtstag", "DOB",
        "Date of Birth", "BirthDate", "birth_date",
        "MRN", "Fallnummer", "Fall-Nr.", "FallNr", "Hospital number", "hospital_no",
        "Medical Record Number", "Aufnahmenummer", "Accession Number", "Aktenzeichen",
        "Adresse", "Anschrift", "Straße", "PLZ", "Wohnort", "Street", "home address", "ZIP",
        "Postcode", "Telefon", "Tel.", "Telefonnummer", "Handynummer", "Phone", "Mobile number",
        "E-Mail", "email", "eMail-Adresse", "Versichertennummer", "KVNR", "Versicherungsnr.",
        "Insurance No", "SSN", "NHS number", "Sozialversicherungsnummer", "Passport",
        "Initialen", "Initials", "Pat. Initials", "Kürzel", "Pat-Kürzel", "Kürzel Operateur",
        "Arztname", "Hausarzt", "SAP-Nr.", "SAP Nummer", "SAPNr",
    ],
)  # fmt: skip
def test_headers_that_name_a_person_are_refused(header: str) -> None:
    """English and German, however the words are joined."""
    assert identifier_in(header)


@pytest.mark.parametrize(
    "header",
    [
        "Pat_ID", "patient_id", "PatID", "Patient", "Pseudonym", "Alter", "Alter_Erstgabe", "Age",
        "Geburtsjahr", "birth_year", "Geburtsgewicht", "birth weight", "device_name", "Dateiname",
        "Medikamentenname", "drug name", "Study name", "Unters_ID", "Datum", "Etage", "Telemetrie",
        "Tell", "Zipper", "Mobilität", "mobile", "Ort", "city", "CO2",
        "Steuerung", "Platz", "Bemerkung", "phonation", "Enamel",
        "number", "visit", "Geraet", "DLP_mGycm", "fallacy", "Initial dose", "Gerätekürzel",
        "Geräte-Kürzel", "Zuweisung Hausarzt", "Operateur", "SAPS",
    ],
)  # fmt: skip
def test_headers_of_pseudonyms_and_findings_pass(header: str) -> None:
    """A false alarm on every second export would teach people to rename blindly."""
    assert identifier_in(header) == ""


def test_an_identifier_stops_the_run_even_where_it_is_not_used(tmp_path: Path) -> None:
    """An undeclared or ignored column is still in the file that gets copied around."""
    text = "Pony_ID,Coat,Foaled,Vorname\nA,bay,2010-05-01,Lisa\nB,grey,2012-04-09,Max\n"
    policy = with_policy(unknown_column="report", direct_identifier="report")
    with pytest.raises(DataError) as error:
        build(folder(tmp_path, ponies=text), policy=policy)
    assert error.value.lines == [
        f"ponies.csv: row 1, column Vorname: the header looks like a name of a person. {REMEDY}"
    ]
    assert "Lisa" not in error.value.findings.to_csv()


@pytest.mark.parametrize(
    ("first", "second", "what"),
    [
        ("'Müller, Anna'", "'von Berg, Max'", "names"),
        ("Anna Müller", "Max van Berg", "names"),
        ("01.02.1980", "1.3.85", "dates"),
        ("1980-02-01", "1985-03-01", "dates"),
    ],
)
def test_an_identifier_column_full_of_names_or_dates_is_refused(
    tmp_path: Path, first: str, second: str, what: str
) -> None:
    """Pat_ID is a good header; `Müller, Anna` under it is not a pseudonym."""
    text = PONIES.replace("A,", f"{first},").replace("B,", f"{second},").replace("'", '"')
    with pytest.raises(DataError) as error:
        build(folder(tmp_path, ponies=text))
    assert error.value.lines[0] == (
        f"ponies.csv: column Pony_ID: most values of this identifier look like {what}. {REMEDY}"
    )
    privacy = error.value.findings.query("rule == 'direct_identifier'")
    assert privacy["value"].tolist() == [""]
