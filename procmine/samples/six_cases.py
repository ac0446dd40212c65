"""Six cases small enough to count by hand: the log of the documentation and of many tests."""

from __future__ import annotations

import pandas as pd

from procmine.conformance.standard.parts import Item
from procmine.conformance.standard.standard import Process, Standard
from procmine.core.log.eventlog import EventLog
from procmine.core.log.states import States
from procmine.core.text.words import Language

_CASES: dict[str, tuple[str, str, list[tuple[str, str, str]]]] = {
    "C1": (
        "电话",
        "支持",
        [
            ("受理", "02 09:00", "王芳"),
            ("分类", "02 09:30", "王芳"),
            ("处理", "02 15:00", "李强"),
            ("关闭", "03 09:00", "王芳"),
        ],
    ),
    "C2": (
        "邮件",
        "支持",
        [
            ("受理", "02 10:00", "王芳"),
            ("分类", "02 11:00", "赵敏"),
            ("处理", "03 10:00", "李强"),
            ("关闭", "03 12:30", "赵敏"),
        ],
    ),
    "C3": (
        "电话",
        "咨询",
        [
            ("受理", "03 09:00", "赵敏"),
            ("分类", "03 09:10", "赵敏"),
            ("处理", "03 11:00", "李强"),
            ("处理", "04 09:00", "陈静"),
            ("关闭", "04 10:00", "赵敏"),
        ],
    ),
    "C4": (
        "邮件",
        "支持",
        [
            ("受理", "03 14:00", "王芳"),
            ("分类", "03 16:00", "王芳"),
            ("处理", "04 09:30", "李强"),
            ("客户沟通", "04 15:00", "李强"),
            ("处理", "05 10:00", "李强"),
            ("客户沟通", "05 11:00", "李强"),
            ("关闭", "05 20:00", "王芳"),
        ],
    ),
    "C5": (
        "网页",
        "咨询",
        [("受理", "04 08:30", "机器人"), ("分类", "04 08:31", "机器人"), ("关闭", "04 08:40", "机器人")],
    ),
    "C6": (
        "网页",
        "支持",
        [("受理", "05 13:00", "机器人"), ("分类", "05 13:01", "机器人"), ("处理", "06 17:00", "陈静")],
    ),
}


def six_cases(language: Language = "zh") -> EventLog:
    """Six service requests of one week in March 2026, one of them still open.

    Examples
    --------
    >>> six_cases()
    <EventLog '六个案例': 6 cases, 26 events, 5 activities, 5 variants, 2026-03-02 – 2026-03-06 (Asia/Shanghai)>
    """
    rows = [
        (case, activity, f"2026-03-{when}", who, channel, line)
        for case, (channel, line, events) in _CASES.items()
        for activity, when, who in events
    ]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "resource", "渠道", "业务线"])
    states = States(closed=["关闭"])
    return EventLog.from_pandas(frame, zone="Asia/Shanghai", name="六个案例", language=language, states=states)


def six_standard() -> Standard:
    """The standard that the six cases are held against in the documentation: four nodes, one after the other.

    Examples
    --------
    >>> import procmine as pm
    >>> list(pm.six_standard().nodes)
    ['受理', '分类', '处理', '关闭']
    >>> pm.check_conformance(pm.six_cases(), pm.six_standard()).n_conforming
    4
    """
    nodes = [Item(name=name) for name in ("受理", "分类", "处理", "关闭")]
    return Standard(name="标准", processes=[Process(name="服务", nodes=nodes)])
