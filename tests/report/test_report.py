"""The report: the same bytes every time, offline, safe, whole – and what happens when it cannot be made."""

import json
import re
import shutil
import zipfile
from pathlib import Path

import nbformat
import openpyxl
import pandas as pd
import pytest
from conftest import PAGES, PROJECT, ROOT, render_elsewhere
from outputs import as_on_a_page
from worlds import simulated

import procmine as pm
from procmine.core.text.errors import ReportError
from procmine.lab.reading import read_notebook
from procmine.report import run as running
from procmine.report.chapters import Chapter
from procmine.samples.bundled import sample_project


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_two_runs_give_the_same_bytes(report, tmp_path):
    copy = tmp_path / "moved elsewhere" / "globaltech"
    shutil.copytree(sample_project(), copy, ignore=shutil.ignore_patterns(".procmine"))
    again = render_elsewhere(copy, tmp_path / "out", seed="4711", cwd=ROOT)
    one, other = files(report), files(again)
    assert list(one) == list(other)
    assert [name for name in one if one[name] != other[name]] == []


def test_everything_is_there(report):
    names = set(files(report))
    assert {*PAGES, "tables.xlsx", "run.json"} < names
    assert {"tables/00_summary_variants.csv", "cases/00_summary_variants.csv"} < names


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_offline_small_and_quiet(report, page):
    text = (report / page).read_text(encoding="utf-8")
    assert re.findall(r"""(?:src|href|url\()\s*=?\s*["'(]?\s*(?:https?:)?//[^"')\s]+""", text) == []
    assert set(re.findall(r"https?://[^\s\"'<>)]+", text)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert len(text.encode()) < 3_000_000
    assert re.findall(r"Traceback|AGPL|Warning:|/tmp/|/home/|0x[0-9a-f]{8}", text) == []


def test_provenance_comes_first(report):
    text = (report / "00_summary.html").read_text(encoding="utf-8")
    files = [file for _, file in pm.open_project(sample_project()).files()]
    assert {file.name for file in files} == {path.name for path in (sample_project() / "exports").iterdir()}
    report_of = pm.open_project(sample_project()).read().import_report
    for part in (
        *(file.name for file in files),
        *(file.sha256 for file in files),
        f"{report_of.n_rows:,}",
        "duckdb 1.5",
    ):
        assert part in text
    assert text.index(files[0].sha256) < text.index("<h2")


def test_run_json_holds_every_number(report):
    run = json.loads((report / "run.json").read_text(encoding="utf-8"))
    log, world = pm.open_project(sample_project()).read(), simulated("globaltech")
    n_events, n_nodes = len(world.truth.expected), len({one.activity for one in world.truth.expected})
    assert (run["reading"]["n_rejected"], run["reading"]["n_events"]) == (0, n_events)
    overview = run["results"]["00_summary"]["overview"]
    assert overview["rows"][0][:4] == [1000, n_events, n_nodes, len(log.variants)]
    n_closed = sum(any(work.node == "关闭" for work in case.works) for case in world.cases)
    assert overview["scalars"] == {"n_complete": n_closed, "n_cancelled": 0, "n_open": 1000 - n_closed}
    flow = pm.directly_follows(log).table
    kept = run["results"]["02_actual_flow"]["directly_follows"]
    assert kept["columns"]["median_seconds"] == "duration"
    assert [row[2] for row in kept["rows"]] == flow["count"].tolist()
    assert [row[4] for row in kept["rows"]] == flow["median"].dt.total_seconds().tolist()


def test_csv_and_workbook_hold_the_tables(report):
    log = pm.open_project(sample_project()).read()
    variants = pm.variants(log).table
    csv = pd.read_csv(report / "tables" / "02_actual_flow_variants.csv")
    assert csv["n_cases"].tolist() == variants["n_cases"].tolist()
    assert csv["path"].tolist() == variants["path"].tolist()
    book = openpyxl.load_workbook(report / "tables.xlsx")
    rows = list(book["00 变体"].iter_rows(values_only=True))
    assert rows[0][:4] == ("变体", "案例", "占比", "累计")
    assert [row[1] for row in rows[1:]] == variants["n_cases"].tolist()
    hours = [row[5] for row in rows[1:]]
    assert hours == pytest.approx((variants["median_throughput"].dt.total_seconds() / 3600).tolist())


def test_every_case_behind_the_variants_is_listed(report):
    cases = pd.read_csv(report / "cases" / "02_actual_flow_variants.csv", dtype={"case_id": str})
    assert cases["case_id"].nunique() == len(cases) == 1000


# ── strange names, other exports, other languages ─────────────────────────────────────────────────


@pytest.mark.parametrize("page", PAGES)
def test_names_of_the_log_are_data(strange, page):
    text = (strange / page).read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "<b>Strange</b>" not in text
    assert "&lt;b&gt;Strange&lt;/b&gt;" in text


def test_sheets_and_csv_hold_no_formula(strange):
    book = openpyxl.load_workbook(strange / "tables.xlsx")
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    with zipfile.ZipFile(strange / "tables.xlsx") as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert [name for name in names if b"<f>" in archive.read(name)] == []
    cells = pd.read_csv(strange / "tables" / "01_event_log_activities.csv")["activity"]
    assert min(cells) == '\'=HYPERLINK("http://evil.example")'


def test_case_links_lead_to_the_readers_own_system(strange):
    text = (strange / "01_event_log.html").read_text(encoding="utf-8")
    assert '<a href="https://crm.example/t/1?a=1&amp;b=2" rel="noreferrer">1</a>' in text


def test_an_english_report_speaks_english_only(strange):
    text = (strange / "00_summary.html").read_text(encoding="utf-8")
    body = re.sub(r"<script.*?</script>|<style.*?</style>", "", text, flags=re.DOTALL)
    for name in ("工单", "环节", "时间", "人"):
        body = body.replace(name, "")
    assert re.findall(r"[\u4e00-\u9fff]+", body) == []
    assert "The process as it was" in body


def test_without_a_standard_conformance_says_once_how_to_name_one(strange):
    text = (strange / "04_conformance.html").read_text(encoding="utf-8")
    assert text.count("the project names no standard process") == 1
    assert text.count("name it in project.yml: standard: standard.yml") == 1
    assert text.count("<h2") == 1
    assert "Once that is there, this page also shows: Do the standard and the log" in text
    run = json.loads((strange / "run.json").read_text(encoding="utf-8"))
    kept = run["results"]["04_conformance"]
    assert len(kept) == 13
    assert [
        name for name, one in kept.items() if one.get("value", 0) is not None or "standard.yml" not in one["reason"]
    ] == []


def test_exports_given_on_the_command_line_are_read_instead(tmp_path):
    copy = tmp_path / "project"
    (copy / "exports").mkdir(parents=True)
    rows = [
        "工单,环节,时间,人",
        *(f"{i // 3},{'甲乙丙'[i % 3]},2026-03-{1 + i // 40:02} 09:{i % 60:02},王芳" for i in range(900)),
    ]
    (copy / "exports" / "a.csv").write_text("\n".join(rows), encoding="utf-8")
    (copy / "project.yml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "工单处理记录_new.csv").write_text("\n".join(rows[:600]), encoding="utf-8")
    out = render_elsewhere(copy, tmp_path / "out", "工单处理记录_new.csv", seed="2", cwd=tmp_path)
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert [source["name"] for source in run["sources"]] == ["工单处理记录_new.csv"]
    assert run["reading"]["n_rows"] == 599
    assert run["results"]["00_summary"]["overview"]["rows"][0][1] == 599
    assert str(tmp_path) not in (out / "00_summary.html").read_text(encoding="utf-8")


# ── when it cannot be made ────────────────────────────────────────────────────────────────────────


def broken_notebook(folder, code="pm.filter_everything(log)"):
    notebook = nbformat.read(ROOT / "notebooks" / "00_summary.ipynb", as_version=4)
    notebook.cells.insert(6, nbformat.v4.new_code_cell(code, id="broken"))
    folder.mkdir()
    nbformat.write(notebook, folder / "00_summary.ipynb")
    return folder


def test_a_failed_notebook_leaves_its_page_and_the_earlier_report(tmp_path, monkeypatch, report):
    shutil.copytree(report, tmp_path / "report")
    before = files(tmp_path / "report")
    folder = broken_notebook(tmp_path / "notebooks")
    monkeypatch.setattr("procmine.report.render.notebooks_folder", lambda: folder)
    with pytest.raises(ReportError) as caught:
        pm.render_report(pm.open_project(sample_project()), out=tmp_path / "report")
    assert "00_summary: the notebook stopped: AttributeError" in str(caught.value)
    assert files(tmp_path / "report") == before
    page = (tmp_path / "report-failed" / "00_summary.html").read_text(encoding="utf-8")
    assert "这一页没有算完" in page
    assert "module &#39;procmine&#39; has no attribute" in page
    assert "filter_everything" in page


def test_an_error_of_ours_is_told_in_the_language_of_the_project_and_without_a_traceback(tmp_path, monkeypatch):
    folder = broken_notebook(tmp_path / "notebooks", "log.filter_cases(渠到='邮件')")
    monkeypatch.setattr("procmine.report.render.notebooks_folder", lambda: folder)
    with pytest.raises(ReportError) as caught:
        pm.render_report(pm.open_project(sample_project()), out=tmp_path / "report")
    assert "笔记本没有跑完：filter_cases: 没有名为“渠到”的属性" in caught.value.say("zh")
    assert "Error" not in caught.value.say("zh")
    page = (tmp_path / "report-failed" / "00_summary.html").read_text(encoding="utf-8")
    assert page.count("没有名为“渠到”的属性") == 2
    assert "是不是“渠道”？" in page
    assert re.findall("Traceback|UnknownNameError|speak_to_pages", page) == []


def test_an_unknown_parameter_is_refused(tmp_path):
    path = ROOT / "notebooks" / "00_summary.ipynb"
    chapter = Chapter(path.stem, read_notebook(path, path.name))
    with pytest.raises(ReportError, match="has no parameter colour"):
        running.run_notebook(chapter, {"colour": 1}, tmp_path, tmp_path / "w", "en", running.WarmKernel())


def test_a_folder_that_is_no_report_is_left_alone(tmp_path):
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(ReportError, match="holds no report"):
        pm.render_report(pm.open_project(sample_project()), out=tmp_path)
    assert files(tmp_path) == {"letters.txt": b"dear"}


@pytest.mark.parametrize("name", [page.removesuffix(".html") for page in PAGES[1:]])
def test_notebooks_run_by_hand_as_in_a_report(report, name):
    """The outputs saved in the notebooks have a form of their own, and the drawings and tables of the report's pages."""
    page = (report / f"{name}.html").read_text(encoding="utf-8")
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    outputs = [o.data["text/html"] for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    assert len(outputs) >= 8
    assert [output[:60] for output in outputs if not output.startswith('<div class="pm-out ')] == []
    for output in map(as_on_a_page, outputs):
        pieces = re.findall(r"(?:<svg|<tbody>).*?(?:</svg>|</tbody>)", output, flags=re.DOTALL)
        assert [piece[:60] for piece in pieces if piece not in page and as_in_html(piece) not in page] == []


def as_in_html(svg):
    """A small drawing as HTML has it, where it needs no namespace."""
    return svg.replace(' xmlns="http://www.w3.org/2000/svg"', "")


@pytest.mark.parametrize("page", PAGES)
def test_pages_have_nothing_of_what_a_notebook_needs(report, page):
    text = (report / page).read_text(encoding="utf-8")
    assert re.findall("<img|pm-out|pm-later|pm-still|data-jp-theme|--jp-", text) == []
    assert re.findall(r"完整表格：|\.table\b", text) == []


def test_the_working_folder_is_gone_afterwards(report):
    assert [path.name for path in Path(report).parent.iterdir()] == ["report"]


CARD = '<div class="pm-card">project.yml: {}<br>建议：写 {}</div>'


def notebook_that_shows(*cells):
    """A notebook of texts in Chinese, and of code cells that show HTML."""
    import nbformat

    made = nbformat.v4.new_notebook()
    for cell in cells:
        if cell.startswith("<"):
            output = nbformat.v4.new_output("execute_result", {"text/html": cell})
            made.cells.append(nbformat.v4.new_code_cell("…", outputs=[output]))
        else:
            made.cells.append(nbformat.v4.new_markdown_cell(cell, metadata={"tags": ["zh"]}))
    return made


def sources(notebook):
    return [
        cell.source if cell.cell_type == "markdown" else cell.outputs[0].data["text/html"] for cell in notebook.cells
    ]


def test_what_a_project_lacks_is_said_once_and_names_what_would_follow():
    from procmine.report.gathering import gathered

    card, other = CARD.format("没有标准", "standard:"), CARD.format("没有评分卡", "scorecards:")
    also = CARD.format("没有标准流程", "standard:")
    page = gathered(
        notebook_that_shows(
            "# 页", "## 一", card, "补充文字", card, "## 二 <&>", also, "### 三", "<p>结果</p>", "## 四", card, "### 五", card,
            "## 六", other, "## 七", '<p class="pm-note">没有可显示的行</p>',
        ),
        "zh",
    )  # fmt: skip
    assert sources(page) == [
        "# 页", "## 一", card, "## 二 <&>", '<p class="pm-note">project.yml: 没有标准流程</p>', "### 三", "<p>结果</p>",
        '<p class="pm-note">补上之后，这里还有：四、五。</p>',
        "## 六", other, '<p class="pm-note">没有内容而略去：七。</p>',
    ]  # fmt: skip


def test_further_cards_for_what_is_lacking_are_one_line():
    from procmine.report.gathering import gathered

    card = '<div class="pm-card">日志: {}需要“start”列<br>建议：映射 start</div>'
    page = gathered(
        notebook_that_shows(
            "## 一",
            card.format("等待"),
            card.format("处理"),
            "<p>结果</p>",
            "## 二",
            "<p>结果</p>",
            card.format("空闲"),
        ),
        "zh",
    )
    note = '<p class="pm-note">日志: {}需要“start”列</p>'
    assert sources(page) == [
        "## 一", card.format("等待"), note.format("处理"), "<p>结果</p>", "## 二", "<p>结果</p>", note.format("空闲"),
    ]  # fmt: skip


def test_results_and_other_cards_stay_where_they_are():
    from procmine.report.gathering import gathered

    shown = (
        "## 一",
        CARD.format("a", "x"),
        "## 二",
        CARD.format("b", "y"),
        "## 三",
        "<p>结果</p>",
        "## 四",
        "<p>结果</p>",
    )
    assert sources(gathered(notebook_that_shows(*shown), "zh")) == list(shown)


# ── the workbook ──────────────────────────────────────────────────────────────────────────────────


def sheets_of(folder, *shown):
    """The sheets of a workbook of results, each told as (notebook, name, title, values), and its contents."""
    from procmine.report.shown import Shown
    from procmine.report.tables import write_tables

    results = []
    for i, (notebook, name, title, values) in enumerate(shown):
        own = folder / str(i)
        own.mkdir()
        pd.DataFrame({"a": values}).to_parquet(own / f"{name}.parquet")
        entry = {"name": name, "title": title, "sentence": "", "columns": {"a": {"kind": "count", "label": "a"}}}
        results.append(Shown(notebook, name, entry, own))
    write_tables(results, folder, "zh")
    book = openpyxl.load_workbook(folder / "tables.xlsx")
    return book.sheetnames[1:], [row[0].value for row in book["目录"].iter_rows()]


def test_a_table_that_is_shown_twice_has_one_sheet(tmp_path):
    sheets, contents = sheets_of(
        tmp_path,
        ("00_summary", "bottlenecks", "瓶颈", [1, 2]),
        ("03_bottlenecks", "bottlenecks", "瓶颈", [1, 2]),
        ("03_bottlenecks", "rework", "返工", [1, 2]),
    )
    assert sheets == ["00 瓶颈", "03 返工"]
    assert contents == ["00 瓶颈", "03 瓶颈（同 00 瓶颈）", "03 返工"]


def test_sheets_of_one_title_are_named_after_what_they_belong_to(tmp_path):
    sheets, _ = sheets_of(
        tmp_path,
        ("02_flow", "variants", "变体", [1]),
        ("02_flow", "variants.cases", "案例清单", [1]),
        ("02_flow", "throughput_time", "流程周期", [2]),
        ("02_flow", "throughput_time.cases", "案例清单", [2]),
        ("02_flow", "throughput_time_2", "流程周期", [3]),
    )
    assert sheets == ["02 变体", "02 案例清单", "02 流程周期", "02 流程周期 · 案例", "02 流程周期 2"]
