"""YAML as its author wrote it, and all its faults at once, each with its line."""

import json

import pytest

from procmine.core.errors import SpecError
from procmine.core.yaml_text import read_yaml
from procmine.project import ProjectSpec, open_project
from procmine.reading.source import Source

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


@pytest.mark.parametrize("text", ["a: [1", "a: b: c", "\tx: 1", "- 1\na: 2"])
def test_what_is_no_yaml_is_said_with_its_line(text):
    ((place, lines),) = faults(text)
    assert place.startswith("project.yml:")
    assert "not valid YAML" in lines[0]


@pytest.mark.parametrize(
    ("text", "said"), [("", "'procmine' is missing"), ("hello", "does not fit"), ("[1]", "does not fit")]
)
def test_a_file_of_another_kind_is_refused(text, said):
    assert said in faults(text)[0][1][0]


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
