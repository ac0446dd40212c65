"""Findings as a reader meets them: rank, sentence, cases, time, and the evidence behind a fold."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from procmine.core.html.fragments import SEPARATOR, lead_html
from procmine.core.result.result import Result
from procmine.core.text.words import Words, write_hours, write_number, write_share
from procmine.insight.findings.finding import Finding
from procmine.insight.findings.finding_kinds import KINDS, LEVELS, MARKS

if TYPE_CHECKING:
    from collections.abc import Hashable

    from procmine.core.html.places import Place
    from procmine.core.text.words import Language

_SHOWN_CASES = 100
_CASES = Words("{n} 个案例（{share}）", "{n} cases ({share})")
_EVIDENCE = Words("案例清单", "The cases")
_SHOWN = Words("显示前 {n} 个，共 {m} 个；全部见{there}。", "The first {n} of {m}; all are in {there}.")
_FOLDER = Words(" cases 文件夹", "the folder cases")
_REST = Words("其余的见{there}。", "The others are in {there}.")
_GAINED = Words("省下 {time}", "{time} saved")


def findings_html(result: Result, findings: Sequence[Finding], cases: Result | None, place: Place) -> str:
    """The first findings as an ordered list, and where the others are."""
    shown = list(zip(findings, result.table.to_dict("records"), strict=True))[: result.LIMIT]
    if not shown or cases is None:
        return lead_html(result.sentence)
    by_rank = dict(list(cases.table.groupby("rank")))
    items = "".join(_item(result, one, row, by_rank.get(row["rank"]), place) for one, row in shown)
    rest = ""
    if len(shown) < len(findings):
        rest = f'<p class="pm-note">{escape(_REST.filled(there=place.table).say(result.language))}</p>'
    return f'{lead_html(result.sentence)}<ol class="pm-findings">{items}</ol>{rest}'


def _item(result: Result, one: Finding, row: dict[Hashable, Any], cases: pd.DataFrame | None, place: Place) -> str:
    say, kind = result.language, KINDS[one.kind]
    chips = [kind.words.say(say)]
    if one.mark:
        chips.append(f"{MARKS[one.mark].words.say(say)} · {LEVELS[row['level']].say(say)}")
    parts = []
    if cases is not None:
        text = _CASES.filled(n=write_number(row["n_cases"]), share=write_share(row["share"])).say(say)
        parts.append(f"<span>{escape(text)}</span>")
    if one.lost:
        written = write_hours(row["lost"], say)
        text = _GAINED.filled(time=written).say(say) if kind.is_gain else written
        parts.append(f"<span>{escape(text)}</span>")
    parts += [f'<span class="pm-chip">{escape(chip)}</span>' for chip in chips]
    meta = SEPARATOR.join(parts)
    return (
        f'<li value="{row["rank"]}" style="--mark:{kind.colour}"><div>'
        f'<h3>{escape(row["title"])}</h3><p>{escape(row["sentence"])}</p><p class="pm-meta">{meta}</p>'
        f"{'' if cases is None else _evidence(result, cases, say, place)}</div></li>"
    )


def _evidence(result: Result, table: pd.DataFrame, say: Language, place: Place) -> str:
    head = table.head(_SHOWN_CASES)
    parts = [
        _case(str(case), lost, result.case_link, say) for case, lost in zip(head["case_id"], head["lost"], strict=True)
    ]
    note = ""
    if len(head) < len(table):
        there = place.part(".cases.table") if place.is_notebook else _FOLDER
        text = _SHOWN.filled(n=write_number(len(head)), m=write_number(len(table)), there=there).say(say)
        note = f'<p class="pm-note">{escape(text)}</p>'
    title = escape(_EVIDENCE.say(say))
    return (
        f'<details class="pm-more"><summary>{title}</summary><p class="pm-cases">{" ".join(parts)}</p>{note}</details>'
    )


def _case(case_id: str, lost: object, link: str | None, say: Language) -> str:
    text = escape(case_id)
    if link is not None:
        address = escape(link.replace("{case_id}", quote(case_id, safe="")), quote=True)
        text = f'<a href="{address}" rel="noreferrer">{text}</a>'
    duration = pd.Timedelta(lost)
    return f"<span>{text}{f' <small>{write_hours(duration, say)}</small>' if duration else ''}</span>"
