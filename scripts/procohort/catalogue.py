"""The catalogue of the statistics: every function, its arguments, its answer and its source."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import procohort.stats
from procohort.stats.inference import Inference

INTRODUCTION = """\
# Statistics: what each function takes and returns

Generated from signatures and docstrings by `python scripts/write_stats_catalogue.py`.

Every method takes plain one-dimensional arrays of equal length, or counts, and no data frame.

| argument | meaning |
| --- | --- |
| `y`, `x` | outcome and covariate, one number per row, without missing values |
| `group` | 0/1 or booleans, 1 is the group of interest; any labels in tests of many groups |
| `cluster`, `stratum` | patient of each row: strings or numbers, in any order |
| `events` | with `cluster`: 0/1 per row; with `trials`: a count |
| `events1`, `n1`, `events0`, `n0` | events and trials of group 1 and of group 0 |
| `table` | counts, rows are groups |
| `change` | follow-up minus baseline, one number per row |
| `follow_up`, `baseline` | outcome after and before, one number per row |
| `visit` | visit of each row; numbers keep the order of time |
| `index` | draws of a bootstrap, shape (B, K): places of patients in sorted order, from 0 |
| `seed`, `n_resamples`, `n_permutations` | of random methods; the same seed gives the same answer |

Effects are group 1 minus (or over) group 0. Most methods return one `Inference`:

{fields}

A method that cannot answer returns a status other than `ok`, a reason and no number. Missing
values, arrays of different lengths and impossible counts raise `ValueError`.
"""

_AUTHOR = r"(?:van |von |de )?[A-Z][A-Za-zéöüä'.-]+"
_CITATION = re.compile(
    rf"{_AUTHOR}(?:(?:,? and | ?& ?|, ){_AUTHOR})*(?: et al\.)?,? \(?(?:1[89]|20)\d\d[ab]?\b"
)
_RETURNS = re.compile(r"^Returns\n-+\n(.*?)(?:\n\n[A-Z]\w+\n-+\n|\Z)", re.DOTALL | re.MULTILINE)
# For modules and functions whose docstrings explain but do not cite.
SOURCES = {
    "bootstrap": "Efron & Tibshirani 1993, ch. 12 to 14; Field & Welsh 2007 (clusters whole)",
    "mixed": "Kenward & Roger 1997",
    "mixed_slopes": "Mundlak 1978; Kenward & Roger 1997",
    "correlation.pearson": "Fisher 1921",
    "correlation.within_rank_correlation": "Bland & Altman 1995, on ranks",
    "firth": "Firth 1993; Heinze & Schemper 2002",
    "gee": "Liang & Zeger 1986; Mancl & DeRouen 2001",
    "glmm": "Pinheiro & Bates 1995",
    "clustered_ranks.datta_satten_many": "Datta & Satten 2005",
    "permutation_events": "Fisher 1935; Gail et al. 1996 (whole clusters)",
    "permutation_labels": "Fisher 1935; Gail et al. 1996 (whole clusters)",
    "proportions.chi_square_or_fisher": "Cochran 1954",
    "ranks.median_difference": "definition",
    "welch": "Welch 1947",
}


def catalogue() -> str:
    """Return the whole page."""
    parts = [INTRODUCTION.format(fields=_attribute_table(Inference))]
    for module in modules():
        functions = list(public(module, inspect.isfunction))
        classes = list(public(module, inspect.isclass))
        if functions or classes:
            parts.append(_section(module, functions, classes))
    return "\n".join(parts)


def modules() -> Iterator[ModuleType]:
    """Yield the modules of procohort.stats in order of their names."""
    for name in sorted(info.name for info in pkgutil.iter_modules(procohort.stats.__path__)):
        yield importlib.import_module(f"procohort.stats.{name}")


def public(module: ModuleType, kind: Callable[[Any], bool]) -> Iterator[Any]:
    """Yield what a module itself defines and offers, in the order of its text."""
    for name, value in vars(module).items():
        if kind(value) and not name.startswith("_") and value.__module__ == module.__name__:
            yield value


def summary_of(function: Callable[..., Any]) -> str:
    """Return the first paragraph of a docstring on one line."""
    return _one_line(inspect.getdoc(function) or "").split("\n\n", maxsplit=1)[0]


def returns_of(function: Callable[..., Any]) -> str:
    """Return the type of the answer and the first sentence about it, its own or by reference."""
    kind = str(inspect.signature(function).return_annotation)
    for text in _texts(function):
        section = _RETURNS.search(text)
        body = section[1] if section else ""
        said = re.findall(r"^    (.*)$", body, re.MULTILINE)
        own = text == inspect.getdoc(function)
        if said and (own or kind in body):
            return f"`{kind}`: {_first_sentence(_one_line(chr(10).join(said)))}"
    return f"`{kind}`"


def sources_of(function: Callable[..., Any]) -> str:
    """Return the works that a docstring cites, or the function it refers to, or the module."""
    for text in _texts(function):
        if found := _citations(text):
            return found
    module = function.__module__.rsplit(".", 1)[-1]
    return SOURCES.get(f"{module}.{function.__name__}", SOURCES.get(module, ""))


def _texts(function: Callable[..., Any]) -> Iterator[str]:
    """Yield the docstring, those of the functions it names, and the module's."""
    own = inspect.getdoc(function) or ""
    yield own
    module = sys.modules[function.__module__]
    for name in re.findall(r"`(\w+)`", own):
        other = vars(module).get(name)
        if inspect.isfunction(other) and other is not function:
            yield inspect.getdoc(other) or ""
    yield module.__doc__ or ""


