"""What can be wrong with a column of times, in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import CLAUSES, Words, joined, write_share
from procmine.reading.times.time_formats import TimeFormat


def examples(sample: Sequence[str]) -> Words:
    """The first few different values."""
    shown = ", ".join(repr(value) for value in list(dict.fromkeys(sample))[:3])
    return Words("例如：{shown}", "for example: {shown}").filled(shown=shown)


def null_value(text: str) -> Words:
    """The hint for a text that may stand for no value."""
    return Words(
        "如果“{text}”表示没有时间，在 project.yml 的 sources: 中写 null_values: [{quoted}]",
        "if {text!r} means that there is no time, write null_values: [{quoted}] under sources: in project.yml",
    ).filled(text=text, quoted=json.dumps(text, ensure_ascii=False))


def unreadable_times(file: str, column: str, sample: Sequence[str]) -> ExportError:
    """No format reads any value."""
    fault = Words("“{column}”的时间无法读取", "the times in {column!r} cannot be read").filled(column=column)
    hint = Words(
        "检查列是否选对，或在 sources: 中写 date_format:（例如 %d/%m/%Y %H:%M）",
        "check that it is the right column, or declare date_format: under sources: (for example %d/%m/%Y %H:%M)",
    )
    text = sample[0].strip()
    if len(sample) > 1 and set(sample) == {sample[0]} and not any(sign.isdigit() for sign in text):
        hint = Words("{one}；{other}", "{one}; {other}").filled(one=null_value(text), other=hint)
    return ExportError(Fault(file, fault, examples(sample), hint))


def ambiguous(file: str, column: str, formats: Sequence[TimeFormat], sample: Sequence[str]) -> ExportError:
    """Several formats read all values, to different days."""
    fault = Words(
        "“{column}”的日期可以有多种读法：{names}", "the dates in {column!r} can be read in several ways: {names}"
    ).filled(column=column, names=_named(formats))
    hint = Words(
        "哪一个是日、哪一个是月？在 sources: 中写 date_format:，例如 {first}",
        "which is the day and which the month? Declare date_format: under sources:, for example {first}",
    ).filled(first=formats[0].words)
    return ExportError(Fault(file, fault, examples(sample), hint))


def mixed_offsets(file: str, column: str, n: int) -> ExportError:
    """Some values carry their offset, others do not."""
    fault = Words("“{column}”里混有带时差和不带时差的时间", "{column!r} mixes times with and without an offset").filled(
        column=column
    )
    facts = Words("{n} 个值与其余不同", "{n} values differ from the rest").filled(n=n)
    hint = Words("请系统管理员统一导出格式", "have the system export them all alike")
    return ExportError(Fault(file, fault, facts, hint))


def epoch_units(file: str, column: str, row: int) -> ExportError:
    """Seconds and milliseconds since 1970 in one column."""
    fault = Words(
        "“{column}”里混有秒（10 位）和毫秒（13 位）时间戳", "{column!r} mixes seconds (10 digits) and milliseconds (13)"
    ).filled(column=column)
    hint = Words("请统一单位后重新导出", "export it again in one unit")
    return ExportError(Fault(f"{file}:{row}", fault, hint=hint))


def _named(formats: Sequence[TimeFormat]) -> Words:
    return Words(", ".join(one.words.zh for one in formats), ", ".join(one.words.en for one in formats))


def two_formats(file: str, column: str, found: Mapping[TimeFormat, tuple[int, int]], n_given: int) -> ExportError:
    """One column is written in several formats."""
    fault = Words("“{column}”里混有几种时间格式", "{column!r} mixes several formats of time").filled(column=column)
    shares = [
        Words("{name}：{share}，首见于第 {row} 行", "{name}: {share}, first in row {row}").filled(
            name=format.words, share=write_share(n / n_given), row=row
        )
        for format, (n, row) in found.items()
    ]
    facts = joined(shares, CLAUSES)
    hint = Words(
        "在 sources: 中把几种格式都写进 date_format:，例如 [%Y-%m-%d %H:%M:%S, %d-%m-%Y %H:%M:%S]",
        "declare them all as date_format: under sources:, for example [%Y-%m-%d %H:%M:%S, %d-%m-%Y %H:%M:%S]",
    )
    return ExportError(Fault(file, fault, facts, hint))


def bad_pattern(file: str, pattern: str) -> ExportError:
    """What the project declares is no pattern."""
    fault = Words("date_format 无效：{pattern}", "date_format {pattern!r} is no strptime pattern").filled(
        pattern=pattern
    )
    return ExportError(Fault(file, fault, hint=Words("例如 %d/%m/%Y %H:%M", "for example %d/%m/%Y %H:%M")))


def none_fits(file: str, column: str, pattern: str, sample: Sequence[str]) -> ExportError:
    """No value is written as the project declares."""
    fault = Words("“{column}”的值都不符合 {pattern}", "no value of {column!r} fits {pattern}").filled(
        column=column, pattern=pattern
    )
    return ExportError(Fault(file, fault, examples(sample)))
