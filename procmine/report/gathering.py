"""What a project does not give is said once on a page, with the names of all that would follow from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from procmine.core.text.words import Language, Words, joined
from procmine.lab.notebook import tongues

if TYPE_CHECKING:
    from nbformat import NotebookNode

_CARD = re.compile(r'<div class="pm-card">((?:(?!<div|</div>).)*)</div>', re.DOTALL)
_NOTHING = re.compile(r'<p class="pm-note">[^<]*</p>')
_HEADING = re.compile(r"^(##+) (.*)$", re.MULTILINE)
_LACKING = Words("补上之后，这里还有：{titles}。", "Once that is there, this page also shows: {titles}.")
_EMPTY = Words("没有内容而略去：{titles}。", "Left out, as there is nothing to show: {titles}.")


@dataclass
class _Piece:
    """A text of the notebook with the code that follows it, and what they show."""

    cells: list[NotebookNode] = field(default_factory=list)
    level: int = 9
    title: str = ""
    shows: list[str] = field(default_factory=list)
    stays: bool = False

    @property
    def lacks(self) -> list[str]:
        """What its cards ask for: their last lines."""
        found = (_CARD.fullmatch(html) for html in self.shows)
        return [card[1].split("<br>")[-1] for card in found if card]

    @property
    def is_mute(self) -> bool:
        """Whether it shows cards alone, or nothing."""
        return (
            not self.stays
            and bool(self.shows)
            and all(_CARD.fullmatch(html) or _NOTHING.fullmatch(html) for html in self.shows)
        )


def gathered(notebook: NotebookNode, language: Language) -> NotebookNode:
    """The notebook as a page shows it: what says the same as a card before, or nothing at all, is left out.

    A heading goes with all that stands below it. The last piece that stays names what is left out.
    A text without a language is a person's own, and stays.
    """
    pieces = list(_pieces(notebook.cells, language))
    asked: set[str] = set()
    repeats = []
    for piece in pieces:
        lacks = piece.lacks
        repeats.append(piece.is_mute and asked.issuperset(lacks) and (bool(lacks) or bool(piece.title)))
        asked.update(lacks)
    goes = [_goes_whole(pieces, repeats, i) for i in range(len(pieces))]
    page = copy(notebook)
    page.cells = list(_kept(pieces, goes, language))
    return page


def _pieces(cells: Iterable[NotebookNode], language: Language) -> Iterable[_Piece]:
    piece = _Piece()
    for cell in cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "markdown" and language in tongues(tags):
            yield piece
            heading = _HEADING.search(cell.source)
            piece = _Piece(level=len(heading[1]), title=heading[2]) if heading else _Piece()
            piece.stays = language not in tags
        piece.cells.append(cell)
        piece.shows += [_shown(output) for output in cell.get("outputs", [])]
    yield piece


def _shown(output: NotebookNode) -> str:
    html = output.get("data", {}).get("text/html", output.output_type)
    return "".join(html).strip()


def _goes_whole(pieces: Sequence[_Piece], repeats: Sequence[bool], i: int) -> bool:
    """Whether a piece and all that stands below its heading repeat what was said."""
    below = i + 1
    while pieces[i].title and below < len(pieces) and pieces[below].level > pieces[i].level:
        below += 1
    return all(repeats[i:below])


def _kept(pieces: Sequence[_Piece], goes: Sequence[bool], language: Language) -> Iterable[NotebookNode]:
    asked: set[str] = set()
    for i, piece in enumerate(pieces):
        if goes[i]:
            continue
        yield from (_briefly(cell, asked) for cell in piece.cells)
        until = next((j for j in range(i + 1, len(pieces)) if not goes[j]), len(pieces))
        yield from _names(pieces[i + 1 : until], language)


def _briefly(cell: NotebookNode, asked: set[str]) -> NotebookNode:
    """The cell, with cards that ask for what a card before asked for as one line: what is lacking, not how to mend it."""
    brief: NotebookNode = copy(cell)
    if "outputs" in cell:
        brief.outputs = [_brief_output(output, asked) for output in cell.outputs]
    return brief


def _brief_output(output: NotebookNode, asked: set[str]) -> NotebookNode:
    import nbformat  # with it come the JSON schemas of notebooks, which only a report needs

    card = _CARD.fullmatch(_shown(output))
    if card is None:
        return output
    *said, hint = card[1].split("<br>")
    if hint in asked and said:
        note: NotebookNode = nbformat.v4.new_output("display_data", {"text/html": f'<p class="pm-note">{said[0]}</p>'})
        return note
    asked.add(hint)
    return output


def _names(left_out: Sequence[_Piece], language: Language) -> Iterable[NotebookNode]:
    """The titles of what is left out as a cell of the page."""
    import nbformat  # with it come the JSON schemas of notebooks, which only a report needs

    for words, titles in (
        (_LACKING, [piece.title for piece in left_out if piece.title and piece.lacks]),
        (_EMPTY, [piece.title for piece in left_out if piece.title and not piece.lacks]),
    ):
        if titles:
            said = escape(words.filled(titles=joined(titles)).say(language))
            yield nbformat.v4.new_markdown_cell(f'<p class="pm-note">{said}</p>', metadata={"tags": [language]})
