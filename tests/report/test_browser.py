"""The pages in headless Chromium: nothing breaks, nothing leaves the page, the controls work."""

import itertools
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import PAGES

import procmine as pm
from procmine.samples.bundled import sample_project

CHROMIUM = next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)
DRIVER = shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver on PATH")


def chromium(profile):
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    for switch in (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", f"--user-data-dir={profile}",
    ):  # fmt: skip
        options.add_argument(switch)
    return webdriver.Chrome(options=options, service=Service(DRIVER, env={**os.environ, **own_fonts(profile)}))


def own_fonts(folder):
    """What tells a browser of the fonts that matplotlib brings along, where the machine has none: it cannot draw without."""
    if not shutil.which("fc-list") or subprocess.run(["fc-list"], capture_output=True, check=False).stdout.strip():
        return {}
    import matplotlib as mpl

    fonts = Path(mpl.get_data_path()) / "fonts" / "ttf"
    settings = Path(folder) / "fonts.conf"
    settings.write_text(
        f"<fontconfig><dir>{fonts}</dir><cachedir>{Path(folder) / 'fonts'}</cachedir></fontconfig>", encoding="utf-8"
    )
    return {"FONTCONFIG_FILE": str(settings)}


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    driver = chromium(tmp_path_factory.mktemp("profile"))
    yield driver
    driver.quit()


def open_page(browser, path, width=1280, height=900):
    screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    browser.get(Path(path).as_uri())


def complaints(browser):
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


def requested(browser):
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]


