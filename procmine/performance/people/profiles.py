"""What each resource does – its activity profile – and the roles that similar profiles make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from procmine.core.result.charted import Bars, Chart
from procmine.core.result.result import Column, Result
from procmine.core.text.errors import FilterError
from procmine.core.text.words import Words, write_number
from procmine.performance.ground.notes import notes
from procmine.performance.ground.pseudonyms import pseudonymized
from procmine.performance.people.resources import N_EVENTS, PURPOSE, RESOURCE, counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from procmine.core.log.eventlog import EventLog

ALIKE = 0.7
"""How similar profiles have to be, on average, to make one role; cosine, 0..1."""


@dataclass(frozen=True, repr=False, eq=False)
class ActivityProfile(Result):
    """Events by resource and activity: resources by name, the activity each does most first."""

    TITLE: ClassVar[Words] = Words("活动画像", "Activity profile")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "resource": RESOURCE,
        "activity": Column("text", Words("活动", "Activity")),
        "n_events": N_EVENTS,
        "share": Column(
            "share", Words("占其工作", "Share of theirs"), Words("占该资源的事件", "of the resource's events")
        ),
        "activity_share": Column(
            "share",
            Words("占该活动", "Share of it"),
            Words("占该活动资源已知的事件", "of the activity's events whose resource is known"),
        ),
    }

    note: str = ""

    @property
    def sentence(self) -> str:
        """Which activities hang on one resource alone, and of how many events it is not known."""
        if self.table.empty:
            return self.note
        alone = sorted(set(self.table.loc[self.table["activity_share"] > 0.9, "activity"]))
        n = self.table["activity"].nunique()
        text = Words(
            "资源已知的 {n} 项活动中有 {k} 项的九成以上由同一资源完成。",
            "Of {n} activities whose resource is known, {k} are done by one and the same resource more than nine times in ten.",
        )
        return text.filled(n=n, k=len(alone)).say(self.language) + self.note


def activity_profile(log: EventLog, *, pseudonyms: bool = False) -> ActivityProfile:
    """How often each resource does each activity, as shares of its work and of the activity.

    Raises
    ------
    MissingDataError
        If the log names no resources.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.activity_profile(pm.six_cases()).table[["resource", "activity", "n_events", "share"]][3:5]
      resource activity  n_events     share
    3       李强       处理         5  0.714286
    4       李强     客户沟通         2  0.285714
    """
    log.require("resource", PURPOSE)
    log = pseudonymized(log) if pseudonyms else log
    frame = counted(log)
    for name, key in (("share", "resource"), ("activity_share", "activity")):
        frame[name] = frame["n_events"] / frame.groupby(key)["n_events"].transform("sum")
    frame = frame.sort_values(["resource", "n_events", "activity"], ascending=[True, False, True])
    return ActivityProfile.of(log, frame, note=notes(log, needs_resource=True))


@dataclass(frozen=True, repr=False, eq=False)
class MinedRoles(Result):
    """Resources by mined role: the role with most events first."""

    TITLE: ClassVar[Words] = Words("挖掘的角色", "Mined roles")
    LIMIT: ClassVar[int] = 30
    CHART: ClassVar[Chart | None] = Bars(("role", "resource"), "n_events")
    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "role": Column("count", Words("角色", "Role"), Words("编号，事件多的在前", "number, most events first")),
        "activities": Column(
            "text",
            Words("共同活动", "Common activities"),
            Words("最多三项，合占其事件的比例最大", "up to three, most events"),
        ),
        "resource": RESOURCE,
        "n_events": N_EVENTS,
        "similarity": Column(
            "share", Words("相似度", "Similarity"), Words("与角色画像的余弦相似度", "cosine to the profile of the role")
        ),
    }

    similarity: float = ALIKE
    note: str = ""

    @property
    def sentence(self) -> str:
        """How many roles there are."""
        text = Words(
            "{n} 个资源按所做的活动归为 {k} 个角色（组内平均相似度不低于 {least}，1 为完全相同）。",
            "By what they do {n} resources make {k} roles (mean similarity within a role at least {least}; 1 is the same).",
        ).filled(n=write_number(len(self.table)), k=self.table["role"].nunique(), least=self.similarity)
        return (text.say(self.language) if len(self.table) else "") + self.note


def mined_roles(log: EventLog, *, similarity: float = ALIKE, pseudonyms: bool = False) -> MinedRoles:
    """Groups of resources that do similar things, found from their activity profiles alone.

    Profiles are counts of events per activity; they are compared by cosine and merged, the most similar
    first, as long as the mean similarity between two groups is at least `similarity` (average linkage).
    Source of the idea: Song and van der Aalst, "Towards comprehensive support for organizational
    mining", Decision Support Systems 46 (2008), metrics based on joint activities.

    Parameters
    ----------
    similarity
        Above 0, up to 1: the higher, the more roles.

    Raises
    ------
    MissingDataError
        If the log names no resources.
    FilterError
        If `similarity` is outside of its bounds.

    Examples
    --------
    >>> import procmine as pm
    >>> pm.mined_roles(pm.six_cases()).table[["role", "resource"]].values.tolist()
    [[1, '王芳'], [1, '机器人'], [1, '赵敏'], [2, '李强'], [2, '陈静']]
    """
    if not 0 < similarity <= 1:
        fault = Words("相似度必须在 0 和 1 之间", "similarity has to lie between 0 and 1")
        raise FilterError.because("mined_roles", fault, Words("例如 0.7", "for example 0.7"))
    log.require("resource", PURPOSE)
    log = pseudonymized(log) if pseudonyms else log
    frame = counted(log)
    if frame.empty:
        empty = pd.DataFrame(columns=list(MinedRoles.COLUMNS))
        return MinedRoles.of(log, empty, similarity=similarity, note=notes(log, needs_resource=True))
    matrix = frame.pivot_table(index="resource", columns="activity", values="n_events", fill_value=0).sort_index()
    labels = pd.Series(average_linkage(_cosines(matrix.to_numpy("float64")), similarity), index=matrix.index)
    return MinedRoles.of(log, _described(matrix, labels), similarity=similarity, note=notes(log, needs_resource=True))


def average_linkage(similarity: NDArray[np.float64], least: float) -> NDArray[np.int64]:
    """Clusters by average linkage: merge the two most similar until none are at least `least` alike.

    A cluster is named by its first member; of equally similar pairs the first is merged, so nothing
    depends on chance.

    Examples
    --------
    >>> import numpy as np
    >>> average_linkage(np.array([[1, 0.9, 0.1], [0.9, 1, 0.2], [0.1, 0.2, 1]]), 0.5).tolist()
    [0, 0, 2]
    """
    near = similarity.astype("float64").copy()
    np.fill_diagonal(near, -np.inf)
    size, label = np.ones(len(near)), np.arange(len(near))
    best = near.argmax(axis=1) if len(near) else label
    while len(near):
        value = near[np.arange(len(near)), best]
        one = int(value.argmax())
        if value[one] < least - 1e-9:
            break
        kept, gone = sorted((one, int(best[one])))
        merged = (size[kept] * near[kept] + size[gone] * near[gone]) / (size[kept] + size[gone])
        merged[[kept, gone]] = -np.inf
        near[kept], near[:, kept] = merged, merged
        near[gone], near[:, gone] = -np.inf, -np.inf
        size[kept] += size[gone]
        label[label == gone] = kept
        changed = np.flatnonzero((best == kept) | (best == gone) | (merged > value))
        changed = np.union1d(changed, [kept, gone])
        best[changed] = near[changed].argmax(axis=1)
    return label


def _cosines(profiles: NDArray[np.float64]) -> NDArray[np.float64]:
    units = profiles / np.linalg.norm(profiles, axis=1, keepdims=True)
    cosines: NDArray[np.float64] = np.round(units @ units.T, 9)
    return cosines


def _described(matrix: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """Roles numbered by their events, with their common activities and how near each resource is."""
    sums = matrix.groupby(labels).sum()
    members = labels.reset_index().groupby(0)["resource"].min()
    order = sorted(sums.index, key=lambda label: (-int(sums.loc[label].sum()), members[label]))
    rows = []
    for number, label in enumerate(order, 1):
        whole = sums.loc[label]
        top = whole[whole > 0].sort_index().sort_values(ascending=False, kind="stable").index[:3]
        members_of = matrix.loc[labels.index[labels == label]].sum(axis=1)
        for resource in sorted(members_of.index, key=lambda name: (-int(members_of[name]), name)):
            own = matrix.loc[resource]
            cosine = float(own @ whole / (np.linalg.norm(own) * np.linalg.norm(whole)))
            rows.append((number, " · ".join(top), resource, int(own.sum()), min(cosine, 1.0)))
    return pd.DataFrame(rows, columns=["role", "activities", "resource", "n_events", "similarity"])
