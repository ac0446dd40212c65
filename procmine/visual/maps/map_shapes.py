"""The smallest pieces of a map as SVG: lengths, dashes, marks, arrows."""

from __future__ import annotations

from procmine.core.nets.layout import Curve
from procmine.core.text.palette import GREEN, INK
from procmine.visual.maps.coverage import START


def written(value: float) -> str:
    """A length to a tenth, without blanks and zeros that say nothing."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def dashes(dash: str) -> str:
    """The attribute for dashes, if there are any."""
    return f' stroke-dasharray="{dash}"' if dash else ""


def mark(name: str) -> str:
    """The mark where cases begin, or end."""
    if name == START:
        return f'<circle r="7.5" fill="{GREEN}"/>'
    return f'<circle r="7.5" fill="none" stroke="{INK}" stroke-width="1.4"/><circle r="4.6" fill="{INK}"/>'


def arrow(curve: Curve) -> tuple[str, str, tuple[float, float]]:
    """The line, the arrow head and the place of the label of an arc."""
    first, *rest = curve.points
    line = f"M{written(first[0])} {written(first[1])}C" + " ".join(f"{written(x)} {written(y)}" for x, y in rest)
    (x0, y0), (x1, y1) = curve.points[-1], curve.tip
    dx, dy = x1 - x0, y1 - y0
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    nx, ny = -dy / length * 4.2, dx / length * 4.2
    tip = f"M{written(x0 + nx)} {written(y0 + ny)}L{written(x1)} {written(y1)}L{written(x0 - nx)} {written(y0 - ny)}Z"
    return line, tip, curve.label or _middle(curve)


def _middle(curve: Curve) -> tuple[float, float]:
    return curve.points[len(curve.points) // 2]
