"""The log: what it holds, its filters, and its way out to other tools."""

import csv
from datetime import datetime, timedelta

import pandas as pd
import pytest

import procmine as pm
from procmine.core.text.errors import ExportError, FilterError, MissingDataError, UnknownNameError
from procmine.core.text.words import Words

FRAME = pd.DataFrame(
    [
        ("1", "受理", "2026-03-02 09:00", "2026-03-02 08:50", 10, "邮件"),
        ("1", "关闭", "2026-03-03 09:00", "2026-03-03 08:00", 10, "邮件"),
        ("2", "受理", "2026-03-02 10:00", None, None, "电话"),
    ],
    columns=["case_id", "activity", "timestamp", "start", "amount", "channel"],
)


def cases(log):
    return sorted(log.to_pandas()["case_id"].unique())


def test_the_log_says_what_it_is(six):
    assert (six.n_cases, six.n_events, six.n_activities, six.n_variants, six.n_resources) == (6, 26, 5, 5, 5)
    assert six.activities == ["关闭", "分类", "受理", "处理", "客户沟通"]
    assert (six.case_attributes, six.event_attributes) == (["渠道", "业务线"], [])
    assert (six.first, six.last) == (datetime(2026, 3, 2, 1), datetime(2026, 3, 6, 9))
    assert six.cutoff == six.last


def test_variants_are_numbered_by_frequency_then_name(six):
    assert [(v.number, v.n_cases, len(v.activities)) for v in six.variants] == [
        (1, 2, 4), (2, 1, 3), (3, 1, 3), (4, 1, 5), (5, 1, 7),
    ]  # fmt: skip


def test_times_without_a_zone_are_local_and_times_with_one_are_instants():
    aware = FRAME.assign(timestamp=pd.to_datetime(FRAME["timestamp"]).dt.tz_localize("Asia/Shanghai")).drop(
        columns="start"
    )
    naive = FRAME.drop(columns="start")
    logs = [pm.EventLog.from_pandas(frame, zone=zone) for frame, zone in ((aware, "UTC"), (naive, "Asia/Shanghai"))]
    assert logs[0].first == logs[1].first == datetime(2026, 3, 2, 1)


def test_a_case_starts_with_its_first_start_where_that_is_known():
    log = pm.EventLog.from_pandas(FRAME, zone="UTC")
    assert log.first == datetime(2026, 3, 2, 8, 50)
    assert log.cases.order_by("case_id").start.to_pyarrow().to_pylist() == [
        datetime(2026, 3, 2, 8, 50), datetime(2026, 3, 2, 10),
    ]  # fmt: skip


def test_states_come_from_activities_and_attributes():
    states = pm.States(closed=["关闭"], cancelled=[{"渠道": ["网页"]}], reopened=["客户沟通"])
    frame = pm.six_cases().to_pandas().drop(columns="position")
    log = pm.EventLog.from_pandas(frame, zone="Asia/Shanghai", states=states)
    found = log.cases.order_by("case_id").select("case_id", "state").to_pyarrow().to_pylist()
    assert {row["case_id"]: row["state"] for row in found} == {
        "C1": "complete", "C2": "complete", "C3": "complete", "C4": "complete", "C5": "cancelled", "C6": "cancelled",
    }  # fmt: skip


def test_a_case_that_is_reopened_is_open_again():
    states = pm.States(closed=["关闭"], reopened=["重开"])
    assert [states.of_path(path) for path in (["关闭", "重开"], ["关闭", "重开", "关闭"], ["重开"])] == [
        "open", "complete", "open",
    ]  # fmt: skip


def test_without_states_nothing_is_known():
    assert not pm.EventLog.from_pandas(FRAME, zone="UTC").knows_states


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([None, None, None], [None, None, None]),
        ([float("nan")] * 3, [None, None, None]),
        ([7, 8, 9], ["7", "8", "9"]),
        ([7, None, 8], ["7", None, "8"]),
        (["7", None, "王芳"], ["7", None, "王芳"]),
    ],
    ids=["nobody", "no numbers", "numbers", "some numbers", "names"],
)
@pytest.mark.parametrize("name", ["resource", "role", "group"])
def test_who_did_it_is_text_whatever_a_frame_holds(name, given, kept):
    log = pm.EventLog.from_pandas(FRAME.assign(**{name: given}), zone="UTC")
    assert log.all_events[name].type().is_string()
    told = log.all_events.order_by("case_index", "position")[name].to_pyarrow().to_pylist()
    assert told == kept


