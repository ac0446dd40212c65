"""The reference of the public names: a page for each stage of the work, made of `procmine.GROUPS` and the docstrings."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import procmine

if TYPE_CHECKING:
    from sphinx.application import Sphinx

HERE = Path(__file__).parent

project = "procmine"
author = "The procmine authors"
project_copyright = "2026, the procmine authors"
release = version = procmine.__version__
extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc"]
exclude_patterns = ["README.md"]
default_role = "code"  # docstrings write code between single backticks
add_module_names = False
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False  # members stand below their class, each with its own docstring
html_theme = "alabaster"
html_theme_options = {
    "description": "Process mining for the exports of OA and CRM systems",
    "font_family": "system-ui, sans-serif",
    "head_font_family": "system-ui, sans-serif",
    "page_width": "1140px",
    "sidebar_width": "260px",
}
html_copy_source = False
html_show_sourcelink = False


def page_of(title: str) -> str:
    """The file name of a group's page."""
    return re.sub(r"[^a-z]+", "-", title.lower()).strip("-")


def pages() -> dict[str, str]:
    """Every page that is made, and its text: the contents, and one page for each group of public names."""
    made = {page_of(title.en): _page(f"{title.en} · {title.zh}", [*names]) for title, names in procmine.GROUPS.items()}
    contents = [
        "Reference · 参考",
        "=" * 30,
        "",
        ".. toctree::",
        "   :maxdepth: 2",
        "",
        *(f"   {name}" for name in made),
    ]
    return {"index": "\n".join(contents), **made}


def _page(title: str, names: list[str]) -> str:
    table = [".. autosummary::", "   :nosignatures:", "", *(f"   {name}" for name in names)]
    entries = [line for name in names for line in _entry(name)]
    return "\n".join([title, "=" * (2 * len(title)), "", ".. currentmodule:: procmine", "", *table, "", *entries])


def _entry(name: str) -> list[str]:
    if not isinstance(getattr(procmine, name), type):
        return ["", f".. autofunction:: {name}"]
    return ["", f".. autoclass:: {name}", "   :members:", "   :exclude-members: model_config, model_post_init"]


def write_pages(app: Sphinx) -> None:
    """Write the pages beside the others; they are not kept."""
    folder = Path(app.srcdir) / "reference"
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        (folder / f"{name}.rst").write_text(text, encoding="utf-8")


def without_validators(_app: Sphinx, _what: str, _name: str, obj: Any, *_: Any) -> tuple[str, None] | None:
    """No signature for what is written as YAML: its keys are listed below it instead."""
    return ("", None) if hasattr(obj, "model_fields") else None


def with_keys_and_columns(_app: Sphinx, _what: str, _name: str, obj: Any, _options: Any, lines: list[str]) -> None:
    """Below the docstring: the keys of what is written as YAML, or the columns of the table that comes back."""
    lines += _keys(obj) if hasattr(obj, "model_fields") else _columns(obj)


def _keys(spec: Any) -> Iterator[str]:
    yield from ("", ".. rubric:: Keys", "")
    for name, field in spec.model_fields.items():
        yield f"* `{field.alias or name}`" + (f" – {field.description}" if field.description else "")


def _columns(function: Any) -> Iterator[str]:
    name = getattr(function, "__annotations__", {}).get("return", "")
    columns = getattr(getattr(sys.modules.get(getattr(function, "__module__", "")), str(name), None), "COLUMNS", {})
    if columns:
        yield from ("", ".. rubric:: Columns of the table", "")
    for column, told in columns.items():
        words = " – ".join(filter(None, [told.label.en, told.meaning.en if told.meaning else ""]))
        yield f"* `{column}` ({told.kind}) {words}".replace("*", r"\*").replace(r"\*", "*", 1)


def chinese_words(text: str) -> list[str]:
    """What finds Chinese text: its runs of characters, of which the page matches parts, and their pairs, since it takes two as a whole.

    Examples
    --------
    >>> chinese_words("KPI 的首次响应")
    ['的首次响应', '的首', '首次', '次响', '响应']
    """
    runs = re.findall(r"[\u4e00-\u9fff]+", text)
    return [*runs, *(run[i : i + 2] for run in runs for i in range(len(run) - 1) if len(run) > 2)]


def searched_in_both_languages() -> type:
    """Sphinx's English search that finds Chinese text as well; its own Chinese one lacks the stemmer that it asks for."""
    from sphinx.search.en import SearchEnglish  # nothing but a build has Sphinx

    class Search(SearchEnglish):
        def split(self, text: str) -> list[str]:
            return [*super().split(text), *chinese_words(text)]

    return Search


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx calls first."""
    app.add_search_language(searched_in_both_languages())
    app.connect("builder-inited", write_pages)
    app.connect("autodoc-process-signature", without_validators)
    app.connect("autodoc-process-docstring", with_keys_and_columns, priority=900)  # after numpydoc
    return {"parallel_read_safe": True}
