"""The standard as a document: its tables counted by hand, its map without a line through a box, every name only text."""

from __future__ import annotations

import re
from datetime import date

import pytest
from lxml import etree, html
from pictures import ODD_NAMES, hovers, references, said_elsewhere, taken_apart, texts
from small_standards import LINE, of_nodes, rich, standard_of

import procmine as pm
from procmine.conformance.standard.document import html_of, markdown_of, markdown_text
from procmine.conformance.standard.document_sections import sections_of
from procmine.conformance.standard.outline import entries
from procmine.conformance.standard.parts import Item
from procmine.conformance.standard.rules import Rule
from procmine.conformance.standard.standard import Allowed, OperatingPath, Process, Standard
from procmine.conformance.standard.standard_words import limit_lines, rule_words, times_words
from procmine.core.text.errors import MissingDataError, WriteError
from procmine.samples.bundled import sample_project
from procmine.samples.worlds import WORLDS
from procmine.visual.lanes.lane_drawing import lanes_svg
from procmine.visual.lanes.lane_places import END, START, placed_in_lanes


def section(key, language="zh", version=None, versions=None):
    version = version or rich()
    return {one.key: one for one in sections_of(version, versions or [version], language)}[key]


# ── tables ────────────────────────────────────────────────────────────────────────────────────────


def test_processes_nodes_and_actions():
    (grid,) = section("actions").grids
    assert grid.head == ("流程", "节点", "位置", "负责", "动作", "日志中的活动", "时限", "文档", "指标")
    assert grid.rows[0] == (
        "服务请求处理",
        "1.1 接收",
        "–",
        "客服专员",
        "多渠道接收\n★ 记录内容\n口头确认 | 复述（日志中不可见）",
        "接收、记录请求",
        "30 分钟（工作时间）",
        "请求单、记录表",
        "首次响应",
    )
    assert grid.rows[1][:4] == ("", "1.2 分类", "–", "客服专员")
    places = {row[1]: row[2] for row in grid.rows if row[2] != "–"}
    assert places == {
        "1.3 补充材料": "可选",
        "1.4 自动分配": "任选其一",
        "1.5 研判": "任选其一",
        "1.6 人工分配": "任选其一",
        "1.7 诊断": "次序任意",
        "1.8 沟通": "次序任意",
        "1.9 提供方案": "可重复，共 1–4 次",
        "1.10 确认": "可重复，共 1–4 次",
        "1.11 修改": "可重复，共 1–4 次 › 返工时",
        "2.1 回访": "可选段",
        "2.2 调查": "可选段",
    }
    assert grid.rows[-1][:2] == ("仅软件销售", "+1 合同审核")
    assert len(grid.rows) == 12 + 2 + 1


def test_the_raci_matrix():
    (grid,) = section("raci").grids
    assert grid.head == (
        "编号", "节点", "客服专员", "客户", "系统", "调度员", "工程师", "外部专家", "法务", "客服经理",
    )  # fmt: skip
    marks = {row[1]: dict(zip(grid.head[2:], row[2:], strict=True)) for row in grid.rows}
    told = {node: {role: mark for role, mark in row.items() if mark} for node, row in marks.items()}
    assert told["接收"] == {"客服专员": "R", "客服经理": "A"}
    assert told["分类"] == {"客服专员": "R", "客服经理": "I"}
    assert told["诊断"] == {"工程师": "R", "外部专家": "R"}
    assert told["沟通"] == {"工程师": "R", "外部专家": "C"}
    assert told["提供方案"] == {"工程师": "R/A"}
    assert told["调查"] == {}
    assert told["合同审核"] == {"法务": "R"}


def test_the_time_limits_by_class_and_clock():
    (grid,) = section("limits").grids
    assert grid.rows == (
        ("1.1 接收", "到达", "全部案例", "30 分钟", "工作时间"),
        ("1.7 诊断", "到达", "客户等级 金", "2 小时", "工作时间"),
        ("1.7 诊断", "到达", "客户等级 银", "1 个工作日", "工作时间"),
        ("1.7 诊断", "到达", "其他案例", "3 天", "自然时间"),
        ("2.1 回访", "“关闭”结束", "全部案例", "5 个工作日", "工作时间"),
    )
    (english,) = section("limits", "en").grids
    assert [row[3:] for row in english.rows] == [
        ("30 min", "working time"),
        ("2 h", "working time"),
        ("1 working day", "working time"),
        ("3 days", "natural time"),
        ("5 working days", "working time"),
    ]