def test_columns_that_hold_nothing_are_text():
    log = pm.EventLog.from_pandas(FRAME.assign(comment=None, line=None, is_system=None), zone="UTC")
    assert log.cases["comment"].type().is_string()
    assert log.all_events["is_system"].type().is_boolean()


@pytest.mark.parametrize(
    ("column", "said"), [("case_id", "1 event has no case_id"), ("activity", "1 event has no activity")]
)
def test_events_without_case_or_activity_stop_at_the_door(column, said):
    frame = FRAME.copy()
    frame.loc[1, column] = None
    with pytest.raises(ExportError, match=said):
        pm.EventLog.from_pandas(frame, zone="UTC")


def test_a_missing_column_proposes_the_nearest():
    with pytest.raises(ExportError, match="did you mean 'CaseID'"):
        pm.EventLog.from_pandas(FRAME.rename(columns={"case_id": "CaseID"}), zone="UTC")


def test_what_an_analysis_needs_is_asked_for(six):
    with pytest.raises(MissingDataError) as caught:
        six.require("start", Words("处理时长", "Processing time"))
    assert "columns: start: <column of the export>" in str(caught.value)


# ── filters ───────────────────────────────────────────────────────────────────────────────────────

FILTERED = {
    "case attribute": (lambda log: log.filter_cases(渠道="邮件"), ["C2", "C4"]),
    "several values": (lambda log: log.filter_cases({"渠道": ["邮件", "电话"]}), ["C1", "C2", "C3", "C4"]),
    "event attribute": (lambda log: log.filter_cases(resource="陈静"), ["C3", "C6"]),
    "case id": (lambda log: log.filter_cases(case_id=["C1", "C6"]), ["C1", "C6"]),
    "activity as event attribute": (lambda log: log.filter_cases(activity="客户沟通"), ["C4"]),
    "started in a day": (lambda log: log.filter_period("2026-03-03", "2026-03-03"), ["C3", "C4"]),
    "started in a month": (lambda log: log.filter_period("2026-03", "2026-03"), ["C1", "C2", "C3", "C4", "C5", "C6"]),
    "start of the period is local": (lambda log: log.filter_period("2026-03-03 09:00", "2026-03-03 09:00"), ["C3"]),
    "completed": (lambda log: log.filter_period("2026-03-03", "2026-03-03", cases="completed"), ["C1", "C2"]),
    "within": (lambda log: log.filter_period("2026-03-03", "2026-03-04", cases="within"), ["C3", "C5"]),
    "touching": (lambda log: log.filter_period("2026-03-05", None, cases="touching"), ["C4", "C6"]),
    "open start": (lambda log: log.filter_period(None, "2026-03-02"), ["C1", "C2"]),
    "top variant": (lambda log: log.filter_variants(top=1), ["C1", "C2"]),
    "half of the cases": (lambda log: log.filter_variants(coverage=0.5), ["C1", "C2", "C5"]),
    "variant by number": (lambda log: log.filter_variants(5), ["C4"]),
    "containing": (lambda log: log.filter_containing(any_of=["客户沟通"]), ["C4"]),
    "containing all, none": (lambda log: log.filter_containing(all_of=["受理", "处理"], none_of="关闭"), ["C6"]),
    "starts and ends": (lambda log: log.filter_endpoints(start="受理", end=["处理"]), ["C6"]),
    "followed directly": (lambda log: log.filter_follower("分类", "关闭"), ["C5"]),
    "followed later": (lambda log: log.filter_follower("客户沟通", "关闭", directly=False), ["C4"]),
    "never followed": (lambda log: log.filter_follower("处理", "关闭", negate=True), ["C4", "C5", "C6"]),
    "throughput": (lambda log: log.filter_throughput(min="24 h", max=timedelta(hours=25)), ["C1", "C3"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FILTERED)
def test_filters_keep_these_cases(name, six):
    narrowed, expected = FILTERED[name]
    assert cases(narrowed(six)) == expected
    assert six.n_cases == 6


def test_filter_activities_makes_predecessors_variants_and_bounds_anew(six):
    log = six.filter_activities(keep=["受理", "关闭"])
    assert [(v.activities, v.n_cases) for v in log.variants] == [(("受理", "关闭"), 5), (("受理",), 1)]
    assert pm.directly_follows(log).table[["source", "target", "count"]].to_numpy().tolist() == [["受理", "关闭", 5]]
    assert log.knows_states
    assert pm.overview(log).n_open == 1


def test_a_variant_keeps_its_number_through_filters(six):
    assert [variant.number for variant in six.filter_cases(业务线="咨询").variants] == [2, 4]


def test_filters_on_a_filtered_log(six):
    assert cases(six.filter_cases(渠道="邮件").filter_variants(top=1).filter_throughput(max="27 h")) == ["C2"]


WRONG = {
    "unknown attribute": (lambda log: log.filter_cases(渠到="邮件"), UnknownNameError, "did you mean '渠道'"),
    "unknown value": (
        lambda log: log.filter_cases(渠道="邮箱"),
        UnknownNameError,
        "no value of '渠道' is called '邮箱'",
    ),
    "unknown activity": (lambda log: log.filter_containing(any_of="处里"), UnknownNameError, "did you mean '处理'"),
    "unknown variant": (lambda log: log.filter_variants(9), UnknownNameError, "no variant is called '9'"),
    "no choice": (lambda log: log.filter_variants(), FilterError, "exactly one"),
    "keep and drop": (lambda log: log.filter_activities("受理", drop="关闭"), FilterError, "exactly one"),
    "no date": (lambda log: log.filter_period("2026-13"), FilterError, "this is no date"),
    "end before start": (lambda log: log.filter_period("2026-04", "2026-03"), FilterError, "ends before it starts"),
    "unknown way": (lambda log: log.filter_period("2026", cases="began"), UnknownNameError, "known: started"),
    "no duration": (lambda log: log.filter_throughput(min="long"), FilterError, "this is no duration"),
}


@pytest.mark.parametrize("name", WRONG)
def test_filters_refuse_what_makes_no_sense(name, six):
    call, error, said = WRONG[name]
    with pytest.raises(error, match=said):
        call(six)


def test_a_value_that_only_the_whole_log_has_gives_an_empty_log(six):
    assert six.filter_cases(渠道="邮件").filter_cases(渠道="电话").n_cases == 0


# ── out to other tools ────────────────────────────────────────────────────────────────────────────

COLUMNS = ["case_id", "activity", "timestamp", "start", "amount", "channel"]


def returned(log, path):
    again = pm.read_export(path, time_zone="Asia/Shanghai")
    return again.to_pandas()[COLUMNS], log.to_pandas()[COLUMNS]


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz", "log.parquet"])
def test_xes_and_parquet_keep_everything(name, tmp_path):
    log = pm.EventLog.from_pandas(FRAME.assign(amount=[1.5, 1.5, None]), zone="Asia/Shanghai")
    write = log.to_parquet if name.endswith("parquet") else log.to_xes
    write(tmp_path / name)
    again, before = returned(log, tmp_path / name)
    pd.testing.assert_frame_equal(again, before)


def test_csv_is_read_back_as_it_was(tmp_path):
    log = pm.EventLog.from_pandas(FRAME.assign(amount=["7", "7", None]), zone="Asia/Shanghai")
    log.to_csv(tmp_path / "log.csv")
    again, before = returned(log, tmp_path / "log.csv")
    pd.testing.assert_frame_equal(again, before)


def test_csv_defuses_formulas_and_opens_in_excel(tmp_path):
    frame = FRAME.assign(activity=['=HYPERLINK("http://x")', "+1", "@x"])
    pm.EventLog.from_pandas(frame, zone="UTC").to_csv(tmp_path / "log.csv")
    text = (tmp_path / "log.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(text.decode("utf-8-sig").splitlines()))
    assert [row["activity"] for row in rows] == ['\'=HYPERLINK("http://x")', "'+1", "'@x"]


def test_characters_that_xml_cannot_hold_are_replaced(tmp_path):
    frame = FRAME.assign(activity=["a\x07b", '<&>"', "ok"])
    pm.EventLog.from_pandas(frame, zone="UTC").to_xes(tmp_path / "log.xes")
    assert pm.read_export(tmp_path / "log.xes", time_zone="UTC").activities == ['<&>"', "a\ufffdb", "ok"]


def test_pm4py_reads_the_xes(tmp_path, six):
    from random_logs import quietly

    six.to_xes(tmp_path / "log.xes")
    with quietly():
        import pm4py

        frame = pm4py.read_xes(str(tmp_path / "log.xes"))  # by r4pm and polars, where they are installed
        variants = pm4py.get_variants(frame)
    assert {path: n if isinstance(n, int) else len(n) for path, n in variants.items()} == {
        variant.activities: variant.n_cases for variant in six.variants
    }


def test_a_file_that_cannot_be_finished_is_not_begun(tmp_path, six, monkeypatch):
    monkeypatch.setattr("procmine.core.log.xes_writer._written", lambda value: 1 / 0)
    (tmp_path / "log.xes").write_text("precious")
    with pytest.raises(ZeroDivisionError):
        six.to_xes(tmp_path / "log.xes")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("log.xes", "precious")]
