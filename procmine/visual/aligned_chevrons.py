"""Ways held against the standard as rows of chevrons: what was done, what is missing, what is too many."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from procmine.conformance.aligned import step_text
from procmine.conformance.moves import STEP_WORDS, Step
from procmine.core.textwidth import text_width, wrapped, xml_text
from procmine.core.words import Language, Words, write_number, write_share
from procmine.visual.palette import BLUE, INK, MUTED, ORANGE, PAPER, PURPLE, RED
from procmine.visual.picture import FAMILY, Picture

if TYPE_CHECKING:
    from procmine.conformance.aligned import AlignedVariants

_MOST_FINE, _MOST_DEPARTING = 3, 7
_WIDTH, _LEFT, _HEIGHT, _GAP = 980.0, 128.0, 50.0, 14.0
_POINT, _MARK = 9.0, 11.0
_WIDEST, _NARROWEST = 118.0, 62.0
_FONT = 10.0
_KEY, _TITLE = 28.0, 24.0


class _Look(NamedTuple):
    """Fill, outline, dashes and ink of a chevron, and the sign before its word."""

    fill: str
    line: str
    dash: str
    ink: str
    sign: str


_LOOKS: dict[str, _Look] = {
    "kept": _Look(BLUE, BLUE, "", "#fff", ""),
    "skipped": _Look(PAPER, RED, "5 3", RED, "○"),
    "due": _Look(PAPER, PURPLE, "1.5 3", PURPLE, "◌"),
    "unexpected": _Look("#fbeedd", ORANGE, "", "#7d430a", "+"),
    "wrong_order": _Look("#eee8f6", PURPLE, "", "#4c3475", "⇄"),
    "repeated": _Look("#fbeedd", ORANGE, "", "#7d430a", "↻"),
}
_ALLOWED = Words("容许", "allowed")
_OPEN = Words("未关闭", "open")
_FINE = Words("走向没有偏差的，最常见的几种", "Keeping to the flow, the most frequent")
_DEPARTING = Words("走向有偏差的，最常见的几种", "Departing from the flow, the most frequent")


def draw_aligned(result: AlignedVariants) -> Picture:
    """The most frequent ways without a departure, then those with departures.

    Each departure has its own outline, sign and word, so that colour is not needed to tell them apart.
    """
    if not result.ways:
        return Picture(result, "")
    numbered = list(enumerate(result.ways, 1))
    fine = [(number, way) for number, way in numbered if not way.n_departures][:_MOST_FINE]
    departing = [(number, way) for number, way in numbered if way.n_departures][:_MOST_DEPARTING]
    shown = {kind for _, way in (*fine, *departing) for kind in (step.kind for step in way.steps)}
    rows, y = [_key([kind for kind in STEP_WORDS if kind in shown], result.language)], _KEY
    for title, ways in ((_FINE, fine), (_DEPARTING, departing)):
        rows += [_title(title.say(result.language), y)] if ways else []
        y += _TITLE if ways else 0
        for number, way in ways:
            head = _head(number, way.n_cases, way.n_cases / result.n_cases, y)
            head += _open_mark(y, result.language) if way.is_open else ""
            chevrons, height = _row(way.steps, y, result.language)
            rows.append(f'<g class="way">{head}{chevrons}</g>')
            y += height + _GAP
    return Picture(result, _svg(rows, y, result.title))


def _title(text: str, y: float) -> str:
    return f'<text x="0" y="{y + 13:g}" font-size="12" font-weight="600" fill="{MUTED}">{escape(text)}</text>'


def _svg(rows: Sequence[str], height: float, title: str) -> str:
    return xml_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {height:g}" width="{_WIDTH:g}" height="{height:g}" '
        f'role="img" aria-label="{escape(title)}" font-family="{FAMILY}">{"".join(rows)}</svg>'
    )


def _key(kinds: Sequence[str], language: Language) -> str:
    """What each look stands for."""
    parts, x = [], _LEFT
    for kind in kinds:
        word = STEP_WORDS[kind].say(language)
        parts.append(_shape(x, 3, 34, 16, 5, _LOOKS[kind]))
        parts.append(f'<text x="{x + 40:g}" y="15" font-size="10.5" fill="{INK}">{_signed(kind, word)}</text>')
        x += 58 + text_width(word + _LOOKS[kind].sign, 10.5)
    return f'<g class="key">{"".join(parts)}</g>'


def _signed(kind: str, word: str) -> str:
    return escape(f"{_LOOKS[kind].sign} {word}".strip())


def _head(number: int, n_cases: int, share: float, y: float) -> str:
    middle = y + _HEIGHT / 2
    return (
        f'<text x="0" y="{middle - 4:g}" font-size="12" font-weight="600" fill="{INK}">#{number}</text>'
        f'<text x="{_LEFT - 14:g}" y="{middle - 4:g}" font-size="11.5" text-anchor="end" fill="{INK}">{write_number(n_cases)}</text>'
        f'<text x="{_LEFT - 14:g}" y="{middle + 11:g}" font-size="10.5" text-anchor="end" fill="{MUTED}">{write_share(share)}</text>'
        f'<rect x="0" y="{middle + 4:g}" width="{max(share * 56, 1):.1f}" height="5" rx="2" fill="{BLUE}"/>'
    )


def _open_mark(y: float, language: Language) -> str:
    return f'<text x="0" y="{y + _HEIGHT - 3:g}" font-size="10" fill="{MUTED}">{_OPEN.say(language)}</text>'


def _row(steps: Sequence[Step], y: float, language: Language) -> tuple[str, float]:
    width = min(_WIDEST, max(_NARROWEST, (_WIDTH - _LEFT) / max(len(steps), 1)))
    per_line = max(1, int((_WIDTH - _LEFT) / width + 1e-6))
    shapes = [
        _chevron(step, _LEFT + (i % per_line) * width, y + (i // per_line) * (_HEIGHT + 4), width, language)
        for i, step in enumerate(steps)
    ]
    n_lines = max(1, -(-len(steps) // per_line))
    return "".join(shapes), n_lines * _HEIGHT + (n_lines - 1) * 4


def _shape(x: float, y: float, width: float, height: float, point: float, look: _Look) -> str:
    right, middle, bottom = x + width - 3, y + height / 2, y + height
    path = f"M{x:g} {y:g}L{right - point:g} {y:g}L{right:g} {middle:g}L{right - point:g} {bottom:g}L{x:g} {bottom:g}L{x + point:g} {middle:g}Z"
    dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
    return f'<path d="{path}" fill="{look.fill}" stroke="{look.line}" stroke-width="1.4"{dash}/>'


def _chevron(step: Step, x: float, y: float, width: float, language: Language) -> str:
    look, right = _LOOKS[step.kind], x + width - 3
    mark = _mark(step, language)
    lines = wrapped(step.name, (width - 2 * _POINT - 8) / _FONT, 2 if mark else 3)
    centre = (x + right) / 2 + _POINT / 4
    rows = [(line, _FONT, "") for line in lines if text_width(line)]
    if mark:
        (shown,) = wrapped(mark, (width - 2 * _POINT - 4) / 9.5, 1)
        rows.insert(0, (shown, 9.5, ' font-weight="600"'))
    top = y + _HEIGHT / 2 + 3.6 - (len(rows) - 1) * 6.2
    texts = "".join(
        f'<text x="{centre:g}" y="{top + i * 12.4:g}" font-size="{size}" text-anchor="middle" fill="{look.ink}"{weight}>{escape(row)}</text>'
        for i, (row, size, weight) in enumerate(rows)
    )
    hover = step_text(step, language) + (f" · {_ALLOWED.say(language)}" if step.is_allowed else "")
    return (
        f'<g class="{step.kind}"><title>{escape(hover)}</title>{_shape(x, y, width, _HEIGHT, _POINT, look)}{texts}</g>'
    )


def _mark(step: Step, language: Language) -> str:
    """The sign and word of a departure; of an allowed one that it is allowed."""
    if step.kind == "kept":
        return ""
    word = _ALLOWED if step.is_allowed else STEP_WORDS[step.kind]
    return f"{_LOOKS[step.kind].sign} {word.say(language)}"
