"""Every figure with controls in headless Chromium, by mouse and by keyboard: what it shows, says and saves."""

import io
import os
import re
import time
from pathlib import Path

import pytest
from conftest import PAGES
from lxml import etree
from map_pages import SAMPLES, page_with, write_maps
from pictures import log_of_odd_names
from test_browser import CHROMIUM, DRIVER, chromium, complaints, open_page

import procmine as pm
from procmine.core.html.places import PAGE

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver on PATH")

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return tmp_path_factory.mktemp("saved")


@pytest.fixture(scope="module")
def browser(tmp_path_factory, saved):
    driver = chromium(tmp_path_factory.mktemp("profile"))
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(saved)})
    yield driver
    driver.quit()


# ── a figure, its parts and its state ─────────────────────────────────────────────────────────────

STATE = """
const digest = text => { let sum = 0; for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) | 0; return sum; };
const figure = arguments[0], svg = figure.querySelector(".pm-map-canvas > svg");
const all = kind => [...svg.querySelectorAll("." + kind)];
const shown = kind => all(kind).filter(g => !g.hasAttribute("display") && g.getBoundingClientRect().width + g.getBoundingClientRect().height > 0);
const frame = svg.getBoundingClientRect();
const slider = key => figure.querySelector(`[data-s=${key}]`);
const out = key => figure.querySelector(`[data-o=${key}]`).textContent;
return {
  nodes: shown("n").length - 2, arcs: shown("a").length, all_nodes: all("n").length - 2, all_arcs: all("a").length,
  said: shown("n").concat(shown("a")).map(g => g.getAttribute("aria-label")),
  arcs_said: shown("a").map(g => g.getAttribute("aria-label").split("\\n")[0]),
  outside: shown("n").filter(g => { const box = g.getBoundingClientRect(); return box.top < frame.top - 1 || box.bottom > frame.bottom + 1
    || box.left < frame.left - 1 || box.right > frame.right + 1; }).length,
  labels: shown("a").map(g => g.querySelector("text").textContent),
  texts: shown("n").concat(shown("a")).flatMap(g => [...g.querySelectorAll("text")]).map(t => t.textContent).filter(t => t),
  look: digest(svg.getAttribute("viewBox") + shown("n").concat(shown("a")).map(g => g.outerHTML.replace(/ tabindex="[^"]*"/, "")).join("")),
  counters: [out("a"), out("p")], kept: out("k"),
  told: ["a", "p"].map(key => slider(key).getAttribute("aria-valuetext")),
  at: ["a", "p"].map(key => Number(slider(key).value)), most: ["a", "p"].map(key => Number(slider(key).max)),
  pressed: [...figure.querySelectorAll("[data-m][aria-pressed=true]")].map(b => b.dataset.m),
  tip: figure.querySelector(".pm-map-tip").hidden ? "" : figure.querySelector(".pm-map-tip").textContent,
};
"""


class Figure:
    """A figure with controls, and what its cases do, as far as that is known."""

    def __init__(self, browser, element, paths=None):
        self.browser, self.element, self.paths = browser, element, paths
        browser.execute_script("arguments[0].scrollIntoView()", element)

    def find(self, selector):
        return self.element.find_element("css selector", selector)

    def state(self):
        return self.browser.execute_script(STATE, self.element)

    def check(self):
        """The picture is there, whole, and the counters say exactly what is in it."""
        state = self.state()
        assert state["nodes"] > 0
        assert state["arcs"] > 1
        assert state["outside"] == 0
        assert state["counters"] == [f"{state[kind]} / {state[f'all_{kind}']}" for kind in ("nodes", "arcs")]
        assert state["told"] == state["counters"]
        assert all(re.search(r"\d", said) for said in state["said"] if "\n" in said)
        assert sum("\n" not in said for said in state["said"]) == 2  # the two marks have no numbers of their own
        n, m = (int(number.replace(",", "")) for number in re.findall(r"[\d,]+", state["kept"])[:2])
        if self.paths is not None:
            shown = set(state["arcs_said"])
            assert m == sum(n_cases for _, n_cases in self.paths)
            assert n == sum(n_cases for arcs, n_cases in self.paths if arcs <= shown)
        if state["arcs"] == state["all_arcs"]:
            assert n == m
        return state


def figures(browser, path, paths=()):
    open_page(browser, path, height=1000)
    found = browser.find_elements("css selector", "figure.pm-map")
    return [Figure(browser, one, known) for one, known in zip(found, paths or [None] * len(found), strict=True)]


