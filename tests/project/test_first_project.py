"""From an export to a checked project: archives, language and zone with their reasons, and commands that lead on."""

import io
import os
import re
import shlex
import subprocess
import sys
import zipfile

import pytest
from conftest import ROOT
from made_files import zipped
from test_cli import EXPORT, export, run

import procmine as pm
from procmine.cli.progress import steps
from procmine.core.text import shell
from procmine.project import first_settings, new_project
from procmine.project.export_inspection import inspect_export

ENGLISH = "Case ID,Activity,Timestamp\n1,Open,2026-03-02 09:00\n1,Close,2026-03-02 10:00\n"
LATER = EXPORT.replace("2026/3", "2026/4")


@pytest.fixture(autouse=True)
def english(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["procmine"])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setattr(new_project, "this_shell", lambda: "en")
    monkeypatch.setattr(first_settings, "machine_zone", lambda: "Europe/Berlin")


def packed(folder, name="导出.zip", **members):
    (folder / name).write_bytes(zipped({one: text.encode() for one, text in members.items()}))
    return folder / name


def gbk(folder):
    name = "工单导出".encode("gbk")
    content = zipped({"x" * len(name) + ".csv": EXPORT.encode("gbk")}).replace(b"x" * len(name), name)
    (folder / "gbk.zip").write_bytes(content)
    return folder / "gbk.zip"


# ── archives ──────────────────────────────────────────────────────────────────────────────────────

ARCHIVES = {
    "months": ({"3月.csv": EXPORT, "4月.csv": LATER}, "2 cases, 6 events", []),
    "folders": ({"2026/03/a.csv": EXPORT, "2026/04/a.csv": LATER}, "2 cases, 6 events", []),
    "a readme": ({"README.txt": "This is March.\nAsk Wang.\n", "a.csv": EXPORT, "__MACOSX/._a.csv": "x"}, "2 cases, 3 events", ["README.txt"]),
    "another table": ({"客户.csv": "客户编号,级别\n1,A\n", "工单.csv": EXPORT}, "2 cases, 3 events", ["客户.csv"]),
    "a picture": ({"a.csv": EXPORT, "b.png": "\x89PNG\x00\x01\x02"}, "2 cases, 3 events", ["b.png"]),
    "two kinds of events": ({"a.csv": EXPORT, "b.txt": "单号,环节,时间\n9,归档,2026-03-09 09:00\n"}, "3 cases, 4 events", []),
}  # fmt: skip


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_is_inspected_by_its_files_and_a_project_reads_it(capsys, tmp_path, name):
    members, found, aside = ARCHIVES[name]
    path = packed(tmp_path, **members)
    code, out, _ = run(capsys, "inspect", path)
    assert (code, "导出.zip: zip archive, " in out) == (0, True)
    assert all(f"procmine new leaves out: {one}" in out for one in aside)
    assert run(capsys, "new", "mine", path)[0] == 0
    code, out, err = run(capsys, "check", "mine")
    assert (code, err, found in out) == (0, "", True)
    assert [one for one in aside if f"1 file is not read: {one}; to read" not in out] == []


def test_names_in_gbk_are_read_as_they_are_meant(capsys, tmp_path):
    assert "gbk.zip/工单导出.csv: text · gb18030, 3 rows" in run(capsys, "inspect", gbk(tmp_path))[1]


def test_workbooks_in_an_archive_are_inspected(tmp_path):
    from made_files import workbook

    (tmp_path / "a.zip").write_bytes(zipped({"book.xlsx": workbook()}))
    assert [one.raw.container for one in inspect_export(tmp_path / "a.zip").kinds] == ["xlsx"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (zipped({}), "the archive holds no files"),
        (zipped({"a.csv": EXPORT.encode()})[:120], "the file is cut off"),
        (zipped({"a.csv": b"x" * 50}).replace(b"\x14\x00\x00\x00", b"\x14\x00\x01\x00"), "protected by a password"),
        (zipped({"in.zip": zipped({"a.csv": b"x"})}), "x.zip/in.zip: an archive inside an archive is not read"),
        (zipped({"a.png": b"\x89PNG\r\n\x1a\n\x00\x00"}), "x.zip/a.png: this is a binary file"),
    ],
)
@pytest.mark.parametrize("command", [("inspect",), ("new", "mine")])
def test_an_archive_that_cannot_be_read_says_why(capsys, tmp_path, content, said, command):
    (tmp_path / "x.zip").write_bytes(content)
    code, _, err = run(capsys, *command, "x.zip")
    assert (code, said in err, (tmp_path / "mine").exists()) == (2, True, False)


