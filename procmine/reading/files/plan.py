"""Everything that shapes how exports are read; together with their content it names the cached log."""

from __future__ import annotations

from pydantic import Field

from procmine.core.log.states import States
from procmine.core.text.spec import Share, Spec

READER = 8
"""The reader's own version: raise it when the same export is read differently than before."""


class ReadingPlan(Spec):
    """How the exports of a project become one log."""

    time_zone: str
    activities: dict[str, list[str]] = Field(default_factory=dict)
    attributes: dict[str, str] = Field(default_factory=dict)
    system_actors: list[str] = Field(default_factory=list)
    states: States | None = None
    max_rejected: Share = 0.01

    @property
    def standard_names(self) -> dict[str, str]:
        """Name in the exports to the standard name of the activity."""
        return {name: standard for standard, names in self.activities.items() for name in names}