# ── what a person does ────────────────────────────────────────────────────────────────────────────


def by_mouse(figure, slider, share):
    """A click on the slider at a share of its length."""
    from selenium.webdriver import ActionChains

    reach = slider.size["width"] / 2 - 1
    ActionChains(figure.browser, duration=0).move_to_element_with_offset(
        slider, round((2 * share - 1) * reach), 0
    ).click().perform()


def by_keys(slider, share, most):
    from selenium.webdriver import Keys

    slider.send_keys(Keys.END if share == 1 else Keys.HOME + Keys.ARROW_RIGHT * round(share * most))


def drive_sliders(figure):
    """Both sliders to both ends and the middle; what the mouse shows there, the keyboard shows as well."""
    for i, key in enumerate(("a", "p")):
        slider, looks = figure.find(f'[data-s="{key}"]'), {}
        assert slider.is_enabled()
        for share in (0, 1, 0.5):
            by_mouse(figure, slider, share)
            state = figure.check()
            assert abs(state["at"][i] - share * state["most"][i]) <= 1
            assert share == 0.5 or state["at"][i] == share * state["most"][i]
            looks[state["at"][i]] = state["look"]
        for share in (0, 1):
            by_keys(slider, share, state["most"][i])
            assert figure.check()["look"] == looks[share * state["most"][i]]
        by_keys(slider, 0.5, state["most"][i])
        figure.check()
        assert len(set(looks.values())) == len(looks) > 1
    drive_to(figure, 1, 1)
    state = figure.check()
    assert (state["nodes"], state["arcs"]) == (state["all_nodes"], state["all_arcs"])


def drive_to(figure, activities, paths):
    for key, share, most in zip(("a", "p"), (activities, paths), figure.state()["most"], strict=True):
        if most:  # a slider of one level rests
            by_keys(figure.find(f'[data-s="{key}"]'), share, most)


def drive_switches(figure):
    """Each switch shows another picture of the same places, whether clicked or pressed."""
    from selenium.webdriver import Keys

    looks = {}
    for press in (lambda button: button.click(), lambda button: button.send_keys(Keys.SPACE)):
        for button in figure.element.find_elements("css selector", "[data-m]"):
            press(button)
            state = figure.check()
            assert state["pressed"] == [button.get_attribute("data-m")]
            assert looks.setdefault(button.text, state["look"]) == state["look"]
            assert any(state["labels"])
    assert len(set(looks.values())) == len(looks) == 4


def drive_numbers(figure):
    """Numbers by hovering over a box and an arc, and by keys; gone when one leaves."""
    from selenium.webdriver import ActionChains, Keys

    browser = figure.browser
    for selector in ("g.n:not([display]) rect", 'g.a:not([display]) path[fill="none"]:not([d=""])'):
        shown = figure.find(selector)
        spot = browser.execute_script(SPOT, shown)
        actions = ActionChains(browser, duration=0)
        actions.w3c_actions.pointer_action.move_to_location(*spot)
        actions.perform()
        assert re.search(r": \d", figure.state()["tip"])
    last = figure.element.find_elements("css selector", "[data-save]")[-1]
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", last)
    last.send_keys(Keys.TAB)
    keys = browser.switch_to.active_element
    assert "\n" not in figure.state()["tip"] != ""  # the mark where cases begin
    keys.send_keys(Keys.ARROW_DOWN)
    assert re.search(r": \d", figure.state()["tip"])
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert figure.state()["tip"] == ""


SPOT = """
const shown = arguments[0];
shown.scrollIntoView({block: "center"});
const line = shown.nodeName === "path", box = shown.getBBox();
const spot = line ? shown.getPointAtLength(shown.getTotalLength() / 2) : new DOMPoint(box.x + box.width / 2, box.y + box.height / 2);
const there = new DOMPoint(spot.x, spot.y).matrixTransform(shown.getScreenCTM());
return [Math.round(there.x), Math.round(there.y)];
"""


def drive_saves(figure, saved):
    """Both files arrive, named after the map, and hold what is shown with name, counters and legend on paper."""
    state = figure.state()
    name, content = save(saved, figure.find('[data-save="svg"]').click, ".svg")
    root = etree.fromstring(content)
    texts = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    title = figure.element.get_attribute("aria-label")
    assert title in texts
    assert name.startswith(re.sub(r'[\\/:*?"<>|]+', "_", title))
    line = next(text for text in texts if text.endswith(state["kept"]))
    assert all(counter in line for counter in state["counters"])
    assert sorted(text for text in texts if text) == sorted([*state["texts"], title, line, *legend(figure)])
    assert sorted(one.text for one in root.iter(f"{SVG}title")) == sorted(state["said"])
    assert_on_paper(root)
    png_name, png = save(saved, lambda: press_and_switch(figure), ".png")
    assert png_name == name  # and not of what was switched to before the file was ready
    assert_png_of(png, root)
    figure.find(f'[data-m="{state["pressed"][0]}"]').click()
    assert figure.state()["look"] == state["look"]


