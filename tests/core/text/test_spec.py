"""YAML as its author wrote it, and all its faults at once, each with its line."""

import json
import re

import pytest
from pydantic import ValidationError

from procmine.core.text.errors import SpecError
from procmine.core.text.spec import Spec
from procmine.core.text.value_faults import SAID
from procmine.core.text.yaml_text import read_yaml
from procmine.project.project import ProjectSpec, open_project
from procmine.reading.files.source import Source

GOOD = """\
procmine: 1
name: 测试
time_zone: Asia/Shanghai
sources:
  - path: exports/*.csv
    columns: {case_id: 编号, lifecycle: ~}
activities:
  No: [007, On, 1e3]
  关闭: 结束
max_rejected: 2 %
"""


def project(text):
    return ProjectSpec.from_yaml(read_yaml(text, "project.yml"))


def faults(text):
    with pytest.raises(SpecError) as caught:
        project(text)
    return [(fault.place, fault.say("en").splitlines()) for fault in caught.value.faults]


def test_words_that_yaml_would_turn_into_other_things_stay_words():
    spec = project(GOOD)
    assert spec.activities == {"No": ["007", "On", "1e3"], "关闭": ["结束"]}
    assert spec.sources[0].columns == {"case_id": "编号", "lifecycle": None}
    assert spec.max_rejected == 0.02


def test_an_unknown_key_names_its_line_the_known_keys_and_the_nearest():
    ((place, lines),) = faults(GOOD.replace("columns:", "colums:"))
    assert place == "project.yml:6"
    assert lines == [
        "project.yml:6: unknown key 'colums'",
        f"  known here: {', '.join(sorted(Source.model_fields))}",
        "  hint: did you mean 'columns'?",
    ]


def test_all_faults_come_at_once():
    text = GOOD.replace("procmine: 1", "procmine: 2").replace("Asia/Shanghai", "Asia/Beijing") + "language: fr\n"
    assert [place for place, _ in faults(text)] == ["project.yml:1", "project.yml:11", "project.yml:3"]


def test_what_is_missing_is_said_with_what_it_is_for():
    found = faults("procmine: 1\nname: x\n")
    assert [lines[0] for _, lines in found] == [
        "project.yml:1: 'time_zone' is missing",
        "project.yml:1: 'sources' is missing",
    ]
    assert "Asia/Shanghai" in found[0][1][1]


def test_an_unknown_zone_proposes_the_nearest():
    ((place, lines),) = faults(GOOD.replace("Asia/Shanghai", "Asia/Shangai"))
    assert (place, lines[1]) == ("project.yml:3", "  hint: did you mean 'Asia/Shanghai'?")


def test_a_repeated_key_names_both_lines():
    ((place, lines),) = faults(GOOD + "name: again\n")
    assert place == "project.yml:11"
    assert lines[1] == "  in lines 2 and 11"


@pytest.mark.parametrize("line", ["a: &x 1", "a: *x", "a: !!int 1", "a: !thing 1"])
def test_anchors_aliases_and_tags_are_refused(line):
    ((place, _),) = faults(f"procmine: 1\n{line}\n")
    assert place == "project.yml:2"


@pytest.mark.parametrize("text", ["a: [1", "a: b: c", "- 1\na: 2"])
def test_what_is_no_yaml_is_said_with_its_line(text):
    ((place, lines),) = faults(text)
    assert place.startswith("project.yml:")
    assert "not valid YAML" in lines[0]


@pytest.mark.parametrize(
    ("text", "said"), [("# x", "the file is empty"), ("hello", "does not fit"), ("[1]", "write keys with values")]
)
def test_a_file_of_another_kind_is_refused(text, said):
    assert said in faults(text)[0][1][0]


SLIPS = {
    "a colon after a key": ("a: 1\nlanguage： zh\nb: 2\n", 2, "全角符号「：」"),
    "a colon without a blank": ("a: 1\ncalendar:\n  country：CN\n  hours: {x: y}\n", 3, "全角符号「：」"),
    "a colon in the last line": ("a: 1\nlanguage： zh\n", 2, "全角符号「：」"),
    "a colon in the first line": ("procmine：1\nname: x\n", 1, "全角符号「：」"),
    "a comma": ("a: {x: 1，y: 2}\n", 1, "全角符号「，」"),
    "braces": ("a: ｛x: 1, y: 2｝\nb: 2\n", 1, "全角符号「｛」「｝」"),
    "one brace": ("a: {x: 1｝\nb: 2\n", 1, "全角符号「｝」"),
    "quotes": ("a: “x: y”\n", 1, "全角符号「“」「”」"),
    "a tab": ("a:\n  b: 1\n\tc: 1\n", 3, "行首有制表符"),
}


