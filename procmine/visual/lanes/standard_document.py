"""The standard rendered for people: a document with its map, for the staff manual and for training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from procmine.conformance.standard.document import Section, html_of, markdown_of, markdown_text
from procmine.conformance.standard.document_sections import sections_of, summary
from procmine.conformance.standard.standard import Standard, in_force
from procmine.core.html.fragments import SKIP, lead_html
from procmine.core.html.places import Displayed, Place
from procmine.core.result.picture import Picture
from procmine.core.text.textwidth import xml_text
from procmine.core.text.words import Language, Words
from procmine.core.text.written_files import written_aside
from procmine.visual.lanes.lane_drawing import lanes_svg
from procmine.visual.lanes.lane_faces import legend_words

if TYPE_CHECKING:
    from procmine.conformance.standard.standard_process import StandardProcess

_MAP = Words("流程图（按角色分泳道）", "Process map with lanes by role")


@dataclass(frozen=True, repr=False)
class StandardDocument(Displayed):
    """The document of a standard process.

    Attributes
    ----------
    svg
        The map with lanes; the Markdown has the flow as a nested list in its place.
    sections
        Its parts as data: texts, nested lists, tables.
    """

    title: str
    summary: str
    language: Language
    svg: str
    legend: str
    sections: tuple[Section, ...]

    @property
    def markdown(self) -> str:
        """The document as Markdown, without a picture."""
        head, _, rest = markdown_of(self.title, self.sections).partition("\n\n")
        return f"{head}\n\n{markdown_text(self.summary)}\n\n{rest}"

    @property
    def html(self) -> str:
        """The document as one HTML page that asks nothing of any server, also to be printed."""
        style = files("procmine.visual").joinpath("assets", "document.css").read_text(encoding="utf-8")
        links = "".join(f'<a href="#{key}">{escape(title)}</a>' for key, title in self._contents())
        parts = "".join(
            f'<section><h2 id="{section.key}">{escape(section.title)}</h2>{html_of(section)}</section>'
            for section in self.sections
            if section.key != "flow"
        )
        return xml_text(
            f'<!doctype html>\n<html lang="{"zh-CN" if self.language == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
            f"<title>{escape(self.title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
            f'<a class="skip" href="#content">{SKIP.say(self.language)}</a>\n'
            f"<header><h1>{escape(self.title)}</h1><p>{escape(self.summary)}</p><nav>{links}</nav></header>\n"
            f'<main id="content" tabindex="-1"><section><h2 id="map">{_MAP.say(self.language)}</h2>{self._map()}</section>{parts}</main>\n</body>\n</html>\n'
        )

    def _contents(self) -> list[tuple[str, str]]:
        own = [(section.key, section.title) for section in self.sections if section.key != "flow"]
        return [("map", _MAP.say(self.language)), *own]

    def _map(self) -> str:
        return f'{lead_html(self.legend)}<figure class="pm-chart" aria-label="{_MAP.say(self.language)}" tabindex="0">{self.svg}</figure>'

    def save(self, path: str | Path) -> None:
        """Write the document: HTML, Markdown, or its map alone as SVG, as the ending of the path says.

        Raises
        ------
        WriteError
            If the path ends otherwise, or the file cannot be written there.
        """
        with written_aside(Path(path), tuple(_FORMATS)) as aside:
            aside.write_text(_FORMATS[Path(path).suffix.lower()](self), encoding="utf-8")

    def __repr__(self) -> str:
        return f"<StandardDocument {self.title!r}: {len(self.sections)} sections; use .save('standard.html')>"

    def html_in(self, place: Place) -> str:  # noqa: ARG002
        """Summary and map, everything else behind folds; the same in every place."""
        folded = "".join(
            f'<details class="pm-more"><summary>{escape(section.title)}</summary>{html_of(section)}</details>'
            for section in self.sections
            if section.key != "flow"
        )
        return f"{lead_html(self.summary)}{self._map()}{folded}"


_FORMATS: dict[str, Callable[[StandardDocument], str]] = {
    ".html": lambda document: document.html,
    ".md": lambda document: document.markdown,
    ".svg": lambda document: document.svg,
}


def describe_standard(standard: Standard | Sequence[Standard], language: Language = "zh") -> StandardDocument:
    """The standard process as a document: map, nodes and actions, responsibilities, limits, paths, rules, versions.

    Of several versions the newest is described, and all are listed with what each changes.

    Raises
    ------
    MissingDataError
        If there is no version.

    Examples
    --------
    >>> from procmine.conformance.standard.standard import Process
    >>> from procmine.conformance.standard.parts import Item
    >>> standard = Standard(name="标准", processes=[Process(name="服务", nodes=[Item(name="受理", responsible=["客服"])])])
    >>> [section.title for section in describe_standard(standard, "en").sections]
    ['The flow', 'Processes, nodes, actions', 'Responsibilities (RACI)', 'How cases are judged', 'Versions']
    """
    versions = in_force(standard)
    newest = versions[-1]
    return StandardDocument(
        title=newest.name,
        summary=summary(newest, language),
        language=language,
        svg=lanes_svg(newest, language),
        legend=legend_words(newest).say(language),
        sections=tuple(sections_of(newest, versions, language)),
    )


def draw_standard(result: StandardProcess) -> Picture:
    """The unified process from top to bottom, a lane for each role."""
    return Picture(result, lanes_svg(result.version, result.language) if result.version else "")
