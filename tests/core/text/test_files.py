"""What is written has a name that says what it is, and where nothing can be written the reader is told why."""

import os
import subprocess
import sys
from functools import partial

import pytest
from conftest import ROOT

import procmine as pm
from procmine.conformance.standard.parts import Item
from procmine.conformance.standard.standard import Process, Standard
from procmine.core.nets.petri import PetriNet, write_pnml
from procmine.core.text.errors import WriteError
from procmine.core.text.written_files import writing

STANDARD = Standard(name="x", processes=[Process(name="p", nodes=[Item(name="受理")])])
SAVES = {
    "map": (lambda: pm.process_map(pm.six_cases()).save, ".svg"),
    "overview map": (lambda: pm.overview_map(pm.six_cases()).save, ".svg"),
    "map of the standard": (lambda: pm.standard_map(pm.six_cases(), STANDARD).save, ".svg"),
    "picture": (lambda: pm.arrivals(pm.six_cases()).draw().save, ".svg"),
    "document": (lambda: pm.describe_standard(STANDARD).save, ".html .md .svg"),
    "standard": (lambda: STANDARD.save_bpmn, ".bpmn .bpmn20.xml"),
    "net": (lambda: partial(write_pnml, PetriNet((), (), (), "", "")), ".pnml"),
    "csv": (lambda: pm.six_cases().to_csv, ".csv"),
    "parquet": (lambda: pm.six_cases().to_parquet, ".parquet"),
    "xes": (lambda: pm.six_cases().to_xes, ".xes .xes.gz"),
}


def saver(name):
    make, endings = SAVES[name]
    try:
        return make(), endings.split()
    except AttributeError:
        pytest.skip("this one has no save")


@pytest.mark.parametrize("name", SAVES)
def test_a_name_that_says_something_else_is_refused_and_those_that_fit_are_named(tmp_path, name):
    save, endings = saver(name)
    for wrong in ("x.png", "x", "x.docx", "版本2.1"):
        with pytest.raises(WriteError) as caught:
            save(tmp_path / wrong)
        fault = caught.value.faults[0]
        for language in ("zh", "en"):
            assert all(ending in fault.hint.say(language) for ending in endings)
    assert list(tmp_path.iterdir()) == []
    for ending in [*endings, endings[0].upper()]:
        save(tmp_path / "new" / f"x{ending}")
        assert (tmp_path / "new" / f"x{ending}").stat().st_size > 0


def test_the_hint_is_a_name_that_can_be_used():
    with pytest.raises(WriteError, match=r"map\.png: what is written here is no \.png file\n  hint: use .* map\.svg$"):
        pm.process_map(pm.six_cases()).save("map.png")
    with pytest.raises(WriteError, match=r"no ending that says what it is\n.* such as mail\.xes or mail\.xes\.gz$"):
        pm.six_cases().to_xes("mail")
    with pytest.raises(WriteError, match=r"no \.zip file\n.* such as mail\.xes or mail\.xes\.gz$"):
        pm.six_cases().to_xes("mail.xes.zip")


@pytest.mark.parametrize("name", ["csv", "parquet", "xes"])
def test_a_folder_or_a_file_in_the_way_is_said(tmp_path, name):
    save, (ending, *_) = saver(name)
    (tmp_path / f"folder{ending}").mkdir()
    with pytest.raises(WriteError, match=r"this is a folder, not a file\n  hint: name a file, such as .*export"):
        save(tmp_path / f"folder{ending}")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(WriteError, match="no file can be written here: "):
        save(tmp_path / "file" / f"x{ending}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", f"folder{ending}"]


@pytest.mark.parametrize(
    ("error", "said"),
    [(PermissionError(13, "x"), "no right to"), (OSError(28, "No space left on device"), "No space left on device")],
)
def test_a_refusal_of_the_system_is_told_with_its_place(tmp_path, error, said):
    with (
        pytest.raises(WriteError, match=f"map.svg: no file can be written here: {said}"),
        writing(tmp_path / "map.svg"),
    ):
        raise error


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="another user is needed to be refused")
def test_without_the_right_to_write_nothing_is_left_and_no_traceback_shown(tmp_path):
    for folder in (tmp_path, *tmp_path.parents[:3]):  # with a folder for each of several processes
        folder.chmod(0o755)
    code = (
        f"import os, sys; sys.path.insert(0, {str(ROOT)!r}); import procmine as pm, procmine.conformance.standard.standard as t\n"
        "from procmine.core.text.errors import WriteError\nfrom procmine.core.text.written_files import written_aside\nfrom pathlib import Path\n"
        f"os.setuid(65534)\ntry:\n    with written_aside(Path({str(tmp_path)!r}) / 'a.csv', ('.csv',)): pass\n"
        "except WriteError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "a.csv: no file can be written here: no right to, or the file is open elsewhere" in done.stdout
    assert list(tmp_path.iterdir()) == []
