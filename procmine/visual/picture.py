"""A picture of a result: SVG with real text, the sentence above it and the table beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from procmine.core.files import written_aside
from procmine.core.html_table import lead_html
from procmine.core.result import Result
from procmine.core.words import Words

if TYPE_CHECKING:
    import pandas as pd

_DETAILS = Words("数据表", "Table")

FONTS = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Zen Hei", "sans-serif")
FAMILY = ",".join(f"'{font}'" if " " in font else font for font in FONTS)


@dataclass(frozen=True, repr=False, eq=False)
class Picture:
    """A drawn result.

    Attributes
    ----------
    svg
        Self-contained; empty where there is nothing to draw.
    """

    of: Result
    svg: str

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

    def _repr_html_(self) -> str:
        result = self.of
        if not self.svg:
            return result._repr_html_()
        return (
            f'{lead_html(result.sentence)}<figure class="pm-chart">{self.svg}</figure>'
            f'<details class="pm-more"><summary>{_DETAILS.say(result.language)}</summary>{result.table_html()}</details>'
        )
