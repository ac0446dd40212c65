"""A small project, a small notebook of ours, and notebooks of one's own: what the tests of the lab share."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PROJECT = """procmine: 1
name: 小项目
language: zh
time_zone: Asia/Shanghai
sources:
  - {path: exports/*.csv, columns: {case_id: 单号, activity: 环节, timestamp: 时间}}
"""
ROWS = "单号,环节,时间\n1,受理,2026-03-02 09:00\n1,关闭,2026-03-02 10:00\n2,受理,2026-03-02 11:00\n2,关闭,2026-03-04 11:00\n"


def project_in(folder):
    """A project of two cases, without notebooks."""
    (folder / "exports").mkdir(parents=True)
    (folder / "exports" / "a.csv").write_text(ROWS, encoding="utf-8")
    (folder / "project.yml").write_text(PROJECT, encoding="utf-8")
    (folder / "notebooks").mkdir()
    return folder


def notebook(*cells):
    """Cells of code, or of (text, tag, …): a text alone in a tuple shows in both languages."""
    made = []
    for i, cell in enumerate(cells):
        if isinstance(cell, str):
            made.append(new_code_cell(cell, id=f"c{i}"))
        else:
            text, *tags = cell
            new = new_code_cell if "parameters" in tags or "raises-exception" in tags else new_markdown_cell
            made.append(new(text, id=f"c{i}", metadata={"tags": tags} if tags else {}))
    return new_notebook(cells=made)


def put(folder, name, *cells):
    """Write a notebook."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    nbformat.write(notebook(*cells), path)
    return path


OURS = (
    ("# 摘要\n\n第一段。", "zh"),
    ("# Summary\n\nFirst words.", "en"),
    "import procmine as pm",
    ('project = "../eventlogs/globaltech"\nexports = []\nattribute = None', "parameters"),
    "log = pm.open_project(project).read(exports)",
    "pm.show(pm.variants, log)",
)


def ours_in(folder):
    """The folder of our notebooks, as if procmine had one alone, saved after it was run on another project."""
    path = put(folder / "notebooks", "00_summary.ipynb", *OURS)
    node = nbformat.read(path, as_version=4)
    node.cells[-1].outputs = [nbformat.v4.new_output("execute_result", {"text/html": "<p>another company</p>"})]
    node.cells[-1].execution_count = 5
    nbformat.write(node, path)
    return path.parent
