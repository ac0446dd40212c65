"""The versions of a standard that an analysis is given, and what it says where there are none."""

from __future__ import annotations

from collections.abc import Sequence

from procmine.conformance.target import TargetVersion
from procmine.core.errors import Fault, MissingDataError
from procmine.core.words import Words


def versions_of(target: TargetVersion | Sequence[TargetVersion], purpose: Words) -> list[TargetVersion]:
    """All versions of a standard as a list.

    Raises
    ------
    MissingDataError
        If there are none: the project names no standard process.

    Examples
    --------
    >>> versions_of((), Words("符合率", "Conformance"))
    Traceback (most recent call last):
      ...
    procmine.core.errors.MissingDataError: project.yml: Conformance needs a standard process, and the project names none
      hint: write the standard into a file and name it in project.yml: target: target.yml
    """
    versions = [target] if isinstance(target, TargetVersion) else list(target)
    if not versions:
        fault = Words(
            "{purpose}需要标准流程，而项目没有给出", "{purpose} needs a standard process, and the project names none"
        )
        hint = Words(
            "把标准流程写进一个文件，并在 project.yml 中写 target: target.yml",
            "write the standard into a file and name it in project.yml: target: target.yml",
        )
        raise MissingDataError(Fault("project.yml", fault.filled(purpose=purpose), hint=hint))
    return versions
