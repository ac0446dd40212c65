"""Colours: one palette for pages, maps and charts, told apart in print and by colour-blind readers."""

from __future__ import annotations

INK, MUTED, LINE, PAPER = "#1c2733", "#5f6e82", "#e3e8ef", "#ffffff"
BLUE, ORANGE, RED, GREEN, PURPLE = "#2d5f93", "#c9701a", "#b8402e", "#2f7d5b", "#7a5ba6"

MIDDLE_BLUE, LIGHT_BLUE, SAND, GREY, BROWN = "#5e91c8", "#a4c2e3", "#dbb064", "#b9c1cc", "#8a6d1f"
"""Lighter and further tones: they stand beside the others, never for them."""

PALE_BLUE, PALE_ORANGE, PALE_RED, PALE_GREEN, PALE_PURPLE = "#eef3fa", "#fbeedd", "#f8e3df", "#e3f0e9", "#eee8f6"
DARK_ORANGE, DARK_RED, DARK_GREEN, DARK_PURPLE = "#7d430a", "#7d2417", "#1f5a40", "#4c3475"
"""Grounds, and what is written on them."""

NODE, NODE_LINE, ARC, PLAIN_ARC = "#e9f0f9", "#6f8fb5", "#8fa5c0", "#9aabc0"
GROUND, PLAIN_NODE, RULE, FAINT_ARC = "#f6f8fb", "#f4f6f9", "#d3dbe6", "#d5dce6"
"""Maps: nodes and arcs, lanes and what stands back."""

LEFT_OUT, WAITING_MARK = "#8b2a1d", "#ded3ee"
"""What is left out, and where it waits."""

PALE_GREY, LIGHT_GREY = "#c9d3de", "#b9c3cf"
"""What is too little to count, and the first of several tones."""

ORANGE_INK = "#a85a0c"
"""Orange for texts: the orange of lines and areas is too pale to be read."""

SERIES = (BLUE, ORANGE, GREEN, PURPLE, "#5aa7c7", RED, "#8a8f3c", "#b86a9a", "#6b7683", "#d9b36a")
"""For categories, in order: neighbours differ in lightness as well as in hue."""

READABLE = 4.5
"""The contrast that a text needs to its ground (WCAG 2.2, 1.4.3)."""

_COOL = (PALE_BLUE, "#8fb3dd", BLUE)
_WARM = ("#f6e7d3", "#e09a4b", "#a8321f")


def _mixed(low: str, high: str, share: float) -> str:
    pairs = ((int(low[i : i + 2], 16), int(high[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _ramp(stops: tuple[str, str, str], share: float) -> str:
    share = min(max(share, 0.0), 1.0)
    if share < 0.5:
        return _mixed(stops[0], stops[1], share * 2)
    return _mixed(stops[1], stops[2], share * 2 - 1)


def cool(share: float) -> str:
    """From pale to deep blue, for how often."""
    return _ramp(_COOL, share)


def warm(share: float) -> str:
    """From sand to red, for how long."""
    return _ramp(_WARM, share)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21.

    Examples
    --------
    >>> round(contrast("#ffffff", "#000000"), 1)
    21.0
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    shares = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ink_on(ground: str) -> str:
    """The ink that can be read on a ground: white or ours, and black where neither can.

    Examples
    --------
    >>> ink_on(BLUE), ink_on("#eef3fa")
    ('#ffffff', '#1c2733')
    """
    return next((ink for ink in (PAPER, INK) if contrast(ink, ground) >= READABLE), "#000000")
