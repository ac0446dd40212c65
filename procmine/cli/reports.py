"""From a project to what people read: report, demo, standard, lab, trust; and a world to learn on: sample."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from procmine.cli.group import OUT, PROJECT, QUIET, commands, language_of_shell, lead_on
from procmine.cli.progress import steps
from procmine.core.text.shell import command
from procmine.core.text.words import Language, Words


@commands.command(short_help="Write the HTML report of a project.")
@PROJECT
@click.argument("exports", nargs=-1, type=click.Path(path_type=Path))
@OUT
@QUIET
def report(project: Path, exports: tuple[Path, ...], out: Path | None, *, quiet: bool) -> None:
    """Write the HTML report of PROJECT (a folder with a project.yml).

    With EXPORTs, read these files instead of those that project.yml names.
    """
    _report(project, exports, out, quiet=quiet)


@commands.command(short_help="Write the report of the sample project.")
@OUT
@QUIET
def demo(out: Path | None, *, quiet: bool) -> None:
    """Write the report of the sample project: service requests of a made-up company."""
    from procmine.samples.bundled import sample_project

    _report(sample_project(), (), out, quiet=quiet)


def _report(folder: Path, exports: tuple[Path, ...], out: Path | None, *, quiet: bool) -> None:
    from procmine.lab.ours import notebooks_folder
    from procmine.lab.own import own_notebooks
    from procmine.lab.telling import not_run_lines
    from procmine.project.project import open_project
    from procmine.report.chapters import chapters
    from procmine.report.render import render_report

    project = open_project(folder)
    own = own_notebooks(project.folder, notebooks_folder())
    n_steps = len(project.files(exports)) + len(chapters(notebooks_folder(), own)) + 2
    target = out or Path("report") / project.folder.name
    with steps(n_steps, language_of_shell(), quiet=quiet) as progress:
        index = render_report(project, exports, out=target, progress=progress)
    click.echo(f"{Words('报告', 'report').say(language_of_shell())}: {index}")
    for said in not_run_lines(own, command("trust", folder)):
        click.echo(said.say(language_of_shell()), err=True)


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
    click.echo(said.filled(path=out, **facts).say(language_of_shell()))
    lead_on("report", out)


@commands.command(short_help="Write the standard process as a document.")
@PROJECT
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the document.  [default: standard/<project>]")
@click.option("--language", type=click.Choice(["zh", "en"]), help="Its language.  [default: the project's]")
def standard(project: Path, out: Path | None, language: Language | None) -> None:
    """Write the standard process of PROJECT as a document: standard.html, to be printed too, and standard.md.

    The map with lanes is also written as standard.svg, the unified process as standard.bpmn for a modeler.
    """
    from procmine.conformance.standard.standard import in_force
    from procmine.conformance.standard.standard_bpmn import write_standard_bpmn
    from procmine.core.text.written_files import writing
    from procmine.project.project import open_project
    from procmine.visual.lanes.standard_document import describe_standard

    opened = open_project(project)
    document = describe_standard(opened.standard, language or opened.language)
    folder = out or Path("standard") / opened.folder.name
    with writing(folder, Words("另选 --out", "choose another --out")):
        folder.mkdir(parents=True, exist_ok=True)
    for ending in ("html", "md", "svg"):
        document.save(folder / f"standard.{ending}")
    write_standard_bpmn(in_force(opened.standard)[-1], folder / "standard.bpmn")
    click.echo(f"{Words('标准流程', 'standard').say(language_of_shell())}: {folder / 'standard.html'}")


@commands.command(short_help="Let a project's own notebooks run in its report.")
@PROJECT
@click.option("--revoke", is_flag=True, help="Take it back: they do not run any more.")
def trust(project: Path, *, revoke: bool) -> None:
    """Say that the notebooks of PROJECT's own, in its notebooks folder, may run in its report: they are code.

    Lists what is trusted. This is remembered for you and for this folder, and ends when one of them changes.
    """
    from procmine.lab import acts

    for said in acts.revoke(project) if revoke else acts.trust(project):
        click.echo(said.say(language_of_shell()))


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

    acts.lab(arguments, lambda said: click.echo(said.say(language_of_shell())))