def test_what_each_operating_path_adds_skips_and_moves():
    told, matrix = section("paths").grids
    assert told.rows == (
        ("软件销售", "业务线为软件销售", "合同审核（在“分类”之后）", "无", "沟通（在“分类”之后）"),
        ("客户咨询", "业务线为客户咨询，且渠道为邮件或电话", "无", "诊断、研判", "无"),
    )
    marks = {row[1]: row[2:] for row in matrix.rows}
    assert {node: mark for node, mark in marks.items() if mark != ("●", "●")} == {
        "研判": ("●", "–"),
        "诊断": ("●", "–"),
        "沟通": ("↷", "●"),
        "合同审核": ("＋", "–"),
    }


def test_rules_and_what_is_allowed():
    assert [line.text for line in section("rules").lines] == [
        "“提供方案”和“确认”须由不同的人办理。",
        "“接收”之后必须有“关闭”，并在5 个工作日之内。",
        "金额超过 100,000 时，“确认”只能由“总监”或“副总”办理。原因：授权制度",
    ]
    allowed = section("allowed", "en")
    assert allowed.text == (
        "Open cases are judged by what they have done so far.\nActivities that are not judged: “催办”."
    )
    assert allowed.grids[0].rows == (("“沟通” may be left out", "电话已沟通"),)


RULES = {
    "After “a” there must be “b”, within 2 h (working time).": {"response": ["a", "b"], "within": "2 h"},
    "“b” comes only after “a”.": {"precedence": ["a", "b"]},
    "After “a” there must be “b”, and “b” comes only after “a”.": {"succession": ["a", "b"]},
    "After “a” there is no “b” any more.": {"not_after": ["a", "b"]},
    "A case has “a” or “b”, not both.": {"exclusive": ["a", "b"]},
    "“a” is done at least 2 times.": {"at_least": {"node": "a", "times": 2}},
    "“a” is done at most 3 times.": {"at_most": {"node": "a", "times": 3}},
    "“a”, “b” and “c” are done by different people.": {"four_eyes": ["a", "b", "c"]},
    "“a” and “b” are done by the same person. Reason: law": {"same_person": ["a", "b"], "reason": "law"},
    "“a” is done by “x” or “y” only.": {"role": {"node": "a", "roles": ["x", "y"]}},
    "Where 金额 is above 1.5, “a” is done by “x” only.": {
        "authority": {"node": "a", "amount": "金额", "above": 1.5, "roles": ["x"]}
    },
}


@pytest.mark.parametrize("said", RULES)
def test_every_kind_of_rule_is_a_sentence(said):
    words = rule_words(Rule.model_validate(RULES[said]))
    assert words.en == said
    assert re.search(r"[\u4e00-\u9fff]", words.zh)


@pytest.mark.parametrize(
    ("limit", "zh", "en"),
    [
        ("90 min", "90 分钟（工作时间）", "90 min (working time)"),
        ("1.5 h", "90 分钟（工作时间）", "90 min (working time)"),
        ("48 h natural", "2 天（自然时间）", "2 days (natural time)"),
        ("1 day natural", "1 天（自然时间）", "1 day (natural time)"),
        ("0.5 d", "0.5 个工作日", "0.5 working days"),
        ("36 h natural", "36 小时（自然时间）", "36 h (natural time)"),
    ],
)
def test_limits_in_words(limit, zh, en):
    (words,) = limit_lines(Item(name="x", within=limit).within)
    assert words == (zh, en)


@pytest.mark.parametrize(
    ("times", "en"),
    [
        ("1..", "repeated"),
        ("2..", "repeated, 2 times or more"),
        ("1..3", "repeated, 1 to 3 times"),
        ("2", "2 times in all"),
    ],
)
def test_how_often_in_words(times, en):
    assert times_words(Item(repeat=[Item(name="a")], times=times).times).en == en