def test_only_what_members_names_is_read(tmp_path):
    path = packed(tmp_path, **{"2026/a.csv": EXPORT, "b.txt": "no table"})
    columns = {"case_id": "工单编号", "activity": "处理环节", "timestamp": "处理时间"}
    for members in (["a*.csv"], ["2026/a.csv"]):
        log = pm.read_export(path, time_zone="UTC", columns=columns, members=members)
        assert (log.n_cases, [note.code for note in log.import_report.notes if note.code == "unread_members"]) == (
            2, ["unread_members"],
        )  # fmt: skip
    with pytest.raises(pm.ExportError, match=r"(?s)no file in the archive fits members:.*it holds 2026/a.csv, b.txt"):
        pm.read_export(path, time_zone="UTC", columns=columns, members=["c*"])


# ── language and zone ─────────────────────────────────────────────────────────────────────────────


def made(tmp_path, text, **options):
    return new_project.make_project(tmp_path / "p", [export(tmp_path, text)], **options)


@pytest.mark.parametrize(
    ("text", "shell_says", "asked", "language", "why"),
    [
        (EXPORT, "en", None, "zh", "the export is in Chinese"),
        (ENGLISH, "zh", None, "zh", "the language of this shell"),
        (ENGLISH, None, None, "en", "neither the shell"),
        (ENGLISH.replace("Open", "受理").replace("Close", "关闭"), None, None, "zh", "the export is in Chinese"),
        (EXPORT, "zh", "en", "en", "as --language says"),
    ],
)
def test_the_language_is_that_of_the_data_else_of_the_shell(
    monkeypatch, tmp_path, text, shell_says, asked, language, why
):
    monkeypatch.setattr(new_project, "this_shell", lambda: shell_says)
    project = made(tmp_path, text, language=asked)
    assert (project.language, why in project.reasons[0].en) == (language, True)
    comments = " ".join(re.findall(r"#.*", re.sub(r".*(columns of the file|文件中的列).*", "", project.text)))
    for name in text.partition("\n")[0].split(","):
        comments = comments.replace(name, "")
    assert bool(re.search("[\u4e00-\u9fff]", comments)) == (language == "zh")


OFFSETS = {
    "none": ("", "en", "Europe/Berlin", "the zone of this machine"),
    "the machine's": (
        "+01:00",
        "en",
        "Europe/Berlin",
        r"offset in the file is \+01:00, as in the zone of this machine",
    ),
    "Beijing": ("+08:00", "zh", "Asia/Shanghai", "taken as Beijing time"),
    "eight hours": ("+08:00", "en", "Etc/GMT-8", "an offset is no zone"),
    "Z": ("Z", "en", "UTC", "all times in the file carry Z"),
}


@pytest.mark.parametrize("name", OFFSETS)
def test_the_zone_fits_the_offsets_of_the_file_else_it_is_the_machines_and_says_why(tmp_path, name):
    offset, language, zone, why = OFFSETS[name]
    project = made(tmp_path, ENGLISH.replace(":00\n", f":00:00{offset}\n"), language=language)
    assert (project.zone.value, bool(re.search(why, project.zone.why.en))) == (zone, True)
    assert pm.open_project(tmp_path / "p").spec.time_zone == zone


def test_where_no_zone_can_be_told_it_is_asked_for(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(first_settings, "machine_zone", lambda: None)
    _, out, _ = run(capsys, "new", "p", export(tmp_path, ENGLISH))
    assert "time_zone: …" in out
    assert "once each … is filled in: procmine check p" in out
    code, _, err = run(capsys, "check", "p")
    assert (code, "it is not said yet which time zone" in err, "once that is mended: procmine check p" in err) == (2, True, True)  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "said"),
    [("Asia/Shanghi", "Asia/Shanghai"), ("Asia/Beijing", "Asia/Shanghai"), ("UTC+8", "Asia/Shanghai, Asia/Hong_Kong"), ("-05:00", "America/New_York")],
)  # fmt: skip
def test_an_unknown_zone_names_the_likely_ones(capsys, tmp_path, zone, said):
    code, _, err = run(capsys, "new", "p", export(tmp_path), f"--time-zone={zone}")
    assert (code, said in err, (tmp_path / "p").exists()) == (2, True, False)


