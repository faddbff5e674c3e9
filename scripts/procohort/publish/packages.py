"""Office files are zip containers; written here, the same content is the same bytes."""

from __future__ import annotations

import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

# Zip containers know no time before; as a date in a document it says nothing either.
FIXED_TIME = datetime(1980, 1, 1)
_FIRST = "[Content_Types].xml"  # where readers look for it


def write_package(data: bytes, path: str | Path) -> None:
    """Write a zip container anew: parts in order of their names, without times.

    Parameters
    ----------
    data : bytes
        The container as a library made it.
    path : path
        Where it is written.
    """
    with (
        zipfile.ZipFile(BytesIO(data)) as given,
        zipfile.ZipFile(Path(path), "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for name in sorted(given.namelist(), key=lambda name: (name != _FIRST, name)):
            part = zipfile.ZipInfo(name, FIXED_TIME.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 0  # not the system that happened to write it
            written.writestr(part, given.read(name))
