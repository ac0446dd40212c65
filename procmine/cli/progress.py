"""How far a long command is, told on standard error: standard output carries results alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import click

from procmine.core.text.words import Language, Words, say


@contextmanager
def steps(length: int, language: Language, *, quiet: bool) -> Iterator[Callable[[Words | str], None]]:
    """Steps told on standard error: as a bar to a person, one line each to a file or a pipe."""
    if quiet:
        yield lambda _: None
        return
    if not sys.stderr.isatty():
        done = count(1)
        yield lambda step: click.echo(f"[{next(done)}] {say(step, language)}", err=True)
        return
    with click.progressbar(length=length, item_show_func=lambda step: step or "", file=sys.stderr, width=24) as bar:
        yield lambda step: bar.update(1, say(step, language))
        bar.update(length)
