"""Errors that say where, what is wrong, what was found, and how to mend it.

Every error of procmine is a `ProcmineError` made of one or more faults. A fault has four parts:
*place* (file, line, column), *fault*, *facts* and *hint*. Constructors are named by their cause.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from traceback import walk_tb
from typing import NamedTuple, Self, get_args

from procmine.core.text.likely_names import nearest
from procmine.core.text.shell import this_shell
from procmine.core.text.words import Language, Words, say, write_number

Text = Words | str


class Fault(NamedTuple):
    """One thing that is wrong: where, what, what was found, how to mend it."""

    place: str
    fault: Text
    facts: Text = ""
    hint: Text = ""

    def say(self, language: Language) -> str:
        """The fault as indented lines of text."""
        first = ": ".join(part for part in (self.place, say(self.fault, language)) if part)
        lines = [first]
        if self.facts:
            lines.append(f"  {say(self.facts, language)}")
        if self.hint:
            lines.append(f"  {_HINT.say(language)}{say(self.hint, language)}")
        return "\n".join(lines)


_HINT = Words("建议：", "hint: ")


class ProcmineError(Exception):
    """The base of all errors of procmine; carries its faults."""

    def __init__(self, *faults: Fault) -> None:
        self.faults: tuple[Fault, ...] = faults
        super().__init__(*faults)

    def say(self, language: Language) -> str:
        """All faults, one below the other."""
        return "\n".join(fault.say(language) for fault in self.faults)

    def __str__(self) -> str:
        return self.say("en")

    def _render_traceback_(self) -> list[str]:
        """What notebooks and IPython consoles show: the faults in their reader's language, and none of our code."""
        return self.say(_language_of(self) or this_shell() or "en").splitlines()


class SpecError(ProcmineError):
    """A file written by the user (project.yml, …) is not as it should be."""


class ExportError(ProcmineError):
    """An export cannot be read as an event log."""


class ReportError(ProcmineError):
    """A report cannot be made or written."""


class WriteError(ProcmineError):
    """A file cannot be written under the name or in the place asked for."""


class FilterError(ProcmineError):
    """A filter was asked for something that makes no sense."""

    @classmethod
    def because(cls, what: str, fault: Text, hint: Text) -> Self:
        """The call `what` cannot be carried out."""
        return cls(Fault(what, fault, hint=hint))


def _language_of(error: BaseException) -> Language | None:
    """The language of what an error is about: of the log, result or project in the innermost call that has one."""
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    for frame in reversed(frames):
        for value in reversed(list(frame.f_locals.values())):
            language = getattr(value, "__dict__", {}).get("language")
            if isinstance(language, str) and language in get_args(Language):
                return "zh" if language == "zh" else "en"
    return None


_MAPPED = Words(
    "在 project.yml 的 sources: columns: 中写 {column}: <导出文件里的列名>",
    "map it in project.yml under sources: columns: {column}: <column of the export>",
)
_MAPPED_ELSEWHERE = {
    "action_class": Words(
        "在 project.yml 的 attributes: 中写 {column}: <导出文件里写着提交、同意、退回、转办等操作的列>",
        "write {column}: <column of the export with actions such as submit, approve, return, transfer> under attributes: "
        "in project.yml",
    ),
    "is_system": Words(
        "在 project.yml 中写 system_actors: [<系统账号的名称>]，并在 sources: columns: 中映射 resource",
        "write system_actors: [<name of a system account>] in project.yml, and map resource under sources: columns:",
    ),
}


class MissingDataError(ProcmineError):
    """The log does not hold what an analysis needs; the hint says what to map and where."""

    @classmethod
    def for_column(cls, column: str, purpose: Words, source: str) -> Self:
        """A column that is optional in a log but needed here."""
        return cls(
            Fault(
                source,
                Words(
                    "{purpose}需要“{column}”列，而日志中没有",
                    "{purpose}: the column {column!r} is needed, and the log has none",
                ).filled(purpose=purpose, column=column),
                hint=_MAPPED_ELSEWHERE.get(column, _MAPPED).filled(column=column),
            )
        )

    @classmethod
    def for_gaps(
        cls, column: str, purpose: Words, source: str, n_of: tuple[int, int], otherwise: Words | None = None
    ) -> Self:
        """A column that most events have no value in: how many of how many; `otherwise` names another way."""
        fault = Words(
            "{purpose}需要“{column}”列，而 {m} 个事件中有 {n} 个没有值",
            "{purpose} needs the column {column!r}, and {n} of {m} events have no value in it",
        ).filled(purpose=purpose, column=column, n=write_number(n_of[0]), m=write_number(n_of[1]))
        hint = _MAPPED_ELSEWHERE.get(column, _MAPPED).filled(column=column)
        if otherwise is not None:
            hint = Words(f"{hint.zh}；{otherwise.zh}", f"{hint.en}; {otherwise.en}")
        return cls(Fault(source, fault, hint=hint))

    @classmethod
    def for_states(cls, purpose: Words, source: str) -> Self:
        """It is not known which cases are complete."""
        fault = Words(
            "{purpose}需要知道案例何时算完成", "{purpose}: it has to be known when a case is complete"
        ).filled(purpose=purpose)
        hint = Words(
            "在 project.yml 中写 states: {{closed: <关闭案例的活动>}}",
            "write states: {{closed: <the activity that closes a case>}} in project.yml",
        ).filled()
        return cls(Fault(source, fault, hint=hint))


class UnknownNameError(ProcmineError):
    """A name that the log or the file does not know."""

    @classmethod
    def among(cls, what: Words, names: Iterable[str], known: Sequence[str], place: str = "") -> Self:
        """`names` are not among the `known` ones; the nearest known one is proposed."""
        listed = ", ".join(known[:30]) + (" …" if len(known) > 30 else "")
        return cls(
            *(
                Fault(
                    place,
                    Words("没有名为“{name}”的{what}", "no {what} is called {name!r}").filled(name=name, what=what),
                    Words("已有：{listed}", "known: {listed}").filled(listed=listed or "–"),
                    did_you_mean(name, known),
                )
                for name in names
            )
        )


def did_you_mean(name: str, known: Iterable[str]) -> Text:
    """A hint with the known name that is likely meant; empty when none is."""
    near = nearest(name, known)
    if near is None:
        return ""
    return Words("是不是“{near}”？", "did you mean {near!r}?").filled(near=near)
