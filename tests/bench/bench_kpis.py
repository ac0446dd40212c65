"""How long KPIs take on a large log: each measure on some hundred thousand cases, in seconds (`make bench`)."""

from __future__ import annotations

import benching
import numpy as np
import pandas as pd

import procmine as pm
from procmine.kpi.measures.measure_facts import MeasureSettings

N_CASES, STEPS = 200_000, ("受理", "分类", "处理", "处理", "关闭")
STATES = pm.States(accepted="分类", resolved="处理", closed="关闭")
KPIS = {
    "throughput": {"measure": "throughput", "split": "渠道"},
    "response": {"measure": "response", "from": "受理", "to": "处理", "within": "30 h natural"},
    "first contact": {"measure": "fcr"},
    "repeat": {"measure": "repeat_rate", "customer": "客户", "days": 30},
    "rework": {"measure": "rework_rate"},
    "handovers": {"measure": "handover_rate"},
    "backlog": {"measure": "backlog"},
    "attribute": {"measure": "attribute", "attribute": "金额", "statistic": "mean"},
}


def large() -> pm.EventLog:
    """A million events of two hundred thousand cases."""
    dice = np.random.default_rng(1)
    n = N_CASES * len(STEPS)
    case = np.repeat(np.arange(N_CASES), len(STEPS))
    gaps = dice.integers(60, 40_000, n).reshape(N_CASES, -1).cumsum(axis=1).ravel()
    begin = np.repeat(dice.integers(0, 300 * 86_400, N_CASES), len(STEPS))
    frame = pd.DataFrame({"case_id": case, "activity": np.tile(STEPS, N_CASES)})
    frame["timestamp"] = pd.Timestamp("2025-01-01") + pd.to_timedelta(begin + gaps, unit="s")
    frame["resource"] = dice.integers(0, 80, n).astype(str)
    for name, most in (("渠道", 6), ("客户", 40_000), ("金额", 1000)):
        frame[name] = np.repeat(dice.integers(0, most, N_CASES), len(STEPS)).astype(str)
    return pm.EventLog.from_pandas(frame, zone="UTC", states=STATES)


if __name__ == "__main__":
    log = large()
    print(log)
    for name, kpi in KPIS.items():
        spec = pm.Kpi.model_validate({"name": name, **kpi})
        run = benching.timed(lambda spec=spec: pm.evaluate_kpis(log, [spec], settings=MeasureSettings(STATES)))
        found = run.found
        print(
            f"{name:<14} {run.seconds:6.2f} s   value {found.table['value'].iloc[0]:.4g}   n {found.table['n'].iloc[0]:,}"
        )
