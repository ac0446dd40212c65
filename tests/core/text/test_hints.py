"""What an error tells the reader to write in project.yml is written there, and the error is gone."""

import re

import pytest

import procmine as pm
from procmine.core.text.errors import MissingDataError
from procmine.core.text.words import Words

EXPORT = """工单,环节,时间,到达,开始,人,岗位,部门,操作
1,受理,2026-03-02 10:00,2026-03-02 09:00,2026-03-02 09:30,王芳,客服,一组,提交
1,审批,2026-03-02 12:00,2026-03-02 10:00,2026-03-02 11:30,李强,经理,二组,退回
1,受理,2026-03-02 14:00,2026-03-02 12:00,2026-03-02 13:30,王芳,客服,一组,转办
1,审批,2026-03-02 16:00,2026-03-02 14:00,2026-03-02 15:30,机器人,经理,二组,同意
"""
COLUMNS = {
    "enabled": "到达", "start": "开始", "resource": "人", "role": "岗位", "group": "部门", "action_class": "操作",
    "is_system": "机器人",
}  # fmt: skip


def project(folder, attributes="", columns="", more=""):
    (folder / "a.csv").write_text(EXPORT, encoding="utf-8")
    (folder / "project.yml").write_text(
        "procmine: 1\nname: p\ntime_zone: UTC\n"
        f"sources:\n  - path: a.csv\n    columns:\n      case_id: 工单\n      activity: 环节\n      timestamp: 时间\n{columns}"
        f"{attributes}{more}",
        encoding="utf-8",
    )
    return pm.open_project(folder).read()


def done(hint, name):
    """The parts of project.yml that do what a hint says."""
    line = re.search(r"中写 (\w+: \[?<[^>]*>\]?)", hint)[1]
    line = re.sub("<[^>]*>", name, line)
    resource = "      resource: 人\n" if "映射 resource" in hint else ""
    if "sources: columns: 中写" in hint:
        return {"columns": f"      {line}\n"}
    if "attributes: 中写" in hint:
        return {"attributes": f"attributes:\n  {line}\n"}
    return {"more": f"{line}\n", "columns": resource}


@pytest.mark.parametrize("column", COLUMNS)
def test_what_the_hint_for_a_column_says_works(tmp_path, column):
    with pytest.raises(MissingDataError) as caught:
        project(tmp_path).require(column, Words("试验", "A test"))
    log = project(tmp_path, **done(caught.value.faults[0].hint.zh, COLUMNS[column]))
    log.require(column, Words("试验", "A test"))


def test_actions_in_the_words_of_the_export_tell_returns_and_reassignments(tmp_path):
    with pytest.raises(MissingDataError) as caught:
        pm.returns(project(tmp_path))
    log = project(tmp_path, **done(caught.value.faults[0].hint.zh, "操作"), columns="      resource: 人\n")
    assert pm.returns(log).table[["source", "target", "n"]].values.tolist() == [["审批", "受理", 1]]
    assert pm.reassignments(log).table[["source", "target", "n"]].values.tolist() == [["王芳", "机器人", 1]]
