"""A notebook as it counts here: the text and tags of its cells, whatever has been run in it or said about it."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import nbformat

from procmine.core.text.words import Language

if TYPE_CHECKING:
    from nbformat import NotebookNode

PARAMETERS = "parameters"
INJECTED = "injected-parameters"
GIVEN = ("project", "exports")
"""The parameters that a report gives, so that what a notebook says of them tells no two notebooks apart."""
_LANGUAGES = frozenset(("zh", "en"))
_KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_ASSIGNED = (ast.Assign, ast.AnnAssign)


@dataclass(frozen=True)
class Cell:
    """A cell without its outputs.

    Attributes
    ----------
    kind
        code, markdown or raw.
    attachments
        Pictures that its text shows.
    """

    kind: str
    source: str
    tags: tuple[str, ...] = ()
    attachments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Notebook:
    """The cells of a notebook that hold anything.

    Attributes
    ----------
    copy_of
        The notebook of ours that this one was copied from, and the content it had then; None for any other.
    """

    cells: tuple[Cell, ...]
    copy_of: tuple[str, str] | None = None

    @cached_property
    def content(self) -> str:
        """What it says and does: equal for copies that were run, saved or given another project."""
        cells = [(one.kind, _told(one), sorted(_LANGUAGES & {*one.tags})) for one in self.cells]
        return _digest([cell for cell, one in zip(cells, self.cells, strict=True) if INJECTED not in one.tags])

    @cached_property
    def digest(self) -> str:
        """All that a page of it would run or show, as SHA-256."""
        return _digest([(one.kind, one.source, sorted(one.tags), one.attachments) for one in self.cells])

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names that its parameters cells declare."""
        declared = (name for one in self.cells if PARAMETERS in one.tags for name, _ in _statements(one.source))
        return tuple(name for name in declared if name)

    def as_node(self) -> NotebookNode:
        """The notebook as nbformat holds it: for Python, nothing run yet, cells named by their place."""
        cells = [_node(one, f"cell-{i}") for i, one in enumerate(self.cells)]
        node: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=_KERNEL)
        return node


def tongues(tags: Any) -> tuple[Language, ...]:
    """The languages in which a text shows: those of its tags, or both where it has none.

    Examples
    --------
    >>> tongues(["zh", "wide"]), tongues([])
    (('zh',), ('zh', 'en'))
    """
    both: tuple[Language, ...] = ("zh", "en")
    return tuple(language for language in both if language in tags) or both


def _node(cell: Cell, name: str) -> NotebookNode:
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    new = make.get(cell.kind, nbformat.v4.new_raw_cell)
    node: NotebookNode = new(cell.source, id=name, metadata={"tags": list(cell.tags)} if cell.tags else {})
    if cell.attachments:
        node.attachments = nbformat.from_dict(cell.attachments)
    return node


def _digest(cells: list[Any]) -> str:
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()


def _told(cell: Cell) -> str:
    """The text of a cell; of a parameters cell what the report does not give."""
    if PARAMETERS not in cell.tags:
        return cell.source.rstrip()
    return "\n".join(text for name, text in _statements(cell.source) if name not in GIVEN)


def _statements(source: str) -> Iterator[tuple[str, str]]:
    """The statements of a parameters cell, each with the one name that it assigns, if it assigns one."""
    plain = re.sub(r"^[%!].*$", "pass", source, flags=re.MULTILINE)  # IPython's own lines are no Python
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(plain).body
    except (SyntaxError, ValueError, RecursionError):
        yield "", source.strip()
        return
    for node in body:
        yield _name(node), _segment(node, source, plain)


def _segment(node: ast.stmt, source: str, plain: str) -> str:
    if isinstance(node, ast.Pass):
        return source.splitlines()[node.lineno - 1]
    return ast.get_source_segment(plain, node) or ""


def _name(node: ast.stmt) -> str:
    if not isinstance(node, _ASSIGNED):
        return ""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return targets[0].id if len(targets) == 1 and isinstance(targets[0], ast.Name) else ""
