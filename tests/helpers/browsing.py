"""A page opened in a real browser, with everything that it said and asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag


class Visit:
    """A page that was opened from the disk, with everything that it said and asked for."""

    def __init__(self, browser: Any, path: Path, anchor: str = "", **context: Any) -> None:
        settings = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
        self.context = browser.new_context(**{**settings, **context})
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(f"{path.as_uri()}{anchor}")

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.said.append(message.text)

    @property
    def outside(self) -> list[str]:
        """Requests that leave the disk."""
        return [url for url in self.asked if not url.startswith(("file:", "data:", "about:"))]

    def close(self) -> None:
        """Close the page."""
        self.context.close()


def lost_links(page: Any, base: Path) -> set[str]:
    """Return links to files that are not there, and to anchors that the page lacks."""
    links = page.evaluate("Array.from(document.links).map((a) => a.getAttribute('href'))")
    anchors = page.evaluate("Array.from(document.querySelectorAll('[id]')).map((e) => e.id)")
    lost = set()
    for link in links:
        path, anchor = urldefrag(link)
        if path.startswith(("http:", "https:")):
            continue
        if (path and not (base / unquote(path)).is_file()) or (not path and anchor not in anchors):
            lost.add(link)
    return lost


Visiting = Callable[..., Visit]
