"""What is wrong with a file that is no YAML, in the words of people who type Chinese: full-width signs come first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from procmine.core.text.errors import Fault, Text
from procmine.core.text.words import Words

HALF_WIDTH = {
    "：": ": ", "，": ", ", "“": '"', "”": '"', "‘": "'", "’": "'", "＂": '"', "｛": "{", "｝": "}", "［": "[", "］": "]",
    "【": "[", "】": "]",
}  # fmt: skip
"""Signs that a Chinese keyboard types, and what YAML wants in their place."""

_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"|(?:^|(?<=\s))#.*")
_KEY = re.compile(r"\s*(?:- )?[^\s:：{}\[\]｛｝［］【】]+\s*(?P<colon>[：:])")
_OPENING = "{[｛［【“”‘’＂"


class Problem(NamedTuple):
    """What a YAML parser stumbles over: text of its message, and the lines (from 0) it names."""

    said: str
    line: int
    context_line: int


def full_width_signs(line: str) -> str:
    """The full-width signs of a line that stand where YAML has signs of its own, each once; those in texts do not count.

    Examples
    --------
    >>> full_width_signs('name： "甲，乙"  # 注：'), full_width_signs("name: 甲，乙"), full_width_signs("a: {b: 甲，c: 乙}")
    ('：', '', '，')
    """
    bare = _QUOTED.sub("", line)
    key = _KEY.match(bare)
    value = bare[key.end() :].strip() if key else bare.strip().removeprefix("- ")
    found = "：" if key and key["colon"] == "：" else ""
    if value and (value[0] in _OPENING or not key):
        found += "".join(sign for sign in value if sign in HALF_WIDTH)
    return "".join(dict.fromkeys(found))


def half_width_hint(signs: str) -> Words:
    """What to write in place of full-width signs."""
    return Words(
        "改为半角："
        + "、".join(f"「{sign}」→「{HALF_WIDTH[sign]}」" for sign in signs)
        + "；属于文字的，把文字放进半角引号",
        "write "
        + ", ".join(f"{HALF_WIDTH[sign]!r} for {sign!r}" for sign in signs)
        + "; put texts that hold such signs in quotes",
    )


def syntax_faults(text: str, name: str, problem: Problem) -> list[Fault]:
    """The faults of a text that is no YAML: signs of a Chinese keyboard where it breaks off, else what YAML minds."""
    lines = text.splitlines()
    slips = list(_slips(lines, name, problem))
    return slips or [_plain_fault(lines, name, problem)]


def _slips(lines: list[str], name: str, problem: Problem) -> Iterator[Fault]:
    """Full-width signs and tabs where the parser stopped and where it began; a key goes wrong on the line before."""
    suspects = {problem.line, problem.context_line}
    above, below = range(min(problem.line, len(lines)) - 1, -1, -1), range(problem.line + 1, len(lines))
    for direction in (above, below):
        for i in direction:
            if lines[i].strip():
                suspects.add(i)
                if not full_width_signs(lines[i]):
                    break
    for i in sorted(suspects):
        line = lines[i] if i < len(lines) else ""
        place = f"{name}:{i + 1}"
        if signs := full_width_signs(line):
            fault = Words("这一行有全角符号{signs}", "this line has full-width signs: {signs}")
            told = "".join(f"「{sign}」" for sign in signs)
            yield Fault(place, fault.filled(signs=told), line.strip(), half_width_hint(signs))
        elif "\t" in line[: len(line) - len(line.lstrip())]:
            fault = Words("行首有制表符（Tab）", "the line begins with a tab")
            yield Fault(place, fault, line.strip(), Words("用空格缩进", "indent with blanks"))


_PROBLEMS: list[tuple[str, Words, Words]] = [
    ("could not find expected ':'",
     Words("这一行没有“键: 值”里的冒号", "this line lacks the colon of “key: value”"),
     Words("写成“键: 值”，冒号后留一个空格", "write “key: value”, with a blank after the colon")),
    ("mapping values are not allowed",
     Words("这里不能再有一个“键: 值”", "there can be no “key: value” here"),
     Words("检查上一行冒号后有没有空格、这一行缩进是否与同级对齐；值里有“: ”时给值加引号",
           "check the blank after the colon on the line above and the indentation; quote a value that contains “: ”")),
    ("sequence entries are not allowed",
     Words("这里不能有以“-”开头的列表项", "there can be no item “- …” here"),
     Words("另起一行，缩进后写“- …”", "begin it on a line of its own, indented")),
    ("expected <block end>",
     Words("缩进与上文不一致", "the indentation does not fit the lines above"),
     Words("同级的键要左对齐；引号之后不能再有文字", "keys of one level begin in the same column; nothing follows a closing quote")),
    ("expected ',' or",
     Words("括号没有闭合，或括号里缺少逗号", "a bracket is not closed, or a comma is missing in it"),
     Words("核对 { } 与 [ ] 是否成对，各项之间用半角逗号和空格隔开", "check that { } and [ ] come in pairs, items parted by commas")),
    ("unexpected end of stream",
     Words("引号没有闭合", "a quote is not closed"),
     Words("补上后面的引号", "write the closing quote")),
    ("found character '\\t'",
     Words("行首有制表符（Tab）", "the line begins with a tab"),
     Words("用空格缩进", "indent with blanks")),
    ("cannot start any token", *(_starts := (
     Words("值不能以这个符号开头", "a value cannot begin with this sign"),
     Words('给整个值加半角引号，例如 target: ">= 95 %"、path: "*.csv"', 'quote the whole value, for example target: ">= 95 %" or path: "*.csv"')))),
    ("chomping or indentation", *_starts),
    ("expected alphabetic or numeric", *_starts),
    ("unknown escape character",
     Words("双引号里的反斜杠有特殊含义", "a backslash means something special in double quotes"),
     Words("改用单引号，或用 / 分隔路径", "use single quotes, or / in paths")),
    ("another document",
     Words("一个文件里只能有一份内容", "a file holds one document"),
     Words("去掉单独成行的“---”", "leave the line “---” out")),
    ("expected the node content",
     Words("这里缺少一个值，或多了一个括号、逗号", "a value is missing here, or a bracket or comma is too many"),
     Words("核对括号与逗号", "check brackets and commas")),
]  # fmt: skip


def _plain_fault(lines: list[str], name: str, problem: Problem) -> Fault:
    for said, fault, hint in _PROBLEMS:
        if said in problem.said:
            opened = said in ("could not find expected ':'", "expected ',' or", "unexpected end of stream")
            line = problem.context_line if opened else problem.line
            return Fault(f"{name}:{line + 1}", _invalid(fault), _quoted(lines, line), hint)
    hint = Words("检查缩进、冒号后的空格和引号", "check the indentation, the blank after each colon and the quotes")
    return Fault(f"{name}:{problem.line + 1}", _invalid(problem.said), _quoted(lines, problem.line), hint)


def _invalid(fault: Text) -> Words:
    return Words("YAML 语法错误：{fault}", "this is not valid YAML: {fault}").filled(fault=fault)


def _quoted(lines: list[str], line: int) -> str:
    return lines[line].strip() if line < len(lines) else ""


def character_fault(text: str, name: str, position: int) -> Fault:
    """A character that no text file should hold."""
    line = text.count("\n", 0, position) + 1
    fault = Words("这一行有不可见的控制字符", "this line has an invisible control character")
    code = f"U+{ord(text[position]):04X}" if position < len(text) else ""
    return Fault(f"{name}:{line}", fault, code, Words("删去它", "delete it"))
