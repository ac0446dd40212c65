"""What an analysis returns: a tidy table with documented columns, and a sentence about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, Literal, NamedTuple, ParamSpec, Self, TypeVar

import pandas as pd

from procmine.core.html.fragments import card_html, lead_html
from procmine.core.html.places import Displayed, Place
from procmine.core.result.charted import Chart
from procmine.core.result.html_table import table_html
from procmine.core.text.errors import MissingDataError, UnknownNameError
from procmine.core.text.words import Language, Words

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog
    from procmine.core.result.picture import Picture

Kind = Literal["text", "count", "number", "share", "duration", "time", "date", "flag"]

DTYPES: dict[Kind, str] = {
    "text": "str",
    "count": "int64",
    "number": "float64",
    "share": "float64",
    "duration": "timedelta64[us]",
    "date": "datetime64[us]",
    "flag": "bool",
}


class Column(NamedTuple):
    """A column of a result: what kind of value it holds, its label, what it means, and how values are said.

    `count` is an integer, `share` 0..1, `duration` a timedelta, `time` an instant in the log's zone,
    `date` a local day. `is_total` marks a duration that is a sum, beside others that are not: it has a unit of its own.
    """

    kind: Kind
    label: Words
    meaning: Words = Words("", "")
    words: Mapping[str, Words] = MappingProxyType({})
    is_total: bool = False


@dataclass(frozen=True, repr=False, eq=False)
class Result(Displayed):
    """The base of all results.

    Attributes
    ----------
    table
        The answer as a tidy frame with exactly the columns `COLUMNS`, in this order.
    SHOWN
        The columns that a page shows; all where it is empty.
    CHART
        What a plain picture of it shows; None where it has one of its own, or none.
    language, zone, case_link
        As in the log the result was made from.
    """

    COLUMNS: ClassVar[Mapping[str, Column]] = {}
    TITLE: ClassVar[Words] = Words("", "")
    LIMIT: ClassVar[int] = 20
    SHOWN: ClassVar[tuple[str, ...]] = ()
    CHART: ClassVar[Chart | None] = None

    table: pd.DataFrame
    language: Language
    zone: str
    case_link: str | None = field(default=None, kw_only=True)

    @classmethod
    def of(cls, log: EventLog, frame: pd.DataFrame, /, **more: Any) -> Self:
        """A result about `log`: the frame's columns are put in order and given their types."""
        table = typed(frame, cls.COLUMNS, log.zone)
        return cls(table=table, language=log.language, zone=log.zone, case_link=log.case_link, **more)

    @property
    def title(self) -> str:
        """The result's name for people."""
        return self.TITLE.say(self.language)

    @property
    def sentence(self) -> str:
        """What the result says, in one sentence."""
        return ""

    @property
    def scalars(self) -> dict[str, Any]:
        """Single numbers that belong to the result, by name."""
        return {}

    @property
    def cases(self) -> Result | None:
        """The cases behind the result, one row each; made when asked for, None where there are none."""
        return None

    @property
    def parts(self) -> dict[str, Result]:
        """Results that belong to this one, by name: its cases, where there are any."""
        return {} if self.cases is None else {"cases": self.cases}

    def draw(self) -> Picture:
        """The picture of the result: shown in a notebook, saved as SVG.

        Raises
        ------
        UnknownNameError
            If results of this kind have no picture; it says which other view has.

        Examples
        --------
        >>> import procmine as pm
        >>> pm.variants(pm.six_cases()).draw()
        <Picture of <Variants: 5 rows; use .table>>
        """
        # Pictures are made further down; this is the one look ahead.
        picture: Picture = import_module("procmine.visual.draw").draw(self)
        return picture

    def save(self, path: str | Path) -> None:
        """Write the picture of the result as an SVG file.

        Raises
        ------
        UnknownNameError
            If results of this kind have no picture.
        WriteError
            If the name does not end in `.svg`, or the system lets nothing be written there.
        """
        self.draw().save(path)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self.table)} rows; use .table>"

    def html_in(self, place: Place) -> str:
        """The sentence, and the first rows of the table."""
        said = lead_html(self.sentence)
        return said if said and self.table.empty else said + self.table_html(place)

    def table_html(self, place: Place) -> str:
        """The first rows of the table as HTML: at most `LIMIT`, and of its columns those of `SHOWN`."""
        return self.rows_html(self.table, self.LIMIT, place)

    def rows_html(self, rows: pd.DataFrame, limit: int, place: Place, *without: str) -> str:
        """Some rows of the table as HTML, without some of the columns that are shown."""
        names = [name for name in self.SHOWN or self.COLUMNS if name not in without]
        more = [column for name, column in self.COLUMNS.items() if name not in names and name not in without]
        columns = {name: self.COLUMNS[name] for name in names}
        return table_html(
            rows, columns, self.language, place, limit=limit, caption=self.title, case_link=self.case_link, more=more
        )


def typed(frame: pd.DataFrame, columns: Mapping[str, Column], zone: str) -> pd.DataFrame:
    """The frame with exactly these columns and their types; integer durations are microseconds.

    Times are naive UTC when they come in, and instants of `zone` when they go out.
    """
    series = {}
    for name, column in columns.items():
        values = frame[name]
        if column.kind == "time":
            utc = values.astype("datetime64[us]").dt.tz_localize("UTC")
            series[name] = utc.dt.tz_convert(zone)
        elif column.kind == "duration" and values.dtype.kind != "m":
            series[name] = pd.to_timedelta(values.round(), unit="us").astype(DTYPES["duration"])
        else:
            series[name] = values.astype(DTYPES[column.kind])
    return pd.DataFrame(series).reset_index(drop=True)


@dataclass(frozen=True)
class MissingDataCard(Displayed):
    """Stands where a result would, when the log does not hold what the analysis needs or does not know a name."""

    analysis: str
    error: MissingDataError | UnknownNameError
    language: Language

    def __repr__(self) -> str:
        return f"<{self.analysis}: {self.error}>"

    def draw(self) -> Self:
        """The card itself: there is nothing to draw."""
        return self

    def html_in(self, place: Place) -> str:  # noqa: ARG002
        """What is missing and how to mend it, the same in every place."""
        return card_html(self.error.say(self.language))


P = ParamSpec("P")
R = TypeVar("R", bound=Result)


def attempt(
    analysis: Callable[Concatenate[EventLog, P], R], log: EventLog, *args: P.args, **kwargs: P.kwargs
) -> R | MissingDataCard:
    """The analysis of the log, or – only for missing data and unknown names – a card that says what to mend."""
    try:
        return analysis(log, *args, **kwargs)
    except (MissingDataError, UnknownNameError) as error:
        return MissingDataCard(analysis.__name__, error, log.language)
