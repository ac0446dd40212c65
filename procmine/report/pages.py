"""Offline HTML pages: the notebooks' outputs in our own page, with provenance first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from procmine.core.html.fragments import SKIP, facts_html
from procmine.core.html.notebook_html import asset
from procmine.core.log.import_report import ImportReport
from procmine.core.text.words import Language, Words, write_number, write_share
from procmine.lab.telling import NOT_RUN
from procmine.report.gathering import gathered
from procmine.report.run import OWN, Run

if TYPE_CHECKING:
    from nbformat import NotebookNode

_LABELS = {
    "skip": SKIP,
    "pages": Words("各页", "Pages"),
    "contents": Words("目录", "Contents"),
    "code": Words("显示代码", "Show code"),
    "refused": Words("没有读入的行", "Rows that were not read"),
    "sources": Words("读取的文件", "Files read"),
    "failed": Words("这一页没有算完", "This page could not be finished"),
}
_KNOW = Words("关于数据，先知道 {n} 件事", "{n} things to know about the data")
_FILE_LABELS = (
    Words("文件", "File"),
    Words("SHA-256", "SHA-256"),
    Words("读取行数", "Rows read"),
    Words("拒绝", "Refused"),
    Words("格式", "Format"),
)


@dataclass(frozen=True)
class Page:
    """One page of the report: where it stands, what it is called, and what is in it."""

    file: str
    title: str
    lead: str
    body: str
    contents: tuple[tuple[str, str], ...]
    fault: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Frame:
    """What all pages of a report share."""

    project: str
    language: Language
    subtitle: str
    facts: Sequence[tuple[str, str]]
    report: ImportReport
    versions: str

    def say(self, words: Words) -> str:
        """A text in the report's language."""
        return words.say(self.language)


def page_of(run: Run, language: Language, note: str = "") -> Page:
    """The page of an executed notebook: its cells in one language, code folded away; a note says whose it is."""
    body, title = _body(gathered(run.notebook, language), language)
    headings = [_text(heading) for heading in re.findall(r"<h2>(.*?)</h2>", body, flags=re.DOTALL)]
    contents = tuple((f"s{i}", heading) for i, heading in enumerate(headings, start=1))
    names = iter(contents)
    body = re.sub(r"<h2>", lambda _: f'<h2 id="{next(names)[0]}">', body)
    lead = _first_paragraph(body)
    body = _note(note) + body
    return Page(f"{run.name}.html", title or run.chapter.title, lead, body, contents, run.fault, note)


def _note(note: str) -> str:
    return f'<p class="pm-note">{escape(note)}</p>\n' if note else ""


def _body(notebook: NotebookNode, language: Language) -> tuple[str, str]:
    """The notebook's cells as HTML without its first heading, and that heading."""
    from nbconvert import HTMLExporter, TemplateExporter  # half a second, which only a report needs
    from traitlets.config import Config  # comes with nbconvert

    other = "en" if language == "zh" else "zh"
    config = Config(
        {
            "HTMLExporter": {
                "template_name": "procmine",
                "extra_template_basedirs": [str(files("procmine.report").joinpath("templates"))],
                "exclude_anchor_links": True,
                "exclude_input_prompt": True,
                "exclude_output_prompt": True,
                "preprocessors": ["nbconvert.preprocessors.TagRemovePreprocessor"],
            },
            "TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": [other, OWN]},
        }
    )
    exporter = HTMLExporter(config=config)
    exporter.register_filter("highlight_code", lambda source, **_: escape(source))
    # HTMLExporter's own conversion would parse and rewrite the outputs, SVG attributes included.
    body, _ = TemplateExporter.from_notebook_node(exporter, notebook)
    found = re.search(r"<h1[^>]*>(.*?)</h1>", body, flags=re.DOTALL)
    if found is None:
        return body, ""
    return body.replace(found.group(0), "", 1), _text(found.group(1))


def _text(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html)).strip()


def _first_paragraph(body: str) -> str:
    found = re.search(r'<section class="text">.*?<p>(.*?)</p>', body, flags=re.DOTALL)
    return _text(found.group(1)) if found else ""


def render_page(page: Page, pages: Sequence[Page], frame: Frame) -> str:
    """A page as one HTML document that asks nothing of any server."""
    from jinja2 import Environment, StrictUndefined  # comes with nbconvert

    def own(name: str) -> str:
        return files("procmine.report").joinpath("assets", name).read_text(encoding="utf-8")

    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(own("page.html.j2"))
    return template.render(
        language=frame.language,
        project=frame.project,
        title=page.title,
        heading=page.title if page.file != "index.html" else frame.project,
        subtitle=frame.subtitle if page.file == "index.html" else f"{frame.project} · {frame.subtitle}",
        facts=facts_html(frame.facts) if page.file == "index.html" and frame.facts else "",
        pages=[{"file": other.file, "title": other.title, "here": other is page} for other in pages],
        contents=[{"id": i, "text": text} for i, text in page.contents],
        fault=page.fault,
        refusals=_refusals(frame),
        warnings=[note.say(frame.language) for note in frame.report.warnings],
        warnings_line=frame.say(_KNOW.filled(n=len(frame.report.warnings))),
        provenance=_provenance(frame),
        words={name: frame.say(words) for name, words in _LABELS.items()},
        body=page.body,
        style=asset("page.css"),
        script=asset("tables.js") + own("page.js"),
    )


