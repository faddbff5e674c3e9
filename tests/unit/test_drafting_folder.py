"""Where a new study is made, under which name, and what is left behind when it cannot be."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from minimal_study import ROOT
from procohort.drafting import folder as folders
from procohort.drafting.folder import FolderError, folder_of, make_study, summary

SAMPLE = ROOT / "docs" / "tutorial" / "eye_injections.csv"


@pytest.mark.parametrize(
    ("name", "better"),
    [("../../x", "x"), ("my study", "my-study"), ("/srv/x", "srv-x"), ("", "study"), ("-x", "x")],
)
def test_a_name_is_the_name_of_one_folder(name: str, better: str) -> None:
    """A name with slashes wrote outside of the project."""
    with pytest.raises(FolderError, match=f"Call it {better}, for example") as caught:
        folder_of(SAMPLE, name, ROOT)
    assert caught.value.exit_code == 3


def test_a_study_lies_in_the_project_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of the person who types is not the project's."""
    monkeypatch.chdir(tmp_path)
    for name, made in ((None, "eye-injections"), ("Mine_2", "Mine_2")):
        assert folder_of(SAMPLE, name, ROOT).resolve() == ROOT / "studies" / made


def test_the_printed_command_can_be_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the Snakefile from here, and a folder with a space is one word."""
    monkeypatch.chdir(tmp_path)
    command = shlex.split(summary(make_study(SAMPLE, Path("my study"), ROOT), ROOT)[-1])
    assert command[command.index("--directory") + 1] == "my study"
    assert Path(command[-1]).resolve() == ROOT / "Snakefile"


def test_a_dot_in_a_folder_is_no_ending(tmp_path: Path) -> None:
    """The study of 2024.1 is not that of 2024."""
    study = make_study(SAMPLE, tmp_path / "study-2024.1", ROOT)
    assert "\n  id: study-2024-1\n" in (study.folder / "config.yaml").read_text(encoding="utf-8")


def test_the_copy_of_the_table_stays_out_of_version_control(tmp_path: Path) -> None:
    """Data of patients must not be committed by `git add .`."""
    study = make_study(SAMPLE, tmp_path / "study", ROOT)
    assert (study.folder / "data/raw/.gitignore").read_text() == "*\n!.gitignore\n"
    assert any("data/raw/.gitignore" in line for line in summary(study, ROOT))


@pytest.mark.parametrize("where", ["file.txt/x", "n" * 300, "n" * 300 + "/x"])
def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, where: str) -> None:
    """A traceback is no answer to a slip in a path."""
    (tmp_path / "file.txt").write_text("")
    with pytest.raises(FolderError, match=r"cannot be made \(.+\)\. Choose another name or place"):
        make_study(SAMPLE, tmp_path / where, ROOT)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("x")])
def test_nothing_is_left_behind_when_a_later_step_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Half a study would be in the way of the next try."""

    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(folders.shutil, "copyfile", fails)
    expected = FolderError if isinstance(error, OSError) else RuntimeError
    with pytest.raises(expected):
        make_study(SAMPLE, tmp_path / "study", ROOT)
    assert not (tmp_path / "study").exists()
