"""What cells of notebooks show: an image for every drawing, a style of their own, notes for where they stand."""

import os
import re
import subprocess
import sys

import pytest
from lxml import etree
from outputs import DRAWN, as_on_a_page, drawings, log_of_many, one_of_each
from pictures import ODD_NAMES, log_of_odd_names

import procmine as pm
from procmine.core.html.notebook_html import notebook_html
from procmine.core.html.places import NOTEBOOK, PAGE
from procmine.core.result.result import attempt
from procmine.core.text.errors import Fault, FilterError, ProcmineError

KINDS = ["log", "overview", "table", "chart", "map", "standard map", "findings", "kpis", "document", "card"]
each_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def shown():
    return one_of_each()


@each_kind
def test_each_drawing_of_a_page_is_one_image_of_a_notebook(shown, kind):
    page, output = shown[kind].html_in(PAGE), shown[kind]._repr_html_()
    assert re.findall("<img|pm-out|pm-later|pm-still|text/html", page) == []
    assert len(DRAWN.findall(output)) == output.count("<img") == page.count("<svg")
    assert "<svg" not in output
    for svg in drawings(output):
        root = etree.fromstring(svg.encode())
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert float(root.get("width").removesuffix("pt")) > 0
        assert "background:#fff" in root.get("style")


@each_kind
def test_an_output_says_what_the_page_says(shown, kind):
    def said(html):
        bare = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
        return re.sub(r'<p class="pm-note.*?</p>', "", bare)

    root = re.compile(r'<div class="pm-out mathjax_ignore" lang="zh-CN">(.*)</div>', re.DOTALL)
    output = said(root.fullmatch(as_on_a_page(shown[kind]._repr_html_()))[1])
    page = said(shown[kind].html_in(PAGE))
    controls = r'<div class="pm-map-controls">.*?</div>'
    bare = re.sub(r' xmlns="[^"]*"', "", re.sub(controls, "", page, flags=re.DOTALL))
    assert re.sub(r' xmlns="[^"]*"', "", output) == bare


def rules_of(html):
    """(selector, what it says) of each rule of an output's own style."""
    (style,) = re.findall(r"^<div[^>]*><style>(.*?)</style>", html)
    return re.findall(r"([^{}]+)\{([^{}]*)\}", style)


@each_kind
def test_no_rule_reaches_beyond_its_output(shown, kind):
    html = shown[kind]._repr_html_()
    assert html.count("pm-out ") < 200
    selectors = [one for names, _ in rules_of(html) for one in names.split(",")]
    assert selectors
    assert [
        one for one in selectors if not re.match(r"(\[data-jp-theme-light=false\] |\.vscode-dark )?\.pm-out\b", one)
    ] == []
    rest = re.sub(r"^<div[^>]*><style>.*?</style>", "", html)
    own = re.findall(r"(?:^|\})([^{}@<>]+)\{", "".join(re.findall(r"<style>(.*?)<", rest)))
    assert [one for names in own for one in names.split(",") if not one.startswith(".pm-")] == []


def test_a_style_has_the_rules_and_colours_that_its_output_wears(shown):
    rules = rules_of(shown["table"]._repr_html_())
    dark = "[data-jp-theme-light=false] .pm-out,.vscode-dark .pm-out"
    light_colours, dark_colours = (next(said for names, said in rules if names == root) for root in (".pm-out", dark))
    assert "--ink:var(--jp-content-font-color1,#1c2733)" in light_colours
    assert "--ink:var(--jp-content-font-color1,#e6ebf2)" in dark_colours
    assert "--bad" not in light_colours + dark_colours  # no status in this table
    told = rules_of(shown["kpis"]._repr_html_())
    assert "--bad:#ee8572" in next(said for name, said in told if name == dark)
    names = [name for name, _ in rules]
    assert ".pm-out .pm-table" in names
    assert [name for name in names if "pm-findings" in name or "pm-map" in name] == []
    assert [name for name, _ in rules_of(shown["findings"]._repr_html_()) if "pm-findings" in name]


def test_drawings_bring_no_style_for_all_elements(shown):
    svg = drawings(shown["chart"]._repr_html_())[0]
    assert "<style" not in svg
    assert etree.fromstring(svg.encode()).get("style").count("stroke-linejoin: round") == 1


def test_notes_name_the_place_they_stand_in():
    log = log_of_many()
    for result in (pm.variants(log), pm.variants(log).draw()):
        page, output = result.html_in(PAGE), result.html_in(NOTEBOOK)
        assert page.count("完整表格见附表") == output.count("完整表格：.table") == 1
        assert "附表" not in output
        assert ".table" not in page


def test_the_table_of_a_part_is_named_by_its_way():
    assert NOTEBOOK.inside(".ledger").full_table.zh == "完整表格：.ledger.table"
    assert PAGE.inside(".ledger").full_table == PAGE.full_table


def test_names_are_data_in_every_place():
    log = log_of_odd_names()
    for result in (log, pm.process_map(log), pm.variants(log).draw(), pm.activities(log)):
        output = result._repr_html_()
        assert "<script>alert" not in output + "".join(drawings(output))
    starts = re.findall(r"<script\b([^>]*)>", pm.process_map(log)._repr_html_())
    later, data = ' type="text/html" class="pm-later"', ' type="application/json"'
    assert starts == [later, data, later, "", ""]  # of the last two one waits, and one brings all of it to life
    assert "<svg>" in ODD_NAMES


