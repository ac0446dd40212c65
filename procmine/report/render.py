"""One call → one report: an index, one offline page per notebook, tables, run.json."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from procmine.core.log.log_card import log_period
from procmine.core.text.errors import Fault, ReportError
from procmine.core.text.words import Language, Words, say
from procmine.core.text.written_files import writing
from procmine.discovery.overview import overview
from procmine.lab.ours import notebooks_folder
from procmine.lab.own import OwnNotebooks, own_notebooks
from procmine.lab.telling import ANY_PROJECT, in_a_line, not_run, why_not_trusted
from procmine.project.project import Project, address
from procmine.reading.assembly.importing import Progress, no_progress
from procmine.report.chapters import chapters
from procmine.report.pages import Frame, Page, index_page, page_of, write_page
from procmine.report.readiness import readiness
from procmine.report.run import Run, WarmKernel, run_notebook
from procmine.report.shown import Shown, read_shown
from procmine.report.tables import csv_names, results_json, write_json, write_tables

if TYPE_CHECKING:
    from procmine.core.log.eventlog import EventLog

_OTHER_OUT = Words("另选 --out", "choose another --out")
MARK = "run.json"
_LIBRARIES = ("procmine", "pm4py", "ibis-framework", "duckdb", "pandas", "matplotlib")


def render_report(
    project: Project,
    exports: Sequence[str | Path] = (),
    *,
    out: str | Path = "report",
    progress: Progress = no_progress,
) -> Path:
    """Run the notebooks on a project and write its report.

    Notebooks of the project's own are pages too once its user has trusted them (`procmine trust`).

    Parameters
    ----------
    exports
        Read these files instead of those that project.yml names.
    out
        Folder of the report. An earlier report there is replaced when the new one is finished.

    Returns
    -------
    pathlib.Path
        The report's index page.

    Raises
    ------
    ReportError
        If `out` holds something that is no report, or a notebook fails: then its page, with the cell
        at which it stopped, is in `<out>-failed` and the earlier report is left as it was.
    WriteError
        If the system lets nothing be written there.
    ExportError
        If an export cannot be read.
    SpecError
        If the standard, the customers, a KPI or a scorecard has faults or names what the log does not have.
    """
    out = Path(out)
    _check_place(out)
    log = project.read([Path(export).resolve() for export in exports], progress=progress)
    for _ in readiness(project, log):
        continue  # faults are told before the notebooks run for a minute
    parameters = _parameters(project, exports)
    aside = _folder_beside(out)
    try:
        own = own_notebooks(project.folder, notebooks_folder())
        runs = _run_all(project, own, parameters, aside / "work", progress)
        progress(Words("写出报告", "writing the report"))
        finished = aside / "report"
        finished.mkdir()
        _write(runs, own, log, project, parameters, finished)
        failed = [run for run in runs if run.fault]
        if failed:
            target = out.with_name(f"{out.name}-failed")
            _replace(finished, target)
            raise ReportError(*(_failure(run, target) for run in failed))
        _replace(finished, out)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return out / "index.html"


def _parameters(project: Project, exports: Sequence[str | Path]) -> dict[str, Any]:
    """What the notebooks are told: where the project is, and which exports to read instead of its own."""
    if not exports:
        return {"project": "."}
    named = project.files([Path(export).resolve() for export in exports])
    return {"project": ".", "exports": [address(file) for source, file in named if not source.join]}


def _folder_beside(out: Path) -> Path:
    with writing(out, _OTHER_OUT):
        out.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}.")).resolve()


def _check_place(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise ReportError(Fault(str(out), Words("这里已有一个文件", "there is a file of this name")))
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).exists():
        fault = Words("文件夹不是空的，也不是报告", "the folder is not empty and holds no report")
        raise ReportError(Fault(str(out), fault, hint=_OTHER_OUT))


def _replace(finished: Path, target: Path) -> None:
    finished.chmod(0o755)
    shutil.rmtree(target, ignore_errors=True)
    finished.rename(target)


def _failure(run: Run, target: Path) -> Fault:
    said = Words("笔记本没有跑完：{said}", "the notebook stopped: {said}")
    whose = Words("项目自己的笔记本没有跑完：{said}", "the project's own notebook stopped: {said}")
    hint = Words("见 {page}", "see {page}").filled(page=target / f"{run.name}.html")
    return Fault(run.chapter.place, (whose if run.chapter.own else said).filled(said=run.fault), hint=hint)


def _run_all(project: Project, own: OwnNotebooks, given: dict[str, Any], work: Path, progress: Progress) -> list[Run]:
    runs = []
    with WarmKernel() as kernel:
        for chapter in chapters(notebooks_folder(), own):
            progress(chapter.name)
            folder = work / chapter.name
            folder.mkdir(parents=True)
            runs.append(run_notebook(chapter, given, project.folder, folder, project.language, kernel))
    return runs


def _write(
    runs: Sequence[Run], own: OwnNotebooks, log: EventLog, project: Project, given: dict[str, Any], folder: Path
) -> None:
    language = project.language
    shown = [one for run in runs for one in read_shown(run.name, run.results)]
    write_tables(shown, folder, language)
    frame = _frame(log, project)
    notes = [run.chapter.note(given) for run in runs]
    pages = [page_of(run, language, say(note or "", language)) for run, note in zip(runs, notes, strict=True)]
    tables: dict[str, list[str]] = {}
    for (notebook, _), name in csv_names(shown).items():
        tables.setdefault(f"{notebook}.html", []).append(name)
    index = index_page(pages, tables, [said.say(language) for said in not_run(own, ANY_PROJECT)], frame)
    for page in (index, *pages):
        write_page(page, [index, *pages], frame, folder)
    write_json(_record(shown, log, project, pages) | {"notebooks": _own(runs, own, language)}, folder / MARK)


def _own(runs: Sequence[Run], own: OwnNotebooks, language: Language) -> list[dict[str, Any]]:
    """The project's own notebooks: which page each became, or why none."""
    pages = {run.chapter.own.file: f"{run.name}.html" for run in runs if run.chapter.own}
    why = why_not_trusted(own).say(language)
    found = [
        {
            "notebook": one.place,
            "replaces": one.replaces,
            "sha256": one.notebook.digest,
            "page": pages.get(one.file),
            "not_run": None if one.file in pages else why,
        }
        for one in own.usable
    ]
    broken = [
        {"notebook": fault.place, "page": None, "not_run": in_a_line(fault).say(language)}
        for fault in own.unusable.values()
    ]
    return found + broken