@pytest.mark.parametrize("case", SLIPS)
def test_signs_of_a_chinese_keyboard_are_told_on_their_own_line(case):
    text, line, said = SLIPS[case]
    with pytest.raises(SpecError) as caught:
        read_yaml(text, "f.yml")
    (fault,) = caught.value.faults
    told = fault.say("zh").splitlines()
    assert told[0].startswith(f"f.yml:{line}: ")
    assert said in told[0]
    assert told[1].strip() == text.splitlines()[line - 1].strip()
    assert "半角" in told[2] or "空格" in told[2]


def test_all_full_width_colons_around_the_fault_are_told_and_those_in_texts_are_not():
    with pytest.raises(SpecError) as caught:
        read_yaml('a: 甲，乙\nb：1\n\nname： "甲：乙"  # 注：\nlanguage： zh\ntime_zone: UTC\n', "f")
    assert [fault.place for fault in caught.value.faults] == ["f:2", "f:4", "f:5"]


PROBLEMS = {
    "n: 甲，乙\nt: >= 95 %\nb: 1\n": ("f:2", "值不能以这个符号开头"),
    "- {name: 甲, target: >= 95 %}\n": ("f:1", "值不能以这个符号开头"),
    "path: *.csv\n": ("f:1", "值不能以这个符号开头"),
    "a: @x\n": ("f:1", "值不能以这个符号开头"),
    'a: "x\nb: 1\n': ("f:1", "引号没有闭合"),
    "a: [1, 2\nb: 1\n": ("f:1", "括号没有闭合"),
    "a:\n  b: 1\n c: 2\n": ("f:3", "缩进与上文不一致"),
    "a:1\nb: 2\n": ("f:2", "检查上一行冒号后有没有空格"),
    "a: 1\nb\nc: 2\n": ("f:2", "这一行没有“键: 值”里的冒号"),
    "a: - 1\n": ("f:1", "另起一行"),
    'a: "c:\\dir"\n': ("f:1", "反斜杠"),
    "a: 1\n---\nb: 2\n": ("f:2", "只能有一份内容"),
    "a: [1,,2]\n": ("f:1", "缺少一个值"),
    "a: \x01\n": ("f:1", "控制字符"),
}


@pytest.mark.parametrize("text", PROBLEMS, ids=range(len(PROBLEMS)))
def test_the_usual_faults_of_yaml_are_told_in_chinese(text):
    place, said = PROBLEMS[text]
    with pytest.raises(SpecError) as caught:
        read_yaml(text, "f")
    told = caught.value.say("zh")
    assert told.startswith(place)
    assert said in told
    assert not re.search("expected|found|while|allowed", told)


FITS = {
    "language: 中文": ("只能是 'zh' 或 'en'", "收到：'中文'"),
    "max_rejected: 300 %": ("不能大于 1", "收到：'300 %'"),
    "engine: {threads: 0}": ("不能小于 1", "收到：'0'"),
    "engine: {threads: 很多}": ("写一个整数", "收到：'很多'"),
    "estimate_start: 是": ("写 true 或 false", "收到：'是'"),
    "states: [关闭]": ("写若干“键: 值”", '收到：["关闭"]'),
    "sources: 导出.csv": ("写一个列表", "收到：'导出.csv'"),
    "sources: []": ("至少写 1 项", "收到：[]"),
    "states: {closed: [[a]]}": ("写一段文字，或写若干“键: 值”", '收到：["a"]'),
    "pauses: [{from: ［待客户回复］, until: ~}]": ("写一个列表", "这里是空的"),
}


@pytest.mark.parametrize("text", FITS)
def test_values_that_do_not_fit_are_told_in_chinese(text):
    base = "procmine: 1\nname: x\ntime_zone: UTC\n" + ("" if "sources" in text else "sources: [{path: a.csv}]\n")
    with pytest.raises(SpecError) as caught:
        project(base + text + "\n")
    (fault,) = caught.value.faults
    told = fault.say("zh")
    assert all(part in told for part in FITS[text])
    assert not re.search("[Ii]nput|should|valid", told)