def _section(module: ModuleType, functions: list[Any], classes: list[Any]) -> str:
    name = module.__name__.rsplit(".", 1)[-1]
    lines = [f"## {name}", "", _one_line(module.__doc__ or "").split("\n\n", maxsplit=1)[0], ""]
    if functions:
        lines += ["| function | arguments | returns | source |", "| --- | --- | --- | --- |"]
        lines += [_row(function) for function in functions]
        lines.append("")
    lines += [_class_line(item) for item in classes]
    if classes:
        lines.append("")
    return "\n".join(lines)


def _row(function: Callable[..., Any]) -> str:
    cells = [
        f"**`{function.__name__}`**<br>{summary_of(function)}",
        _arguments(function),
        returns_of(function),
        sources_of(function) or "-",
    ]
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _arguments(function: Callable[..., Any]) -> str:
    shown = []
    for name, parameter in inspect.signature(function).parameters.items():
        if "Unpack" in str(parameter.annotation):
            shown += [f"`{key}`" for key in _options(function, str(parameter.annotation))]
        elif parameter.default is parameter.empty:
            shown.append(f"`{name}`")
        else:
            shown.append(f"`{name}={parameter.default!r}`")
    return ", ".join(shown)


def _options(function: Callable[..., Any], annotation: str) -> list[str]:
    """Return the keys of the options class inside ``Unpack[...]``."""
    name = annotation.removeprefix("Unpack[").removesuffix("]")
    return sorted(vars(sys.modules[function.__module__])[name].__annotations__)


def _class_line(item: Any) -> str:
    text = f"- class **`{item.__name__}`**: {_first_sentence(summary_of(item))}"
    if dataclasses.is_dataclass(item):
        names = ", ".join(f"`{field.name}`" for field in dataclasses.fields(item))
        return f"{text} Fields: {names}."
    return text


def _attribute_table(item: type) -> str:
    """Return the attributes that a class docstring explains, as a table."""
    section = (inspect.getdoc(item) or "").split("Attributes\n----------\n", 1)[1]
    entries = re.findall(r"^(\S.*?) : (.*)\n((?:    .*(?:\n|\Z))+)", section, re.MULTILINE)
    rows = [f"| `{names}` | {_one_line(text)} |" for names, _, text in entries]
    return "\n".join(["| field | meaning |", "| --- | --- |", *rows])


def _citations(text: str) -> str:
    found = []
    for match in _CITATION.findall(_one_line(text).replace("\n\n", " ")):
        cleaned = match.replace("(", "").strip()
        if cleaned not in found:
            found.append(cleaned)
    return "; ".join(found)


def _first_sentence(text: str) -> str:
    end = re.search(r"(?<!vs)(?<!al)(?<!e\.g)\.(?= [A-Z`]|$)", text)
    return text[: end.end()] if end else text


def _one_line(text: str) -> str:
    """Join the lines of each paragraph."""
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(text))
    return "\n\n".join(" ".join(part.split()) for part in paragraphs)
