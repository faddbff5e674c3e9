"""A short text in sections, with numbered references: the same for Markdown and for HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without its full stop, and the keys of what it cites."""

    text: str
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences, with a few words in bold before them if there is a lead."""

    sentences: tuple[Sentence, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of paragraphs, with a few words in bold before it if there is a lead."""

    items: tuple[Paragraph, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the results, relative to the page; plain text where `path` is empty."""

    label: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of texts; a cell holds one link or several. The first cell heads its line."""

    caption: str
    headings: tuple[str, ...]
    lines: tuple[tuple[tuple[Link, ...], ...], ...]


Block = Paragraph | Bullets | Grid


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it."""

    id: str
    title: str
    blocks: tuple[Block, ...]


def plain(text: str) -> tuple[Link, ...]:
    """Return a cell of text only."""
    return (Link(text),)


def numbered(sections: Sequence[Section]) -> dict[str, int]:
    """Return a number for each cited key, in the order of first citation.

    Examples
    --------
    >>> said = Paragraph((Sentence("A", ("x", "y")), Sentence("B", ("x",))))
    >>> numbered([Section("a", "A", (said, Bullets((Paragraph((Sentence("C", ("z",)),)),))))])
    {'x': 1, 'y': 2, 'z': 3}
    """
    keys = [
        key
        for section in sections
        for block in section.blocks
        for paragraph in _paragraphs(block)
        for sentence in paragraph.sentences
        for key in sentence.cites
    ]
    return {key: place for place, key in enumerate(dict.fromkeys(keys), start=1)}


def _paragraphs(block: Block) -> Iterator[Paragraph]:
    if isinstance(block, Paragraph):
        yield block
    elif isinstance(block, Bullets):
        yield from block.items


def to_markdown(
    title: str, label: str, sections: Sequence[Section], references: Mapping[str, str]
) -> str:
    """Return the text as Markdown, ending with the cited references.

    Parameters
    ----------
    title, label : str
        Title, and the sentence that says where the data come from.
    sections : sequence of Section
    references : mapping
        Citation by key; every cited key must be there.
    """
    numbers = numbered(sections)
    lines = [f"# {_escaped(title)}", "", f"**{_escaped(label)}.**", ""]
    for section in sections:
        lines += [f"## {_escaped(section.title)}", ""]
        for block in section.blocks:
            lines += [*_block(block, numbers), ""]
    if numbers:
        lines += ["## References", ""]
        lines += [f"{place}. {_escaped(references[key])}" for key, place in numbers.items()]
    return "\n".join(lines).rstrip("\n") + "\n"


def _block(block: Block, numbers: Mapping[str, int]) -> list[str]:
    if isinstance(block, Paragraph):
        return [_paragraph(block, numbers)]
    if isinstance(block, Bullets):
        lead = [f"**{_escaped(block.lead)}:**", ""] if block.lead else []
        return [*lead, *(f"- {_paragraph(item, numbers)}" for item in block.items)]
    rule = " | ".join("---" for _ in block.headings)
    return [
        f"*{_escaped(block.caption)}*",
        "",
        f"| {' | '.join(_escaped(heading) for heading in block.headings)} |",
        f"| {rule} |",
        *(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in block.lines),
    ]


def _paragraph(paragraph: Paragraph, numbers: Mapping[str, int]) -> str:
    said = " ".join(_sentence(sentence, numbers) for sentence in paragraph.sentences)
    return f"**{_escaped(paragraph.lead)}.** {said}".rstrip() if paragraph.lead else said


def _sentence(sentence: Sentence, numbers: Mapping[str, int]) -> str:
    places = ", ".join(str(numbers[key]) for key in sentence.cites)
    return f"{_escaped(sentence.text)}{f' [{places}]' if places else ''}."


def _cell(links: Sequence[Link]) -> str:
    return "; ".join(
        f"[{_escaped(link.label)}]({link.path})" if link.path else _escaped(link.label)
        for link in links
    )


def _escaped(text: str) -> str:
    """Return the text so that Markdown shows it as it is."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text).replace("\n", " ")


def write_document(path: str | Path, sections: Sequence[Section]) -> None:
    """Keep the text for later views, as JSON."""
    kept = [asdict(section) for section in sections]
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    Path(path).write_text(text + "\n", encoding="utf-8", newline="\n")


def read_document(path: str | Path) -> list[Section]:
    """Return the text as it was kept."""
    kept = json.loads(Path(path).read_text(encoding="utf-8"))
    return [
        Section(item["id"], item["title"], tuple(_block_from(block) for block in item["blocks"]))
        for item in kept
    ]


def _block_from(block: Mapping[str, Any]) -> Block:
    if "headings" in block:
        lines = tuple(
            tuple(tuple(Link(**link) for link in cell) for cell in line) for line in block["lines"]
        )
        return Grid(block["caption"], tuple(block["headings"]), lines)
    if "items" in block:
        return Bullets(tuple(_paragraph_from(item) for item in block["items"]), block["lead"])
    return _paragraph_from(block)


def _paragraph_from(paragraph: Mapping[str, Any]) -> Paragraph:
    sentences = tuple(
        Sentence(sentence["text"], tuple(sentence["cites"])) for sentence in paragraph["sentences"]
    )
    return Paragraph(sentences, paragraph["lead"])
