"""A picture of a result: SVG with real text, the sentence above it and the table beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from procmine.core.html.fragments import lead_html
from procmine.core.html.places import Displayed, Place
from procmine.core.result.result import Result
from procmine.core.text.words import Language, Words
from procmine.core.text.written_files import written_aside

if TYPE_CHECKING:
    import pandas as pd

_DETAILS = Words("数据表", "Table")

FONTS = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Zen Hei", "sans-serif")
FAMILY = ",".join(f"'{font}'" if " " in font else font for font in FONTS)


@dataclass(frozen=True, repr=False, eq=False)
class Picture(Displayed):
    """A drawn result.

    Attributes
    ----------
    svg
        Self-contained; empty where there is nothing to draw.
    """

    of: Result
    svg: str

    @property
    def language(self) -> Language:
        """The language of the result."""
        return self.of.language

    @property
    def table(self) -> pd.DataFrame:
        """The numbers in the picture."""
        return self.of.table

    def save(self, path: str | Path) -> None:
        """Write the picture as an SVG file."""
        with written_aside(Path(path), (".svg",)) as aside:
            aside.write_text(self.svg, encoding="utf-8")

    def __repr__(self) -> str:
        return f"<Picture of {self.of!r}>"

    def html_in(self, place: Place) -> str:
        """The sentence, the picture, and the table behind a fold."""
        result = self.of
        if not self.svg:
            return result.html_in(place)
        return (
            f'{lead_html(result.sentence)}<figure class="pm-chart">{self.svg}</figure>'
            f'<details class="pm-more"><summary>{_DETAILS.say(result.language)}</summary>{result.table_html(place)}</details>'
        )
