"""Small pieces of HTML that read well with a style and without one."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from procmine.core.text.words import Words

SKIP = Words("跳到正文", "Skip to the content")
"""What the first link of a page says, for those who go from link to link."""


def card_html(text: str) -> str:
    """A card with a message of several lines."""
    return f'<div class="pm-card">{"<br>".join(escape(line.strip()) for line in text.splitlines())}</div>'


def lead_html(sentence: str) -> str:
    """The sentence above a table or picture."""
    return f'<p class="pm-lead">{escape(sentence)}</p>' if sentence else ""


SEPARATOR = '<span class="pm-sep"> · </span>'
"""Between things in a line, to be seen only where there is no style to set them apart."""


def facts_html(facts: Sequence[tuple[str, str]]) -> str:
    """Numbers with their labels, the first thing that is seen of a log."""
    return f'<div class="pm-facts">{SEPARATOR.join(_fact_html(*fact) for fact in facts)}</div>'


def _fact_html(number: str, label: str) -> str:
    return f"<span><b>{escape(number)}</b> <small>{escape(label)}</small></span>"
