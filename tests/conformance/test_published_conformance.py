"""Conformance on real logs: published rejections and approvals of travel declarations, and models that must fit."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from conftest import real_log

import procmine as pm
from procmine.conformance.aligning.alignment import align
from procmine.conformance.aligning.sequences import Sequences
from procmine.conformance.aligning.state_model import StateModel
from procmine.conformance.judging.node_times import times_of_nodes
from procmine.conformance.standard.standard_file import read_standard
from procmine.core.nets.automaton import automaton_of
from procmine.discovery.miners import mine

DECLARATIONS = """
name: Domestic travel declarations
processes:
  - name: declaration
    nodes:
      - optional: {name: saved, log: Declaration SAVED by EMPLOYEE}
      - repeat:
          - {name: submitted, log: Declaration SUBMITTED by EMPLOYEE}
          - optional:
              one_of:
                - {name: rejected by administration, log: Declaration REJECTED by ADMINISTRATION}
                - sequence:
                    - {name: approved by administration, log: Declaration APPROVED by ADMINISTRATION}
                    - optional:
                        one_of:
                          - {name: approved by budget owner, log: Declaration APPROVED by BUDGET OWNER}
                          - {name: rejected by budget owner, log: Declaration REJECTED by BUDGET OWNER}
          - optional:
              one_of:
                - {name: approved by pre-approver, log: Declaration APPROVED by PRE_APPROVER}
                - {name: rejected by pre-approver, log: Declaration REJECTED by PRE_APPROVER}
          - optional: {name: rejected by supervisor, log: Declaration REJECTED by SUPERVISOR}
        back:                                # a rejection returns to the employee, who takes it back and submits again
          - {name: taken back, log: [Declaration REJECTED by EMPLOYEE, Declaration REJECTED by MISSING], optional: true}
      - {name: final approval, log: Declaration FINAL_APPROVED by SUPERVISOR, responsible: SUPERVISOR}
      - {name: request payment, log: Request Payment}
      - {name: payment handled, log: Payment Handled}
rules:
  - {precedence: [final approval, request payment]}
  - {response: [final approval, payment handled]}
"""


APPROVED, REQUESTED = "Declaration FINAL_APPROVED by SUPERVISOR", "Request Payment"


def unapproved(path):
    """Whether payment is requested before any final approval."""
    return REQUESTED in path and APPROVED not in path[: path.index(REQUESTED)]


def unpaid(path):
    """Whether some final approval is never followed by the payment."""
    return any("Payment Handled" not in path[i:] for i, name in enumerate(path) if name == APPROVED)


@pytest.fixture(scope="module")
def declarations(tmp_path_factory):
    path = tmp_path_factory.mktemp("standard") / "standard.yml"
    path.write_text(DECLARATIONS, encoding="utf-8")
    return read_standard(path)


def test_rejections_and_approvals_of_declarations_are_those_published(declarations):
    log = real_log("bpic2020_DomesticDeclarations")
    done = Counter(times_of_nodes(log, declarations, every_node=True, open_cases="complete")["node"])
    decisions = {
        role: (done[f"rejected by {role}"], done[f"rejected by {role}"] + done[f"approved by {role}"])
        for role in ("administration", "pre-approver", "budget owner")
    }
    assert decisions == {"administration": (936, 8997), "pre-approver": (86, 771), "budget owner": (57, 2804)}
    assert (done["rejected by supervisor"], done["rejected by supervisor"] + done["final approval"]) == (286, 10285)
    found = pm.check_conformance(log, declarations, open_cases="complete")
    skipped = found.table[found.table["kind"] == "skipped"].set_index("subject")["n_cases"]
    assert skipped["final approval"] == 419
    broken = found.table[found.table["kind"] == "rule_broken"].set_index("subject")["n_cases"].to_dict()
    assert broken == {
        "final approval before request payment": sum(one.n_cases for one in log.variants if unapproved(one.activities)),
        "payment handled after final approval": sum(one.n_cases for one in log.variants if unpaid(one.activities)),
    }
    assert found.n_cases == 10357


@pytest.mark.parametrize("name", ["helpdesk", "receipt", "bpic2020_DomesticDeclarations", "running_example"])
def test_a_model_mined_without_filtering_noise_fits_its_log_exactly(name):
    log = real_log(name)
    net = mine(Counter({variant.activities: variant.n_cases for variant in log.variants}), "inductive", 0.0).net
    machine = automaton_of(net, 5000)
    assert machine is not None
    paths, _ = Sequences.of_log(log)
    found = align(StateModel.of(machine), paths)
    assert np.unique(1 - found.costs / found.worst).tolist() == [1.0]
    assert len(found.skipped) == 0
    assert (found.nodes >= 0).all()
