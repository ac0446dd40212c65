"""The notebooks of a project: our copies, a person's own, and what may run."""

import json
import os
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from nbformat.sign import NotebookNotary
from own_notebooks import OURS, notebook, ours_in, project_in, put

import procmine as pm
from procmine import cli
from procmine.core.text.errors import ReportError
from procmine.lab import copies, opening, ours, own, reading, telling, trust
from procmine.report.chapters import chapters, page_name

NOTEBOOKS = ROOT / "notebooks"


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    """What belongs to the user stays in the test."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setattr(sys, "argv", sys.argv)
    return tmp_path / "home"


@pytest.fixture
def project(tmp_path):
    return project_in(tmp_path / "我的 project")


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Our notebooks, as if there were one alone."""
    folder = ours_in(tmp_path / "installed")
    for module in ("lab.ours", "lab.acts"):
        monkeypatch.setattr(f"procmine.{module}.notebooks_folder", lambda: folder)
    return folder


def run(capsys, *arguments):
    """Exit code, standard output and standard error of one call."""
    code = 0
    try:
        sys.argv = ["procmine", *map(str, arguments)]
        cli.main()
    except SystemExit as stop:
        code = stop.code or 0
    done = capsys.readouterr()
    return code, done.out, done.err


def outcomes(project, folder):
    return {one.file: one.outcome for one in copies.bring_notebooks(project, folder)}


# ── copies ────────────────────────────────────────────────────────────────────────────────────────