def test_versions_with_the_time_each_is_in_force_and_what_it_changes():
    old = of_nodes({"name": "a", "within": "2 h"}, "b", "c").model_copy(update={"version": "1"})
    new = of_nodes({"name": "a", "within": "1 h"}, "c", "d", {"optional": {"name": "e"}}).model_copy(
        update={"version": "2", "valid_from": date(2026, 6, 1), "rules": [Rule(exclusive=["c", "d"])]}
    )
    rows = section("versions", "en", new, [old, new]).grids[0].rows
    assert rows == (
        ("1", "until 2026-05-31", "first version"),
        (
            "2 (this document)",
            "from 2026-06-01",
            "removed: b\nadded: d, e\na: limit now 1 h (working time)\nthe rules differ",
        ),
    )


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        (["a", "c", "b"], "the flow runs otherwise"),
        (["a", {"optional": {"name": "b"}}, "c"], "the flow runs otherwise"),
        (["a", {"name": "b", "optional": True}, "c"], "the flow runs otherwise"),
        (["a", {"name": "b", "responsible": "x"}, "c"], "b: now done by x"),
        (["a", "b", "c"], "same nodes, same flow"),
    ],
)
def test_a_change_of_flow_or_role_is_told(nodes, said):
    old, new = of_nodes("a", "b", "c"), of_nodes(*nodes).model_copy(update={"valid_from": date(2026, 6, 1)})
    assert section("versions", "en", new, [old, new]).grids[0].rows[1][2] == said


def test_the_newest_of_several_versions_is_described():
    old = LINE.model_copy(update={"valid_from": date(2026, 1, 1), "version": "1"})
    new = LINE.model_copy(update={"valid_from": date(2026, 3, 1), "version": "2"})
    for order in ([old, new], [new, old]):
        assert pm.describe_standard(order).summary.startswith("版本 2 · 自 2026-03-01 起生效")


def test_sections_without_content_are_left_out():
    assert [one.key for one in pm.describe_standard(LINE).sections] == ["flow", "actions", "allowed", "versions"]


def test_no_standard_is_missing_data():
    with pytest.raises(MissingDataError, match=r"standard: standard\.yml"):
        pm.describe_standard([])


# ── Markdown and HTML ─────────────────────────────────────────────────────────────────────────────


def test_markdown_has_the_flow_as_a_nested_list():
    document = pm.describe_standard(rich())
    told = document.markdown.splitlines()
    assert told[0] == "# 客户服务标准流程"
    assert told[2] == "版本 2.1 · 自 2026-01-01 起生效 · 负责部门：流程管理部 · 15 个节点 · 3 个动作，其中 1 个可系统化"
    begin = told.index("- 1 服务请求处理")
    assert told[begin + 1 : begin + 8] == [
        "  - 1.1 接收（客服专员）",
        "  - 1.2 分类（客服专员）",
        "  - 1.3 补充材料（客户；可选）",
        "  - 任选其一：",
        "    - 1.4 自动分配（系统）",
        "    - 依次：",
        "      - 1.5 研判（调度员）",
    ]
    assert "- 2 售后（可选；仅当业务线为软件销售或技术支持）" in told


def test_tables_in_markdown_keep_their_columns():
    for line in pm.describe_standard(rich()).markdown.splitlines():
        if line.startswith("|"):
            assert re.sub(r"\\.", "", line).count("|") == re.sub(r"\\.", "", line).strip().count(" | ") + 2
    assert r"口头确认 \| 复述" in pm.describe_standard(rich()).markdown


def test_markup_in_names_is_text_in_markdown():
    assert markdown_text("<b>*x*</b> [a](b) `c` | d\ne") == (r"&lt;b&gt;\*x\*&lt;/b&gt; \[a\](b) \`c\` \| d<br>e")