def test_the_machines_zone_is_read_from_tz(monkeypatch):
    monkeypatch.undo()
    for value, zone in (("Asia/Shanghai", "Asia/Shanghai"), ("Etc/UTC", "UTC"), ("nonsense", None)):
        monkeypatch.setenv("TZ", value)
        assert first_settings.machine_zone() == zone


# ── what leads on ─────────────────────────────────────────────────────────────────────────────────


def test_the_commands_that_are_printed_work_as_printed_in_a_shell(tmp_path):
    folder = tmp_path / "我的 文件夹's"
    folder.mkdir()
    path = export(folder, name="-三月 (1).csv")
    call = f"{shlex.quote(sys.executable)} -m procmine inspect {shlex.quote(f'../{folder.name}/{path.name}')}"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "zh_CN.UTF-8", "PYTHONWARNINGS": "ignore"}
    for word in ("new", "check", "report"):
        done = subprocess.run(call, shell=True, cwd=folder, env=env, capture_output=True, text=True, check=True)
        call = done.stdout.strip().splitlines()[-1].removeprefix("下一步：")
        assert f" -m procmine {word} " in call
    assert shlex.split(call)[-2:] == ["report", "my-project"]


def test_check_leads_to_the_report_with_the_same_exports_and_faults_to_checking_again(capsys, tmp_path):
    path = export(tmp_path)
    assert run(capsys, "new", "a b", path)[1].endswith("\n下一步：procmine check 'a b'\n")
    assert run(capsys, "check", "a b", path)[1].endswith(f"\nnext: procmine report 'a b' {path}\n")
    (tmp_path / "a b" / "exports" / "export.csv").write_text("", encoding="utf-8")
    code, out, err = run(capsys, "check", "a b")
    assert (code, "next:" in out, err.endswith("\nonce that is mended: procmine check 'a b'\n")) == (2, False, True)


@pytest.mark.parametrize(
    ("word", "posix", "windows"),
    [("p", "p", "p"), ("my p", "'my p'", '"my p"'), ("项目 一", "'项目 一'", '"项目 一"'), ("a&b", "'a&b'", '"a&b"')],
)
def test_words_are_quoted_as_each_shell_needs_it(word, posix, windows):
    assert (shell.quoted(word, windows=False), shell.quoted(word, windows=True)) == (posix, windows)


def test_progress_is_a_line_per_step_on_standard_error_where_that_is_no_terminal(capsys):
    with steps(2, "en", quiet=False) as progress:
        progress("a.csv")
        progress("排序")
    done = capsys.readouterr()
    assert (done.out, done.err) == ("", "[1] a.csv\n[2] 排序\n")
    with steps(2, "en", quiet=True) as progress:
        progress("a.csv")
    assert capsys.readouterr() == ("", "")


def test_every_error_is_caught_by_its_name_at_the_front_door():
    names = [name for name in pm.__all__ if name.endswith("Error")]
    assert len(names) == 8
    assert all(issubclass(getattr(pm, name), pm.ProcmineError) for name in names)
    with pytest.raises(pm.ProcmineError):
        pm.open_project("nowhere")


def test_an_archive_in_the_place_of_a_lookup_is_told_so(tmp_path):
    with zipfile.ZipFile(buffer := io.BytesIO(), "w") as archive:
        archive.writestr("names.csv", "id,name\n1,a\n")
    (tmp_path / "names.zip").write_bytes(buffer.getvalue())
    with pytest.raises(pm.ExportError, match=r"names\.zip: no archive can be read here"):
        pm.read_export(
            export(tmp_path), time_zone="UTC", profile="weaver_log", lookups={"nodes": str(tmp_path / "names.zip")}
        )
