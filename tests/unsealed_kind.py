"""A kind of deviation that procmine does not know, added as one record and one computation: what every room says of it."""

import json

import numpy as np

import procmine as pm
from procmine.conformance.standard import deviation_kinds
from procmine.conformance.standard.deviation_kinds import DeviationKind, DeviationKinds, Look
from procmine.core.text.words import Words

KIND = DeviationKind(
    name="unsealed",
    words=Words("未盖章", "unsealed"),
    title=Words("{share} 的案例没有盖章：{what}", "{what} is not sealed in {share} of the cases"),
    allowance=Words("“{name}”可以不盖章", "“{name}” may go without a seal"),
    allows="node that may go without a seal",
    subject="node",
    mark="waste",
    accuses="events",
    looks_for_doer=True,
    look=Look("#ffffff", "#123456", "1 1", "#123456", "§"),
)


def unsealed_rows(judged):
    """Every 关闭 lacks its seal."""
    from procmine.conformance.judging.deviations import DeviationRows

    number, name = deviation_kinds.DEVIATION_KINDS.number("unsealed"), judged.names.number("关闭")
    for group, first in zip(judged.groups, judged.cases.firsts, strict=False):
        here = np.flatnonzero(group.paths.among(["关闭"]))
        rows = DeviationRows(group.paths.owner[here], number, name, name, group.paths.place[here] + 1)
        yield rows.of_cases(judged.cases, first)


def told_everywhere():
    """What ledger, rates, finding, picture, document and schema say, as if both stood in their places from the start."""
    deviation_kinds.DEVIATION_KINDS = DeviationKinds((*deviation_kinds.DEVIATION_KINDS.values(), KIND))
    from procmine.conformance.judging import computations

    computations.COMPUTATIONS = (*computations.COMPUTATIONS, unsealed_rows)
    from small_standards import LINE

    from procmine.conformance.standard.standard import Allowed

    log = pm.six_cases()
    found = pm.check_conformance(log, LINE)
    ledger = found.ledger[found.ledger["kind"] == "unsealed"]
    lenient = LINE.model_copy(update={"allowed_deviations": [Allowed(unsealed="关闭", reason="旧章作废")]})
    finding = pm.rank_findings(log, standard=LINE).table.query("kind == 'unsealed'").iloc[0]
    return {
        "ledger": ledger[["case_id", "subject", "activity", "position"]].to_numpy().tolist(),
        "table": found.table.query("kind == 'unsealed'")[["subject", "n_cases", "n_times"]].to_numpy().tolist(),
        "rates": [found.n_conforming, found.n_events, found.n_fitting],
        "finding": [finding["title"], finding["mark"], int(finding["n_cases"])],
        "step": found.case("C1").table["deviation"].tolist(),
        "picture": found.case("C1").draw().svg,
        "allowed": [pm.check_conformance(log, lenient).n_allowed, pm.check_conformance(log, lenient).n_conforming],
        "document": pm.describe_standard(lenient).markdown,
        "schema": sorted(pm.Standard.model_json_schema()["$defs"]["Allowed"]["properties"]),
    }


if __name__ == "__main__":
    print(json.dumps(told_everywhere()))