def _frame(log: EventLog, project: Project) -> Frame:
    found = overview(log)
    period = log_period(log).say(project.language)
    facts = [(number, label.say(project.language)) for number, label in found.facts]
    versions = " · ".join(f"{name} {version}" for name, version in _versions().items())
    return Frame(project.name, project.language, period, facts, log.import_report, versions)


def _versions() -> dict[str, str]:
    return {name: metadata.version(name) for name in _LIBRARIES}


def _record(shown: Sequence[Shown], log: EventLog, project: Project, pages: Sequence[Page]) -> dict[str, Any]:
    report = log.import_report
    instants = {name: getattr(log, name) for name in ("first", "last", "cutoff")}
    return {
        "project": project.name,
        "language": project.language,
        "time_zone": log.zone,
        **{name: instant and log.local(instant).isoformat(" ") for name, instant in instants.items()},
        "sources": [file.model_dump(mode="json") for file in report.files],
        "reading": {
            **{name: getattr(report, name) for name in ("n_rows", "n_rejected", "n_set_aside", "n_starts", "n_events")},
            "columns": report.columns,
            "notes": [
                {"level": note.level, "code": note.code, "text": note.say(project.language)} for note in report.notes
            ],
            "rejected": [
                {
                    "file": r.file,
                    "reason": r.reason.say(project.language),
                    "n_rows": r.n_rows,
                    "rows": list(r.rows),
                    "example": r.example,
                }
                for r in report.rejections
            ],
        },
        "versions": _versions(),
        "pages": [page.file for page in pages],
        "results": results_json(shown),
    }
