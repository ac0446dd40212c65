"""Notebooks of one's own in the report: not run before they are trusted, pages after it."""

import json
import re
import sys
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from own_notebooks import OURS, notebook, ours_in, project_in, put

import procmine as pm
from procmine import cli
from procmine.core.text.errors import ReportError
from procmine.lab.notebook import Notebook
from procmine.report import run as running
from procmine.report.chapters import Chapter
from procmine.report.run import Run

WRITES = "from pathlib import Path\nPath('marker.txt').write_text('ran', encoding='utf-8')"
PICTURE = "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2, 1]);"
SCRIPT = "HTML('<div id=live></div><script>document.getElementById(\"live\").textContent = 1</script>')"
SHOWN = (
    "import sys\nimport pandas as pd\nfrom IPython.display import HTML, Javascript, Latex, Markdown, display",
    "pd.DataFrame({'own column': [1, 2]})",
    PICTURE,
    SCRIPT,
    "display(Javascript('element.dataset.own = 1'), Markdown('**bold**'), Latex('$a$'))",
    "display({'application/vnd.jupyter.widget-view+json': {'model_id': 1}, 'text/plain': 'a widget'}, raw=True)",
    "print('said'); print('warned', file=sys.stderr)",
    ("1 / 0", "raises-exception"),
)
HOSTILE = "# <b>A</b> &lt;script&gt;alert(1)&lt;/script&gt;\n\nA lead with <b>signs</b> & more."


def readme_cells():
    """The cells of the notebook that README.md shows."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```python\n(# %% \[markdown\].*?)```", readme, flags=re.DOTALL)
    for cell in re.split(r"^# %%", shown, flags=re.MULTILINE)[1:]:
        first, _, rest = cell.partition("\n")
        yield (re.sub(r"^# ?", "", rest.strip(), flags=re.MULTILINE),) if "[markdown]" in first else rest.strip()


@contextmanager
def installed(folder, home):
    """Our notebooks as if there were one alone, and a user of one's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(home))
        patch.setenv("LC_ALL", "en_US.UTF-8")
        patch.setattr(sys, "argv", sys.argv)
        for module in ("lab.ours", "lab.acts", "report.render"):
            patch.setattr(f"procmine.{module}.notebooks_folder", lambda: folder)
        yield patch


