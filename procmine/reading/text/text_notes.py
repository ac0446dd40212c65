"""What reading a text file put right or left out, as notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from procmine.core.log.import_report import Note
from procmine.core.text.words import Words
from procmine.reading.files.source import ExportFile
from procmine.reading.text.clean_text import CleanText
from procmine.reading.text.framing import Mending
from procmine.reading.text.text_layout import TextLayout

FULL_WIDTH = "；，"
_WARNINGS = frozenset({"footer", "full_width_delimiter", "nul_bytes", "undecodable", "unscrambled"})


def text_notes(
    file: ExportFile,
    encoding: str,
    clean: CleanText,
    layout: TextLayout,
    mending: Mending,
    counts: Mapping[str, int],
) -> Iterator[Note]:
    """The notes on a text file.

    Parameters
    ----------
    counts
        Codes of further notes to how often that happened.
    """
    said: dict[str, dict[str, str | int]] = {"file_encoding": {"encoding": encoding}}
    said |= _mended(clean, layout, mending) | _left_out(clean, layout)
    said |= {code: {"n": n} for code, n in counts.items() if n}
    for code, facts in said.items():
        given: dict[str, str | int | Words] = {"file": file.name, **facts}
        yield Note(code=code, level="warning" if code in _WARNINGS else "info", facts=given)


def _mended(clean: CleanText, layout: TextLayout, mending: Mending) -> dict[str, dict[str, str | int]]:
    said: dict[str, dict[str, str | int]] = {}
    if mending.separator:
        said["separator_line"] = {"sign": mending.separator}
    if mending.scrambled:
        said["unscrambled"] = {"after": ", ".join(name for name in layout.header.names if not name.isascii())}
    if clean.n_nul and mending.has_nul:
        said["nul_bytes"] = {"n": clean.n_nul}
    if mending.n_replaced:
        said["undecodable"] = {"n": mending.n_replaced}
    if layout.delimiter in FULL_WIDTH:
        said["full_width_delimiter"] = {"sign": layout.delimiter}
    return said


def _left_out(clean: CleanText, layout: TextLayout) -> dict[str, dict[str, str | int]]:
    said: dict[str, dict[str, str | int]] = {}
    if clean.titles:
        said["rows_above"] = {"n": len(clean.titles), "text": _shown(clean.titles)}
    if len(layout.header.rows) > 1:
        said["two_row_header"] = {}
    if clean.footer:
        said["footer"] = {"n": len(clean.footer), "text": _shown(clean.footer)}
    counts = {"repeated_headers": clean.n_heading, "blank_rows": clean.n_blank}
    return said | {code: {"n": n} for code, n in counts.items() if n}


def _shown(rows: list[str]) -> str:
    return " / ".join(" ".join(row.strip(',;\t|"\n ').split()) for row in rows)[:200]
