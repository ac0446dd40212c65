"""The picture of a report's first page for the README (`make picture`)."""

import shutil
import sys
import tempfile
from pathlib import Path

from test_browser import CHROMIUM, DRIVER, chromium, open_page

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "report" / "globaltech" / "00_summary.html"
PICTURE = ROOT / "eventlogs" / "globaltech" / "report.png"


def take(page: Path, picture: Path, width: int, height: int) -> None:
    with tempfile.TemporaryDirectory() as profile:
        browser = chromium(profile)
        try:
            open_page(browser, page, width, height)
            browser.save_screenshot(str(picture))
        finally:
            browser.quit()


if __name__ == "__main__":
    if not (CHROMIUM and DRIVER):
        sys.exit("needs chromium and chromedriver on PATH")
    if not PAGE.exists():
        sys.exit("run `make demo` first")
    with tempfile.TemporaryDirectory() as aside:
        take(PAGE, Path(aside) / "report.png", 1280, 1500)
        shutil.move(Path(aside) / "report.png", PICTURE)
