"""Where a report comes from: software, seeds, checksums, the configuration, the command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from procohort.publish.report.model import Fact
from procohort.results import ResultRow

SEED_RULE = (
    "The seed of an analysis is the first 32 bits of the SHA-256 of its id; it stands in "
    "the column seed of the estimates."
)
COMMAND = "snakemake --cores 4"


def provenance_facts(
    versions: Mapping[str, str],
    rows: Sequence[ResultRow],
    asked: Mapping[str, Any],
    *,
    code: str = "",
    command: str = "",
) -> tuple[Fact, ...]:
    """Return what was run, with which software, and how random numbers were drawn.

    Parameters
    ----------
    versions : mapping of str to str
        Software by name.
    rows : sequence of ResultRow
        Every result row; those that drew at random are counted.
    asked : mapping
        Of `procohort.plan_report.report_parameters`.
    code : str
        Digest of the library code, if there is one.
    command : str
        What makes this report again; the usual command if left out.
    """
    study, settings = asked["study"], asked["settings"]
    reading, readings = str(study.get("reading") or ""), settings.get("readings") or {}
    facts = [Fact("Command", command or _command(reading))]
    if reading:
        meaning = study.get("reading_meaning") or readings.get(reading, "")
        facts.append(Fact("Reading", f"{reading}: {meaning}".rstrip(": ")))
    others = [f"{name}: {text}" for name, text in readings.items() if name != reading]
    if others:
        facts.append(Fact("Other readings", "; ".join(others)))
    facts.append(Fact("Confidence level", f"{100 * float(settings['methods']['ci_level']):g} %"))
    facts.append(Fact("Random numbers", _draws(rows)))
    if versions:
        facts.append(Fact("Software", ", ".join(f"{name} {no}" for name, no in versions.items())))
    if code:
        facts.append(Fact("Digest of the code", code))
    return tuple(facts)


def _command(reading: str) -> str:
    return f"{COMMAND} --config reading={reading}" if reading else COMMAND


def _draws(rows: Sequence[ResultRow]) -> str:
    """Return how many rows drew at random, how often, and where their seeds come from."""
    drawn = [row.n_resamples for row in rows if row.n_resamples]
    if not drawn:
        return f"None of the {len(rows)} result rows rests on random draws."
    low, high = min(drawn), max(drawn)
    often = f"{high} times" if low == high else f"{low} to {high} times"
    verb = "rests" if len(drawn) == 1 else "rest"
    return f"{len(drawn)} of {len(rows)} result rows {verb} on random draws ({often}). {SEED_RULE}"


def checksum_facts(manifest: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return the facts about the raw files, nested ones as a path.

    Examples
    --------
    >>> checksum_facts({"data/raw/a.csv": "12ab", "more": {"n": 3}})
    (Fact(term='data/raw/a.csv', text='12ab'), Fact(term='more · n', text='3'))
    """
    return tuple(Fact(term, text) for term, text in _flat(manifest, ""))


def _flat(value: object, path: str) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        pairs = [(str(name), item) for name, item in value.items()]
    elif isinstance(value, Sequence) and not isinstance(value, str):
        pairs = [(str(place), item) for place, item in enumerate(value, start=1)]
    else:
        return [(path, str(value))]
    return [
        found
        for name, item in pairs
        for found in _flat(item, f"{path} \N{MIDDLE DOT} {name}" if path else name)
    ]


def configuration_text(settings: Mapping[str, Any]) -> str:
    """Return the configuration as it ran, defaults filled in, as YAML.

    Examples
    --------
    >>> print(configuration_text({"b": 1, "a": ["x"]}), end="")
    b: 1
    a:
    - x
    """
    import yaml

    class Plain(yaml.SafeDumper):
        """Writes every part in full, also one that stands in two places."""

        def ignore_aliases(self, data: object) -> bool:
            return True

    return str(
        yaml.dump(
            dict(settings),
            Dumper=Plain,
            sort_keys=False,
            allow_unicode=True,
            width=100,
            default_flow_style=False,
        )
    )
