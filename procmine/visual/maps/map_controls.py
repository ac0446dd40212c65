"""What stands above a map in a page: switches, sliders with their counters, and buttons that save it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import NamedTuple

from procmine.core.text.words import Language, Words

ACTIVITIES, ARCS = Words("活动", "Activities"), Words("路径", "Paths")
_STANDS_FOR = Words("颜色、粗细和数字表示", "Colours, widths and numbers stand for")
_SAVE = Words("保存图片", "Save the picture")


class Slider(NamedTuple):
    """A slider at a level of several, with what its counter says there."""

    key: str
    label: Words
    level: int
    n_levels: int
    said: str


def controls_html(
    language: Language, metrics: Mapping[str, Words], metric: str, sliders: Iterable[Slider], kept: str
) -> str:
    """The controls of a map; `metric` is the one it shows, `kept` what it says of the cases."""
    switches = "".join(
        f'<button type="button" data-m="{name}" aria-pressed="{"true" if name == metric else "false"}">{escape(label.say(language))}</button>'
        for name, label in metrics.items()
    )
    saves = "".join(f'<button type="button" data-save="{kind.lower()}">{kind}</button>' for kind in ("SVG", "PNG"))
    return (
        f'<div class="pm-map-controls"><span class="pm-seg" role="group" aria-label="{_STANDS_FOR.say(language)}">{switches}</span>'
        f"{''.join(_slider_html(slider, language) for slider in sliders)}"
        f'<output class="pm-map-kept" data-o="k">{escape(kept)}</output>'
        f'<span class="pm-map-save" role="group" aria-label="{_SAVE.say(language)}">{saves}</span></div>'
    )


def _slider_html(slider: Slider, language: Language) -> str:
    """A slider tells itself where it stands, so its counter is silent."""
    idle = " disabled" if slider.n_levels == 1 else ""
    return (
        f'<label>{escape(slider.label.say(language))} <input type="range" data-s="{slider.key}" min="0" max="{slider.n_levels - 1}" '
        f'value="{slider.level}" aria-valuetext="{slider.said}" autocomplete="off"{idle}> '
        f'<span data-o="{slider.key}" aria-hidden="true">{slider.said}</span></label>'
    )
