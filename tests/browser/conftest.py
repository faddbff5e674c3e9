"""A real browser, opened once, that may read files and nothing else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from browsing import Visit, Visiting
from house import House

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
HOW = (
    "no browser: install one (Debian: apt-get install chromium) or set CHROMIUM to its path, "
    "and install the Python package playwright"
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def executable() -> str:
    """Return the path of a browser; empty where there is none."""
    found = (shutil.which(name) for name in (os.environ.get("CHROMIUM", ""), *NAMES) if name)
    return next((path for path in found if path), "")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium; without one the tests are skipped, or fail where PROCOHORT_BROWSER=required."""
    give_up = pytest.fail if os.environ.get("PROCOHORT_BROWSER") == "required" else pytest.skip
    path = executable()
    if not path:
        give_up(HOW)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        give_up(HOW)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture
def visit(browser: Any, house: House) -> Iterator[Visiting]:
    """Open a result of the run: ``visit("report.html", "#answer", study="studies/cgd")``."""
    opened: list[Visit] = []

    def visiting(name: str, anchor: str = "", study: str = "", **context: Any) -> Visit:
        opened.append(Visit(browser, house.folder / study / "results" / name, anchor, **context))
        return opened[-1]

    yield visiting
    for one in opened:
        one.close()
