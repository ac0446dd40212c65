"""The look of a report's page for one output of a notebook: only its own rules, in JupyterLab's colours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

ROOT = "pm-out"
_DARK = ("[data-jp-theme-light=false] ", ".vscode-dark ")
_BLOCK = re.compile(r"@media([^{]+)\{((?:[^{}]*\{[^{}]*\})*)\}|([^{}@]+)\{([^{}]*)\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_CLASS = re.compile(r"\.(pm-[\w-]+)")
_VARIABLE = re.compile(r"(?<=[{;])(--\w+):[^;}]*;?")
_USED = re.compile(r"var\((--\w+)")
_WORN = re.compile(r'class="([^"]*)"')
_JUPYTER = {
    "ink": "--jp-content-font-color1",
    "line": "--jp-border-color2",
    "paper": "--jp-layout-color0",
    "soft": "--jp-cell-editor-background",
}


def scoped_style(html: str) -> str:
    """The rules that concern the classes of some HTML, below the class of an output.

    Examples
    --------
    >>> style = scoped_style('<p class="pm-note">…</p>')
    >>> ".pm-out .pm-note{" in style, ".pm-table" in style
    (True, False)
    """
    worn = {ROOT, *(name for value in _WORN.findall(html) for name in value.split())}
    if "pm-table" in worn:
        worn.add("pm-search")
    rules = "".join(rule for needed, rule in _rules() if needed <= worn)
    used = set(_USED.findall(rules + html))
    return _VARIABLE.sub(lambda one: one[0] if one[1] in used else "", rules)


@cache
def _rules() -> tuple[tuple[frozenset[str], str], ...]:
    """Each rule for notebooks, with the classes without which it is not needed."""
    page, own = _read("page.css"), _read("notebook.css")
    found = [*_of_page(page), *((selector, body) for selector, body in _RULE.findall(own))]
    return tuple((frozenset(_CLASS.findall(selector)), f"{selector.strip()}{{{body}}}") for selector, body in found)


def _of_page(css: str) -> Iterator[tuple[str, str]]:
    for media, inner, selector, body in _BLOCK.findall(css):
        if not media:
            yield from _below((f".{ROOT}",), selector, body)
        elif "prefers-color-scheme:dark" in media:
            for dark, its_body in _RULE.findall(inner):
                yield from _below([f"{theme}.{ROOT}" for theme in _DARK], dark, its_body)


def _below(roots: tuple[str, ...] | list[str], selectors: str, body: str) -> Iterator[tuple[str, str]]:
    """A rule of the page below an output: its variables in JupyterLab's colours, and what has a class of ours."""
    for selector in (one.strip() for one in selectors.split(",")):
        if selector == ":root":
            yield ",".join(roots), _in_jupyters_colours(body)
        elif selector.startswith(".pm-"):
            yield ",".join(f"{root} {selector}" for root in roots), body


def _in_jupyters_colours(body: str) -> str:
    variables = dict(one.split(":", 1) for one in body.split(";") if one)
    return ";".join(
        f"{name}:var({_JUPYTER[key]},{value})"
        if (key := name.strip().removeprefix("--")) in _JUPYTER
        else f"{name}:{value}"
        for name, value in variables.items()
    )


def _read(name: str) -> str:
    return files("procmine.core").joinpath("assets", name).read_text(encoding="utf-8")
