"""What the tests of notebooks share: an output taken apart, and one of each kind."""

import base64
import re

import pandas as pd
from small_standards import LINE

import procmine as pm
from procmine.core.result.result import attempt

DRAWN = re.compile(r'<img class="pm-drawn" alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]+)">')


def drawings(html):
    """The SVG behind each image of an output, in order."""
    return [base64.b64decode(data).decode() for _, data in DRAWN.findall(html)]


def as_on_a_page(html):
    """An output of a notebook with its drawings as they stand in a page, and without what it gives its cells."""

    def drawn(image):
        svg = base64.b64decode(image[2]).decode()
        return re.sub(r' style="background:#fff"|background:#fff;', "", svg, count=1)

    return DRAWN.sub(drawn, html).replace(' style="text-align:left"', "")


def log_of_many(language="zh"):
    """Cases of as many ways as a table does not show, long enough to be searched."""
    start, hour = pd.Timestamp("2026-03-02 09:00"), pd.Timedelta(hours=1)
    rows = [
        (f"C{i:02d}", activity, start + i * 30 * hour + k * (i + 1) * hour / 4, "王芳")
        for i in range(22)
        for k, activity in enumerate(["受理", *["处理"] * (i + 1), "关闭"])
    ]
    frame = pd.DataFrame(rows, columns=["case_id", "activity", "timestamp", "resource"])
    states = pm.States(closed=["关闭"])
    return pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", name="许多案例", language=language, states=states)


def one_of_each(language="zh"):
    """Something of each kind that shows itself, by name."""
    log = log_of_many(language)
    kpis = [pm.Kpi(name="周期", measure="throughput", target="<= 1 d"), pm.Kpi(name="返工", measure="rework_rate")]
    return {
        "log": log,
        "overview": pm.overview(log),
        "table": pm.variants(log),
        "chart": pm.arrivals(log, period="day").draw(),
        "map": pm.process_map(log),
        "standard map": pm.standard_map(log, LINE),
        "findings": pm.rank_findings(log),
        "kpis": pm.evaluate_kpis(log, kpis),
        "document": pm.describe_standard(LINE, language),
        "card": attempt(pm.processing_time, log),
    }
