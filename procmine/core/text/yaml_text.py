"""YAML as its author wrote it: every scalar keeps its text, every key its line.

YAML's own typing turns an activity called `No` into false and a case called `007` into 7. Here a
plain scalar stays text, and the field that receives it decides what it means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from procmine.core.text.errors import Fault, SpecError
from procmine.core.text.words import Words
from procmine.core.text.yaml_faults import Problem, character_fault, syntax_faults

Path = tuple[str | int, ...]
_NOT_GIVEN = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True)
class YamlText:
    """The content of one YAML file (dicts, lists, str, None) and the line of each of its paths."""

    name: str
    content: Any
    lines: dict[Path, int]

    def place(self, path: Path) -> str:
        """`file:line` of a path, or of its nearest ancestor that the file holds."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return f"{self.name}:{self.lines[path[:length]]}"
        return self.name


def read_yaml(text: str, name: str) -> YamlText:
    """Read YAML text; `name` is the file as errors call it.

    Raises
    ------
    SpecError
        If the text is not YAML, a key is repeated, or an anchor, alias or tag is used.
    """
    try:
        _refuse_references(text, name)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise SpecError(*syntax_faults(text, name, _problem(error))) from None
    except yaml.reader.ReaderError as error:
        raise SpecError(character_fault(text, name, error.position)) from None
    lines: dict[Path, int] = {}
    faults: list[Fault] = []
    content = _build(root, (), name, lines, faults)
    if faults:
        raise SpecError(*faults)
    return YamlText(name, content, lines)


def _problem(error: yaml.MarkedYAMLError) -> Problem:
    marks = [mark.line for mark in (error.problem_mark, error.context_mark) if mark]
    said = " ".join(part for part in (error.context, error.problem) if part)
    return Problem(said, marks[0] if marks else 0, marks[-1] if marks else 0)


def _refuse_references(text: str, name: str) -> None:
    faults = [
        Fault(
            f"{name}:{_line(event)}",
            Words("不支持锚点、别名和标签", "anchors, aliases and tags are not read here"),
            hint=Words("把值直接写出来，或加引号", "write the value out, or quote it"),
        )
        for event in yaml.parse(text, Loader=yaml.SafeLoader)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or _has_tag(event)
    ]
    if faults:
        raise SpecError(*faults)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _has_tag(event: yaml.Event) -> bool:
    return isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None) is not None


def _build(node: yaml.Node | None, path: Path, name: str, lines: dict[Path, int], faults: list[Fault]) -> Any:
    if node is None:
        return None
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, path, name, lines, faults))
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*path, i), name, lines, faults) for i, item in enumerate(node.value)]
    plain = getattr(node, "style", None) is None
    return None if plain and node.value in _NOT_GIVEN else node.value


def _pairs(
    node: yaml.MappingNode, path: Path, name: str, lines: dict[Path, int], faults: list[Fault]
) -> Iterator[tuple[str, Any]]:
    seen: dict[str, int] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            fault = Words("键必须是文本", "a key must be text")
            faults.append(Fault(f"{name}:{line}", fault))
            continue
        key = key_node.value
        if key in seen:
            fault = Words("键“{key}”重复", "the key {key!r} is given twice").filled(key=key)
            facts = Words("第 {a} 行和第 {b} 行", "in lines {a} and {b}").filled(a=seen[key], b=line)
            faults.append(Fault(f"{name}:{line}", fault, facts))
            continue
        seen[key] = line
        lines[(*path, key)] = line
        yield key, _build(value_node, (*path, key), name, lines, faults)


def scalar(text: str) -> str:
    """A text as YAML writes it: quoted only where it must be.

    Examples
    --------
    >>> scalar("工单编号"), scalar("No: 1")
    ('工单编号', "'No: 1'")
    """
    written: str = yaml.safe_dump(text, allow_unicode=True, width=10_000)
    return written.removesuffix("...\n").strip()
