"""Where a result comes from: digests of library code, versions of software.

Snakemake reruns a job when its script or parameters change, but not when a
module changes that the script imports. Each rule therefore has a parameter
holding `code_digest` of its script: an edit of the library reruns exactly the
jobs that reach it, and an edit of a comment or docstring reruns none.
"""

from __future__ import annotations

import ast
import hashlib
import platform
from collections.abc import Iterable
from functools import lru_cache
from importlib import metadata
from pathlib import Path

PACKAGE = "procohort"
SOFTWARE = ("numpy", "pandas", "scipy", "matplotlib", "snakemake")


def code_digest(script: str | Path, *, root: str | Path, also: Iterable[str] = ()) -> str:
    """Return a digest of the library code and templates that a script reaches.

    Parameters
    ----------
    script : path
        The script of a rule.
    root : path
        Folder that holds the package (the scripts folder).
    also : iterable of str
        Dotted names of modules that the script imports by name at run time.

    Returns
    -------
    str
        16 hexadecimal digits; blank lines, comments and docstrings do not count.
    """
    folder = Path(root)
    reached: set[Path] = set()
    named = set().union(*(_files_of(name, folder) for name in also))
    waiting = sorted(_imports(Path(script), folder) | named)
    while waiting:
        file = waiting.pop()
        if file not in reached:
            reached.add(file)
            waiting.extend(sorted(_imports(file, folder) - reached))
    digest = hashlib.sha256()
    for file in sorted(reached):
        digest.update(file.relative_to(folder).as_posix().encode())
        digest.update(_meaning(file))
    return digest.hexdigest()[:16]


@lru_cache(maxsize=512)
def _meaning(file: Path) -> bytes:
    """Return what counts in a file: its syntax tree without docstrings, or its bytes."""
    if file.suffix != ".py":
        return file.read_bytes()
    tree = _tree(file)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(
            node, clean=False
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.dump(tree).encode()


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@lru_cache(maxsize=512)
def _imports(file: Path, root: Path) -> set[Path]:
    """Return the package's files that a file imports anywhere, and the templates it names."""
    if file.suffix != ".py":
        return _included_templates(file)
    found: set[Path] = set()
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found |= _files_of(alias.name, root)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= _files_of(node.module, root)
            for alias in node.names:
                found |= _files_of(f"{node.module}.{alias.name}", root)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= _templates_named(node.value, file)
    return found


def _files_of(name: str, root: Path) -> set[Path]:
    """Return the files that importing a dotted name runs (packages on the way included)."""
    parts = name.split(".")
    if parts[0] != PACKAGE:
        return set()
    found = set()
    for depth in range(1, len(parts) + 1):
        base = root.joinpath(*parts[:depth])
        for candidate in (base.with_suffix(".py"), base / "__init__.py"):
            if candidate.is_file():
                found.add(candidate)
    return found


def _templates_named(text: str, file: Path) -> set[Path]:
    """Return the template that a string names, looked for beside the module and above."""
    if not text.endswith((".j2", ".css", ".js")) or "/" in text or len(text) > 80:
        return set()
    for folder in (file.parent, *file.parents[:3]):
        candidate = folder / "templates" / text
        if candidate.is_file():
            return {candidate}
    return set()


def _included_templates(file: Path) -> set[Path]:
    """Return the templates of the same folder whose names occur in a template."""
    text = file.read_text(encoding="utf-8")
    return {
        other
        for other in file.parent.iterdir()
        if other != file and other.is_file() and other.name in text
    }


def software_versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that compute and draw."""
    versions = {"python": platform.python_version()}
    versions.update({name: metadata.version(name) for name in SOFTWARE})
    return versions
