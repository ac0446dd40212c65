"""Running notebooks as functions: parameters in, outputs and results out, in a folder of their own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from procmine.core.text.words import Language, Words
from procmine.lab.notebook import INJECTED, PARAMETERS
from procmine.report.chapters import Chapter
from procmine.report.shown import FAULT, INDEX

if TYPE_CHECKING:
    from nbformat import NotebookNode

OWN = "procmine-own"
_MEANT = "raises-exception"
_MARKER = "papermill-error-cell-tag"


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

    chapter: Chapter
    notebook: NotebookNode
    results: Path
    fault: str | None

    @property
    def name(self) -> str:
        """The name of its page."""
        return self.chapter.name


class WarmKernel:
    """One kernel for all notebooks of ours: imports, and what was worked out of the log, are paid once.

    No name, setting or figure survives from one to the next: each begins with `shown.speak_to_pages`. What a
    project brings along never runs in it.
    """

    def __init__(self) -> None:
        self._manager: Any = None
        self._clients: list[Any] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        from jupyter_core.utils import run_sync  # see _execute: only a report starts kernels

        self.hang_up()
        if self._manager is not None and self._manager.has_kernel:
            run_sync(self._manager.shutdown_kernel)(now=True)

    def manager(self) -> Any:
        """What starts the kernel, or knows the one that runs; one that died is replaced."""
        from jupyter_client.manager import AsyncKernelManager  # see _execute
        from jupyter_core.utils import run_sync  # see _execute

        if self._manager is None or not (self._manager.has_kernel and run_sync(self._manager.is_alive)()):
            self._manager = AsyncKernelManager(kernel_name=_KERNEL)
            connect = self._manager.client

            def remembered(**options: Any) -> Any:
                self._clients.append(connect(**options))
                return self._clients[-1]

            self._manager.client = remembered
        return self._manager

    def hang_up(self) -> None:
        """Close the lines to the kernel: who runs a notebook in a kernel of somebody else leaves its own open."""
        while self._clients:
            self._clients.pop().stop_channels()


def run_notebook(
    chapter: Chapter, given: dict[str, Any], project: Path, folder: Path, language: Language, kernel: WarmKernel
) -> Run:
    """Execute a notebook: one of ours in the kernel that is warm, one of a project in a kernel of its own.

    Parameters
    ----------
    given
        Values for names of the notebook's parameters cell.
    project
        The project's folder.
    folder
        An empty folder for the executed notebook and its results.
    language
        In which an error of procmine is told.

    Raises
    ------
    ReportError
        If a notebook of ours does not know a parameter, or no kernel can be started.
    """
    import nbformat  # see gathering: only a report needs notebooks

    parameters = chapter.parameters(project, given)
    notebook = chapter.notebook.as_node()
    results = folder / "results"
    results.mkdir(parents=True)
    notebook.cells.insert(0, _own_cell("speak_to_pages", str(results), language))
    notebook.cells.append(_own_cell("write_shown", str(results)))
    prepared, executed = folder / "prepared.ipynb", folder / "executed.ipynb"
    nbformat.write(notebook, prepared)
    manager = kernel.manager() if chapter.own is None else None
    died = _execute(prepared, executed, parameters, chapter.works_in(project), manager)
    kernel.hang_up()
    ran = nbformat.read(executed, as_version=4)
    for cell in ran.cells:
        if INJECTED in cell.metadata.get("tags", []):
            cell.id = PARAMETERS
    # papermill marks errors in English, those that are meant too; the page says itself that it stopped.
    ran.cells = [cell for cell in ran.cells if _MARKER not in cell.metadata.get("tags", [])]
    fault = died.say(language) if died else _stop(ran, results, language)
    return Run(chapter, ran, results, fault)


_KERNEL = "python3"
_QUIT = Words("它在中途结束了", "it ended before its last cell")
_DIED = Words(
    "运行它的进程中途停了（退出，或内存不足）",
    "the process that ran it ended on the way (it quit, or ran out of memory)",
)


def _execute(prepared: Path, executed: Path, parameters: dict[str, Any], place: Path, manager: Any) -> Words | None:
    """Run what was prepared, in a kernel of ours where there is one; why no more was run than `executed` holds."""
    import papermill  # a second to import, and only a report runs notebooks
    from nbclient.exceptions import DeadKernelError  # as above

    # What lies in a project is imported by its own notebooks, which were trusted, and by none of ours.
    options = ["--IPKernelApp.log_level=CRITICAL", f"--IPKernelApp.ignore_cwd={manager is not None}"]
    try:
        papermill.execute_notebook(
            prepared,
            executed,
            parameters=parameters,
            cwd=place,
            kernel_name=_KERNEL,
            km=manager,
            progress_bar=False,
            extra_arguments=options,
        )
    except papermill.PapermillExecutionError:
        return None  # the cell says why
    except DeadKernelError:
        return _DIED
    return None


def _stop(ran: NotebookNode, results: Path, language: Language) -> str | None:
    """The error at which a notebook stopped, but for errors that are meant, as a tag of their cells says."""
    for cell in ran.cells:
        errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
        if errors and errors[0].ename != "SystemExit" and _MEANT not in cell.metadata.get("tags", []):
            said = results / FAULT
            return said.read_text("utf-8") if said.exists() else f"{errors[0].ename}: {errors[0].evalue}"
    return None if (results / INDEX).exists() else _QUIT.say(language)


def _own_cell(function: str, *arguments: str) -> NotebookNode:
    """A cell of ours, which no page shows."""
    import nbformat  # see gathering: only a report needs notebooks

    source = f"from procmine.report.shown import {function}\n{function}({', '.join(map(repr, arguments))})"
    cell: NotebookNode = nbformat.v4.new_code_cell(source, id=f"{OWN}-{function}", metadata={"tags": [OWN]})
    return cell
