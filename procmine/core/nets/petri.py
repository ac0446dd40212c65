"""Petri nets as plain data, and their file format PNML (ISO/IEC 15909-2)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from procmine.core.text.textwidth import xml_text
from procmine.core.text.written_files import written_aside

_NS = "http://www.pnml.org/version-2009/grammar/pnml"
_TYPE = "http://www.pnml.org/version-2009/grammar/ptnet"


class Transition(NamedTuple):
    """A transition; one without a label is silent."""

    name: str
    label: str | None


@dataclass(frozen=True)
class PetriNet:
    """A workflow net: one token starts in `source`, and one arrives in `sink`."""

    places: tuple[str, ...]
    transitions: tuple[Transition, ...]
    arcs: tuple[tuple[str, str], ...]
    source: str
    sink: str


def pnml(net: PetriNet) -> bytes:
    """A net as PNML; a silent transition carries the tool-specific mark that ProM and pm4py read."""
    root = etree.Element("pnml", {"xmlns": _NS})
    page = etree.SubElement(etree.SubElement(root, "net", id="net", type=_TYPE), "page", id="page")
    for place in net.places:
        element = etree.SubElement(page, "place", id=place)
        _text(element, "name", place)
        if place == net.source:
            _text(element, "initialMarking", "1")
    for transition in net.transitions:
        element = etree.SubElement(page, "transition", id=transition.name)
        _text(element, "name", transition.label or transition.name)
        if transition.label is None:
            etree.SubElement(element, "toolspecific", tool="ProM", version="6.4", activity="$invisible$")
    for i, (source, target) in enumerate(net.arcs):
        etree.SubElement(page, "arc", id=f"a{i}", source=source, target=target)
    final = etree.SubElement(etree.SubElement(root[0], "finalmarkings"), "marking")
    _text(etree.SubElement(final, "place", idref=net.sink), "", "1")
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content


def _text(parent: etree._Element, tag: str, text: str) -> None:
    holder = etree.SubElement(parent, tag) if tag else parent
    etree.SubElement(holder, "text").text = xml_text(text)


def write_pnml(net: PetriNet, path: str | Path) -> None:
    """Write a net as PNML."""
    with written_aside(Path(path), (".pnml",)) as aside:
        aside.write_bytes(pnml(net))
