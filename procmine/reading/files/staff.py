"""The list of staff: who the resources of a log are."""

from __future__ import annotations

from pydantic import Field

from procmine.core.text.spec import Spec
from procmine.reading.files.source import Source


class People(Spec):
    """A list of staff: who they are, by the name that the exports give as resource."""

    path: str = Field(description="file with one row per person, relative to project.yml")
    key: str = Field(description="its column with the names that the exports use")
    role: str | None = Field(None, description="its column with their role")
    group: str | None = Field(None, description="its column with their department or team")
    cost_per_hour: str | dict[str, float] | None = Field(
        None, description="its column with what an hour costs, or {role: cost}"
    )

    @property
    def costs(self) -> tuple[dict[str, float], str]:
        """What an hour of each role costs, and the column that says it of each person: one of them is empty."""
        cost = self.cost_per_hour
        return ({}, cost) if isinstance(cost, str) else (cost or {}, "")

    def source(self) -> Source:
        """The list as a table to be joined."""
        return Source(
            path=self.path, join="people", columns={"resource": self.key, "role": self.role, "group": self.group}
        )
