"""What reading an export did: files, rows read and refused, and everything assumed on the way."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from procmine.core.log.import_notes import NOTES
from procmine.core.text.words import Language, Words


class Note(BaseModel):
    """One thing that reading found or assumed, to be shown to the reader of the report."""

    model_config = ConfigDict(frozen=True)

    code: str
    level: Literal["info", "warning"]
    facts: dict[str, str | int | Words]

    def say(self, language: Language) -> str:
        """The note as a sentence."""
        return NOTES[self.code].filled(**self.facts).say(language)


class SourceFile(BaseModel):
    """One file that was read; `joined` if it is a table beside the events, whose rows are not counted as events."""

    model_config = ConfigDict(frozen=True)

    name: str
    sha256: str
    n_bytes: int
    container: str
    encoding: str | None
    n_rows: int
    n_rejected: int
    joined: bool = False


class Rejection(BaseModel):
    """Rows refused for one reason: how many, the first of them, and the text that most of them hold, if one does."""

    model_config = ConfigDict(frozen=True)

    file: str
    reason: Words
    n_rows: int
    rows: tuple[int, ...]
    example: str
    usual: str = ""

    def say(self, language: Language) -> str:
        """File, reason, number and first rows in a line."""
        rows = ", ".join(str(row) for row in self.rows[:5]) + (" …" if self.n_rows > 5 else "")
        return f"{self.file}: {self.reason.say(language)} ×{self.n_rows} ({rows})"


class ImportReport(BaseModel):
    """The account of one import.

    Attributes
    ----------
    files
        The files read, in the order of their names.
    columns
        Canonical column to the column of the export it was read from.
    rejections
        Rows refused, by file and reason.
    notes
        What was found, assumed or set aside.
    n_rows, n_made, n_rejected, n_set_aside, n_starts, n_events
        Rows read + rows made (of a row that tells several events) = rejected + set aside + starts that
        joined their completion + events.
    cutoff
        The newest event not marked as future: naive UTC.
    """

    model_config = ConfigDict(frozen=True)

    files: tuple[SourceFile, ...] = ()
    columns: dict[str, str] = {}
    rejections: tuple[Rejection, ...] = ()
    notes: tuple[Note, ...] = ()
    n_rows: int = 0
    n_made: int = 0
    n_set_aside: int = 0
    n_starts: int = 0
    n_events: int = 0
    cutoff: datetime | None = None

    @property
    def n_rejected(self) -> int:
        """Rows refused."""
        return sum(file.n_rejected for file in self.files if not file.joined)

    @property
    def warnings(self) -> tuple[Note, ...]:
        """The notes a reader should act on."""
        return tuple(note for note in self.notes if note.level == "warning")

    def with_notes(self, *notes: Note) -> ImportReport:
        """The report with more notes at its end."""
        return self.model_copy(update={"notes": (*self.notes, *notes)})

    def save(self, path: Path) -> None:
        """Write the report as JSON."""
        path.write_text(self.model_dump_json(indent=1), encoding="utf-8")

    @classmethod
    def open(cls, path: Path) -> ImportReport:
        """Read a report written by `save`."""
        return cls.model_validate_json(path.read_text(encoding="utf-8"))
