"""The commands as one program: an error of procmine is a sentence, and ends with exit code 2."""

from __future__ import annotations

import sys

import click

from procmine.cli import exports, reports
from procmine.cli.group import commands, language_of_shell
from procmine.core.text.errors import ProcmineError
from procmine.core.text.words import Words

_COMMANDS = (exports, reports)
"""The modules that add their commands to the group."""


def main() -> None:
    """Run the command line; an error of procmine is printed and ends with exit code 2."""
    try:
        commands(standalone_mode=False)
    except ProcmineError as error:
        click.echo(error.say(language_of_shell()), err=True)
        sys.exit(2)
    except click.exceptions.Abort:
        click.echo(Words("已中止", "stopped").say(language_of_shell()), err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
