"""A project as `procmine new` makes it – no standard, no KPIs, no calendar, no states – runs through every notebook."""

import ast
import json
import re

import pytest
from conftest import ROOT

import procmine as pm
from procmine.project.new_project import make_project
from procmine.report import shown

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
EXPORTS = {
    "times only": ("工单号,环节,时间", ["1,受理,2026-03-02 09:00", "1,关闭,2026-03-03 10:00", "2,受理,2026-03-02 11:00"]),
    "with people": (
        "工单号,环节,时间,处理人,渠道",
        [f"{n},{a},2026-03-{2 + n:02} {9 + i}:00,{p},{'电话邮件'[n % 2 * 2 :][:2]}" for n in range(8)
         for i, (a, p) in enumerate((("受理", "王芳"), ("处理", "李强"), ("处理", "陈静"), ("关闭", "王芳")))],
    ),
    "with starts": (
        "工单号,环节,开始时间,完成时间,处理人",
        [f"{n},{a},2026-03-{2 + n:02} {9 + i}:00,2026-03-{2 + n:02} {9 + i}:30,{p}" for n in range(8)
         for i, (a, p) in enumerate((("受理", "王芳"), ("处理", "李强"), ("关闭", "王芳")))],
    ),
    "one event": ("工单号,环节,时间", ["1,受理,2026-03-02 09:00"]),
}  # fmt: skip


MADE = [("times only", "en"), ("with people", "zh"), ("with starts", "zh"), ("with starts", "en"), ("one event", "zh")]


@pytest.fixture(scope="module", params=MADE, ids=" ".join)
def project(request, tmp_path_factory):
    kind, language = request.param
    folder = tmp_path_factory.mktemp("bare")
    header, rows = EXPORTS[kind]
    (folder / "导出.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    make_project(folder / "made", [folder / "导出.csv"], time_zone="Asia/Shanghai", language=language)
    return folder / "made"


@pytest.fixture(autouse=True)
def remembered():
    """What the notebooks show is not kept for later tests."""
    kept = dict(shown._remembered)
    shown._remembered.clear()
    yield shown._remembered
    shown._remembered.clear()
    shown._remembered.update(kept)


def outputs(path, project):
    """Run the code of a notebook as a kernel would, and what each cell shows."""
    names = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        body = ast.parse("".join(cell["source"])).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), str(path), "exec"), names)
        if "parameters" in cell["metadata"].get("tags", []):
            names["project"] = str(project)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), str(path), "eval"), names)
            yield cell["id"], value._repr_html_()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_runs_through(project, path, tmp_path, remembered):
    found = dict(outputs(path, project))
    assert len(found) >= 3
    assert not any(
        re.search(r"Traceback|NaN|NaT|None(?![a-z])", re.sub(r"<[^>]*>", " ", html)) for html in found.values()
    )
    shown.write_shown(tmp_path)
    told = [one.missing is None for one in shown.read_shown(path.stem, tmp_path)]
    assert any(told) == (path.stem != "04_conformance")


def test_what_is_missing_is_named_in_cards(project):
    """Each card says what to map, in the language of the project."""
    path = next(path for path in NOTEBOOKS if path.stem == "04_conformance")
    dict(outputs(path, project))
    cards = [one for one in shown._remembered.values() if isinstance(one, pm.core.result.result.MissingDataCard)]
    assert cards
    assert all("standard:" in card._repr_html_() for card in cards)
