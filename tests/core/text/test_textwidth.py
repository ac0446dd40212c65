"""Texts are measured by a table and broken without a loss that does not show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from procmine.core.text.textwidth import char_width, text_width, wrapped, xml_text


@pytest.mark.parametrize("char", [*"受理节点耗时", *"，。：（）", "\u3000", "가", "ア", "🙂"])
def test_east_asian_characters_are_one_em_wide(char):
    assert char_width(char) == 1.0


@pytest.mark.parametrize(
    "mark",
    [
        pytest.param("\u0301", id="acute"),
        pytest.param("\u3099", id="voiced sound"),
        pytest.param("\u0e31", id="Thai vowel"),
        pytest.param("\u20dd", id="enclosing circle"),
        pytest.param("\ufe0f", id="emoji variation"),
    ],
)
def test_marks_on_other_characters_take_no_width(mark):
    assert char_width(mark) == 0.0


@pytest.mark.parametrize(
    ("text", "size", "width"),
    [("", 12, 0.0), ("受理", 12, 24.0), ("il", 10, 6.0), ("Wm", 10, 20.0), ("e\u0301é", 10, 12.8), ("a受", 10, 16.4)],
)
def test_a_text_is_as_wide_as_its_characters(text, size, width):
    assert text_width(text, size) == pytest.approx(width)


def test_bold_letters_are_wider_and_east_asian_characters_are_not():
    assert text_width("ab受理", 10, is_bold=True) == pytest.approx(1.1 * text_width("ab", 10) + 20)


@pytest.mark.parametrize("bold", [False, True])
def test_letters_have_room_in_a_wide_face_and_little_to_spare(bold):
    """DejaVu Sans, which comes with matplotlib, is about the widest face that a reader may have."""
    from matplotlib import get_data_path
    from matplotlib.ft2font import FT2Font, LoadFlags

    face = FT2Font(f"{get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf")
    face.set_size(100, 72)
    em = {chr(n): face.load_char(n, LoadFlags.NO_HINTING).linearHoriAdvance / 65536 / 100 for n in range(32, 127)}
    spare = {char: text_width(char, is_bold=bold) - width for char, width in em.items()}
    assert {char: room for char, room in spare.items() if not -0.11 <= room <= 0.36} == {}
    for text in ("Confirmation of receipt", "n = 1,000", "2026-03-02 09:00", "Approve, then close (2 of 3)"):
        width = sum(em[char] for char in text)
        assert width <= text_width(text, is_bold=bold) <= 1.2 * width


@pytest.mark.parametrize(
    ("text", "width", "lines", "broken"),
    [
        ("", 9, 2, [""]),
        ("\u3000\n\t", 9, 2, [""]),
        ("受理", 9, 2, ["受理"]),
        ("Confirmation of receipt", 7, 2, ["Confirmation", "of receipt"]),
        ("客户信息录入与核对", 5, 2, ["客户信息录", "入与核对"]),
        ("客户信息录入与核对", 4, 2, ["客户信息", "录入与…"]),
        ("客户信息录入与核对", 4, 1, ["客户信…"]),
        ("客户信息录入与核对", 3, 3, ["客户信", "息录入", "与核对"]),
        ("a\nb\tc", 9, 2, ["a b c"]),
    ],
)
def test_a_text_is_broken_after_a_blank_else_anywhere(text, width, lines, broken):
    assert wrapped(text, width, lines) == broken


widths = st.floats(2.0, 20.0)
line_numbers = st.integers(1, 4)


@given(st.text(max_size=60), widths, line_numbers)
def test_broken_lines_keep_to_the_width_and_the_number(text, width, lines):
    broken = wrapped(text, width, lines)
    assert len(broken) <= lines
    assert max(text_width(line) for line in broken) <= width


def unbroken(text):
    return "".join(text.split())


@given(st.text(max_size=60).filter(lambda text: "…" not in text), widths, line_numbers)
def test_what_is_missing_is_marked_by_an_ellipsis(text, width, lines):
    shown = unbroken("".join(wrapped(text, width, lines)))
    whole = unbroken(text)
    assert shown == whole or (shown.endswith("…") and whole.startswith(shown[:-1]))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_xml_holds_every_text(text):
    element = etree.Element("text")
    element.text = xml_text(text)
    assert etree.fromstring(etree.tostring(element)).text in (xml_text(text), None)


def test_what_xml_cannot_hold_is_replaced_and_the_rest_kept():
    assert xml_text("受\x00理\x0b\ufffe\t\n🙂<&") == "受\ufffd理\ufffd\ufffd\t\n🙂<&"
