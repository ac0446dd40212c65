"""Outputs in JupyterLab itself: untrusted they are images that can be read, trusted they live, in light and in dark."""

import base64
import io
import os
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from outputs import one_of_each
from PIL import Image
from test_browser import CHROMIUM, DRIVER, chromium, complaints

import procmine as pm

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver on PATH")

SETTINGS = {
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
    "notebook-extension/tracker": '{"windowingMode": "none"}',
}
OUTPUTS = "document.querySelectorAll('.jp-OutputArea-output .pm-out')"


class Lab:
    """A server of its own home, with one notebook of one output of each kind – the map and the chart twice."""

    def __init__(self, folder):
        self.folder, self.notebook = folder, folder / "root" / "one of each.ipynb"
        places = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "run",
                  "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "HOME": "home"}  # fmt: skip
        self.env = {**os.environ, **{name: str(folder / place) for name, place in places.items()}}
        for name, value in SETTINGS.items():
            self.set(name, value)
        self.notebook.parent.mkdir()
        shown = one_of_each()
        shown |= {"map again": shown["map"], "chart again": shown["chart"]}
        self.kinds = list(shown)
        cells = [
            nbformat.v4.new_code_cell(
                name,
                id=name.replace(" ", "-"),
                execution_count=1,
                outputs=[nbformat.v4.new_output("execute_result", {"text/html": one._repr_html_()}, execution_count=1)],
            )
            for name, one in shown.items()
        ]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), self.notebook)

    def set(self, name, value):
        path = self.folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value, encoding="utf-8")

    def jupyter(self, *arguments):
        return [sys.executable, "-m", "jupyter", *arguments]

    def start(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        options = ["--no-browser", "--allow-root", f"--ServerApp.port={port}", "--IdentityProvider.token=",
                   f"--ServerApp.root_dir={self.notebook.parent}", "--KernelSpecManager.ensure_native_kernel=False",
                   "--KernelSpecManager.allowed_kernelspecs=none"]  # fmt: skip
        self.process = subprocess.Popen(
            self.jupyter("lab", *options), env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.address}/api", timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("JupyterLab does not start")

    def open(self, browser):
        browser.get(f"{self.address}/doc/tree/one%20of%20each.ipynb?reset")
        for _ in range(600):
            if browser.execute_script(f"return {OUTPUTS}.length") == len(self.kinds):
                return
            time.sleep(0.1)
        raise AssertionError("the notebook does not open")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    made = Lab(tmp_path_factory.mktemp("lab"))
    made.start()
    yield made
    made.process.terminate()
    made.process.wait()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    driver = chromium(tmp_path_factory.mktemp("profile"))
    screen = {"width": 1300, "height": 1000, "deviceScaleFactor": 4, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    yield driver
    driver.quit()


def in_output(browser, lab, kind, script, *arguments):
    """What a script says of the output of a kind, which it calls `out`."""
    n = lab.kinds.index(kind)
    return browser.execute_script(f"const out = {OUTPUTS}[{n}]; {script}", *arguments)


def contrast_of(browser, element):
    """The contrast of an element's text with its ground, as the screen shows it."""
    browser.execute_script(
        "document.querySelectorAll('.jp-Dialog').forEach(one => one.remove())"
    )  # it asks for a kernel
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    picture = Image.open(io.BytesIO(element.screenshot_as_png)).convert("RGB")
    lights = [luminance(colour) for _, colour in picture.getcolors(1 << 24)]
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def luminance(colour):
    linear = [part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_untrusted_every_drawing_is_an_image_and_no_label_runs_into_another(lab, browser):
    lab.open(browser)
    sizes = browser.execute_script(
        f"return [...{OUTPUTS}].flatMap(out => [...out.querySelectorAll('img')]).map(i => i.naturalWidth)"
    )
    assert len(sizes) == lab.notebook.read_text("utf-8").count('class=\\"pm-drawn\\"') > 8
    assert min(sizes) > 0
    assert (
        browser.execute_script(
            f"return [...{OUTPUTS}].some(out => out.querySelector('svg, script, style, input, button'))"
        )
        is False
    )
    for kind in ("map", "standard map", "chart"):
        text = in_output(browser, lab, kind, "return out.querySelector('figure').innerText")
        assert "受理" not in text
        assert "#1" not in text
    assert "静态图" in in_output(browser, lab, "map", "return out.innerText")
    assert "22 案例 · 297 事件" in in_output(browser, lab, "log", "return out.innerText")
    first = in_output(browser, lab, "findings", "return out.querySelector('li').innerText")
    assert first.splitlines()[0].strip()
    assert not first.lstrip().startswith("1")
    left = in_output(browser, lab, "table", "return getComputedStyle(out.querySelector('td:not(.num)')).textAlign")
    assert left == "left"


def test_trusted_every_drawing_lives(lab, browser):
    subprocess.run(lab.jupyter("trust", str(lab.notebook)), env=lab.env, check=True, capture_output=True)
    browser.get_log("browser")
    lab.open(browser)
    assert (
        browser.execute_script(
            f"return [...{OUTPUTS}].flatMap(out => [...out.querySelectorAll('img, .pm-still')]).length"
        )
        == 0
    )
    assert [said for said in complaints(browser) if "pm-" in said or "Uncaught" in said] == []
    ids = browser.execute_script(
        f"return [...{OUTPUTS}].flatMap(out => [...out.querySelectorAll('[id]')]).map(one => one.id)"
    )
    assert len(ids) == len(set(ids)) > 0
    links = browser.execute_script(
        f"return [...{OUTPUTS}].flatMap(out => [...out.querySelectorAll('[clip-path]')]).map(o => o.getAttribute('clip-path'))"
    )
    assert {link[5:-1] for link in links} <= set(ids)


SHOWN = "return [...out.querySelectorAll('.a')].filter(one => !one.hasAttribute('display')).length"
SLIDE = """
const slider = out.querySelector('[data-s="p"]');
slider.value = arguments[0] === "most" ? slider.max : 0;
slider.dispatchEvent(new Event("input", {bubbles: true}));
"""


def test_trusted_the_sliders_of_one_map_move_that_map(lab, browser):
    for end in ("least", "most"):
        in_output(browser, lab, "map", SLIDE, end)
        in_output(browser, lab, "map again", SLIDE, "least" if end == "most" else "most")
        one, other = (in_output(browser, lab, kind, SHOWN) for kind in ("map", "map again"))
        assert (one < other) is (end == "least")


def test_trusted_tables_sort_and_search(lab, browser):
    browser.execute_script(
        f"{OUTPUTS}[{lab.kinds.index('table')}].querySelectorAll('th')[1].querySelector('button').click()"
    )
    sorted_ = in_output(browser, lab, "table", "return out.querySelectorAll('th')[1].getAttribute('aria-sort')")
    assert sorted_ == "descending"  # twice where it listened twice
    assert in_output(browser, lab, "table", "return out.querySelectorAll('input').length") == 1
    rows = """
    const field = out.querySelector("input");
    field.value = arguments[0];
    field.dispatchEvent(new Event("input"));
    return [field.placeholder, [...out.querySelectorAll("tbody tr")].filter(row => !row.hidden).length];
    """
    assert in_output(browser, lab, "table", rows, "nothing of this name") == ["在这些行里查找", 0]
    assert in_output(browser, lab, "table", rows, "") == ["在这些行里查找", 20]


def test_light_and_dark_can_be_read(lab, browser):
    for theme in ("Light", "Dark"):
        lab.set("apputils-extension/themes", f'{{"theme": "JupyterLab {theme}"}}')
        if theme == "Dark":
            lab.open(browser)
            time.sleep(1)
        assert browser.execute_script("return document.body.dataset.jpThemeLight") == str(theme == "Light").lower()
        texts = {
            "axis": in_output(browser, lab, "chart", "return [...out.querySelectorAll('svg text')].find(t => /03-/.test(t.textContent))"),
            "node": in_output(browser, lab, "map", "return out.querySelector('.n:not([display]) text')"),
            "control": in_output(browser, lab, "map", "return out.querySelector('.pm-map-controls label')"),
            "cell": in_output(browser, lab, "table", "return out.querySelector('td:not(.num)')"),
            "head": in_output(browser, lab, "table", "return out.querySelector('th')"),
            "note": in_output(browser, lab, "table", "return out.querySelector('.pm-note')"),
            "status": in_output(browser, lab, "kpis", "return out.querySelector('.pm-light')"),
            "fact": in_output(browser, lab, "log", "return out.querySelector('small')"),
        }  # fmt: skip
        found = {name: contrast_of(browser, element) for name, element in texts.items()}
        assert {name: ratio for name, ratio in found.items() if ratio < 4.5} == {}


FOREIGN = """<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="window.taken = 1"><path d="M0 0H9"/></svg>"""


def test_an_output_touches_nothing_beside_it(browser, tmp_path):
    image = f"data:image/svg+xml;base64,{base64.b64encode(FOREIGN.encode()).decode()}"
    other = (
        f'<div class="pm-out other"><img class="pm-drawn" src="{image}"><figure class="pm-map"><p>x</p></figure>'
        '<table class="pm-table"><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr><tr><td>2</td></tr><tr><td>3</td></tr></tbody></table></div>'
        '<table id="plain"><tr><td>1</td></tr></table><svg id="line" width="9" height="9"><path d="M0 0H9"/></svg>'
    )
    six = pm.six_cases()
    outputs = [shown._repr_html_() for shown in (pm.process_map(six), pm.arrivals(six).draw(), pm.arrivals(six).draw())]
    page = tmp_path / "page.html"
    page.write_text(f'<!doctype html><meta charset="utf-8">{other}{"".join(outputs)}', encoding="utf-8")
    browser.get("about:blank")
    browser.get_log("browser")
    browser.get(page.as_uri())
    assert complaints(browser) == []
    assert browser.execute_script("return document.querySelectorAll('.other img').length") == 1
    assert browser.execute_script("return window.taken") is None
    assert browser.execute_script("return document.querySelectorAll('.other [data-sort], .other input').length") == 0
    assert (
        browser.execute_script("return getComputedStyle(document.querySelector('#line path')).strokeLinejoin")
        == "miter"
    )
    assert browser.execute_script("return Object.keys(window).filter(name => /^pm/i.test(name))") == []
    assert browser.execute_script("return document.querySelectorAll('.pm-out:not(.other) img').length") == 0