def press_and_switch(figure):
    from selenium.webdriver import Keys

    figure.find('[data-save="png"]').send_keys(Keys.ENTER)
    figure.find('[data-m][aria-pressed="false"]').click()


def legend(figure):
    return [one.text for one in figure.element.find_elements("css selector", ".pm-map-legend > span")]


def assert_on_paper(root):
    paper = next(root.iter(f"{SVG}rect"))
    assert [float(paper.get(name)) for name in ("x", "y", "width", "height")] == pytest.approx(box(root))
    assert paper.get("fill") == "#ffffff"


def assert_png_of(content, root):
    """Twice as large as the drawing, paper at the corners, its ink and colours in it."""
    from PIL import Image

    with Image.open(io.BytesIO(content)) as image:
        assert image.size == pytest.approx([2 * float(root.get(name)) for name in ("width", "height")], abs=1)
        right, bottom = (length - 1 for length in image.size)
        plain = image.convert("RGB")
        assert {plain.getpixel(corner) for corner in ((0, 0), (right, 0), (0, bottom), (right, bottom))} == {(255,) * 3}
        assert len(plain.getcolors(maxcolors=1 << 24)) > 20


def save(folder, press, ending):
    """Press, and take the one file that arrives, with its name."""
    press()
    for _ in range(400):
        for path in folder.glob(f"*{ending}"):
            content = path.read_bytes()
            path.unlink()
            return path.stem, content
        time.sleep(0.05)
    pytest.fail(f"no {ending} arrived")


def drive(figure, saved):
    drive_sliders(figure)
    drive_to(figure, 1, 0.5)
    drive_switches(figure)
    drive_numbers(figure)
    drive_saves(figure, saved)
    assert complaints(figure.browser) == []


# ── the tests ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", PAGES)
def test_every_figure_of_the_sample_report(browser, saved, report, page):
    found = figures(browser, report / page)
    assert len(found) == {"00": 1, "02": 1, "03": 1, "04": 1}.get(page[:2], 0)
    for figure in found:
        drive(figure, saved)


@pytest.mark.parametrize(
    ("sample", "language"), [("return_visits", "zh"), ("telecom", "zh"), *((sample, "en") for sample in SAMPLES)]
)
def test_the_maps_of_every_sample(browser, saved, tmp_path, sample, language):
    """Without the rest of their reports; those of the sample report are driven where they stand."""
    found = figures(browser, *write_maps(tmp_path, sample, language))
    assert len(found) == 2
    looks = [figure.state()["look"] for figure in found]
    for i, figure in enumerate(found):
        drive(figure, saved)
        assert [other.state()["look"] for other in found[i + 1 :]] == looks[
            i + 1 :
        ]  # a control moves its own map alone


REPORTS = os.environ.get("PROCMINE_REPORTS", "")


@pytest.mark.slow
@pytest.mark.skipif(not REPORTS, reason="PROCMINE_REPORTS names no folder of reports")
def test_every_figure_of_full_reports(browser, saved):
    """All pages of all reports below a folder; they take minutes to write, so they are given."""
    n = 0
    for path in sorted(Path(REPORTS).rglob("*.html")):
        for figure in figures(browser, path):
            drive(figure, saved)
            n += 1
    assert n > 0


def test_a_saved_map_is_the_one_that_python_saves(browser, saved, tmp_path):
    """At the level and with the numbers that it begins with."""
    shown = pm.process_map(pm.six_cases(), colour="median", bottlenecks=pm.bottlenecks(pm.six_cases()))
    shown.save(tmp_path / "map.svg")
    (tmp_path / "page.html").write_text(page_with(shown.html_in(PAGE), "zh"), encoding="utf-8")
    (figure,) = figures(browser, tmp_path / "page.html")
    there = etree.fromstring(save(saved, figure.find('[data-save="svg"]').click, ".svg")[1])
    here = etree.parse(tmp_path / "map.svg").getroot()
    assert box(there) == pytest.approx(box(here), abs=0.11)
    assert parts(there) == parts(here)


