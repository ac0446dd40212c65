"""Where a result is shown: on a page of a report, or in a notebook, where it has to look well before it is trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from procmine.core.html.notebook_html import notebook_html
from procmine.core.text.words import Words

if TYPE_CHECKING:
    from procmine.core.text.words import Language

_LATER = '<script type="text/html" class="pm-later">{}</script>'


class Place(NamedTuple):
    """A place where results are shown.

    Attributes
    ----------
    is_notebook
        Whether its reader has the results in hand; a page has files beside it.
    way
        How a result inside of another one is reached from there, for example `.ledger`.
    """

    is_notebook: bool
    way: str = ""

    def inside(self, way: str) -> Place:
        """The place of a result that is shown as a part of another one."""
        return self._replace(way=self.way + way)

    @property
    def table(self) -> Words:
        """Where the whole table behind what is shown is, as part of a sentence."""
        return self.part(".table") if self.is_notebook else Words("附表", "the appendix")

    def part(self, name: str) -> Words:
        """How something of a result is reached from what a notebook shows, as part of a sentence."""
        return Words(f" {self.way}{name} ", f"{self.way}{name}")

    @property
    def full_table(self) -> Words:
        """A note on where all rows and columns are."""
        if self.is_notebook:
            return Words("完整表格：{at}", "the full table: {at}").filled(at=f"{self.way}.table")
        return Words("完整表格见附表", "the full table is in the appendix")

    def at_work(self, html: str) -> str:
        r"""HTML that is of no use where scripts do not run; a notebook puts it in its place when it is trusted.

        Examples
        --------
        >>> PAGE.at_work("<button>1</button>")
        '<button>1</button>'
        >>> NOTEBOOK.at_work("<button>1</button>")
        '<script type="text/html" class="pm-later"><button>1<\\/button></script>'
        """
        return _LATER.format(html.replace("</", "<\\/")) if self.is_notebook else html


PAGE, NOTEBOOK = Place(is_notebook=False), Place(is_notebook=True)


class Displayed:
    """What shows itself: it writes its HTML for a place, and a notebook's output is made from that."""

    if TYPE_CHECKING:

        @property
        def language(self) -> Language:
            """The language of its reader."""

    def html_in(self, place: Place) -> str:
        """Its HTML on a page or in a notebook."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        return notebook_html(self.html_in(NOTEBOOK), self.language)