def test_copies_name_their_project_show_nothing_of_another_and_are_trusted_by_jupyter(project):
    found = outcomes(project, NOTEBOOKS)
    assert found == dict.fromkeys(sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")), "new")
    with NotebookNotary() as notary:
        for name in found:
            copy = nbformat.read(project / "notebooks" / name, as_version=4)
            assert notary.check_signature(copy)
            assert [cell for cell in copy.cells if cell.get("outputs") or cell.get("execution_count")] == []
            (parameters,) = [cell.source for cell in copy.cells if "parameters" in cell.metadata.get("tags", [])]
            assert parameters.startswith('project = ".."\nexports = []')
    assert [path.read_bytes() for path in NOTEBOOKS.glob("*.ipynb") if b'project = \\"..\\"' in path.read_bytes()] == []


def test_copies_for_the_project_they_were_saved_on_keep_what_they_show(tmp_path):
    folder = ours_in(tmp_path)
    sample = project_in(tmp_path / "eventlogs" / "globaltech")
    copies.bring_notebooks(sample, folder)
    assert "another company" in (sample / "notebooks" / "00_summary.ipynb").read_text(encoding="utf-8")


def test_a_second_time_nothing_is_written(project, small):
    assert outcomes(project, small) == {"00_summary.ipynb": "new"}
    before = (project / "notebooks" / "00_summary.ipynb").stat()
    assert outcomes(project, small) == {"00_summary.ipynb": "same"}
    assert (project / "notebooks" / "00_summary.ipynb").stat().st_mtime_ns == before.st_mtime_ns


def ran(node):
    node.cells[-1].outputs = [nbformat.v4.new_output("stream", text="2 rows")]
    node.cells[-1].execution_count = 7
    node.cells[-1].metadata["execution"] = {"iopub.execute_input": "2026-03-02T09:00:00Z"}


def saved_by_a_lab(node):
    node.metadata["kernelspec"] = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    node.metadata["language_info"] = {"name": "python", "version": "3.13.1"}
    node.cells[0].metadata |= {"collapsed": True, "editable": True}
    node.cells.append(nbformat.v4.new_code_cell(""))
    for i, cell in enumerate(node.cells):
        cell.id = f"other-{i}"


def with_blanks_at_its_end(node):
    node.cells[2].source += "  \n\n"


def of_another_project(node):
    node.cells[3].source = '# mine\nexports = [\n    "a.csv",\n]\nproject: str = "../elsewhere"\nattribute = None'


def run_by_papermill(node):
    node.cells.insert(4, nbformat.v4.new_code_cell('project = "x"', metadata={"tags": ["injected-parameters"]}))


SAME = [ran, saved_by_a_lab, with_blanks_at_its_end, of_another_project, run_by_papermill]


def other_code(node):
    node.cells[4].source += "\nlog = log.filter_cases(渠道='邮件')"


def a_text_more(node):
    node.cells.insert(2, nbformat.v4.new_markdown_cell("What I think of it."))


def a_cell_less(node):
    del node.cells[-1]


def another_order(node):
    node.cells[0], node.cells[1] = node.cells[1], node.cells[0]


def another_language(node):
    node.cells[0].metadata["tags"] = ["en"]


def another_value(node):
    node.cells[3].source = node.cells[3].source.replace("None", '"渠道"')


def a_line_of_ipython(node):
    node.cells[3].source = "%matplotlib inline\n" + node.cells[3].source


def code_become_text(node):
    node.cells[-1] = nbformat.v4.new_markdown_cell(node.cells[-1].source)


CHANGED = [
    other_code, a_text_more, a_cell_less, another_order, another_language, another_value, a_line_of_ipython, code_become_text
]  # fmt: skip


def edit(path, change):
    node = nbformat.read(path, as_version=4)
    change(node)
    nbformat.write(node, path)


@pytest.mark.parametrize("change", SAME, ids=lambda change: change.__name__)
def test_running_and_saving_leave_a_copy_a_copy(project, small, change):
    copies.bring_notebooks(project, small)
    edit(project / "notebooks" / "00_summary.ipynb", change)
    assert outcomes(project, small) == {"00_summary.ipynb": "same"}
    assert own.own_notebooks(project, small).usable == ()


@pytest.mark.parametrize("change", CHANGED, ids=lambda change: change.__name__)
def test_a_changed_copy_is_kept_and_takes_the_place_of_ours(project, small, change):
    copies.bring_notebooks(project, small)
    path = project / "notebooks" / "00_summary.ipynb"
    edit(path, change)
    before = path.read_bytes()
    assert outcomes(project, small) == {"00_summary.ipynb": "kept"}
    assert path.read_bytes() == before
    (found,) = own.own_notebooks(project, small).usable
    assert (found.file, found.replaces) == ("00_summary.ipynb", True)


@pytest.mark.parametrize("change", SAME, ids=lambda change: change.__name__)
def test_an_unchanged_copy_of_an_older_version_is_replaced_and_no_page_before_that(project, small, change):
    copies.bring_notebooks(project, small)
    edit(project / "notebooks" / "00_summary.ipynb", change)
    edit(small / "00_summary.ipynb", other_code)  # a new version of procmine
    assert own.own_notebooks(project, small).usable == ()
    assert outcomes(project, small) == {"00_summary.ipynb": "refreshed"}
    assert "filter_cases" in (project / "notebooks" / "00_summary.ipynb").read_text(encoding="utf-8")


def test_a_changed_copy_of_an_older_version_is_kept(project, small):
    copies.bring_notebooks(project, small)
    edit(project / "notebooks" / "00_summary.ipynb", a_text_more)
    edit(small / "00_summary.ipynb", other_code)
    assert outcomes(project, small) == {"00_summary.ipynb": "kept"}
    assert "What I think of it." in (project / "notebooks" / "00_summary.ipynb").read_text(encoding="utf-8")


def test_a_copy_of_a_notebook_that_procmine_no_longer_has_is_no_page(project, small):
    copies.bring_notebooks(project, small)
    (small / "00_summary.ipynb").rename(small / "00_first.ipynb")
    assert own.own_notebooks(project, small).usable == ()
    shutil.copy(project / "notebooks" / "00_summary.ipynb", project / "notebooks" / "08_mine.ipynb")
    assert [one.file for one in own.own_notebooks(project, small).usable] == ["08_mine.ipynb"]


def broken(path):
    path.write_text("{", encoding="utf-8")


def a_link(path):
    path.symlink_to(put(path.parent.parent / "else", "x.ipynb", "1"))


@pytest.mark.parametrize("make", [broken, a_link, Path.mkdir, lambda path: path.symlink_to("nowhere")])
def test_whatever_has_our_name_is_never_written_over(project, small, make):
    path = project / "notebooks" / "00_summary.ipynb"
    make(path)
    before = path.lstat().st_mtime_ns
    assert outcomes(project, small) == {"00_summary.ipynb": "kept"}
    assert path.lstat().st_mtime_ns == before


def test_nothing_is_written_where_it_does_not_belong(project, small, monkeypatch, tmp_path):
    shutil.rmtree(project / "notebooks")
    (tmp_path / "elsewhere").mkdir()
    (project / "notebooks").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ReportError, match="leads out of the project"):
        copies.bring_notebooks(project, small)
    (project / "notebooks").unlink()
    (project / "notebooks").write_text("mine", encoding="utf-8")
    with pytest.raises(pm.WriteError, match="no file can be written here"):
        copies.bring_notebooks(project, small)
    monkeypatch.setattr(copies, "package_folder", lambda: project.parent)
    with pytest.raises(ReportError, match=r"procmine sample .* --out"):
        copies.bring_notebooks(project, small)
    assert list((tmp_path / "elsewhere").iterdir()) == []