def odd():
    """Every odd name as node, role, action, path, rule, reason."""
    nodes = [
        Item(name=name, responsible=[name], actions=[{"do": name, "log": [name], "documents": [name]}], kpis=[name])
        for name in ODD_NAMES
        if name.strip()
    ]
    return Standard(
        name=ODD_NAMES[0],
        owner=ODD_NAMES[0],
        processes=[Process(name=ODD_NAMES[0], nodes=nodes, goal=ODD_NAMES[0])],
        paths={ODD_NAMES[0]: OperatingPath(when={ODD_NAMES[0]: [ODD_NAMES[0]]}, skip=[ODD_NAMES[0]])},
        rules=[Rule(exclusive=ODD_NAMES[:2], reason=ODD_NAMES[0])],
        ignore=[ODD_NAMES[0]],
        allowed_deviations=[Allowed(skipped=ODD_NAMES[0], reason=ODD_NAMES[0])],
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_names_are_only_text(language):
    document = pm.describe_standard(odd(), language)
    page = html.fromstring(document.html)
    assert page.xpath("//script | //img | //b") == []
    assert "<script>alert" not in document.html + document.markdown + document._repr_html_()
    assert page.xpath("//h1")[0].text == ODD_NAMES[0]
    assert references(document.svg) == []


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_documents_of_the_sample_worlds(name, language):
    versions = pm.open_project(sample_project(name)).standard
    document = pm.describe_standard(versions, language)
    page = html.fromstring(document.html)
    keys = [one.get("id") for one in page.iter("h2")]
    assert keys == ["map", *(one.key for one in document.sections if one.key != "flow")]
    assert [link.get("href") for link in page.xpath("//nav/a")] == [f"#{key}" for key in keys]
    assert re.findall(r"(?:src|href)=\"(?!#)|url\(", document.html) == []
    assert page.xpath("/html/@lang") == ["zh-CN" if language == "zh" else "en"]
    nodes = [f"{one.number} {one.node.name}" for one in entries(versions[-1])]
    table = page.xpath("//h2[@id='actions']/..//table")[0]
    assert [row.xpath("string(td[2])") for row in table.xpath(".//tbody/tr")] == nodes


def test_an_english_document_of_english_names_has_no_chinese():
    version = of_nodes(
        {"name": "receive", "responsible": "desk", "within": "2 h"}, {"one_of": [{"name": "a"}, {"name": "b"}]}
    )
    document = pm.describe_standard(version, "en")
    shown = re.sub(r"<style>.*?</style>|font-family=\"[^\"]*\"", "", document.html, flags=re.DOTALL)
    assert re.findall(r"[\u4e00-\u9fff]+", shown + document.markdown) == []


def test_the_same_standard_gives_the_same_bytes_in_a_fresh_interpreter():
    code = "import procmine as pm; from small_standards import rich; d = pm.describe_standard(rich()); print(d.html + d.markdown)"
    document = pm.describe_standard(rich())
    assert said_elsewhere(code).strip() == (document.html + document.markdown).strip()


def test_saved_by_its_ending(tmp_path):
    document = pm.describe_standard(rich())
    for ending, content in ((".html", document.html), (".md", document.markdown), (".svg", document.svg)):
        document.save(tmp_path / f"standard{ending}")
        assert (tmp_path / f"standard{ending}").read_text(encoding="utf-8") == content
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    with pytest.raises(WriteError, match=r"such as standard\.html, standard\.md or standard\.svg"):
        document.save(tmp_path / "standard.docx")


def test_nested_lists_close_what_they_open():
    for one in pm.describe_standard(rich()).sections:
        etree.fromstring(f"<div>{html_of(one).replace('<br>', '<br/>')}</div>")
    assert html_of(section("flow")).count("<ul>") == html_of(section("flow")).count("</ul>") == 8


def test_markdown_of_nothing():
    assert markdown_of("x", []) == "# x\n"


# ── the map ───────────────────────────────────────────────────────────────────────────────────────


def test_lanes_are_the_roles_in_order_and_a_node_without_one_has_its_own():
    placed = placed_in_lanes(rich())
    assert placed.lanes == ("客服专员", "客户", "系统", "调度员", "工程师", "")
    lanes = {name: placed.lanes[spot.lane] for name, spot in placed.spots.items()}
    assert (lanes["诊断"], lanes["回访"], lanes[START], lanes[END]) == ("工程师", "", "客服专员", "")


def test_rows_follow_the_flow():
    rows = {name: spot.row for name, spot in placed_in_lanes(rich()).spots.items()}
    del rows[START], rows[END]
    assert rows == {
        "接收": 1, "分类": 2, "补充材料": 3, "自动分配": 4, "研判": 4, "人工分配": 5, "诊断": 6, "沟通": 6,
        "提供方案": 7, "确认": 8, "修改": 9, "关闭": 10, "回访": 11, "调查": 12,
    }  # fmt: skip


def test_brackets_say_what_blocks_mean():
    placed = placed_in_lanes(rich())
    told = {(one.words.en, one.first, one.last, one.column) for one in placed.brackets}
    assert told == {
        ("one of these", 4, 5, 0),
        ("in any order", 6, 6, 0),
        ("before doing it again", 9, 9, 1),
        ("repeated, 1 to 4 times", 7, 9, 0),
        ("optional part", 11, 12, 0),
    }
    assert [one.words.en for one in placed.brackets if one.is_loop] == ["repeated, 1 to 4 times"]


def test_blocks_beside_each_other_have_brackets_of_their_own():
    version = of_nodes({"any_order": [{"optional": {"name": "a"}}, {"repeat": [{"name": "b"}]}, {"name": "c"}]})
    columns = [one.column for one in placed_in_lanes(version).brackets]
    assert len(columns) == len(set(columns)) == 3


def rectangles(svg):
    """Left, top, right, bottom of each node's box."""
    boxes = {}
    for group in taken_apart(svg).iterfind(".//{*}g[@class='node']"):
        rect = group.find("{*}rect")
        x, y, width, height = (float(rect.get(key)) for key in ("x", "y", "width", "height"))
        boxes[group.findtext("{*}title").partition("\n")[0]] = (x, y, x + width, y + height)
    return boxes


def stretches(svg):
    """The horizontal and vertical parts of all lines."""
    for path in taken_apart(svg).iterfind(".//{*}g[@class='flow']/{*}path"):
        if path.get("fill") != "none":
            continue
        for part in path.get("d").split("M")[1:]:
            x, y = (float(value) for value in re.match(r"([\d.]+) ([\d.]+)", part).groups())
            for letter, value in re.findall(r"([HV])([\d.]+)", part):
                to = (float(value), y) if letter == "H" else (x, float(value))
                yield (min(x, to[0]), min(y, to[1]), max(x, to[0]), max(y, to[1]))
                x, y = to


NESTED = """
name: nested
processes:
  - name: p
    nodes:
      - one_of:
          - {sequence: [{name: a1, responsible: A}, {name: a2, responsible: B}, {name: a3, responsible: A}]}
          - {name: b1, responsible: A}
          - any_order: [{name: c1, responsible: B}, {sequence: [{name: c2, responsible: C}, {name: c3, responsible: B}]}]
      - any_order:
          - repeat: [{name: d1, responsible: A}, {name: d2, responsible: A}]
            back: [{name: d3, responsible: A}]
          - {optional: {sequence: [{name: e1, responsible: A}, {name: e2, responsible: C}]}}
      - {name: f, responsible: C}
"""


@pytest.mark.parametrize("version", [rich(), standard_of(NESTED)], ids=["rich", "nested"])
def test_no_box_covers_another_and_no_line_goes_through_one(version):
    svg = lanes_svg(version, "zh")
    boxes = rectangles(svg)
    assert len(boxes) == sum(bool(one.process) for one in entries(version))
    for name, (left, top, right, bottom) in boxes.items():
        for other, (l2, t2, r2, b2) in boxes.items():
            assert name == other or right <= l2 or r2 <= left or bottom <= t2 or b2 <= top
        for x0, y0, x1, y1 in stretches(svg):
            assert x1 <= left or x0 >= right or y1 <= top or y0 >= bottom, (name, (x0, y0, x1, y1))


@pytest.mark.parametrize("version", [rich(), standard_of(NESTED)], ids=["rich", "nested"])
def test_everything_is_inside_the_picture(version):
    svg = lanes_svg(version, "en")
    root = taken_apart(svg)
    _, _, width, height = map(float, root.get("viewBox").split())
    for box in [*rectangles(svg).values(), *stretches(svg)]:
        assert 0 <= box[0] <= box[2] <= width
        assert 0 <= box[1] <= box[3] <= height
    for text in root.iter("{*}text"):
        assert 0 <= float(text.get("x")) <= width
        assert 0 <= float(text.get("y")) <= height


def test_the_map_shows_numbers_stars_limits_and_roles():
    shown = texts(lanes_svg(rich(), "zh"))
    for text in (
        "1.1",
        "★",
        "接收",
        "30 分钟（工作时间）",
        "时限按客户等级",
        "工程师、外部专家",
        "1.3 · 可选",
        "任选其一",
        "1.4–1.6",
    ):
        assert text in shown
    assert "1.1 接收\n客服专员\n· 多渠道接收\n★ 记录内容\n· 口头确认 | 复述" in hovers(lanes_svg(rich(), "zh"))


def test_an_optional_node_is_told_by_its_outline_as_well():
    dashed = {
        group.findtext("{*}title").partition("\n")[0]
        for group in taken_apart(lanes_svg(rich(), "zh")).iterfind(".//{*}g[@class='node']")
        if group.find("{*}rect").get("stroke-dasharray")
    }
    assert dashed == {"1.3 补充材料"}


def test_the_result_of_a_log_shows_the_version_in_force_when_it_ends(six):
    old = LINE.model_copy(update={"version": "1"})
    new = LINE.model_copy(update={"version": "2", "valid_from": date(2026, 3, 5)})
    later = LINE.model_copy(update={"version": "3", "valid_from": date(2026, 4, 1)})
    found = pm.standard_process(six, [later, new, old])
    assert found.scalars == {"name": "标准", "version": "2"}
    assert found.table["node"].tolist() == ["受理", "分类", "处理", "关闭"]
    assert found.draw().svg == lanes_svg(new, "zh")
