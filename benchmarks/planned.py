"""Jobs of a workflow as plain data, so that running them takes no Snakemake."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class Named(list[Any]):
    """A list whose items have names too, as Snakemake's inputs, outputs and parameters.

    Examples
    --------
    >>> files = Named(["a.csv", "b.csv", "c.csv"], {"tables": ["a.csv", "b.csv"]})
    >>> files[2], files.tables, files["tables"], files.get("figures")
    ('c.csv', ['a.csv', 'b.csv'], ['a.csv', 'b.csv'], None)
    """

    def __init__(self, items: Iterable[Any], names: dict[str, Any]) -> None:
        super().__init__(items)
        self.__dict__.update(names)

    def get(self, name: str, default: Any = None) -> Any:
        """Return the item of a name, or the default."""
        return self.__dict__.get(name, default)

    def keys(self) -> Iterable[str]:
        """Return the names."""
        return self.__dict__.keys()

    def items(self) -> Iterable[tuple[str, Any]]:
        """Return the names with their items."""
        return self.__dict__.items()

    def __getitem__(self, key: Any) -> Any:
        """Return an item by name or position."""
        return self.__dict__[key] if isinstance(key, str) else super().__getitem__(key)


@dataclass(frozen=True)
class Job:
    """One job: its rule, its script and what the rule hands to the script."""

    rule: str
    script: str
    input: Named
    output: Named
    params: Named
    wildcards: Named


def write_jobs(jobs: Iterable[Job], path: Path) -> None:
    """Write jobs one after another: no two share an object that a script could change."""
    with path.open("wb") as handle:
        for job in jobs:
            pickle.dump(job, handle)


def read_jobs(path: Path) -> Iterator[Job]:
    """Read one job at a time, in the order in which they were written."""
    with path.open("rb") as handle:
        while handle.peek(1):
            yield pickle.load(handle)
