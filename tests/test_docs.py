"""The reference of the public names: each in its group, each on its group's page. `make docs` builds it."""

from __future__ import annotations

import re
import runpy

import pytest
from conftest import ROOT

import procmine as pm

DOCS = ROOT / "procmine" / "docs"


@pytest.fixture(scope="module")
def pages():
    return runpy.run_path(str(DOCS / "conf.py"))["pages"]()


def test_every_public_name_has_its_group():
    names = [name for group in pm.GROUPS.values() for name in group]
    assert names == pm.__all__
    assert len(names) == len(set(names))
    assert all(title.zh and title.en for title in pm.GROUPS)


def test_every_public_name_stands_on_the_page_of_its_group(pages):
    index, *others = pages
    assert index == "index"
    assert re.findall(r"^   ([a-z-]+)$", pages[index], flags=re.MULTILINE) == others
    for title, (page, text) in zip(pm.GROUPS, list(pages.items())[1:], strict=True):
        shown = re.findall(r"^\.\. auto(?:function|class):: (\w+)$", text, flags=re.MULTILINE)
        assert shown == list(pm.GROUPS[title])
        assert text.startswith(f"{title.en} · {title.zh}\n")
        assert page == re.sub(r"\W+", "-", title.en.lower())


def test_what_is_written_as_yaml_shows_its_keys_and_what_comes_back_shows_its_columns():
    shown = runpy.run_path(str(DOCS / "conf.py"))["with_keys_and_columns"]
    keys, columns = [], []
    shown(None, "class", "Kpi", pm.Kpi, None, keys)
    shown(None, "function", "rework", pm.rework, None, columns)
    assert "* `from` – node or activity from which it runs; start of the case if left out" in keys
    assert any(line.startswith("* `activity` (text) ") for line in columns)


def test_chinese_text_is_found_by_words_of_two_characters_and_by_longer_ones():
    words = runpy.run_path(str(DOCS / "conf.py"))["chinese_words"]
    assert words("KPI 的首次响应") == ["的首次响应", "的首", "首次", "次响", "响应"]
    assert words("目标 met") == ["目标"]
