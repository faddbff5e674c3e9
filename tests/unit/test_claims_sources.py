"""The table of sources: where each claim was taken from."""

import pytest

from procohort.claims.claim import ClaimsError
from procohort.claims.sources import Source, read_sources

HEADER = "source_file,title,citation,url,note\n"


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(path):
    with pytest.raises(ClaimsError) as caught:
        read_sources(path)
    return caught.value.lines


def test_sources_are_read_by_the_name_that_claims_use(tmp_path):
    """The page of the scorecard shows title and citation beside each claim."""
    path = write(
        tmp_path / "sources.csv",
        HEADER + 'a.txt,A paper,"J Things 2020;1:2",https://example.org/a,abstract\nb.txt,B,,,\n',
    )
    found = read_sources(path)
    assert list(found) == ["a.txt", "b.txt"]
    assert found["a.txt"].citation == "J Things 2020;1:2"
    assert found["b.txt"] == Source(source_file="b.txt", title="B")


def test_the_last_columns_may_be_left_out(tmp_path):
    """Two columns are enough to begin with."""
    path = write(tmp_path / "sources.csv", "source_file,title\na.txt,A\n")
    assert read_sources(path)["a.txt"].url == ""


def test_every_mistake_of_the_sources_is_told_at_once(tmp_path):
    """The same quality of message as for claims: file, row, column, remedy."""
    path = write(
        tmp_path / "sources.csv",
        HEADER + "a.txt,,,,\na.txt,A,,www.example.org,\n,C,,https://,\n",
    )
    assert mistakes(path) == [
        "sources.csv:2:title: empty. Fill it in.",
        "sources.csv:3:source_file: 'a.txt' is already in row 2. List each text once.",
        "sources.csv:3:url: 'www.example.org' is not an address. "
        "Begin with https://, or leave it empty.",
        "sources.csv:4:source_file: empty. Fill it in.",
        "sources.csv:4:url: 'https://' is not an address. Begin with https://, or leave it empty.",
    ]


def test_a_file_that_is_no_table_of_sources_is_told_plainly(tmp_path):
    """No traceback for a wrong path, a folder, or another table."""
    assert mistakes(tmp_path / "no.csv") == ["no.csv: there is no such file. Check `sources:`."]
    assert "is a folder" in mistakes(tmp_path)[0]
    assert mistakes(write(tmp_path / "other.csv", "sorce_file,title\na,b\n")) == [
        "other.csv:1:sorce_file: not a known column. Did you mean 'source_file'?",
        "other.csv:1:source_file: the column is missing. Add it.",
    ]
