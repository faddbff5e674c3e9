"""Tables written by hand, read so that every mistake is told with its place."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from pathlib import Path

from procohort.jobs import EXIT_CLAIMS, UserError
from procohort.messages import did_you_mean


class ClaimsError(UserError):
    """One or more mistakes in a table of claims or sources; `lines` holds one line each."""

    exit_code = EXIT_CLAIMS


def shown_path(file: Path) -> str:
    """Return how messages call a file: its path as given, or its name if that is absolute."""
    return file.name if file.is_absolute() else file.as_posix()


def read_records(
    file: Path, *, columns: Sequence[str], needed: Collection[str], key: str
) -> list[tuple[int, dict[str, str]]]:
    """Read a UTF-8 CSV as line numbers with their cells, spaces at the ends removed.

    Parameters
    ----------
    file : Path
        The table.
    columns, needed : collections of str
        The columns it may have, and those it must have.
    key : str
        The key of the configuration that names the table, for messages.

    Raises
    ------
    ClaimsError
        If the file cannot be read, or its header or the length of a line is wrong.
    """
    shown = shown_path(file)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ClaimsError([f"{shown}: there is no such file. Check `{key}:`."]) from None
    except IsADirectoryError:
        raise ClaimsError([f"{shown}: is a folder, not a table. Check `{key}:`."]) from None
    except UnicodeDecodeError:
        raise ClaimsError([f"{shown}: not UTF-8. Save the table as UTF-8."]) from None
    reader = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip() for name in next(reader, [])]
    _check_header(shown, header, columns, needed)
    records: list[tuple[int, dict[str, str]]] = []
    mistakes: list[str] = []
    line = reader.line_num + 1
    for cells in reader:
        # A quoted cell may span lines; a person looks for the line where the claim begins.
        here, line = line, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            mistakes.append(
                f"{shown}:{here}: {len(cells)} cells where the header has {len(header)}. "
                "Quote a cell that holds a comma."
            )
            continue
        records.append(
            (here, {name: cell.strip() for name, cell in zip(header, cells, strict=True)})
        )
    if mistakes:
        raise ClaimsError(mistakes)
    return records


def _check_header(
    shown: str, header: list[str], columns: Sequence[str], needed: Collection[str]
) -> None:
    mistakes = [
        f"{shown}:1:{name}: not a known column.{did_you_mean(name, columns)}"
        for name in header
        if name not in columns
    ]
    mistakes += [
        f"{shown}:1:{name}: the column is there twice. Remove one."
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    mistakes += [
        f"{shown}:1:{name}: the column is missing. Add it."
        for name in columns
        if name in needed and name not in header
    ]
    if mistakes:
        raise ClaimsError(mistakes)
