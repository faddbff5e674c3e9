"""One set of pins: pip's lock, conda's environment and the list they come from agree."""

from __future__ import annotations

import re

import yaml

from minimal_study import ROOT

# Conda calls some packages otherwise than pip.
CONDA_NAMES = {"matplotlib-base": "matplotlib", "snakemake-minimal": "snakemake"}


def pins(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", text, re.MULTILINE):
        found.setdefault(name.lower(), set()).add(version)
    return found


def test_conda_and_pip_users_get_the_same_versions() -> None:
    """Two environments that differ are two different programs."""
    wanted = pins((ROOT / "requirements.in").read_text())
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    from_pypi = [line["pip"] for line in environment["dependencies"] if isinstance(line, dict)]
    conda = pins("\n".join(name for names in from_pypi for name in names))
    for line in environment["dependencies"]:
        name, _, version = str(line).partition("=")
        if not isinstance(line, dict) and version and ">" not in name:
            conda[CONDA_NAMES.get(name, name)] = {version}
    conda.pop("python>", None)
    assert conda == wanted


def test_the_lock_holds_every_direct_pin_with_hashes_and_names_no_host() -> None:
    """A lock that named a host would not work behind another mirror."""
    text = (ROOT / "requirements.lock").read_text()
    locked = pins(text)
    for name, versions in pins((ROOT / "requirements.in").read_text()).items():
        assert versions <= locked[name]
    assert "://" not in text
    assert "--index" not in text
    assert text.count("--hash=sha256:") > len(locked)
