"""What stands below a table, in which order, and how loudly."""

from __future__ import annotations

from procohort.publish.paper.model import PaperTable


def is_loud(data_note: str) -> bool:
    """Tell whether the origin of the data must not be overlooked: they are not simply real.

    Examples
    --------
    >>> is_loud("Reconstructed from printed figures; not patient data"), is_loud("Real data: A")
    (True, False)
    """
    return not data_note.lower().startswith("real data")


def same_note(first: str, second: str) -> bool:
    """Tell whether two notes say the same, with or without a full stop."""
    return first.strip().rstrip(".") == second.strip().rstrip(".")


def notes_of(table: PaperTable, data_note: str) -> list[tuple[str, bool]]:
    """Return the notes of a table: the origin of the data first, once, and if it is loud."""
    others = [note for note in table.notes if not same_note(note, data_note)]
    origin = [(as_sentence(data_note), is_loud(data_note))] if data_note else []
    return origin + [(as_sentence(note), False) for note in others]


def as_sentence(text: str) -> str:
    """Return a text with a full stop, if it has no mark at its end.

    Examples
    --------
    >>> as_sentence("Real data: Doe 2020"), as_sentence("IQR, interquartile range.")
    ('Real data: Doe 2020.', 'IQR, interquartile range.')
    """
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def texts_below(table: PaperTable, data_note: str) -> list[str]:
    """Return the paragraphs below a table as plain text: notes, then all footnotes in one."""
    notes = [note for note, _ in notes_of(table, data_note)]
    explained = " ".join(f"{letter} {as_sentence(text)}" for letter, text in table.footnotes)
    return [*notes, explained] if explained else notes
