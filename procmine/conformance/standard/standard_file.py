"""The file of a standard: YAML as its owner writes it, or block-structured BPMN from a modeler."""

from __future__ import annotations

from pathlib import Path

from procmine.conformance.standard.standard import Standard
from procmine.conformance.standard.standard_bpmn import read_standard_bpmn
from procmine.conformance.standard.standard_faults import contradictions
from procmine.core.text.errors import Fault, SpecError
from procmine.core.text.spec import text_of
from procmine.core.text.yaml_text import read_yaml


def read_standard(path: str | Path) -> Standard:
    """One version of a standard from its file: YAML, or block-structured BPMN 2.0 where the name ends in .bpmn.

    Raises
    ------
    SpecError
        With all faults of the file at once: each with its line, the nearest known name and a hint.

    Examples
    --------
    >>> import procmine as pm
    >>> from procmine.samples.bundled import sample_project
    >>> standard = pm.read_standard(sample_project("telecom") / "standard.yml")
    >>> standard.name, list(standard.nodes)[:3]
    ('投诉与服务请求标准流程', ['受理', '定级分派', '处理'])
    """
    path = Path(path)
    if path.suffix.lower() == ".bpmn":
        return read_standard_bpmn(path)
    document = read_yaml(text_of(path), path.name)
    standard, faults, faulty = Standard.as_far_as_readable(document)
    names_known = not any(map(_has_names, faulty))
    contrary = [] if standard is None else contradictions(standard, names_known=names_known)
    all_faults = [*faults, *(Fault(document.place(place), fault, hint=hint) for place, fault, hint in contrary)]
    if standard is None or all_faults:
        raise SpecError(*sorted(all_faults, key=_line))
    return standard


def _line(fault: Fault) -> int:
    """The line of a fault; those of the whole file come first."""
    _, _, line = fault.place.rpartition(":")
    return int(line) if line.isdigit() else 0


def _has_names(path: tuple[int | str, ...]) -> bool:
    """Whether what stands at a faulty place could be a name that other places mean."""
    return path[:1] == ("processes",) and (len(path) < 4 or path[-1] in ("name", "log", "actions"))
