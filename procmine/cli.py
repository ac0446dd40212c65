"""The command line: inspect, new, check, report, demo, standard, lab, schema. Errors are sentences, never tracebacks."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import click

from procmine import __version__
from procmine.core.errors import ProcmineError
from procmine.core.words import Language, Words, write_number
from procmine.progress import steps
from procmine.shell import command, this_shell


def main() -> None:
    """Run the command line; an error of procmine is printed and ends with exit code 2."""
    try:
        commands(standalone_mode=False)
    except ProcmineError as error:
        click.echo(error.say(_language()), err=True)
        sys.exit(2)
    except click.exceptions.Abort:
        click.echo(Words("已中止", "stopped").say(_language()), err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)


def _language() -> Language:
    # A machine may lack the locale that its user asks for.
    return this_shell() or "en"


_HELP = """Process mining for the exports of OA and CRM systems.

\b
procmine demo                       a report on the sample that comes along
procmine inspect EXPORT.csv         what a file is, and what would read it
procmine new my-project EXPORT.csv  a project for your own export
procmine check my-project           read the exports and say what was found
procmine report my-project          write the HTML report
procmine standard my-project        the standard process as a document
procmine lab                        dig on in JupyterLab
procmine sample telecom --out DIR   a made-up world to learn on, with its truth
"""


@click.group(help=_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="procmine")
def commands() -> None:
    """The commands."""


_PROJECT = click.argument("project", type=click.Path(path_type=Path))
_QUIET = click.option("-q", "--quiet", is_flag=True, help="Say nothing of the steps, only errors.")
_OUT = click.option("--out", type=click.Path(path_type=Path), help="Folder of the report.  [default: report/<project>]")


@commands.command(short_help="Write the HTML report of a project.")
@_PROJECT
@click.argument("exports", nargs=-1, type=click.Path(path_type=Path))
@_OUT
@_QUIET
def report(project: Path, exports: tuple[Path, ...], out: Path | None, *, quiet: bool) -> None:
    """Write the HTML report of PROJECT (a folder with a project.yml).

    With EXPORTs, read these files instead of those that project.yml names.
    """
    _report(project, exports, out, quiet=quiet)


@commands.command(short_help="Write the report of the sample project.")
@_OUT
@_QUIET
def demo(out: Path | None, *, quiet: bool) -> None:
    """Write the report of the sample project: service requests of a made-up company."""
    from procmine.samples.bundled import sample_project

    _report(sample_project(), (), out, quiet=quiet)


def _report(folder: Path, exports: tuple[Path, ...], out: Path | None, *, quiet: bool) -> None:
    from procmine.project import open_project
    from procmine.report.render import render_report
    from procmine.report.run import notebooks_folder

    project = open_project(folder)
    n_steps = len(project.files(exports)) + len(list(notebooks_folder().glob("*.ipynb"))) + 2
    target = out or Path("report") / project.folder.name
    with steps(n_steps, _language(), quiet=quiet) as progress:
        index = render_report(project, exports, out=target, progress=progress)
    click.echo(f"{Words('报告', 'report').say(_language())}: {index}")


@commands.command(short_help="Read the exports and say what was found.")
@_PROJECT
@click.argument("exports", nargs=-1, type=click.Path(path_type=Path))
def check(project: Path, exports: tuple[Path, ...]) -> None:
    """Check PROJECT and its exports, and say what reading them finds.

    Its standard, KPIs and scorecards are held against the log. Ends with exit code 2 when any of them has faults
    or an export cannot be read.
    """
    try:
        _check(project, exports, _language())
    except ProcmineError as error:
        click.echo(error.say(_language()), err=True)
        if project.exists():
            _then("check", project, *exports, said=_MEND, err=True)
        sys.exit(2)
    _then("report", project, *exports)


_NEXT = Words("下一步：{command}", "next: {command}")
_MEND = Words("改好后再运行：{command}", "once that is mended: {command}")


def _then(*words: str | Path, said: Words = _NEXT, language: Language | None = None, err: bool = False) -> None:
    """Say the command that leads on."""
    click.echo(f"\n{said.filled(command=command(*words)).say(language or _language())}", err=err)


def _check(project: Path, exports: tuple[Path, ...], language: Language) -> None:
    from procmine.discovery.contents import import_notes
    from procmine.discovery.overview import overview
    from procmine.project import open_project
    from procmine.report.readiness import readiness

    opened = open_project(project)
    log = replace(opened.read([export.resolve() for export in exports]), language=language)
    counts = {"n_cases": log.n_cases, "n_events": log.n_events, "n_activities": log.n_activities}
    said = Words(
        "{name}：{n_cases} 个案例，{n_events} 个事件，{n_activities} 种活动（{zone}）",
        "{name}: {n_cases} cases, {n_events} events, {n_activities} activities ({zone})",
    )
    figures = {name: write_number(n) for name, n in counts.items()}
    click.echo(said.filled(name=log.name, zone=log.zone, **figures).say(language))
    for name, column in log.import_report.columns.items():
        click.echo(f"  {name:<10} ← {column}")
    for rejection in log.import_report.rejections:
        click.echo(f"  ! {rejection.say(language)}")
    for note in log.import_report.notes:
        click.echo(f"  {'!' if note.level == 'warning' else '·'} {note.say(language)}")
    click.echo(import_notes(log).sentence)
    click.echo(overview(log).sentence)
    for line in readiness(opened, log):
        click.echo(line)


@commands.command(short_help="Say what files are and what would read them.")
@click.argument("exports", nargs=-1, required=True, type=click.Path(path_type=Path))
def inspect(exports: tuple[Path, ...]) -> None:
    """Say what EXPORTs are: kind, columns, first rows, and which profiles would read them, with the reasons.

    Nothing is decided or written; `procmine new` makes a project of it.
    """
    from procmine.export_inspection import inspect_export

    found = [inspect_export(export) for export in exports]
    click.echo("\n\n".join(one.say(_language()) for one in found))
    rivals = next((kind.rivals for one in found for kind in one.logs if kind.rivals), ())
    chosen = ("--profile", rivals[0]) if rivals else ()
    _then("new", _free_name(), *exports, *chosen)


def _free_name() -> Path:
    """A name for a project that nothing here has yet."""
    names = (Path(f"my-project-{n}" if n > 1 else "my-project") for n in count(1))
    return next(name for name in names if not name.exists())


@commands.command(short_help="Make a project for exports.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("exports", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--time-zone", help="Zone of times written without one.  [default: by the export, else this machine's]")
@click.option(
    "--language",
    type=click.Choice(["zh", "en"]),
    help="Language of the reports.  [default: zh for a Chinese export, else the shell's]",
)
@click.option("--profile", help="Profile of the export, where several fit alike (see procmine inspect).")
def new(
    folder: Path, exports: tuple[Path, ...], time_zone: str | None, language: Language | None, profile: str | None
) -> None:
    """Make a project in FOLDER for EXPORTs and the tables of names that belong to them: copy them, propose the columns.

    What is proposed stands in FOLDER/project.yml with all columns found; look at it, then run
    `procmine check FOLDER`.
    """
    from procmine.new_project import make_project

    written = make_project(folder, exports, time_zone=time_zone, language=language, profile=profile)
    click.echo(written.text)
    for line in (_WRITTEN.filled(path=written.path), *written.reasons):
        click.echo(line.say(written.language))
    _then("check", folder, said=_FILL if written.is_open else _NEXT, language=written.language)


_WRITTEN = Words("已写入 {path}，请核对各列", "written to {path}; look at its columns")
_FILL = Words("填好每个 … 之后：{command}", "once each … is filled in: {command}")


@commands.command(short_help="Write a made-up project to learn on.")
@click.argument("world")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="New folder for the project.")
@click.option("--cases", type=int, help="Number of cases.  [default: the world's own]")
@click.option("--seed", type=int, help="Another seed makes another history.  [default: the world's own]")
def sample(world: str, out: Path, cases: int | None, seed: int | None) -> None:
    """Simulate WORLD (globaltech, return_visits or telecom) and write its exports, with the truth beside them.

    The folder is a project: `procmine report` reads it. truth.json names the planted faults.
    """
    from procmine.samples.worlds import world_of, write_world

    n_cases = world_of(world).usual if cases is None else cases
    if sys.stderr.isatty():
        with click.progressbar(
            length=n_cases, item_show_func=lambda name: name or "", file=sys.stderr, width=24
        ) as bar:
            made = write_world(
                world, out, n_cases=cases, seed=seed, progress=bar.update, wrote=lambda name: bar.update(0, name)
            )
    else:
        made = write_world(world, out, n_cases=cases, seed=seed, wrote=lambda name: click.echo(name, err=True))
    said = Words(
        "{path}：{n} 个案例，{n_events} 个事件，{n_faults} 种预设问题",
        "{path}: {n} cases, {n_events} events, {n_faults} planted faults",
    )
    facts = {"n": len(made.cases), "n_events": len(made.truth.expected), "n_faults": len(made.truth.faults)}
    click.echo(said.filled(path=out, **facts).say(_language()))
    _then("report", out)


@commands.command(short_help="Write the standard process as a document.")
@_PROJECT
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the document.  [default: standard/<project>]")
@click.option("--language", type=click.Choice(["zh", "en"]), help="Its language.  [default: the project's]")
def standard(project: Path, out: Path | None, language: Language | None) -> None:
    """Write the standard process of PROJECT as a document: standard.html, to be printed too, and standard.md.

    The map with lanes is also written as standard.svg, the unified process as standard.bpmn for a modeler.
    """
    from procmine.conformance.target import in_force
    from procmine.conformance.target_bpmn import target_graph
    from procmine.core.bpmn_xml import write_bpmn
    from procmine.core.files import writing
    from procmine.project import open_project
    from procmine.visual.standard_document import describe_target

    opened = open_project(project)
    document = describe_target(opened.targets, language or opened.language)
    folder = out or Path("standard") / opened.folder.name
    with writing(folder, Words("另选 --out", "choose another --out")):
        folder.mkdir(parents=True, exist_ok=True)
    for ending in ("html", "md", "svg"):
        document.save(folder / f"standard.{ending}")
    newest = in_force(opened.targets)[-1]
    write_bpmn(target_graph(newest), folder / "standard.bpmn", newest.name)
    click.echo(f"{Words('标准流程', 'standard').say(_language())}: {folder / 'standard.html'}")


@commands.command()
def schema() -> None:
    """Print the JSON schema of project.yml."""
    from procmine.project_spec import ProjectSpec

    click.echo(json.dumps(ProjectSpec.model_json_schema(), ensure_ascii=False, indent=2))


@commands.command(context_settings={"ignore_unknown_options": True}, short_help="Open JupyterLab on the notebooks.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def lab(arguments: tuple[str, ...]) -> None:
    """Open JupyterLab on the notebooks; further ARGUMENTS go to JupyterLab."""
    from procmine.report.run import notebooks_folder

    folder = notebooks_folder()
    code: Any = subprocess.call([sys.executable, "-m", "jupyterlab", f"--notebook-dir={folder.parent}", *arguments])  # noqa: S603
    sys.exit(code)