@pytest.mark.parametrize("width", [1280, 420])
@pytest.mark.parametrize("page", PAGES)
def test_no_error_no_request_no_sideways_scroll(browser, report, page, width):
    browser.get_log("performance")
    open_page(browser, report / page, width)
    assert complaints(browser) == []
    assert [url for url in requested(browser) if url.startswith(("http:", "https:", "ws:", "wss:", "//"))] == []
    wide, seen = browser.execute_script(
        "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= seen


HARD_TO_READ = """
const found = [], shown = box => box.width > 0 && box.height > 0;
for (const one of document.querySelectorAll("body *:not(svg *)")) {
  const own = [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  if (own && one.clientWidth > 1 && ["hidden", "clip"].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1)
    found.push(`cut off: ${one.textContent.trim().slice(0, 30)}`);
}
const slants = text => Number((text.getAttribute("transform") || "").match(/rotate\\((-?[\\d.]+)/)?.[1] || 0) % 90 !== 0;
for (const picture of document.querySelectorAll("svg")) {
  const frame = picture.getBoundingClientRect();
  if (!shown(frame) || picture.closest(".pm-map")) continue;
  const texts = [...picture.querySelectorAll("text")]
    .filter(text => text.textContent.trim() && getComputedStyle(text).visibility !== "hidden" && !slants(text))
    .map(text => [text.textContent.trim(), text.getBoundingClientRect()]).filter(([, box]) => shown(box));
  texts.forEach(([text, box], i) => {
    if (box.left < frame.left - 2 || box.right > frame.right + 2 || box.top < frame.top - 2 || box.bottom > frame.bottom + 2)
      found.push(`outside: ${text}`);
    for (const [other, there] of texts.slice(i + 1)) {
      const width = Math.min(box.right, there.right) - Math.max(box.left, there.left);
      const height = Math.min(box.bottom, there.bottom) - Math.max(box.top, there.top);
      if (width > 1 && height > 0.4 * Math.min(box.height, there.height)) found.push(`on each other: ${text} / ${other}`);
    }
  });
}
return found;
"""
"""Texts that are cut off, stand outside of their picture, or on each other; maps move theirs and are tested apart.

What is only read aloud – the caption of a table – is a pixel wide.
"""


@pytest.mark.parametrize("width", [1280, 420])
@pytest.mark.parametrize("page", PAGES)
def test_no_text_is_cut_off_or_covers_another(browser, report, page, width):
    open_page(browser, report / page, width)
    assert browser.execute_script(HARD_TO_READ) == []


@pytest.mark.parametrize("page", PAGES)
def test_names_of_the_log_are_never_executed(browser, strange, page):
    open_page(browser, strange / page)
    assert complaints(browser) == []
    assert browser.execute_script("return document.querySelectorAll('img, iframe, object').length") == 0
    assert browser.execute_script("return document.querySelectorAll('script').length") <= 3


def open_map(browser, report):
    """The page of the actual flow, its map showing how often."""
    open_page(browser, report / "02_actual_flow.html")
    find(browser, '[data-m="frequency"]').click()


def find(browser, selector):
    return browser.find_element("css selector", f"figure.pm-map {selector}")


def slide(browser, name, value):
    browser.execute_script(
        "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input'))",
        find(browser, f'[data-s="{name}"]'),
        value,
    )


def shown(browser, kind):
    return browser.execute_script(
        f"return Array.from(document.querySelectorAll('.pm-map .{kind}')).filter(g => !g.hasAttribute('display')).length"
    )


def n_drawn():
    """Activities and arcs of the sample, arcs from the start mark and to the end mark among them."""
    variants = pm.open_project(sample_project()).read().variants
    arcs = {arc for one in variants for arc in itertools.pairwise((None, *one.activities, ""))}
    return len({name for one in variants for name in one.activities}), len(arcs)


def test_the_sliders_show_more_and_fewer(browser, report):
    open_map(browser, report)
    slide(browser, "a", 0)
    slide(browser, "p", 0)
    few = (shown(browser, "n"), shown(browser, "a"), find(browser, '[data-o="k"]').text)
    slide(browser, "a", 99)
    slide(browser, "p", 99)
    many = (shown(browser, "n"), shown(browser, "a"), find(browser, '[data-o="k"]').text)
    n_activities, n_arcs = n_drawn()
    assert few[0] < many[0] == n_activities + 2  # the activities and the two marks
    assert few[1] < many[1] == n_arcs
    assert many[2] == "完整显示 1,000 / 1,000 个案例（100.0 %）"
    assert find(browser, '[data-o="p"]').text == f"{n_arcs} / {n_arcs}"
    assert complaints(browser) == []


def test_the_switch_changes_colours_and_labels(browser, report):
    open_map(browser, report)
    labels = "return Array.from(document.querySelectorAll('.pm-map g.a text')).map(t => t.textContent)"
    assert all(label.replace(",", "").isdigit() for label in browser.execute_script(labels))
    find(browser, '[data-m="median"]').click()
    assert {label.split(" ")[-1] for label in browser.execute_script(labels)} <= {"秒", "分钟", "小时", "天", ""}
    assert find(browser, '[data-m="median"]').get_attribute("aria-pressed") == "true"
    assert find(browser, '[data-m="frequency"]').get_attribute("aria-pressed") == "false"


def test_numbers_on_hover(browser, report):
    from selenium.webdriver import ActionChains

    open_map(browser, report)
    variants = pm.open_project(sample_project()).read().variants
    n_first = sum(one.n_cases for one in variants if one.activities[0] == "创建工单")
    node = find(browser, 'g.n[data-n="0"] rect')
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", node)
    ActionChains(browser).move_to_element(node).perform()
    assert find(browser, ".pm-map-tip").text.splitlines() == [
        "创建工单", "事件: 1,000", "案例: 1,000", f"首个活动: {n_first:,}", "末个活动: 0",
    ]  # fmt: skip


def test_what_the_page_draws_is_what_python_drew(browser, report):
    """Moving away and back gives the very picture that was in the file."""
    open_map(browser, report)
    picture = "return document.querySelector('.pm-map svg').outerHTML"
    first = browser.execute_script("return ['a', 'p'].map(s => document.querySelector(`[data-s=${s}]`).value)")
    before = browser.execute_script(picture)
    find(browser, '[data-m="total"]').click()
    slide(browser, "p", 0)
    find(browser, '[data-m="frequency"]').click()
    slide(browser, "a", first[0])
    slide(browser, "p", first[1])
    assert browser.execute_script(picture) == before


def test_the_map_can_be_saved_as_a_picture(browser, report):
    open_map(browser, report)
    script = """
        const done = arguments[0], svg = document.querySelector('.pm-map svg').cloneNode(true);
        const image = new Image(), canvas = document.createElement('canvas');
        image.onload = () => { canvas.width = 300; canvas.height = 300;
            canvas.getContext('2d').drawImage(image, 0, 0, 300, 300); done(canvas.toDataURL('image/png').length); };
        image.onerror = () => done('error');
        image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(new XMLSerializer().serializeToString(svg));
    """
    assert browser.execute_async_script(script) > 5_000
    for kind in ("svg", "png"):
        find(browser, f'[data-save="{kind}"]').click()
    assert complaints(browser) == []


def test_tables_sort_by_a_click(browser, report):
    open_page(browser, report / "01_event_log.html")
    table = browser.find_elements("css selector", "table.pm-table")[-1]
    head = table.find_elements("css selector", "th")[2]
    column = "return Array.from(arguments[0].tBodies[0].rows).map(r => Number(r.cells[2].textContent))"
    head.click()
    falling = browser.execute_script(column, table)
    head.click()
    rising = browser.execute_script(column, table)
    assert falling == sorted(falling, reverse=True)
    assert rising == sorted(rising)
    assert head.get_attribute("aria-sort") == "ascending"


def test_the_contents_list_follows_the_reader(browser, report):
    open_page(browser, report / "02_actual_flow.html")
    links = browser.find_elements("css selector", "nav a")
    assert [link.text for link in links][:2] == ["流程图", "谁跟着谁"]
    links[-1].click()
    browser.execute_script("window.dispatchEvent(new Event('scroll'))")
    assert links[-1].get_attribute("class") == "on"


def test_code_is_hidden_until_asked_for(browser, report):
    open_page(browser, report / "01_event_log.html")
    code = browser.find_elements("css selector", ".code")
    assert [one.is_displayed() for one in code] == [False] * len(code) != []
    browser.find_element("css selector", ".show-code").click()
    assert all(one.is_displayed() for one in code)


def test_long_tables_can_be_searched(browser, report):
    open_page(browser, report / "01_event_log.html")
    fields = browser.find_elements("css selector", ".pm-search")
    beside = "return Array.from(arguments[0].nextElementSibling.querySelectorAll('tbody tr'))"
    field = next(one for one in fields if any("Salesforce" in row.text for row in browser.execute_script(beside, one)))
    rows = browser.execute_script(beside, field)
    field.send_keys("salesforce")
    left = [row.text for row in rows if row.is_displayed()]
    assert 0 < len(left) < len(rows)
    assert all("salesforce" in text.lower() for text in left)


def test_a_mined_model_fits_the_page_unless_its_labels_would_be_too_small(browser, report):
    open_page(browser, report / "02_actual_flow.html")
    natural, shown, room = browser.execute_script(
        "const model = document.querySelector('figure.pm-chart svg[style*=min-width]');"
        "return [+model.getAttribute('width'), model.getBoundingClientRect().width, model.parentElement.clientWidth]"
    )
    assert shown == pytest.approx(max(0.6 * natural, min(natural, room)), abs=1)