def test_a_label_stands_in_its_image_as_data():
    html = notebook_html('<svg aria-label="&quot;&lt;b&gt;&quot; &amp; x" width="1"></svg>', "zh")
    assert DRAWN.findall(html)[0][0] == "&quot;&lt;b&gt;&quot; &amp; x"


def test_what_has_nothing_to_do_brings_no_script(shown):
    assert "<script" not in shown["overview"]._repr_html_() + shown["card"]._repr_html_() + shown["log"]._repr_html_()
    assert shown["table"]._repr_html_().count("<script>") == 1


def test_without_a_style_things_do_not_run_together(shown):
    text = re.sub(r"<[^>]+>", "", shown["overview"].html_in(NOTEBOOK))
    assert "22 案例 · 297 事件 · 3 活动 · 22 变体" in text
    chips = re.sub(r"<[^>]+>", "", re.findall(r'<p class="pm-meta">.*?</p>', shown["findings"].html_in(NOTEBOOK))[0])
    assert len(chips.split(" · ")) >= 3
    item = re.search(r'<li value="1" style="--mark:#\w+"><div><h3>', shown["findings"].html_in(NOTEBOOK))
    assert item  # the number is the list's own, and stands in no text


# ── the log ───────────────────────────────────────────────────────────────────────────────────────


def test_a_log_shows_itself_as_a_card(read):
    rows = [f"{i},{'ab'[i % 2]},2026-03-0{2 + i} 09:00,x" for i in range(4)]
    log = read(*rows, "4,<b>,2026-03-06 09:00,x", "5,a,not a time,x", max_rejected=0.5)
    html = log.html_in(NOTEBOOK)
    text = re.sub(r"<[^>]+>", "", html)
    for part in (
        "test", "5 Cases · 5 Events · 3 Activities", "2026-03-02 to 2026-03-06 · time zone UTC",
        "6 rows were read, and 1 of them refused:", "export.csv: ", "pm.rejected_rows(log) the rows refused",
        "pm.overview(log) the numbers",
    ):  # fmt: skip
        assert part in text
    assert "<table" not in html
    assert "none was refused" in read(*rows).html_in(NOTEBOOK)


def test_a_filtered_log_says_of_how_many(six):
    assert "已筛选：共 6 个案例，留下 2 个。" in six.filter_cases(渠道="邮件").html_in(NOTEBOOK)
    assert "已筛选" not in six.html_in(NOTEBOOK)


def test_an_empty_log_has_a_card_too(six):
    empty = six.filter_throughput(min="99 days")
    assert "日志中没有案例" in empty.html_in(PAGE)
    assert "接下来" not in empty.html_in(PAGE)


# ── faults ────────────────────────────────────────────────────────────────────────────────────────

CONSOLE = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="nocolor")
for cell in {cells!r}:
    shell.run_cell(cell)
"""


def console(*cells):
    """What an IPython console says to some cells."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CONSOLE.format(cells=cells)],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return done.stdout


def test_a_console_tells_a_fault_in_the_language_of_its_log_and_without_our_code():
    said = console(
        "import procmine as pm",
        "pm.open_project('/nowhere/at/all')",
        "zh, en = pm.six_cases(), pm.six_cases('en')",
        "zh.filter_cases(渠到='邮件')",
        "en.filter_cases(渠到='邮件')",
        "pm.overview(zh).draw()",
    )
    assert said.startswith("/nowhere/at/all")
    assert "filter_cases: 没有名为“渠到”的属性\n  已有：" in said
    assert "  建议：是不是“渠道”？" in said
    assert "filter_cases: no attribute is called '渠到'" in said
    assert "Overview: “概览”没有图形\n  建议：表格在 .table 里；图见 pm.arrivals(…).draw()" in said
    assert re.findall(r"Traceback|File |Error|procmine/", said) == []


@pytest.mark.parametrize(("shell", "is_chinese"), [("zh_CN.UTF-8", True), ("en_GB.UTF-8", False)])
def test_where_nothing_says_a_language_a_fault_is_told_in_that_of_the_shell(monkeypatch, shell, is_chinese):
    monkeypatch.setenv("LC_ALL", shell)
    with pytest.raises(ProcmineError) as caught:
        pm.open_project("/nowhere/at/all")
    assert bool(re.search("[\u4e00-\u9fff]", "".join(caught.value._render_traceback_()))) is is_chinese


def test_a_column_called_language_is_no_language(six):
    """What has an attribute of that name is not asked for it: only what is said to have a language is."""
    frame = six.to_pandas().assign(language="zh")
    with pytest.raises(ProcmineError) as caught:
        pm.EventLog.from_pandas(frame, zone="UTC", language="en").filter_cases(渠到="邮件")
    assert "no attribute is called" in caught.value._render_traceback_()[0]


def test_all_faults_of_an_error_are_told_one_below_the_other():
    error = FilterError(Fault("a", "x"), Fault("b", "y", "z"))
    assert error._render_traceback_() == ["a: x", "b: y", "  z"]


def test_a_card_says_the_same_in_both_places(six):
    card = attempt(pm.processing_time, six)
    assert card.html_in(PAGE) == card.html_in(NOTEBOOK)
