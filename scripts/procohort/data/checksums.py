"""Checksums of the raw files: whether they are the ones that were meant."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from procohort.data.findings import DataError, Finding, as_frame

_LINE = re.compile(r"(?P<digest>[0-9a-fA-F]{64}) [ *](?P<file>.+)")


def checksum(path: Path) -> str:
    """Return the SHA-256 checksum of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def verify_checksums(path: Path, base: Path) -> list[Finding]:
    """Compare files with a list in the format of ``sha256sum``.

    Parameters
    ----------
    path : Path
        The list: a checksum, two spaces, a file name relative to `base`, a line each.
    base : Path
        Folder to which the file names are relative.

    Returns
    -------
    list of Finding
        One for each file that is missing or differs (rule ``checksum``, action stop).
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        return [
            _finding(
                path.name,
                None,
                f"cannot be read ({error.strerror})",
                "Correct the path of checksums.",
            )
        ]
    found: list[Finding] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        entry = _LINE.fullmatch(line.rstrip())
        if entry is None:
            found.append(
                _finding(path.name, number, "not a line of sha256sum", "Write the list again.")
            )
            continue
        file = base / entry["file"]
        renew = f"If the change is meant, renew {path.name} with sha256sum."
        if not file.is_file():
            found.append(_finding(entry["file"], None, "the file does not exist", renew))
        elif checksum(file) != entry["digest"].lower():
            message = f"the file is not the one listed in {path.name}"
            found.append(_finding(entry["file"], None, message, f"Restore it. {renew}"))
    return found


def require_checksums(path: str, base: Path) -> None:
    """Compare the raw files with the study's list, if it has one.

    Parameters
    ----------
    path : str
        The list, relative to `base`; "" for none.
    base : Path
        Folder of the study.

    Raises
    ------
    DataError
        With a line for each file that is missing or differs.
    """
    findings = verify_checksums(base / path, base) if path else []
    if findings:
        raise DataError(as_frame(findings))


def _finding(file: str, row: int | None, message: str, remedy: str) -> Finding:
    return Finding(
        file=file, row=row, rule="checksum", action="stop", message=message, remedy=remedy
    )
