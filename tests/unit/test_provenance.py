"""The digest of a rule's code: an edit reruns what reaches it, a comment nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from procohort import provenance


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    package = tmp_path / "procohort"
    (package / "rooms" / "templates").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "rooms" / "__init__.py").write_text("")
    (package / "rooms" / "base.py").write_text("def f():\n    return 1\n")
    (package / "rooms" / "far.py").write_text("X = 1\n")
    (package / "rooms" / "page.py").write_text("NAME = 'page.html.j2'\n")
    (package / "rooms" / "templates" / "page.html.j2").write_text("<p>{{ x }}</p>")
    (package / "near.py").write_text("def g():\n    from procohort.rooms import base\n")
    (tmp_path / "a.py").write_text("from procohort.near import g\n")
    (tmp_path / "b.py").write_text("from procohort.rooms import page\n")
    return tmp_path


def digest(scripts: Path, script: str, *also: str) -> str:
    provenance._meaning.cache_clear()
    provenance._imports.cache_clear()
    return provenance.code_digest(scripts / script, root=scripts, also=also)


def test_an_edit_two_imports_away_changes_the_digest(scripts: Path) -> None:
    """Snakemake itself would not see it."""
    before = digest(scripts, "a.py"), digest(scripts, "b.py")
    (scripts / "procohort/rooms/base.py").write_text("def f():\n    return 2\n")
    after = digest(scripts, "a.py"), digest(scripts, "b.py")
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_comments_docstrings_and_blank_lines_do_not_count(scripts: Path) -> None:
    """Explaining the code must not cost a rerun."""
    before = digest(scripts, "a.py")
    (scripts / "procohort/rooms/base.py").write_text(
        '"""Words."""\n\n\ndef f():\n    """More words."""\n    return 1  # and more\n'
    )
    assert digest(scripts, "a.py") == before


def test_a_template_counts_for_the_script_that_fills_it(scripts: Path) -> None:
    """A page is made of code and template."""
    before = digest(scripts, "b.py"), digest(scripts, "a.py")
    (scripts / "procohort/rooms/templates/page.html.j2").write_text("<b>{{ x }}</b>")
    after = digest(scripts, "b.py"), digest(scripts, "a.py")
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_a_module_imported_by_name_counts_where_it_is_named(scripts: Path) -> None:
    """A job depends on the code of its own kind only."""
    before = digest(scripts, "a.py"), digest(scripts, "a.py", "procohort.rooms.far")
    (scripts / "procohort/rooms/far.py").write_text("X = 2\n")
    after = digest(scripts, "a.py"), digest(scripts, "a.py", "procohort.rooms.far")
    assert after[0] == before[0]
    assert after[1] != before[1]
