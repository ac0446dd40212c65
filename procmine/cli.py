"""The command line: inspect, new, check, report, demo, standard, sample, lab, trust, schema. Errors are sentences, never tracebacks."""

from __future__ import annotations

import json
import locale
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from procmine import __version__
from procmine.core.errors import Fault, ProcmineError, ReportError
from procmine.core.words import Language, Words, say, write_number


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
    asked = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    name = next(filter(None, asked), None) or locale.getlocale()[0] or ""
    return "zh" if name.startswith(("zh", "Chinese")) else "en"


_HELP = """Process mining for the exports of OA and CRM systems.

\b
procmine demo                       a report on the sample that comes along
procmine inspect EXPORT.csv         what a file is, and what would read it
procmine new my-project EXPORT.csv  a project for your own export
procmine check my-project           read the exports and say what was found
procmine report my-project          write the HTML report
procmine standard my-project        the standard process as a document
procmine lab my-project             dig on in JupyterLab
procmine trust my-project           let the project's own notebooks run in its report
procmine sample telecom --out DIR   a made-up world to learn on, with its truth
"""


@click.group(help=_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="procmine")
def commands() -> None:
    """The commands."""


_PROJECT = click.argument("project", type=click.Path(path_type=Path))
_OUT = click.option("--out", type=click.Path(path_type=Path), help="Folder of the report.  [default: report/<project>]")


@commands.command(short_help="Write the HTML report of a project.")
@_PROJECT
@click.argument("exports", nargs=-1, type=click.Path(path_type=Path))
@_OUT
def report(project: Path, exports: tuple[Path, ...], out: Path | None) -> None:
    """Write the HTML report of PROJECT (a folder with a project.yml).

    With EXPORTs, read these files instead of those that project.yml names.
    """
    _report(project, exports, out)


@commands.command(short_help="Write the report of the sample project.")
@_OUT
def demo(out: Path | None) -> None:
    """Write the report of the sample project: service requests of a made-up company."""
    from procmine.samples.bundled import sample_project

    _report(sample_project(), (), out)


def _report(folder: Path, exports: tuple[Path, ...], out: Path | None) -> None:
    from procmine.lab.ours import notebooks_folder
    from procmine.lab.own import own_notebooks
    from procmine.lab.telling import command, not_run_lines
    from procmine.project import open_project
    from procmine.report.chapters import chapters
    from procmine.report.render import render_report

    project = open_project(folder)
    own = own_notebooks(project.folder, notebooks_folder())
    n_steps = len(project.files(exports)) + len(chapters(notebooks_folder(), own)) + 2
    target = out or Path("report") / project.folder.name
    with _progress(n_steps) as progress:
        index = render_report(project, exports, out=target, progress=progress)
    click.echo(f"{Words('报告', 'report').say(_language())}: {index}")
    for said in not_run_lines(own, command("procmine", "trust", folder)):
        click.echo(said.say(_language()), err=True)


@contextmanager
def _progress(length: int) -> Iterator[Callable[[Words | str], None]]:
    with click.progressbar(length=length, item_show_func=lambda step: step or "", file=sys.stderr, width=24) as bar:
        yield lambda step: bar.update(1, say(step, _language()))
        bar.update(length)


@commands.command(short_help="Read the exports and say what was found.")
@_PROJECT
@click.argument("exports", nargs=-1, type=click.Path(path_type=Path))
def check(project: Path, exports: tuple[Path, ...]) -> None:
    """Check PROJECT and its exports, and say what reading them finds.

    Its standard, KPIs and scorecards are held against the log. Ends with exit code 2 when any of them has faults
    or an export cannot be read.
    """
    from procmine.discovery.contents import import_notes
    from procmine.discovery.overview import overview
    from procmine.lab.ours import notebooks_folder
    from procmine.lab.own import own_notebooks
    from procmine.lab.telling import command, found_by_check
    from procmine.project import open_project
    from procmine.report.readiness import readiness

    opened, language = open_project(project), _language()
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
    own = own_notebooks(opened.folder, notebooks_folder())
    for said in found_by_check(own, command("procmine", "trust", project)):
        click.echo(said.say(language))


