"""What all commands share: the group they belong to, their arguments, how steps and what leads on are told."""

from __future__ import annotations

from pathlib import Path

import click

from procmine import __version__
from procmine.core.text.shell import command, this_shell
from procmine.core.text.words import Language, Words


def language_of_shell() -> Language:
    """The language of the shell; English where it asks for none."""
    return this_shell() or "en"


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


PROJECT = click.argument("project", type=click.Path(path_type=Path))


QUIET = click.option("-q", "--quiet", is_flag=True, help="Say nothing of the steps, only errors.")


OUT = click.option("--out", type=click.Path(path_type=Path), help="Folder of the report.  [default: report/<project>]")


NEXT = Words("下一步：{command}", "next: {command}")


MEND = Words("改好后再运行：{command}", "once that is mended: {command}")


def lead_on(*words: str | Path, said: Words = NEXT, language: Language | None = None, err: bool = False) -> None:
    """Say the command that leads on."""
    click.echo(f"\n{said.filled(command=command(*words)).say(language or language_of_shell())}", err=err)
