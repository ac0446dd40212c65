"""What people are told of a project's own notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from procmine.core.text.errors import Fault, ReportError
from procmine.core.text.words import Words, write_number
from procmine.lab.copies import FOLDER, Placed
from procmine.lab.own import OwnNotebook, OwnNotebooks

ANY_PROJECT = Words("procmine trust <项目文件夹>", "procmine trust PROJECT")
NOT_RUN = Words("没有运行的笔记本", "Notebooks that were not run")
_LIST = Words("、", ", ")


def why_not_trusted(own: OwnNotebooks) -> Words:
    """Why notebooks that could run do not."""
    if not own.trusted:
        return Words("还没有获得信任", "not trusted yet")
    changed = _listed(own.changed)
    return Words(f"信任之后有改动：{changed.zh}", f"changed since it was trusted: {changed.en}")


def not_run(own: OwnNotebooks, trusting: Words | str) -> Iterator[Words]:
    """A sentence on each notebook or group of notebooks that a report does not run.

    Parameters
    ----------
    trusting
        The command that trusts them.
    """
    if own.changed and own.usable:
        said = Words(
            "{names}：{why}。它们是程序，信得过再运行：{command}",
            "{names}: {why}. They are code; to let them run: {command}",
        )
        names = _listed(one.file for one in own.usable)
        yield said.filled(names=names, why=why_not_trusted(own), command=trusting)
        if replaced := [one.file for one in own.usable if one.replaces]:
            instead = Words(
                "改过的 {names} 由 procmine 自带的页面代替", "procmine's own page stands for the changed {names}"
            )
            yield instead.filled(names=_listed(replaced))
    yield from map(in_a_line, own.unusable.values())


def not_run_lines(own: OwnNotebooks, trusting: Words | str) -> Iterator[Words]:
    """The same for the command line, under its heading."""
    if lines := list(not_run(own, trusting)):
        yield NOT_RUN
        yield from (Words(f"  ! {one.zh}", f"  ! {one.en}") for one in lines)


def in_a_line(fault: Fault) -> Words:
    """A fault as one line."""
    said = [Words("{place}: {fault}", "{place}: {fault}").filled(place=fault.place, fault=fault.fault)]
    said += [Words("{more}", "{more}").filled(more=more) for more in (fault.facts, fault.hint) if more]
    return Words("；".join(one.zh for one in said), "; ".join(one.en for one in said))


def found_by_check(own: OwnNotebooks, trusting: Words | str) -> Iterator[Words]:
    """What `procmine check` says of the notebooks of a project."""
    if own.may_run:
        said = Words("项目自己的笔记本，已获信任：{names}", "the project's own notebooks, trusted: {names}")
        yield said.filled(names=_listed(one.file for one in own.may_run))
    yield from not_run_lines(own, trusting)
    if own.below:
        said = Words("子文件夹里的笔记本不成为页面：{names}", "notebooks in folders below are no pages: {names}")
        yield said.filled(names=_listed(own.below))


def found_by_trust(own: OwnNotebooks, memory: Path, revoking: str) -> Iterator[Words]:
    """What `procmine trust` says: what it trusts, where that is remembered, and how to take it back."""
    folder = own.project / FOLDER
    yield Words(
        "从现在起，procmine report 会运行 {folder} 里的：", "procmine report will now run, in {folder}:"
    ).filled(folder=folder)
    for one in own.usable:
        yield Words("  {file}{page}", "  {file}{page}").filled(file=one.file, page=_PAGE if one.replaces else "")
        yield _facts(one)
    for name, digest in own.code.items():
        said = Words(
            "  {name} · 笔记本可能导入的代码 · sha256 {digest}",
            "  {name} · code that notebooks may import · sha256 {digest}",
        )
        yield said.filled(name=name, digest=digest[:16])
    yield from (Words("  ! {fault}", "  ! {fault}").filled(fault=in_a_line(fault)) for fault in own.unusable.values())
    yield Words("其中任何一个改动后，要重新信任", "a change to any of them ends this")
    yield Words("记在 {memory}", "remembered in {memory}").filled(memory=memory)
    yield Words("取消：{command}", "to take it back: {command}").filled(command=revoking)


def nothing_to_trust(own: OwnNotebooks) -> ReportError:
    """There is no notebook in a project that could be trusted."""
    if own.unusable:
        return ReportError(*own.unusable.values())
    fault = Words(
        "没有可信任的：这里没有项目自己的笔记本", "there is nothing to trust: no notebook of the project's own is here"
    )
    facts = Words(
        "procmine 笔记本的副本，只要没有改动，就无需信任", "unchanged copies of procmine's notebooks need no trust"
    )
    return ReportError(Fault(str(own.project / FOLDER), fault, facts))


def taken_back(there_was_one: bool) -> Words:
    """What `procmine trust --revoke` says."""
    if there_was_one:
        return Words(
            "已取消信任：项目自己的笔记本不再运行", "trust taken back: the project's own notebooks are not run any more"
        )
    return Words("这里没有信任过什么", "nothing was trusted here")


def found_by_lab(placed: Sequence[Placed], project: Path) -> Iterator[Words]:
    """What `procmine lab` says of the copies it made, or did not make."""
    texts = {
        "new": Words("已放入 {folder}：{names}", "put into {folder}: {names}"),
        "refreshed": Words(
            "已换成新版（原来的没有改动）：{names}", "replaced by this version's, as they were unchanged: {names}"
        ),
        "kept": Words(
            "保留您改过的：{names}；想要 procmine 的原件，先把它改名",
            "kept as you changed them: {names}; to get procmine's again, rename yours",
        ),
    }
    for outcome, said in texts.items():
        if names := [one.file for one in placed if one.outcome == outcome]:
            yield said.filled(folder=project / FOLDER, names=_listed(names))


_PAGE = Words("（代替 procmine 的同名页面）", " (in place of procmine's page)")


def _facts(one: OwnNotebook) -> Words:
    cells = one.notebook.cells
    n_lines = sum(len(cell.source.splitlines()) for cell in cells if cell.kind == "code")
    said = Words(
        "    {n} 个单元格，{lines} 行代码 · sha256 {digest} · {first}",
        "    {n} cells, {lines} lines of code · sha256 {digest} · {first}",
    )
    first = cells[0].source.strip().splitlines()[0] if cells else ""
    visible = "".join(sign for sign in first if sign.isprintable())
    figures = {"n": write_number(len(cells)), "lines": write_number(n_lines)}
    return said.filled(**figures, digest=one.notebook.digest[:16], first=visible[:60])


def _listed(names: Iterable[str]) -> Words:
    listed = list(names)
    return Words(_LIST.zh.join(listed), _LIST.en.join(listed))
