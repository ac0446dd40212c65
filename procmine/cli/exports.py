"""From an export to a project: inspect, new, check; and what a project may say: schema."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path

import click

from procmine.cli.group import MEND, NEXT, PROJECT, commands, language_of_shell, lead_on
from procmine.core.text.errors import ProcmineError
from procmine.core.text.shell import command
from procmine.core.text.words import Language, Words, write_number


@commands.command(short_help="Read the exports and say what was found.")
@PROJECT
@click.argument("exports", nargs=-1, type=click.Path(path_type=Path))
def check(project: Path, exports: tuple[Path, ...]) -> None:
    """Check PROJECT and its exports, and say what reading them finds.

    Its standard, KPIs and scorecards are held against the log. Ends with exit code 2 when any of them has faults
    or an export cannot be read.
    """
    try:
        _check(project, exports, language_of_shell())
    except ProcmineError as error:
        click.echo(error.say(language_of_shell()), err=True)
        if project.exists():
            lead_on("check", project, *exports, said=MEND, err=True)
        sys.exit(2)
    lead_on("report", project, *exports)


def _check(project: Path, exports: tuple[Path, ...], language: Language) -> None:
    from procmine.discovery.contents import import_notes
    from procmine.discovery.overview import overview
    from procmine.lab.ours import notebooks_folder
    from procmine.lab.own import own_notebooks
    from procmine.lab.telling import found_by_check
    from procmine.project.project import open_project
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
    own = own_notebooks(opened.folder, notebooks_folder())
    for said in found_by_check(own, command("trust", project)):
        click.echo(said.say(language))


@commands.command(short_help="Say what files are and what would read them.")
@click.argument("exports", nargs=-1, required=True, type=click.Path(path_type=Path))
def inspect(exports: tuple[Path, ...]) -> None:
    """Say what EXPORTs are: kind, columns, first rows, and which profiles would read them, with the reasons.

    Nothing is decided or written; `procmine new` makes a project of it.
    """
    from procmine.project.export_inspection import inspect_export

    found = [inspect_export(export) for export in exports]
    click.echo("\n\n".join(one.say(language_of_shell()) for one in found))
    rivals = next((kind.rivals for one in found for kind in one.logs if kind.rivals), ())
    chosen = ("--profile", rivals[0]) if rivals else ()
    lead_on("new", _free_name(), *exports, *chosen)


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
    from procmine.project.new_project import make_project

    written = make_project(folder, exports, time_zone=time_zone, language=language, profile=profile)
    click.echo(written.text)
    for line in (_WRITTEN.filled(path=written.path), *written.reasons):
        click.echo(line.say(written.language))
    lead_on("check", folder, said=_FILL if written.is_open else NEXT, language=written.language)


_WRITTEN = Words("已写入 {path}，请核对各列", "written to {path}; look at its columns")
_FILL = Words("填好每个 … 之后：{command}", "once each … is filled in: {command}")


@commands.command()
def schema() -> None:
    """Print the JSON schema of project.yml."""
    from procmine.project.project_spec import ProjectSpec

    click.echo(json.dumps(ProjectSpec.model_json_schema(), ensure_ascii=False, indent=2))
