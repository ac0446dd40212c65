"""A document of sections – texts, nested lists, tables – and its two forms: Markdown and HTML. No pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from procmine.conformance.standard.outline import Line

_MARKED = re.compile(r"([\\`*_\[\]|~$#])")


class TextTable(NamedTuple):
    r"""A table of texts.

    Attributes
    ----------
    head
        The heads of the columns.
    rows
        Their cells; `\n` in a cell begins a new line.
    is_matrix
        Whether all cells but the first two of a row are short marks.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_matrix: bool = False


class Section(NamedTuple):
    """A part of a document.

    Attributes
    ----------
    key
        Its name in links.
    text
        What stands above its table, or alone.
    lines
        A nested list.
    """

    key: str
    title: str
    text: str = ""
    grids: tuple[TextTable, ...] = ()
    lines: tuple[Line, ...] = ()


# ── Markdown ──────────────────────────────────────────────────────────────────────────────────────


def markdown_text(text: str) -> str:
    r"""A text as Markdown that shows it as it is: no markup, no HTML, no new row of a table.

    Examples
    --------
    >>> markdown_text("a|b <script>")
    'a\\|b &lt;script&gt;'
    """
    safe = _MARKED.sub(r"\\\1", escape(text, quote=False))
    return "<br>".join(" ".join(line.split()) for line in safe.split("\n"))


def markdown_of(title: str, sections: Sequence[Section]) -> str:
    """A document as Markdown."""
    parts = [f"# {markdown_text(title)}"]
    for section in sections:
        parts.append(f"## {markdown_text(section.title)}")
        parts += [markdown_text(section.text)] if section.text else []
        if section.lines:
            parts.append("\n".join(f"{'  ' * line.depth}- {markdown_text(line.text)}" for line in section.lines))
        parts += [_markdown_grid(grid) for grid in section.grids]
    return "\n\n".join(parts) + "\n"


def _markdown_grid(grid: TextTable) -> str:
    rows = [grid.head, tuple("---" for _ in grid.head)]
    lines = ["| " + " | ".join(cell if cell == "---" else markdown_text(cell) for cell in row) + " |" for row in rows]
    lines += ["| " + " | ".join(markdown_text(cell) for cell in row) + " |" for row in grid.rows]
    return "\n".join(lines)


# ── HTML ──────────────────────────────────────────────────────────────────────────────────────────


def html_text(text: str) -> str:
    """A text as HTML; its lines stay lines."""
    return "<br>".join(escape(line) for line in text.split("\n"))


def html_of(section: Section) -> str:
    """The inside of a section as HTML, without its heading."""
    text = f'<p class="pm-lead">{html_text(section.text)}</p>' if section.text else ""
    return text + _html_lines(section.lines) + "".join(_html_grid(grid, section.title) for grid in section.grids)


def _html_grid(grid: TextTable, title: str) -> str:
    """A table; whoever has no mouse can scroll it too, as a document has no script that knows whether it scrolls."""
    name = escape(title)
    kind = "pm-table pm-doc-matrix" if grid.is_matrix else "pm-table pm-doc-table"
    head = "".join(f'<th scope="col">{html_text(cell)}</th>' for cell in grid.head)
    body = "".join("<tr>" + "".join(f"<td>{html_text(cell)}</td>" for cell in row) + "</tr>" for row in grid.rows)
    return (
        f'<div class="pm-scroll" role="group" aria-label="{name}" tabindex="0"><table class="{kind}"><caption>{name}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _html_lines(lines: Sequence[Line]) -> str:
    """Lines of growing depth as lists in lists."""
    html, depth = "", -1
    for line in lines:
        if line.depth > depth:
            html += "<ul>" * (line.depth - depth)
        else:
            html += "</li>" + "</ul></li>" * (depth - line.depth)
        html += f"<li>{html_text(line.text)}"
        depth = line.depth
    return html + "</li></ul>" * (depth + 1)
