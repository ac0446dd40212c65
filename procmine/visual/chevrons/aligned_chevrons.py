"""Ways held against the standard as rows of chevrons: what was done, what is missing, what is too many."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from procmine.conformance.standard.deviation_kinds import DEVIATION_KINDS, Look
from procmine.conformance.views.aligned_steps import STEP_WORDS, AlignedStep
from procmine.conformance.views.aligned_variants import step_text
from procmine.core.result.picture import FAMILY, Picture
from procmine.core.text.palette import BLUE, INK, MUTED, PAPER, PURPLE
from procmine.core.text.textwidth import text_width, wrapped, xml_text
from procmine.core.text.words import Language, Words, write_number, write_share

if TYPE_CHECKING:
    from procmine.conformance.views.aligned_variants import AlignedVariants
    from procmine.conformance.views.case_alignment import CaseAlignment

_MOST_FINE, _MOST_DEVIATING = 3, 7
_WIDTH, _LEFT, _HEIGHT, _GAP = 980.0, 128.0, 50.0, 14.0
_POINT, _MARK = 9.0, 11.0
_WIDEST, _NARROWEST = 118.0, 74.0
_FONT = 10.0
_KEY, _TITLE = 28.0, 24.0


_LOOKS: dict[str, Look] = {
    "kept": Look(BLUE, BLUE, "", "#fff", ""),
    **{name: kind.look for name, kind in DEVIATION_KINDS.items() if kind.is_missing},
    "due": Look(PAPER, PURPLE, "1.5 3", PURPLE, "◌"),
    **{name: kind.look for name, kind in DEVIATION_KINDS.items() if not kind.is_missing},
    "ignored": Look(PAPER, MUTED, "1.5 3", MUTED, ""),
}
_WORDS: dict[str, Words] = {**STEP_WORDS, "ignored": Words("不判断", "not judged")}
_ALLOWED = Words("容许", "allowed")
_OPEN = Words("未关闭", "open")
_FINE = Words("走向没有偏差的，最常见的几种", "Keeping to the flow, the most frequent")
_DEVIATING = Words("走向有偏差的，最常见的几种", "Deviating from the flow, the most frequent")


def draw_aligned(result: AlignedVariants) -> Picture:
    """The most frequent ways without a deviation, then those with deviations.

    Each deviation has its own outline, sign and word, so that colour is not needed to tell them apart.
    """
    if not result.ways:
        return Picture(result, "")
    numbered = list(enumerate(result.ways, 1))
    fine = [(number, way) for number, way in numbered if not way.n_deviations][:_MOST_FINE]
    deviating = [(number, way) for number, way in numbered if way.n_deviations][:_MOST_DEVIATING]
    shown = {kind for _, way in (*fine, *deviating) for kind in (step.kind for step in way.steps)}
    rows, y = [_key([kind for kind in _LOOKS if kind in shown], _LEFT, result.language)], _KEY
    for title, ways in ((_FINE, fine), (_DEVIATING, deviating)):
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


def _key(kinds: Sequence[str], x: float, language: Language) -> str:
    """What each look stands for."""
    parts = []
    for kind in kinds:
        word = _WORDS[kind].say(language)
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


def _row(steps: Sequence[AlignedStep], y: float, language: Language) -> tuple[str, float]:
    chevrons = [_Chevron(step.kind, step.name, _mark(step, language), _hover(step, language)) for step in steps]
    return _line(chevrons, _LEFT, y)


class _Chevron(NamedTuple):
    """A chevron by its look, its name, the sign and word above it, and its hover text."""

    kind: str
    name: str
    mark: str
    hover: str


def _line(chevrons: Sequence[_Chevron], left: float, y: float) -> tuple[str, float]:
    """Chevrons side by side; what does not fit goes on in the next line."""
    width = min(_WIDEST, max(_NARROWEST, (_WIDTH - left) / max(len(chevrons), 1)))
    per_line = max(1, int((_WIDTH - left) / width + 1e-6))
    shapes = [
        _drawn(one, left + (i % per_line) * width, y + (i // per_line) * (_HEIGHT + 4), width)
        for i, one in enumerate(chevrons)
    ]
    n_lines = max(1, -(-len(chevrons) // per_line))
    return "".join(shapes), n_lines * _HEIGHT + (n_lines - 1) * 4


def _shape(x: float, y: float, width: float, height: float, point: float, look: Look) -> str:
    right, middle, bottom = x + width - 3, y + height / 2, y + height
    path = f"M{x:g} {y:g}L{right - point:g} {y:g}L{right:g} {middle:g}L{right - point:g} {bottom:g}L{x:g} {bottom:g}L{x + point:g} {middle:g}Z"
    dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
    return f'<path d="{path}" fill="{look.fill}" stroke="{look.line}" stroke-width="1.4"{dash}/>'


def _drawn(one: _Chevron, x: float, y: float, width: float) -> str:
    look, right = _LOOKS[one.kind], x + width - 3
    lines = wrapped(one.name, (width - 2 * _POINT - 8) / _FONT, 2 if one.mark else 3)
    centre = (x + right) / 2 + _POINT / 4
    rows = [(line, _FONT, "") for line in lines if text_width(line)]
    if one.mark:
        (shown,) = wrapped(one.mark, (width - 2 * _POINT - 4) / 9.5, 1)
        rows.insert(0, (shown, 9.5, ' font-weight="600"'))
    top = y + _HEIGHT / 2 + 3.6 - (len(rows) - 1) * 6.2
    texts = "".join(
        f'<text x="{centre:g}" y="{top + i * 12.4:g}" font-size="{size}" text-anchor="middle" fill="{look.ink}"{weight}>{escape(row)}</text>'
        for i, (row, size, weight) in enumerate(rows)
    )
    shape = _shape(x, y, width, _HEIGHT, _POINT, look)
    return f'<g class="{one.kind}"><title>{escape(one.hover)}</title>{shape}{texts}</g>'


def _hover(step: AlignedStep, language: Language) -> str:
    return step_text(step, language) + (f" · {_ALLOWED.say(language)}" if step.is_allowed else "")


def _mark(step: AlignedStep, language: Language) -> str:
    """The sign and word of a deviation; of an allowed one that it is allowed."""
    if step.kind == "kept":
        return ""
    word = _ALLOWED if step.is_allowed else STEP_WORDS[step.kind]
    return f"{_LOOKS[step.kind].sign} {word.say(language)}"


# ── one case ──────────────────────────────────────────────────────────────────────────────────────


def draw_case(result: CaseAlignment) -> Picture:
    """The steps of one case: what it did with time and doer, what is missing, what deviates and how."""
    if result.table.empty:
        return Picture(result, "")
    chevrons = [_of_row(row, result.language) for row in result.table.itertuples()]
    shown = {one.kind for one in chevrons}
    drawn, height = _line(chevrons, 0.0, _KEY)
    key = _key([kind for kind in _LOOKS if kind in shown], 0.0, result.language)
    rows = [key, f'<g class="way">{drawn}</g>']
    return Picture(result, _svg(rows, _KEY + height + 4, f"{result.title} · {result.case_id}"))


def _of_row(row: Any, language: Language) -> _Chevron:
    kind = _kind_of(row, language)
    facts = [row.activity if row.activity != row.node else "", row.resource, row.role, row.deviation]
    when = f"{row.timestamp:%Y-%m-%d %H:%M}" if row.position else ""
    name = row.node or row.activity
    hover = "\n".join([name, *(fact for fact in (when, *facts) if fact)])
    word = _ALLOWED if row.deviation.startswith("(") else _WORDS[kind]
    mark = "" if kind == "kept" else f"{_LOOKS[kind].sign} {word.say(language)}".strip()
    return _Chevron(kind, name, mark, hover)


def _kind_of(row: Any, language: Language) -> str:
    """How a step looks: by the first thing that is wrong with it."""
    said = row.deviation.strip("()")
    told = next((kind for kind, words in DEVIATION_KINDS.words.items() if said.startswith(words.say(language))), "")
    if told:
        return told
    return {"model": "due", "ignored": "ignored"}.get(row.move, "kept")