def run(*arguments):
    """The exit code of one call."""
    sys.argv = ["procmine", *map(str, arguments)]
    try:
        cli.main()
    except SystemExit as stop:
        return stop.code
    return 0


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A project with notebooks of its own, and its reports before and after it was trusted."""
    base = tmp_path_factory.mktemp("own")
    project, ours = project_in(base / "p"), ours_in(base / "installed")
    folder = project / "notebooks"
    put(folder, "00_summary.ipynb", (HOSTILE,), *OURS[2:], *SHOWN)
    put(folder, "08 mine?.ipynb", *readme_cells(), WRITES)
    (folder / "bad.ipynb").write_text("{", encoding="utf-8")
    # What lies in a project is code too, and must not run in our sessions.
    (project / "procmine.py").write_text(WRITES, encoding="utf-8")
    with installed(ours, base / "home"):
        assert run("report", project, "--out", base / "before") == 0
        marked = sorted(path.name for path in project.rglob("marker.txt"))
        (project / "procmine.py").unlink()
        assert run("trust", project) == 0
        assert run("report", project, "--out", base / "after") == 0
    return base, marked


@pytest.fixture
def before(made):
    return made[0] / "before"


@pytest.fixture
def after(made):
    return made[0] / "after"


def read(path):
    return path.read_text(encoding="utf-8")


# ── before it is trusted ──────────────────────────────────────────────────────────────────────────


def test_nothing_of_a_project_runs_before_it_is_trusted(made, before):
    assert made[1] == []
    assert sorted(path.name for path in before.glob("*.html")) == ["00_summary.html", "index.html"]
    assert "A lead with" not in read(before / "00_summary.html")
    assert "共 1 个变体" in read(before / "00_summary.html")


def test_the_index_and_run_json_name_what_was_not_run(before):
    index = read(before / "index.html")
    assert "<b>没有运行的笔记本</b>" in index
    said = (
        "00_summary.ipynb、08 mine?.ipynb：还没有获得信任。它们是程序，信得过再运行：procmine trust &lt;项目文件夹&gt;"
    )
    assert f"<li>{said}</li><li>改过的 00_summary.ipynb 由 procmine 自带的页面代替</li>" in index
    assert "<li>notebooks/bad.ipynb: 这不是 Jupyter 笔记本；第 1 行第 2 列</li>" in index
    kept = json.loads(read(before / "run.json"))["notebooks"]
    assert [(one["notebook"], one["page"], one["not_run"]) for one in kept] == [
        ("notebooks/00_summary.ipynb", None, "还没有获得信任"),
        ("notebooks/08 mine?.ipynb", None, "还没有获得信任"),
        ("notebooks/bad.ipynb", None, "notebooks/bad.ipynb: 这不是 Jupyter 笔记本；第 1 行第 2 列"),
    ]


def test_the_command_line_says_at_the_end_what_was_not_run(tmp_path, capsys, monkeypatch):
    project, ours = project_in(tmp_path / "p"), ours_in(tmp_path / "installed")
    put(project / "notebooks", "08_mine.ipynb", "1")
    monkeypatch.setattr("procmine.report.render.render_report", lambda *_, **__: tmp_path / "index.html")
    with installed(ours, tmp_path / "home"):
        assert run("report", project) == 0
        told = f"\n  ! 08_mine.ipynb: not trusted yet. They are code; to let them run: procmine trust {project}\n"
        assert capsys.readouterr().err.endswith(f"Notebooks that were not run{told}")
        run("trust", project)
        capsys.readouterr()
        run("report", project)
        assert "not run" not in capsys.readouterr().err


# ── after it is trusted ───────────────────────────────────────────────────────────────────────────


def test_notebooks_of_ones_own_are_pages_after_ours(made, after):
    assert json.loads(read(after / "run.json"))["pages"] == ["00_summary.html", "08_mine.html"]
    assert sorted(path.name for path in after.glob("*.html")) == ["00_summary.html", "08_mine.html", "index.html"]
    assert (made[0] / "p" / "notebooks" / "marker.txt").exists()  # they run where they lie, as by hand


def test_a_changed_copy_takes_the_place_of_our_page_and_says_so(after):
    page = read(after / "00_summary.html")
    assert "这一页来自项目中改过的 notebooks/00_summary.ipynb，代替 procmine 的同名页面。" in page
    assert "A lead with <b>signs</b> &amp; more." in page
    assert "another company" not in page


def test_the_notebook_of_the_readme_becomes_a_page_with_its_tables(after):
    page = read(after / "08_mine.html")
    (title,) = next(cell for cell in readme_cells() if isinstance(cell, tuple))
    assert f"<h1>{title.splitlines()[0].removeprefix('# ')}</h1>" in page
    assert "这一页来自项目自己的笔记本 notebooks/08 mine?.ipynb。" in page
    kept = json.loads(read(after / "run.json"))["results"]["08_mine"]
    assert kept["variants"]["n_rows"] == 1
    assert read(after / kept["variants"]["csv"]).count("\n") == 2
    assert f'<a href="{kept["variants"]["csv"]}">' in read(after / "index.html")


def test_what_other_libraries_show_stands_on_the_page(after):
    page = read(after / "00_summary.html")
    for part in (
        "<th>own column</th>", '<img src="data:image/png;base64,', "<div id=live></div><script>", "element.dataset.own = 1",
        "<strong>bold</strong>", "<pre>a widget</pre>", "<pre>said\n</pre>", "<pre>warned\n</pre>", "division by zero",
    ):  # fmt: skip
        assert part in page
    assert "这一页没有算完" not in page
    assert re.findall(r"papermill|jquery|\$\('#", page) == []


def test_its_title_and_lead_break_no_other_page(after):
    for name in ("index.html", "08_mine.html"):
        page = read(after / name)
        assert "<script>alert" not in page
        assert "A &lt;script&gt;alert(1)&lt;/script&gt;</a>" in page
    assert "A lead with signs &amp; more." in read(after / "index.html")


def test_what_other_libraries_show_gives_the_same_bytes():
    from procmine.report.pages import page_of

    node = notebook("pass")
    data = {
        "application/javascript": "1",
        "application/vnd.jupyter.widget-view+json": {},
        "image/svg+xml": "<svg/>",
        "text/latex": "$a$",
    }
    node.cells[0].outputs = [nbformat.v4.new_output("display_data", {kind: value}) for kind, value in data.items()]
    ran = Run(Chapter("08", Notebook(())), node, Path(), None)
    assert page_of(ran, "zh") == page_of(ran, "zh")


# ── when it cannot be run ─────────────────────────────────────────────────────────────────────────


def test_a_failing_notebook_is_named_as_the_projects_own_and_the_earlier_report_stays(tmp_path):
    project, ours = project_in(tmp_path / "p"), tmp_path / "none"
    ours.mkdir()
    put(project / "notebooks", "dies.ipynb", "'shown before'", "import os; os._exit(3)")
    out = tmp_path / "out"
    out.mkdir()
    (out / "run.json").write_text("{}", encoding="utf-8")
    with installed(ours, tmp_path / "home"):
        run("trust", project)
        with pytest.raises(ReportError) as caught:
            pm.render_report(pm.open_project(project), out=out)
    (fault,) = caught.value.faults
    assert fault.place == "notebooks/dies.ipynb"
    assert fault.say("zh").startswith("notebooks/dies.ipynb: 项目自己的笔记本没有跑完：运行它的进程中途停了")
    assert fault.say("en").endswith(f"hint: see {tmp_path / 'out-failed' / 'dies.html'}")
    assert [path.name for path in out.iterdir()] == ["run.json"]
    page = read(tmp_path / "out-failed" / "dies.html")
    assert "运行它的进程中途停了" in page
    assert "shown before" in page


ERRORS = {"NameError": "no x", "SystemExit": "", "ZeroDivisionError": "division by zero"}


@pytest.mark.parametrize(
    ("cells", "ended", "said"),
    [
        ([("1", "NameError")], False, "NameError: no x"),
        ([("1", "NameError", "raises-exception"), ("2",)], True, None),
        (
            [("1", "NameError", "raises-exception"), ("2", "ZeroDivisionError")],
            False,
            "ZeroDivisionError: division by zero",
        ),
        ([("1", "SystemExit")], False, "it ended before its last cell"),
        ([("1",)], False, "it ended before its last cell"),
        ([("1",)], True, None),
    ],
)
def test_why_a_notebook_stopped(tmp_path, cells, ended, said):
    node = notebook(*(source for source, *_ in cells))
    for cell, (_, *kinds) in zip(node.cells, cells, strict=True):
        cell.metadata["tags"] = kinds[1:]
        cell.outputs = [
            nbformat.v4.new_output("error", ename=kind, evalue=ERRORS[kind], traceback=[]) for kind in kinds[:1]
        ]
    if ended:
        (tmp_path / "index.json").write_text("[]", encoding="utf-8")
    assert running._stop(node, tmp_path, "en") == said
