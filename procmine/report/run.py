"""Running notebooks as functions: parameters in, outputs and results out, in a folder of their own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from procmine.core.errors import Fault, ReportError
from procmine.core.words import Language, Words
from procmine.report.shown import FAULT

if TYPE_CHECKING:
    from nbformat import NotebookNode

OWN = "procmine-own"
PARAMETERS = "parameters"


@dataclass(frozen=True)
class Run:
    """An executed notebook.

    Attributes
    ----------
    results
        The folder with what it showed.
    fault
        The error of the cell at which it stopped; None when it ran through.
    """

    name: str
    notebook: NotebookNode
    results: Path
    fault: str | None


def notebooks_folder() -> Path:
    """Where the notebooks are: in the installed package, or beside it in a clone.

    Raises
    ------
    ReportError
        If there are none.
    """
    package = Path(__file__).parent.parent
    for folder in (package / "_notebooks", package.parent / "notebooks"):
        if any(folder.glob("*.ipynb")):
            return folder
    raise ReportError(Fault(str(package), Words("找不到分析笔记本", "the notebooks are not there")))


def run_notebook(path: Path, parameters: dict[str, Any], project: Path, folder: Path, language: Language) -> Run:
    """Execute a notebook with the project as its working directory.

    Parameters
    ----------
    language
        In which an error of procmine is told.
    parameters
        Values for names of the notebook's parameters cell.
    folder
        An empty folder for the executed notebook and its results.

    Raises
    ------
    ReportError
        If the notebook does not know a parameter, or no kernel can be started.
    """
    import nbformat
    import papermill

    notebook = nbformat.read(path, as_version=4)
    _check_parameters(path, notebook, parameters)
    results = folder / "results"
    results.mkdir(parents=True)
    notebook.cells.insert(0, _own_cell("speak_to_pages", str(results), language))
    notebook.cells.append(_own_cell("write_shown", str(results)))
    prepared, executed = folder / "prepared.ipynb", folder / "executed.ipynb"
    nbformat.write(notebook, prepared)
    fault = None
    try:
        papermill.execute_notebook(
            prepared,
            executed,
            parameters=parameters,
            cwd=project,
            kernel_name="python3",
            progress_bar=False,
            extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
        )
    except papermill.PapermillExecutionError as error:
        said = results / FAULT
        fault = said.read_text("utf-8") if said.exists() else f"{error.ename}: {error.evalue}"
    ran = nbformat.read(executed, as_version=4)
    for cell in ran.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = PARAMETERS
    return Run(path.stem, ran, results, fault)


def _own_cell(function: str, *arguments: str) -> NotebookNode:
    """A cell of ours, which no page shows."""
    import nbformat

    source = f"from procmine.report.shown import {function}\n{function}({', '.join(map(repr, arguments))})"
    cell: NotebookNode = nbformat.v4.new_code_cell(source, id=f"{OWN}-{function}", metadata={"tags": [OWN]})
    return cell


def _check_parameters(path: Path, notebook: NotebookNode, parameters: dict[str, Any]) -> None:
    declared = "\n".join(cell.source for cell in notebook.cells if PARAMETERS in cell.metadata.get("tags", []))
    known = [line.partition("=")[0].strip() for line in declared.splitlines() if "=" in line]
    unknown = [name for name in parameters if name not in known]
    if unknown:
        fault = Words("笔记本没有参数 {names}", "the notebook has no parameter {names}").filled(
            names=", ".join(unknown)
        )
        facts = Words("已有：{known}", "known: {known}").filled(known=", ".join(known))
        raise ReportError(Fault(path.name, fault, facts))
