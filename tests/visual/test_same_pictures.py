"""Every picture has the same bytes on every machine, whatever fonts it has and whatever it has set for matplotlib."""

from __future__ import annotations

import copy
import itertools
import json
import math
import os
import pickle
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import every_picture
import pytest
from every_picture import digest, svg
from pictures import STRICTLY, taken_apart

from procmine.core.text.textwidth import ASCENT, DESCENT, text_width
from procmine.visual.draw import _PAINTERS

FONT_FOLDERS = ["/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts"]
SETTINGS = """
font.family: cursive
font.size: 31
axes.titlesize: 40
axes.titlepad: 30
axes.formatter.use_mathtext: True
axes.unicode_minus: False
axes.xmargin: 0.4
axes.prop_cycle: cycler('color', ['red'])
lines.antialiased: False
lines.scale_dashes: False
legend.fontsize: 22
figure.dpi: 301
figure.constrained_layout.h_pad: 0.5
savefig.dpi: 33
savefig.bbox: tight
savefig.facecolor: red
svg.fonttype: path
svg.hashsalt: mine
text.usetex: True
timezone: Asia/Shanghai
path.simplify: False
path.sketch: 2, 10, 3
backend: TkAgg
nonsense: 1
"""


@pytest.fixture(scope="module")
def results():
    return every_picture.results()