def _refusals(frame: Frame) -> list[str]:
    """The rows that no number of the report counts."""
    found = []
    for rejection in frame.report.rejections:
        said = Words("{file}：拒绝 {n} 行 – {reason}", "{file}: {n} rows refused – {reason}").filled(
            file=rejection.file, n=write_number(rejection.n_rows), reason=rejection.reason
        )
        found.append(frame.say(said))
    return found


def _provenance(frame: Frame) -> dict[str, Any]:
    report = frame.report
    share = report.n_rejected / report.n_rows if report.n_rows else 0.0
    line = Words(
        "来源：{n} 个文件，读取 {rows} 行，拒绝 {bad} 行（{share}）",
        "Source: {n} files, {rows} rows read, {bad} refused ({share})",
    ).filled(
        n=len(report.files),
        rows=write_number(report.n_rows),
        bad=write_number(report.n_rejected),
        share=write_share(share),
    )
    rows = [
        (
            f.name,
            f.sha256,
            write_number(f.n_rows),
            write_number(f.n_rejected),
            " · ".join(part for part in (f.container, f.encoding) if part),
        )
        for f in report.files
    ]
    return {
        "line": frame.say(line),
        "labels": [frame.say(label) for label in _FILE_LABELS],
        "rows": rows,
        "versions": frame.versions,
    }


def index_page(
    pages: Sequence[Page], tables: Mapping[str, Sequence[str]], not_run: Sequence[str], frame: Frame
) -> Page:
    """The first page: what the report holds, and its files.

    Parameters
    ----------
    tables
        The CSVs by the page that shows them.
    not_run
        What is to be said of notebooks that make no page.
    """
    items = "".join(
        f'<li><a href="{escape(page.file, quote=True)}">{escape(page.title)}</a><p>{escape(page.lead)}</p>{_note(page.note)}</li>'
        for page in pages
    )
    listed = "".join(_file_item(name, about, frame) for name, about in _ABOUT.items()) + _by_page(tables, pages, frame)
    reports, numbers = frame.say(Words("报告", "Pages")), frame.say(Words("数据附件", "The numbers as files"))
    body = _left_out(not_run, frame)
    body += f'<h2 id="pages">{reports}</h2><ul class="pages">{items}</ul><h2 id="files">{numbers}</h2><ul class="pages">{listed}</ul>'
    overview = frame.say(Words("总览", "Contents"))
    return Page("index.html", overview, "", body, (("pages", reports), ("files", numbers)))


_ABOUT = {
    "tables.xlsx": Words("全部表格：每张一页，第一页是目录", "every table: a sheet each, the first one lists them"),
    "run.json": Words("全部数字、来源和版本，供程序读取", "all numbers, sources and versions, for programs"),
}


def _file_item(name: str, about: Words, frame: Frame) -> str:
    link = f'<a href="{escape(name, quote=True)}">{escape(name)}</a>'
    return f"<li>{link}<p>{escape(frame.say(about))}</p></li>"


def _left_out(not_run: Sequence[str], frame: Frame) -> str:
    if not not_run:
        return ""
    items = "".join(f"<li>{escape(said)}</li>" for said in not_run)
    return f'<div class="notice"><b>{frame.say(NOT_RUN)}</b><ul>{items}</ul></div>'


def _by_page(tables: Mapping[str, Sequence[str]], pages: Sequence[Page], frame: Frame) -> str:
    """The single tables, folded away, under the page that shows them."""
    found = ""
    for page in pages:
        if mine := sorted(tables.get(page.file, ())):
            said = Words("{title}：{n} 个 CSV 文件", "{title}: {n} CSV files").filled(title=page.title, n=len(mine))
            listed = "".join(f'<li><a href="{escape(name, quote=True)}">{escape(name)}</a></li>' for name in mine)
            summary = escape(frame.say(said))
            found += f'<li><details><summary>{summary}</summary><ul class="files">{listed}</ul></details></li>'
    return found


def write_page(page: Page, pages: Sequence[Page], frame: Frame, folder: Path) -> None:
    """Write a page into the report's folder."""
    (folder / page.file).write_text(render_page(page, pages, frame), encoding="utf-8")
