"""Words of actions: known ones, negatives before positives, a profile's own words, unknown ones."""

from __future__ import annotations

import pytest

from procmine.reading.profiles.vocabulary import _BAD, _EXACT, _GOOD, _KNOWN, CLASSES, class_of


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("同意", "approve"),
        ("agree", "approve"),
        ("AGREE", "approve"),
        ("不同意", "reject_end"),
        ("refuse", "reject_end"),
        ("未通过", "reject_end"),
        ("部门经理不同意", "reject_end"),
        ("部门经理同意", "approve"),
        ("初审未通过，请修改", "reject_end"),
        ("不予批准", "reject_end"),
        ("驳回修改", "return"),
        ("驳回到发起人", "return"),
        ("ROLLBACK_SELECTED", "return"),
        ("撤回", "withdraw"),
        ("撤回同意", "withdraw"),
        ("ＡＧＲＥＥ ", "approve"),
        ("REMOVE_REPEAT", "auto"),
        ("超时自动通过", "auto"),
        ("PROCESS_CC", "cc"),
        ("q", "其他(q)"),
        ("审批", "其他(审批)"),
    ],
)
def test_a_word_has_its_class(word, expected):
    assert class_of(word) == expected


def test_the_words_of_a_profile_come_first():
    assert class_of("驳回") == "reject_end"
    assert class_of("驳回", {"驳回": "return"}) == "return"
    assert class_of("Ｑ", {"q": "submit"}) == "submit"


def test_every_word_stands_under_one_class_and_every_class_has_a_name():
    words = [word for words in _EXACT.values() for word in words.split()]
    assert len(words) == len(set(words)) == len(_KNOWN)
    assert set(_KNOWN.values()) | set(_BAD.values()) | set(_GOOD.values()) <= set(CLASSES)


def test_every_word_of_a_list_is_written_as_it_is_compared():
    from procmine.reading.profiles.vocabulary import plain_word

    words = {*_KNOWN, *_BAD, *_GOOD}
    assert {word for word in words if plain_word(word) != word} == set()