@pytest.fixture(scope="module")
def drawn(results):
    """Every picture, drawn here with whatever fonts this machine has – and none of them may be opened."""
    from matplotlib import font_manager

    def opened(*asked, **_):
        raise AssertionError(f"a font was opened: {asked}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(font_manager, "_get_font", opened)
        return {name: svg(result) for name, result in results.items()}


@pytest.fixture(scope="module")
def kept(drawn, results, tmp_path_factory):
    """The results in a file, so that only drawing is done again."""
    path = tmp_path_factory.mktemp("results") / "results.pickle"
    path.write_bytes(pickle.dumps(results))
    return path


def test_there_is_a_picture_of_every_kind(results, drawn):
    assert {type(result) for result in results.values()} >= set(_PAINTERS)
    assert [name for name, picture in drawn.items() if not picture] == []


# ── the fonts and settings of other machines ──────────────────────────────────────────────────────


@cache
def hiding():
    """A command line that takes the fonts of this machine away from the program behind it; empty where that is not allowed."""
    folders = [str(path) for path in (Path(one).expanduser() for one in FONT_FOLDERS) if path.is_dir()]
    hide = " && ".join([*(f"mount -t tmpfs tmpfs {folder!r}" for folder in folders), 'exec "$@"'])
    command = ["unshare", "-m", "sh", "-c", hide, "sh"]
    if shutil.which("unshare") and subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
        return command
    return []


def write_font_list(folder, kept_fonts=(), **others):
    """A font list as matplotlib leaves it behind: some of its own fonts, and other names for files that are there or gone."""
    from matplotlib import font_manager

    listed = copy.copy(font_manager.fontManager)
    own = [entry for entry in listed.ttflist if "mpl-data" in entry.fname]
    mono = next(entry.fname for entry in own if entry.name == "DejaVu Sans Mono" and entry.weight == 700)
    fname = {"other": mono, "gone": "/gone/font.ttf"}
    listed.ttflist = [entry for entry in own if entry.name in kept_fonts] + [
        font_manager.FontEntry(fname=fname[kind], name=name, style="normal", variant="normal", weight=400,
                               stretch="normal", size="scalable") for name, kind in others.items()
    ]  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    font_manager.json_dump(listed, folder / f"fontlist-v{font_manager.FontManager.__version__}.json")


def drawn_elsewhere(kept, before=(), **env):
    """What a fresh interpreter draws; it must not say a word about it."""
    program = [sys.executable, *STRICTLY, "every_picture.py", str(kept)]
    known = {name: value for name, value in os.environ.items() if not name.startswith("MPL")}
    done = subprocess.run(
        [*before, *program],
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[1],
        env=known | env,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def differing(drawn, other):
    return sorted(name for name in drawn.keys() | other.keys() if other.get(name) != digest(drawn.get(name, "")))


def test_no_font_but_those_of_matplotlib(kept, drawn, tmp_path):
    """No list of fonts yet, as on a new machine; where fonts cannot be hidden, a list without any but matplotlib's own."""
    if not hiding():
        write_font_list(tmp_path, ("DejaVu Sans", "DejaVu Sans Mono", "STIXGeneral"))
    assert differing(drawn, drawn_elsewhere(kept, hiding(), MPLCONFIGDIR=str(tmp_path), PYTHONHASHSEED="7")) == []


def test_a_stale_font_list_other_fonts_and_settings_of_the_user(kept, drawn, tmp_path):
    """Fonts that are gone or look otherwise, a matplotlibrc, a backend that is none, another zone, language and home."""
    write_font_list(tmp_path, ("STIXGeneral",), **{
        "DejaVu Sans": "other", "Microsoft YaHei": "other", "Noto Sans CJK SC": "gone", "PingFang SC": "gone", "cursive": "gone",
    })  # fmt: skip
    (tmp_path / "matplotlibrc").write_text(SETTINGS, encoding="utf-8")
    surroundings = {
        "MPLBACKEND": "no such thing", "TZ": "America/New_York", "LC_ALL": "de_DE.UTF-8", "OMP_NUM_THREADS": "1",
        "SOURCE_DATE_EPOCH": "0", "HOME": "/proc/nowhere", "XDG_CONFIG_HOME": "", "PYTHONIOENCODING": "utf-8",
    }  # fmt: skip
    assert differing(drawn, drawn_elsewhere(kept, MPLCONFIGDIR=str(tmp_path), **surroundings)) == []


QUIET = """
import os, sys
before = dict(os.environ)
from procmine.core.text.quiet import quiet_matplotlib
with quiet_matplotlib():
    import matplotlib.font_manager
import logging, matplotlib
print(logging.getLogger("matplotlib").level, {k: v for k, v in before.items() if os.environ.get(k) != v}, matplotlib.get_backend())
"""


@pytest.mark.parametrize(("backend", "then"), [("svg", "svg"), ("no such thing", "agg")])
def test_a_home_that_cannot_be_written_is_borne_in_silence_and_a_known_backend_stays(backend, then):
    known = {name: value for name, value in os.environ.items() if not name.startswith(("MPL", "XDG"))}
    env = known | {"HOME": "/proc/nowhere", "MPLBACKEND": backend}
    done = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, check=False, env=env, encoding="utf-8")
    assert (done.stderr, done.stdout.split()) == ("", ["0", "{}", then])


# ── where texts stand ─────────────────────────────────────────────────────────────────────────────


class Text(NamedTuple):
    """A text of a chart and the box around it, by the table."""

    said: str
    is_anchored: bool
    is_slanted: bool
    left: float
    right: float
    top: float
    bottom: float

    def is_within(self, width, height):
        return self.left > -1 and self.right < width + 1 and self.top > -1 and self.bottom < height + 1

    def covers(self, other):
        """As much of another text as an eye would mind."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 1 and down > 0.4 * min(self.bottom - self.top, other.bottom - other.top)


def text_of(node):
    look = dict(one.split(": ", 1) for one in node.get("style").split("; "))
    said, size = " ".join("".join(node.itertext()).split()), float(look["font-size"].removesuffix("px"))
    turn = re.search(r"rotate\((-?[\d.]+)", node.get("transform", ""))
    angle = math.radians(float(turn[1]) if turn else 0.0)
    x, y = (float(node.get(place, 0)) for place in "xy")
    width = text_width(said, size)
    start = -width * {"start": 0.0, "middle": 0.5, "end": 1.0}[look.get("text-anchor", "start")]
    corners = [(a, b) for a in (start, start + width) for b in (-ASCENT * size, DESCENT * size)]
    across = [x + a * math.cos(angle) - b * math.sin(angle) for a, b in corners]
    down = [y + a * math.sin(angle) + b * math.cos(angle) for a, b in corners]
    is_anchored = "text-anchor" in look and "x" in node.attrib
    is_slanted = abs(math.sin(2 * angle)) > 0.01
    return Text(said, is_anchored, is_slanted, min(across), max(across), min(down), max(down))


def charts(drawn):
    """Charts by name, with their texts; maps, lanes and chevrons are drawn by hand and tested apart."""
    for name, picture in drawn.items():
        if "stroke-linejoin: round" in picture[:400]:
            root = taken_apart(picture)
            size = [float(number) for number in root.get("viewBox").split()[2:]]
            yield name, size, [text for text in map(text_of, root.iter("{*}text")) if text.said]


def test_a_text_is_placed_by_an_end_or_its_middle_never_by_a_width(drawn):
    """However wide a reader's font draws it, it begins, ends or stands in the middle where it is meant to."""
    found = {name: [text.said for text in texts if not text.is_anchored] for name, _, texts in charts(drawn)}
    assert len(found) > 30
    assert {name: said for name, said in found.items() if said} == {}


def test_no_text_of_a_chart_is_cut_off_or_stands_on_another(drawn):
    faults = []
    for name, (width, height), texts in charts(drawn):
        cut = [text for text in texts if not text.is_within(width, height)]
        faults += [f"{name}: cut off: {text.said}" for text in cut]
        flat = [text for text in texts if not text.is_slanted]
        pairs = itertools.combinations(flat, 2)
        faults += [f"{name}: on each other: {one.said} / {other.said}" for one, other in pairs if one.covers(other)]
    assert faults == []


def test_a_picture_changes_nothing_around_it(drawn):
    """A style sheet in a picture would reach the whole page, and an id that nothing names may stand there twice."""
    assert [name for name, picture in drawn.items() if "<style" in picture] == []