# ── reading ───────────────────────────────────────────────────────────────────────────────────────

CELL = {"cell_type": "code", "source": "1", "metadata": {}, "outputs": [], "execution_count": None}
FOUR = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [CELL]}
OLD_CELL = {
    "cell_type": "code",
    "input": ["1\n", "+ 1"],
    "language": "python",
    "metadata": {},
    "outputs": [],
    "collapsed": False,
}
THREE = {
    "nbformat": 3,
    "nbformat_minor": 0,
    "metadata": {"name": ""},
    "worksheets": [{"cells": [OLD_CELL], "metadata": {}}],
}

BAD = {
    "an empty file": (b"", "this is no Jupyter notebook\n  line 1, column 1"),
    "a cut file": (b'{"nbformat": 4,\n "cells": [', "this is no Jupyter notebook\n  line 2, column 12"),
    "a list": (b"[]", "this is no Jupyter notebook"),
    "nested too deeply": (b"[" * 100_000, "nested too deeply"),
    "no text": (b"\x89PNG\r\n\x1a\n", "its text is not UTF-8"),
    "another encoding": (json.dumps(FOUR, indent=1).replace('"1"', '"中"').encode("gb18030"), "its text is not UTF-8"),
    "a format to come": (json.dumps(FOUR | {"nbformat": 5}).encode(), "format 5; 3 and 4 are known"),
    "no cells": (json.dumps(FOUR | {"cells": {}}).encode(), "it has no cells"),
    "a strange cell": (json.dumps(FOUR | {"cells": [CELL, {"cell_type": "x"}]}).encode(), "its cell number 2 cannot be read"),
    "a cell of numbers": (json.dumps(FOUR | {"cells": [CELL | {"source": 7}]}).encode(), "its cell number 1 cannot be read"),
    "a broken old one": (json.dumps(THREE | {"worksheets": [1]}).encode(), "what format 3 asks for is not all there"),
    "another language": (
        json.dumps(FOUR | {"metadata": {"kernelspec": {"name": "ir", "language": "R"}}}).encode(),
        "the notebook is in R; a report runs Python",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_notebook_is_told_with_its_place(project, small, name):
    content, said = BAD[name]
    (project / "notebooks" / "08.ipynb").write_bytes(content)
    found = own.own_notebooks(project, small)
    assert found.usable == ()
    assert said in found.unusable["08.ipynb"].say("en")
    assert found.unusable["08.ipynb"].place == "notebooks/08.ipynb"
    assert found.unusable["08.ipynb"].say("zh") != found.unusable["08.ipynb"].say("en")


def test_a_huge_notebook_is_not_read(project, small):
    with (project / "notebooks" / "08.ipynb").open("wb") as file:
        file.truncate(reading.MOST_BYTES + 1)
    fault = own.own_notebooks(project, small).unusable["08.ipynb"].say("en")
    assert "the notebook has 100 MB; 100 MB are the limit" in fault
    assert "clear all outputs" in fault


@pytest.mark.parametrize(
    ("content", "sources"),
    [
        (FOUR, ["1"]),
        (FOUR | {"nbformat_minor": 0}, ["1"]),
        (THREE, ["1\n+ 1"]),
        (FOUR | {"cells": [{"cell_type": "code", "source": ["a\r\n", "b"]}, CELL | {"source": " "}]}, ["a\nb"]),
        (
            {"nbformat": 4, "cells": [CELL | {"metadata": {"tags": "zh"}, "attachments": [1], "source": "\ud800x"}]},
            ["?x"],
        ),
        (FOUR | {"metadata": {"procmine": {"copy_of": 1}}, "cells": []}, []),
    ],
)
def test_old_and_careless_notebooks_are_read(project, small, content, sources):
    text = "\ufeff" + json.dumps(content)
    (project / "notebooks" / "08.ipynb").write_text(text, encoding="utf-8")
    (found,) = own.own_notebooks(project, small).usable
    assert [cell.source for cell in found.notebook.cells] == sources
    nbformat.validate(found.notebook.as_node())


def test_what_lies_in_the_folder_otherwise_has_an_answer(project, small, tmp_path):
    folder = project / "notebooks"
    put(tmp_path / "else", "x.ipynb", "1")
    (folder / "away.ipynb").symlink_to(tmp_path / "else" / "x.ipynb")
    (folder / "nowhere.ipynb").symlink_to("gone.ipynb")
    (folder / "folder.ipynb").mkdir()
    os.mkfifo(folder / "pipe.ipynb")
    put(folder, "08\x1b[31m.ipynb", "1")
    put(folder, "within.IPYNB", "1").rename(folder / "real.txt")
    (folder / "within.IPYNB").symlink_to("real.txt")
    put(folder / ".ipynb_checkpoints", "08-checkpoint.ipynb", "1")
    put(folder, "._08.ipynb", "1")
    put(folder / "drafts", "old.ipynb", "1")
    found = own.own_notebooks(project, small)
    assert {name: fault.say("en") for name, fault in found.unusable.items()} == {
        "08�[31m.ipynb": "notebooks/08�[31m.ipynb: the file's name has signs that cannot be shown\n  hint: rename it",
        "away.ipynb": "notebooks/away.ipynb: this link leads out of the project\n  hint: copy it into the project",
        "folder.ipynb": "notebooks/folder.ipynb: this is no file",
        "nowhere.ipynb": "notebooks/nowhere.ipynb: this is no file",
        "pipe.ipynb": "notebooks/pipe.ipynb: this is no file",
    }
    assert [one.file for one in found.usable] == ["within.IPYNB"]
    assert found.below == ("drafts/old.ipynb",)


# ── trust ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def trusted(project, small):
    """A project with notebooks of its own that may run."""
    folder = project / "notebooks"
    put(folder, "08_mine.ipynb", ("# Mine",), ('project = ".."', "parameters"), "import helper", "1 + 1")
    put(folder, "09_more.ipynb", "2")
    put(folder / "drafts", "old.ipynb", "3")
    (folder / "helper.py").write_text("x = 1\n", encoding="utf-8")
    trust.remember(project, own.own_notebooks(project, small).files)
    assert not own.own_notebooks(project, small).changed
    return project


def mine(project, number, source):
    edit(project / "notebooks" / "08_mine.ipynb", lambda node: node.cells[number].update(source=source))


ENDS = {
    "other code": (lambda project: mine(project, 3, "1 + 2"), ["08_mine.ipynb"]),
    "code among the parameters": (lambda project: mine(project, 1, 'project = ".."\nprint()'), ["08_mine.ipynb"]),
    "a text, which may hold a script": (lambda project: mine(project, 0, "<script>1</script>"), ["08_mine.ipynb"]),
    "a tag": (
        lambda project: edit(
            project / "notebooks" / "08_mine.ipynb", lambda node: node.cells[3].metadata.update(tags=["raises-exception"])
        ),
        ["08_mine.ipynb"],
    ),
    "a new notebook": (lambda project: put(project / "notebooks", "07.ipynb", "1"), ["07.ipynb"]),
    "a new copy of ours, changed": (
        lambda project: put(project / "notebooks", "00_summary.ipynb", *OURS, "1"), ["00_summary.ipynb"]
    ),
    "code that a notebook imports": (
        lambda project: (project / "notebooks" / "helper.py").write_text("x = 2\n", encoding="utf-8"), ["helper.py"]
    ),
    "code that a notebook now imports": (
        lambda project: (project / "notebooks" / "drafts" / "a.py").write_text("", encoding="utf-8"), ["drafts/a.py"]
    ),
    "one exchanged for another": (
        lambda project: (project / "notebooks" / "09_more.ipynb").replace(project / "notebooks" / "08_mine.ipynb"),
        ["08_mine.ipynb"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", ENDS)
def test_a_change_ends_the_trust_of_the_folder_and_is_named(trusted, small, what):
    change, named = ENDS[what]
    change(trusted)
    found = own.own_notebooks(trusted, small)
    assert found.changed == named
    assert found.may_run == ()
    assert [one.own for one in chapters(small, found)] == [None]
    said = list(telling.not_run_lines(found, "procmine trust p"))
    assert f": changed since it was trusted: {named[0]}. They are code; to let them run: procmine trust p" in said[1].en
    assert f"：信任之后有改动：{named[0]}。它们是程序，信得过再运行：procmine trust p" in said[1].zh


def saved_again(project):
    for change in (ran, saved_by_a_lab):
        edit(project / "notebooks" / "08_mine.ipynb", change)


STAYS = {
    "run and saved": saved_again,
    "one less": lambda project: (project / "notebooks" / "09_more.ipynb").unlink(),
    "a draft": lambda project: put(project / "notebooks" / "drafts", "old.ipynb", "4"),
    "what Python keeps": lambda project: put(project / "notebooks" / "__pycache__", "x.py", "1"),
    "a copy of ours": lambda project: put(project / "notebooks", "00_summary.ipynb", *OURS),
}


@pytest.mark.parametrize("what", STAYS)
def test_other_things_do_not_end_it(trusted, small, what):
    STAYS[what](trusted)
    found = own.own_notebooks(trusted, small)
    assert found.changed == []
    assert "08_mine.ipynb" in [one.file for one in found.may_run]


def test_trust_is_of_a_place_and_lies_outside_of_it(trusted, small, home, tmp_path):
    assert [path.suffix for path in trusted.rglob("*.json")] == []
    assert [path.suffix for path in home.rglob("*") if path.is_file()] == [".json"]
    copy = Path(shutil.copytree(trusted, tmp_path / "mailed"))
    assert own.own_notebooks(copy, small).may_run == ()
    (tmp_path / "by another way").symlink_to(trusted)
    assert len(own.own_notebooks(tmp_path / "by another way", small).may_run) == 2


@pytest.mark.parametrize("kept", ["", "[]", '{"files": 1}', '{"files": {"08_mine.ipynb": 1}}', "\x00"])
def test_an_illegible_memory_is_no_trust(trusted, small, kept):
    trust.memory_of(trusted).write_text(kept, encoding="utf-8")
    assert own.own_notebooks(trusted, small).may_run == ()


def test_trust_lists_what_it_trusts_and_how_to_take_it_back(capsys, trusted, small):
    put(trusted / "notebooks", "00_summary.ipynb", *OURS, "1")
    (trusted / "notebooks" / "bad.ipynb").write_text("{", encoding="utf-8")
    code, out, err = run(capsys, "trust", trusted)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    digest = own.own_notebooks(trusted, small).usable[1].notebook.digest
    assert lines[0] == f"procmine report will now run, in {trusted / 'notebooks'}:"
    assert lines[1] == "  00_summary.ipynb (in place of procmine's page)"
    assert lines[3:5] == ["  08_mine.ipynb", f"    4 cells, 3 lines of code · sha256 {digest[:16]} · # Mine"]
    assert lines[7].startswith("  helper.py · code that notebooks may import · sha256 ")
    assert lines[8] == "  ! notebooks/bad.ipynb: this is no Jupyter notebook; line 1, column 2"
    assert lines[-2:] == [
        f"remembered in {trust.memory_of(trusted)}",
        f"to take it back: procmine trust '{trusted}' --revoke",
    ]
    assert len(own.own_notebooks(trusted, small).may_run) == 3


def test_trust_is_taken_back(capsys, trusted, small):
    assert run(capsys, "trust", trusted / "project.yml", "--revoke")[1].startswith("trust taken back")
    assert own.own_notebooks(trusted, small).may_run == ()
    assert run(capsys, "trust", trusted, "--revoke") == (0, "nothing was trusted here\n", "")


def test_trust_says_when_there_is_nothing_to_trust(capsys, project, small, home):
    copies.bring_notebooks(project, small)
    code, _, err = run(capsys, "trust", project)
    assert (code, "there is nothing to trust: no notebook of the project's own is here" in err) == (2, True)
    (project / "notebooks" / "bad.ipynb").write_text("{", encoding="utf-8")
    assert "notebooks/bad.ipynb: this is no Jupyter notebook" in run(capsys, "trust", project)[2]
    code, _, err = run(capsys, "trust", project / "notebooks")
    assert (code, "there is no project.yml here" in err) == (2, True)
    assert not home.exists()


def test_trust_that_cannot_be_kept_is_refused(capsys, project, small, home):
    put(project / "notebooks", "08_mine.ipynb", "1")
    home.write_text("no folder", encoding="utf-8")
    code, _, err = run(capsys, "trust", project)
    assert (code, "no file can be written here" in err, "(HOME)" in err) == (2, True, True)
    assert own.own_notebooks(project, small).may_run == ()


def test_check_names_notebooks_and_whether_they_run(capsys, trusted, small):
    assert "the project's own notebooks, trusted: 08_mine.ipynb, 09_more.ipynb\n" in run(capsys, "check", trusted)[1]
    trust.forget(trusted)
    (trusted / "notebooks" / "bad.ipynb").write_text("{", encoding="utf-8")
    put(trusted / "notebooks", "00_summary.ipynb", *OURS, "1")
    lines = run(capsys, "check", trusted)[1].splitlines()
    to_let_them = f"to let them run: procmine trust '{trusted}'"
    assert lines[-7:-2] == [
        "Notebooks that were not run",
        f"  ! 00_summary.ipynb, 08_mine.ipynb, 09_more.ipynb: not trusted yet. They are code; {to_let_them}",
        "  ! procmine's own page stands for the changed 00_summary.ipynb",
        "  ! notebooks/bad.ipynb: this is no Jupyter notebook; line 1, column 2",
        "notebooks in folders below are no pages: drafts/old.ipynb",
    ]


# ── pages ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("08_mine", "08_mine"), ("a b#c?", "a_b_c"), ("我的分析", "我的分析"), ("index", "index_2"), ("INDEX", "INDEX_2"), ("run", "run"),
        ("00_Summary", "00_Summary_2"), ("../../x", "x"), ("???", "page"), ("con", "con_"), ("aux.1", "aux.1_"), ("x. ", "x"),
        ("é" * 200, "é" * 60), ("e\u0301", "é"), ("50%", "50"), ("<b>", "b"),
    ],
)  # fmt: skip
def test_names_of_pages_are_safe(name, page):
    assert page_name(name, {"index", "00_summary"}) == page


def test_pages_stand_in_order_of_name_and_none_has_the_name_of_another(project, small):
    for name in ("b.ipynb", "A.ipynb", "a?.ipynb", "a#.ipynb", "index.ipynb", "00_summary.ipynb"):
        put(project / "notebooks", name, f"'{name}'")
    trust.remember(project, own.own_notebooks(project, small).files)
    found = chapters(small, own.own_notebooks(project, small))
    assert [(one.name, one.title, one.place) for one in found] == [
        ("00_summary", "00_summary", "notebooks/00_summary.ipynb"),
        ("a", "a#", "notebooks/a#.ipynb"),
        ("A_2", "A", "notebooks/A.ipynb"),
        ("a_3", "a?", "notebooks/a?.ipynb"),
        ("b", "b", "notebooks/b.ipynb"),
        ("index_2", "index", "notebooks/index.ipynb"),
    ]


@pytest.mark.parametrize(
    ("cells", "given"),
    [
        (["1"], {}),
        ([("project = 1", "parameters")], {"project": ".."}),
        ([("exports: list = []\nother = 1", "parameters")], {"exports": ["a"]}),
        ([('%matplotlib inline\nproject = "x"', "parameters")], {"project": ".."}),
        ([("project = (", "parameters")], {}),
        (["project = 1"], {}),
    ],
)
def test_only_declared_parameters_are_given(project, small, cells, given):
    put(project / "notebooks", "08.ipynb", *cells)
    trust.remember(project, own.own_notebooks(project, small).files)
    chapter = chapters(small, own.own_notebooks(project, small))[1]
    assert chapter.parameters(project, {"project": ".", "exports": ["a"]}) == given
    note = chapter.note({"project": ".", "exports": ["a"]}).en
    assert ("it reads the project's own files" in note) == ("exports" not in given)


def test_what_a_person_wrote_stays_on_the_page():
    from procmine.report.gathering import gathered

    card = '<div class="pm-card">project.yml: none<br>hint: write one</div>'
    cells = [("# T", "zh"), ("## A", "zh"), "a", ("My words.",), "b", ("## B", "zh"), "c"]
    node = notebook(*cells)
    for cell in node.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": card})]
    kept = [cell.source for cell in gathered(node, "zh").cells]
    assert "My words." in kept
    assert "## B" not in kept


def test_tables_of_pages_do_not_fall_together(tmp_path):
    import pandas as pd

    from procmine.report.shown import Shown
    from procmine.report.tables import csv_names, results_json, write_tables

    shown = []
    for i, (page, name) in enumerate([("a", "b_c"), ("a_b", "c"), ("A", "B_C")]):
        folder = tmp_path / str(i)
        folder.mkdir()
        pd.DataFrame({"n": [i]}).to_parquet(folder / f"{name}.parquet")
        entry = {
            "name": name,
            "title": name,
            "sentence": "",
            "scalars": {},
            "columns": {"n": {"kind": "count", "label": "n"}},
        }
        shown.append(Shown(page, name, entry, folder))
    write_tables(shown, tmp_path, "zh")
    assert list(csv_names(shown).values()) == ["tables/a_b_c.csv", "tables/a_b_c_2.csv", "tables/A_B_C_3.csv"]
    for i, one in enumerate(shown):
        csv = results_json(shown)[one.notebook][one.name]["csv"]
        assert (tmp_path / csv).read_text(encoding="utf-8-sig") == f"n\n{i}\n"


def test_an_analysis_of_ones_own_needs_no_name(six):
    from functools import partial

    import procmine as pm
    from procmine.report import shown

    before = dict(shown._remembered)
    shown._remembered.clear()
    for analysis in (lambda log, share=1.0: pm.variants(log), partial(pm.variants), pm.variants, pm.variants):
        pm.show(analysis, six)
    assert list(shown._remembered) == ["lambda", "result", "variants", "variants_2"]
    shown._remembered.clear()
    shown._remembered.update(before)


# ── opening ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "named", "options"),
    [
        (["p"], "p", []),
        (["p", "--no-browser", "--port", "9"], "p", ["--no-browser", "--port", "9"]),
        (["--no-browser", "p"], "p", ["--no-browser"]),
        (["--port", "9999", "p"], "p", ["--port", "9999"]),
        (["nowhere", "--port", "9"], "nowhere", ["--port", "9"]),
        (["--port", "9"], "", ["--port", "9"]),
        ([], "", []),
    ],
)
def test_the_project_is_told_from_the_options_of_jupyterlab(tmp_path, monkeypatch, typed, named, options):
    project_in(tmp_path / "p")
    monkeypatch.chdir(tmp_path if named else tmp_path / "p")
    assert opening.told_apart(typed) == (Path(named) if named else tmp_path / "p", options)


@pytest.mark.parametrize("typed", [[], ["--no-browser"], ["--port", "9"]])
def test_lab_without_a_project_says_what_to_type(capsys, monkeypatch, tmp_path, typed):
    project_in(tmp_path / "p")
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "lab", *typed)
    assert (code, out) == (2, "")
    assert (
        "no project is named, and the current folder is none\n  projects here: p\n  hint: type procmine lab PROJECT"
        in err
    )


def test_lab_of_a_project_that_is_none(capsys, tmp_path):
    code, _, err = run(capsys, "lab", tmp_path / "nowhere")
    assert (code, "there is no project.yml here" in err) == (2, True)


@pytest.mark.parametrize(
    ("typed", "given"),
    [
        (["--port=9"], ["--ServerApp.root_dir={p}", "--LabApp.default_url=/lab/tree/notebooks/00_summary.ipynb", "--port=9"]),
        (["--LabApp.default_url=/x"], ["--ServerApp.root_dir={p}", "--LabApp.default_url=/x"]),
        (["--notebook-dir=/x"], ["--LabApp.default_url=/lab/tree/notebooks/00_summary.ipynb", "--notebook-dir=/x"]),
    ],
)  # fmt: skip
def test_jupyterlab_is_given_the_project_and_what_was_typed_once(capsys, monkeypatch, project, small, typed, given):
    started = []
    monkeypatch.setattr(opening.runpy, "run_module", lambda name, **_: started.append((name, Path.cwd(), sys.argv[1:])))
    monkeypatch.chdir(project.parent)
    code, out, _ = run(capsys, "lab", project.name, *typed)
    assert started == [("jupyterlab", project, [one.format(p=project) for one in given])]
    assert (code, out) == (0, f"put into {project / 'notebooks'}: 00_summary.ipynb\n")
    edit(project / "notebooks" / "00_summary.ipynb", a_text_more)
    out = run(capsys, "lab", project, *typed)[1]
    assert out.startswith("kept as you changed them: 00_summary.ipynb; to get procmine's again, rename yours")


def test_signatures_that_cannot_be_kept_are_told(project, small, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "file" / "jupyter"))
    with pytest.raises(ReportError, match="Jupyter cannot keep its signatures here"):
        copies.bring_notebooks(project, small)


def test_our_notebooks_are_found_in_the_clone():
    assert ours.notebooks_folder() == NOTEBOOKS