def test_full_width_signs_in_keys_and_values_are_named():
    (unknown,) = faults(GOOD + "calendar: {country：CN, hours: {mon-fri: 09:00-18:00}}\n")
    assert unknown[1][-1].startswith("  hint: write ': ' for '：'")
    (kpi,) = faults(GOOD + "kpis: [{name: x, measure: fcr, target: “>= 95 %”}]\n")
    assert """write '"' for '“'""" in kpi[1][-1]


def test_an_empty_file_and_another_kind_of_file_are_told_in_chinese():
    for text, said in (("", "文件是空的"), ("- a\n", "写若干“键: 值”")):
        with pytest.raises(SpecError) as caught:
            project(text)
        (fault,) = caught.value.faults
        assert said in fault.say("zh")
        assert "ProjectSpec" not in fault.say("zh")


ODD = [
    "x", "", None, ["x"], [["x"]], {"x": "y"}, {"x": ["y"]}, {"x": {"y": "z"}}, "-1", "1e9", "1.5", [None], {"x": None},
    "2026-13-01", "2026/1/1", [], {}, "nan", [{"x": "y"}],
]  # fmt: skip


def every_spec(model=Spec):
    for one in model.__subclasses__():
        yield one
        yield from every_spec(one)


def test_every_kind_of_fault_that_a_spec_can_have_is_told_in_both_languages():
    import procmine

    assert all(getattr(procmine, name) for name in procmine.__all__)  # every module with a spec is imported
    known = {*SAID, "extra_forbidden", "missing", "value_error"}
    met = set()
    for model in set(every_spec()):
        for key, field in model.model_fields.items():
            for value in ODD:
                try:
                    model.model_validate({field.alias or key: value})
                except ValidationError as error:
                    met |= {detail["type"] for detail in error.errors()}
    assert met - known == set()
    assert len(met) > 15


def test_null_and_empty_mean_not_given_and_quotes_mean_text():
    assert read_yaml("a:\nb: ~\nc: null\nd: '~'\ne: ''", "f").content == {
        "a": None,
        "b": None,
        "c": None,
        "d": "~",
        "e": "",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("activities: {A: [x], B: [x]}", "'x' stands under both 'A' and 'B'"),
        ("max_rejected: viel", "max_rejected does not fit"),
        ("max_rejected: 5 %%", "'5 %%' is not a percentage"),
        ("max_rejected: 300 %", "max_rejected does not fit"),
        ("case_link: 'javascript:alert(1)//{case_id}'", "case_link is an address"),
        ("states: {cancelled: [x]}", "'states.closed' is missing"),
        ("engine: {threads: 0}", "engine.threads does not fit"),
    ],
)
def test_values_that_do_not_fit(text, said):
    base = GOOD[: GOOD.index("activities:")]
    assert said in faults(base + text + "\n")[0][1][0]


def test_an_unknown_canonical_column_lists_those_that_may_be_mapped():
    ((place, lines),) = faults(GOOD.replace("case_id: 编号", "fall: 编号"))
    assert place == "project.yml:6"
    assert "no canonical column is called fall" in lines[0]
    assert "case_id, activity, timestamp" in lines[1]


def test_every_key_of_the_schema_says_what_it_is_for():
    schema = ProjectSpec.model_json_schema()
    models = [schema, *schema["$defs"].values()]
    silent = [
        key for model in models for key, field in model.get("properties", {}).items() if not field.get("description")
    ]
    assert silent == []
    assert json.dumps(schema)


def test_specs_are_frozen():
    with pytest.raises(ValueError, match="frozen"):
        project(GOOD).name = "x"


def test_a_folder_without_project_says_how_to_make_one(tmp_path):
    with pytest.raises(SpecError) as caught:
        open_project(tmp_path)
    assert "procmine new" in str(caught.value)


def test_project_files_with_a_byte_order_mark_are_read(tmp_path):
    (tmp_path / "project.yml").write_text(GOOD, encoding="utf-8-sig")
    assert open_project(tmp_path).name == "测试"


def test_project_files_in_another_encoding_are_refused(tmp_path):
    (tmp_path / "project.yml").write_bytes(GOOD.encode("gbk"))
    with pytest.raises(SpecError, match="not UTF-8"):
        open_project(tmp_path)