def box(root):
    return [float(number) for number in root.get("viewBox").split()]


def parts(root):
    """What is drawn, in whatever order titles stand."""
    drawn = sorted((one.tag, one.text or "", one.get("d", ""), one.get("fill", "")) for one in root.iter())
    return root.get("aria-label"), drawn


def test_names_with_odd_characters_can_be_saved(browser, saved, tmp_path):
    shown = pm.process_map(log_of_odd_names())
    (tmp_path / "page.html").write_text(page_with(shown.html_in(PAGE), "en"), encoding="utf-8")
    (figure,) = figures(browser, tmp_path / "page.html")
    drive_to(figure, 1, 1)
    drive_saves(figure, saved)
    assert complaints(browser) == []


def test_every_number_is_reached_by_keys_from_top_to_bottom(browser, tmp_path):
    from selenium.webdriver import Keys

    (tmp_path / "page.html").write_text(page_with(pm.process_map(pm.six_cases()).html_in(PAGE), "zh"), encoding="utf-8")
    (figure,) = figures(browser, tmp_path / "page.html")
    figure.element.find_elements("css selector", "[data-save]")[-1].send_keys(Keys.TAB)
    state, told = figure.state(), []
    for _ in state["said"]:
        told.append(figure.state()["tip"])
        browser.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    assert sorted(told) == sorted(state["said"])
    assert told[0] == "开始"
    assert told[1].startswith("开始 → ")
    assert told[-1] == "结束"
    assert (
        figure.find('g[tabindex="0"]') == browser.switch_to.active_element
    )  # one stop for the tab key, the last one left
    assert len(figure.element.find_elements("css selector", 'g[tabindex="0"]')) == 1


def test_a_finger_shows_numbers_and_takes_them_away(browser, tmp_path):
    (tmp_path / "page.html").write_text(page_with(pm.process_map(pm.six_cases()).html_in(PAGE), "zh"), encoding="utf-8")
    (figure,) = figures(browser, tmp_path / "page.html")
    for selector, expected in (("g.n[data-n] rect", r"^受理\n.*\d"), (".bg", "^$")):
        spot = browser.execute_script(SPOT if "rect" in selector else CORNER, figure.find(selector))
        touch = {"x": spot[0], "y": spot[1]}
        browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [touch]})
        browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        assert re.search(expected, wait_for(lambda: figure.state()["tip"], expected))


CORNER = (
    "const box = arguments[0].getBoundingClientRect(); return [Math.round(box.left + 3), Math.round(box.bottom - 3)];"
)


def wait_for(read, expected):
    for _ in range(40):
        if re.search(expected, read()):
            break
        time.sleep(0.05)
    return read()


def test_a_map_of_one_level_has_sliders_that_rest(browser, tmp_path):
    from pictures import log_of

    (tmp_path / "page.html").write_text(
        page_with(pm.process_map(log_of({"a": 3})).html_in(PAGE), "en"), encoding="utf-8"
    )
    (figure,) = figures(browser, tmp_path / "page.html")
    assert [figure.find(f'[data-s="{key}"]').is_enabled() for key in "ap"] == [False, False]
    assert figure.check()["counters"] == ["1 / 1", "2 / 2"]


LATER = """
const there = document.querySelector("main"), html = there.innerHTML;
there.innerHTML = "";
there.append(document.createRange().createContextualFragment(html));
there.append(document.createRange().createContextualFragment(html));
document.querySelectorAll("main figure script:not([type])").forEach(script => {
  const again = document.createElement("script");
  again.textContent = script.textContent;
  script.replaceWith(again);
});
"""
"""The page's figure put in after loading, twice and copied from one that is at work, its script run over and over."""


def test_a_figure_put_in_later_works_however_often_its_script_runs(browser, tmp_path):
    (tmp_path / "page.html").write_text(page_with(pm.process_map(pm.six_cases()).html_in(PAGE), "zh"), encoding="utf-8")
    (first,) = figures(browser, tmp_path / "page.html")
    drive_to(first, 0, 0)
    browser.execute_script(LATER)
    both = [Figure(browser, one) for one in browser.find_elements("css selector", "figure.pm-map")]
    assert len(both) == 2
    for figure in both:
        drive_sliders(figure)
        drive_to(figure, 1, 0.5)
        drive_switches(figure)
        assert len(figure.element.find_elements("css selector", ".pm-map-tip")) == 1
        assert len(figure.element.find_elements("css selector", ".hit")) == figure.state()["all_arcs"]
    assert complaints(browser) == []