@commands.command(short_help="Say what files are and what would read them.")
@click.argument("exports", nargs=-1, required=True, type=click.Path(path_type=Path))
def inspect(exports: tuple[Path, ...]) -> None:
    """Say what EXPORTs are: kind, columns, first rows, and which profiles would read them, with the reasons.

    Nothing is decided or written; `procmine new` makes a project of it.
    """
    from procmine.inspection import inspect_file

    click.echo("\n\n".join(inspect_file(export).say(_language()) for export in exports))


@commands.command(short_help="Make a project for exports.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("exports", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--time-zone", default="Asia/Shanghai", show_default=True, help="Zone of times written without one.")
@click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of the reports."
)
@click.option("--profile", help="Profile of the export, where several fit alike (see procmine inspect).")
def new(folder: Path, exports: tuple[Path, ...], time_zone: str, language: Language, profile: str | None) -> None:
    """Make a project in FOLDER for EXPORTs and the tables of names that belong to them: copy them, propose the columns.

    What is proposed stands in FOLDER/project.yml with all columns found; look at it, then run
    `procmine check FOLDER`.
    """
    from procmine.new_project import make_project

    written = make_project(folder, exports, time_zone=time_zone, language=language, profile=profile)
    click.echo(written.read_text(encoding="utf-8"))
    said = Words(
        "已写入 {path}；核对各列后运行 procmine check {folder}",
        "written to {path}; look at the columns, then run procmine check {folder}",
    )
    click.echo(said.filled(path=written, folder=folder).say(_language()))


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
    with click.progressbar(length=n_cases, item_show_func=lambda name: name or "", file=sys.stderr, width=24) as bar:
        made = write_world(
            world, out, n_cases=cases, seed=seed, progress=bar.update, wrote=lambda name: bar.update(0, name)
        )
    said = Words(
        "{path}：{n} 个案例，{n_events} 个事件，{n_faults} 种预设问题",
        "{path}: {n} cases, {n_events} events, {n_faults} planted faults",
    )
    facts = {"n": len(made.cases), "n_events": len(made.truth.expected), "n_faults": len(made.truth.faults)}
    click.echo(said.filled(path=out, **facts).say(_language()))


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
    from procmine.project import open_project
    from procmine.visual.standard_document import describe_target

    opened = open_project(project)
    document = describe_target(opened.targets, language or opened.language)
    folder = out or Path("standard") / opened.folder.name
    try:
        for ending in ("html", "md", "svg"):
            document.save(folder / f"standard.{ending}")
        newest = in_force(opened.targets)[-1]
        write_bpmn(target_graph(newest), folder / "standard.bpmn", newest.name)
    except OSError as error:
        fault = Words("这里写不了文件：{said}", "no file can be written here: {said}").filled(said=error.strerror)
        raise ReportError(Fault(str(folder), fault, hint=Words("另选 --out", "choose another --out"))) from None
    click.echo(f"{Words('标准流程', 'standard').say(_language())}: {folder / 'standard.html'}")


@commands.command()
def schema() -> None:
    """Print the JSON schema of project.yml."""
    from procmine.project_spec import ProjectSpec

    click.echo(json.dumps(ProjectSpec.model_json_schema(), ensure_ascii=False, indent=2))


@commands.command(short_help="Let a project's own notebooks run in its report.")
@_PROJECT
@click.option("--revoke", is_flag=True, help="Take it back: they do not run any more.")
def trust(project: Path, *, revoke: bool) -> None:
    """Say that the notebooks of PROJECT's own, in its notebooks folder, may run in its report: they are code.

    Lists what is trusted. This is remembered for you and for this folder, and ends when one of them changes.
    """
    from procmine.lab import acts

    for said in acts.revoke(project) if revoke else acts.trust(project):
        click.echo(said.say(_language()))


@commands.command(
    context_settings={"ignore_unknown_options": True},
    short_help="Open a project's notebooks in JupyterLab.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[PROJECT] [JUPYTERLAB OPTIONS]...")
def lab(arguments: tuple[str, ...]) -> None:
    """Open JupyterLab on the notebooks of PROJECT; without it, of the current folder.

    They are copied into PROJECT/notebooks, where they are yours: what you change there stays. Further options,
    such as --no-browser or --port 9999, go to JupyterLab.
    """
    from procmine.lab import acts

    acts.lab(arguments, lambda said: click.echo(said.say(_language())))
