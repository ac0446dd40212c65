"""Notebooks of one's own in the report: not run before they are trusted, pages after it."""

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from socket import socket

import nbformat
import pytest
from conftest import ROOT
from own_notebooks import OURS, ours_in, project_in, put

import procmine as pm
from procmine import cli
from procmine.core.errors import ReportError
from procmine.lab.own import own_notebooks

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
        pm.render_report(pm.open_project(project), out=base / "again")
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


def test_the_same_notebooks_give_the_same_bytes(made, after):
    again = made[0] / "again"
    names = sorted(path.relative_to(after) for path in after.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert [name for name in names if (after / name).read_bytes() != (again / name).read_bytes()] == []


# ── when it cannot be run ─────────────────────────────────────────────────────────────────────────


def test_a_failing_notebook_is_named_as_the_projects_own_and_the_earlier_report_stays(tmp_path):
    project, ours = project_in(tmp_path / "p"), tmp_path / "none"
    ours.mkdir()
    put(project / "notebooks", "a_mine.ipynb", "missing")
    put(project / "notebooks", "b_quits.ipynb", "'shown before'", "import sys; sys.exit()", "2")
    put(project / "notebooks", "c_dies.ipynb", "'shown before'", "import os; os._exit(3)")
    out = tmp_path / "out"
    out.mkdir()
    (out / "run.json").write_text("{}", encoding="utf-8")
    with installed(ours, tmp_path / "home"):
        run("trust", project)
        with pytest.raises(ReportError) as caught:
            pm.render_report(pm.open_project(project), out=out)
    assert [fault.place for fault in caught.value.faults] == [
        f"notebooks/{name}.ipynb" for name in ("a_mine", "b_quits", "c_dies")
    ]
    said = caught.value.say("en")
    assert "the project's own notebook stopped: NameError: name 'missing' is not defined" in said
    assert f"see {tmp_path / 'out-failed' / 'a_mine.html'}" in said
    assert [path.name for path in out.iterdir()] == ["run.json"]
    for name, fault in (("b_quits", "它在中途结束了"), ("c_dies", "运行它的进程中途停了")):
        page = read(tmp_path / "out-failed" / f"{name}.html")
        assert fault in page
        assert "shown before" in page


# ── JupyterLab itself ─────────────────────────────────────────────────────────────────────────────


def answer(url, seconds):
    """What a server says, once it is there."""
    for _ in range(seconds * 5):
        try:
            with urllib.request.urlopen(url, timeout=5) as found:
                return json.loads(found.read())
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(url)


def free_port():
    with socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_lab_serves_trusted_copies_that_run_where_they_lie(tmp_path, monkeypatch):
    from nbclient import NotebookClient

    for variable in ("XDG_DATA_HOME", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(variable, str(tmp_path / variable.casefold()))
    project, port = project_in(tmp_path / "我的 project"), free_port()
    options = [
        "--no-browser",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=t",
        "--allow-root",
    ]
    command = [sys.executable, "-m", "procmine", "lab", project.name, *options]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            served = answer(f"http://127.0.0.1:{port}/api/contents/notebooks/01_event_log.ipynb?token=t", 90)
        finally:
            server.terminate()  # it is JupyterLab itself, not a parent that would leave it running
            said = server.communicate(timeout=30)[0]
    assert "05_kpis.ipynb" in said
    code = [cell for cell in served["content"]["cells"] if cell["cell_type"] == "code"]
    assert [cell["source"] for cell in code if cell["metadata"].get("trusted") is not True] == []
    with socket() as one:
        assert one.connect_ex(("127.0.0.1", port)) != 0
    path = project / "notebooks" / "01_event_log.ipynb"
    node = nbformat.read(path, as_version=4)
    NotebookClient(node, resources={"metadata": {"path": str(path.parent)}}).execute()
    nbformat.write(node, path)
    shown = [output for cell in node.cells for output in cell.get("outputs", [])]
    assert "读取 4 行" in str(shown)
    assert own_notebooks(project, ROOT / "notebooks").usable == ()
