"""What people need who do not see a page, or do not use a mouse: axe finds nothing, and what axe cannot see is looked at."""

import dataclasses
import json

import pytest
from conftest import PAGES
from map_pages import ROOT, page_with
from test_browser import CHROMIUM, DRIVER, chromium, open_page

import procmine as pm
from procmine.core.html.places import PAGE

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver on PATH")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    driver = chromium(tmp_path_factory.mktemp("profile"))
    driver.set_script_timeout(120)
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def english(tmp_path_factory):
    """A page in English with a map, charts, tables and findings."""
    log = dataclasses.replace(pm.six_cases(), language="en")
    shown = [pm.process_map(log), pm.variants(log).draw(), pm.throughput_time(log).draw(), pm.activities(log)]
    body = "".join(f"<h2>{one}</h2>{result.html_in(PAGE)}" for one, result in enumerate(shown))
    path = tmp_path_factory.mktemp("english") / "page.html"
    path.write_text(page_with(body, "en", title="Process map"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    """The standard of the sample as a document."""
    opened = pm.open_project(ROOT / "eventlogs" / "globaltech")
    path = tmp_path_factory.mktemp("document") / "standard.html"
    pm.describe_standard(opened.standard, "zh").save(path)
    return path


def opened_wholly(browser, path, width, scheme="light"):
    """A page with all that can be unfolded, of its whole height: nothing has to be scrolled to."""
    media = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
    open_page(browser, path, width)
    height = browser.execute_script(
        "document.querySelectorAll('details').forEach(one => one.open = true);"
        "document.querySelector('.show-code')?.click(); return document.documentElement.scrollHeight"
    )
    screen = {"width": width, "height": height + 50, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")


def violations(browser, *, colours=True):
    """What axe finds. It takes minutes for thousands of shapes and rows: what a picture is made of, which nobody is
    told, goes before, and so do rows and cases after a dozen of their kind.

    Texts in pictures are judged by `PALE`, as axe knows no grounds there.
    """
    from selenium_axe_python import Axe

    browser.execute_script(LESS)
    axe = Axe(browser)
    axe.inject()
    all_but_colours = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": False}}}
    of_colours = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
    found = axe.run("document", json.dumps(all_but_colours))["violations"]
    if colours:
        found += axe.run("{exclude: ['svg']}", json.dumps(of_colours))["violations"]
    return [(one["id"], one["impact"], node["html"][:120]) for one in found for node in one["nodes"]]


LESS = """
document.querySelectorAll("svg[role=img], svg[aria-hidden]").forEach(svg => svg.replaceChildren());
document.querySelectorAll("tbody, .pm-cases, .files").forEach(many => [...many.children].slice(12).forEach(one => one.remove()));
"""

PALE = r"""
const colour = said => { const found = (said.match(/[\d.]+/g) || []).map(Number); return found.length < 3 ? null : [...found.slice(0, 3), found[3] ?? 1]; };
const light = ([...rgb]) => rgb.slice(0, 3).map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const contrast = (a, b) => { const [dark, pale] = [light(a), light(b)].sort((x, y) => x - y); return (pale + 0.05) / (dark + 0.05); };
const over = (top, under) => under.map((c, i) => top[3] * top[i] + (1 - top[3]) * c);
const ground = one => {
  const style = getComputedStyle(one), drawn = one instanceof SVGElement && !["svg", "g"].includes(one.nodeName);
  const said = drawn ? colour(style.fill) : one instanceof SVGElement ? null : colour(style.backgroundColor);
  return said && [...said.slice(0, 3), said[3] * (drawn ? style.fillOpacity * style.opacity : 1)];
};
const found = new Set();
for (const text of document.querySelectorAll("svg text")) {
  const box = text.getBoundingClientRect(), style = getComputedStyle(text), ink = colour(style.fill);
  if (!box.width || !ink || !text.textContent.trim()) continue;
  for (const share of [0.15, 0.5, 0.85]) {
    const below = document.elementsFromPoint(box.left + share * box.width, box.top + box.height / 2).filter(one => one.nodeName !== "text");
    const halo = style.paintOrder.startsWith("stroke") ? [colour(style.stroke)] : [];
    const layers = [...halo, ...below.map(ground)].filter(layer => layer && layer[3]);
    const solid = layers.findIndex(layer => layer[3] === 1);
    const paper = (solid < 0 ? layers : layers.slice(0, solid + 1)).reduceRight((under, layer) => over(layer, under), [255, 255, 255]);
    if (contrast(over(ink, paper), paper) < 4.5) found.add(`${text.textContent}: ${style.fill} on ${paper.map(Math.round)}`);
  }
}
return [...found];
"""
"""Texts of pictures that are too pale for what is painted below them."""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_on_any_page(browser, report, page, width):
    opened_wholly(browser, report / page, width)
    assert violations(browser, colours=width > 390) == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", ["english", "document"])
def test_axe_finds_nothing_in_english_and_in_the_standard(browser, request, page, width):
    opened_wholly(browser, request.getfixturevalue(page), width)
    assert violations(browser, colours=width > 390) == []


@pytest.mark.parametrize("page", ["00_summary.html", "05_kpis.html"])
def test_axe_finds_nothing_in_the_dark(browser, report, page):
    opened_wholly(browser, report / page, 1280, "dark")
    assert violations(browser) == []


@pytest.mark.parametrize("page", PAGES)
def test_texts_of_pictures_can_be_read(browser, report, page):
    opened_wholly(browser, report / page, 1280)
    assert browser.execute_script(PALE) == []


def test_texts_of_maps_can_be_read_whatever_they_show(browser, report):
    for page in ("00_summary.html", "03_bottlenecks.html"):
        opened_wholly(browser, report / page, 1280)
        for switch in browser.find_elements("css selector", "[data-m]"):
            switch.click()
            assert browser.execute_script(PALE) == []


NAMELESS = """
const name = one => one && (one.getAttribute("aria-label") || one.textContent).trim();
return [
  ...[...document.querySelectorAll("table")].filter(table => !name(table.caption)),
  ...[...document.querySelectorAll("th:not([scope])")],
  ...[...document.querySelectorAll("figure > svg, .pm-map-canvas > svg")].filter(svg => !svg.getAttribute("aria-label")),
  ...[...document.querySelectorAll("figure.pm-map")].filter(figure => !figure.getAttribute("aria-label")),
].map(one => one.outerHTML.slice(0, 120));
"""


@pytest.mark.parametrize("page", PAGES)
def test_tables_heads_and_pictures_have_names(browser, report, page):
    opened_wholly(browser, report / page, 1280)
    assert browser.execute_script(NAMELESS) == []


SCROLLING = """
return [...document.querySelectorAll(".pm-scroll, .pm-chart, .code pre")].map(box =>
  [box.scrollWidth > box.clientWidth, box.tabIndex === 0, Boolean(box.getAttribute("aria-label"))]);
"""


def test_what_scrolls_is_reached_by_keys_and_has_a_name_and_nothing_else_is(browser, report):
    seen = set()
    for width in (1280, 390):
        opened_wholly(browser, report / "03_bottlenecks.html", width)
        seen |= {tuple(one) for one in browser.execute_script(SCROLLING)}
    assert seen == {(True, True, True), (False, False, False)}


def test_the_first_stop_of_the_tab_key_leads_to_the_content_and_can_be_seen(browser, report):
    from selenium.webdriver import ActionChains, Keys

    open_page(browser, report / "00_summary.html")
    ActionChains(browser).send_keys(Keys.TAB).perform()
    link = browser.switch_to.active_element
    assert link.text == "跳到正文"
    assert link.rect["x"] >= 0
    assert link.value_of_css_property("outline-style") == "solid"
    link.send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "content"


def test_tables_are_sorted_by_keys(browser, report):
    from selenium.webdriver import Keys

    open_page(browser, report / "01_event_log.html")
    head = browser.find_elements("css selector", "table.pm-table")[-1].find_elements("css selector", "th")[2]
    button = head.find_element("css selector", "button")
    for key, order in ((Keys.ENTER, "descending"), (Keys.SPACE, "ascending")):
        button.send_keys(key)
        assert head.get_attribute("aria-sort") == order
