"""Colours that can be read, words that are there, and nothing that is cut off."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from borg_triage.ui import theme
from borg_triage.ui.theme import Colours
from borg_triage.ui.widgets.basics import Body
from borg_triage.ui.widgets.buttons import Button
from tests.ui.conftest import Hand, MakeHand

PLACES: list[tuple[str, dict[str, Any]]] = [
    ("interview", {}),
    ("questions", {"section": "flags"}),
    ("questions", {"section": "control"}),
    ("questions", {"section": "context"}),
    ("questions", {"section": "borg"}),
    ("door", {}),
    ("door", {"item": "interview.separate"}),
    ("file", {}),
    ("logbook", {}),
    ("due", {}),
    ("terms", {}),
    ("cases", {"new": True}),
    ("cases", {}),
]


def light(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", theme.MODES)
def test_every_text_can_be_read_on_its_ground(mode: str) -> None:
    c: Colours = theme.COLOURS[mode]
    grounds = (c.window, c.surface, c.accent_soft)
    texts = [
        *product((c.text, c.muted, c.accent), grounds),
        (c.on_accent, c.accent),
        (c.on_accent, c.accent_hover),
    ]
    texts += [(c.on_danger, c.danger), (c.on_danger, c.danger_hover), (c.on_disabled, c.disabled)]
    texts += [(kind.ink, kind.fill) for kind in c.kinds.values()]
    texts += [(c.kinds["high"].ink, ground) for ground in (c.surface, c.accent_soft)]
    assert not [pair for pair in texts if contrast(*pair) < 4.5]
    lines = [(c.line, c.surface), (c.line, c.window), (c.focus, c.surface), (c.focus, c.window)]
    lines += [(kind.edge, ground) for kind in c.kinds.values() for ground in (c.window, c.surface)]
    assert not [pair for pair in lines if contrast(*pair) < 3]


def test_no_kind_is_green() -> None:
    for colours in theme.COLOURS.values():
        for kind in colours.kinds.values():
            red, green, blue = (int(kind.fill[place : place + 2], 16) for place in (1, 3, 5))
            assert not (green > red and green > blue), kind


def case_with_everything(hand: Hand) -> None:
    case = hand.case()
    case.answer("ask.violence", "yes")
    case.answer("flag.strangulation", "no", overheard=True)
    case.answer("flag.strangulation", "yes", source="child", note="Een lange notitie. " * 8)
    case.answer("flag.afraid_to_speak", "no", source="victim")
    case.answer("context.separation", "announced")
    case.answer("context.measure_ends", "2026-12-24")


def cut_off(hand: Hand) -> list[str]:
    """Texts that have less room than they need."""
    wrong = []
    for label in hand.window.findChildren(QLabel):
        if isinstance(label, Body) and label.isVisible() and label.text():
            needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
            too_narrow = not label.wordWrap() and label.width() < label.sizeHint().width()
            if label.height() < needed or too_narrow:
                wrong.append(label.text())
    shown = [one for one in hand.window.findChildren(Button) if one.isVisible() and one.text()]
    return wrong + [one.text() for one in shown if one.height() < one.heightForWidth(one.width())]


@pytest.mark.parametrize(
    ("language", "mode", "zoom", "width"),
    [
        ("nl", "light", 100, 1366),
        ("en", "dark", 150, 1366),
        ("nl", "contrast", 200, 1366),
        ("en", "light", 200, 1366),
        ("nl", "dark", 100, 420),
        ("en", "light", 100, 420),
    ],
)
def test_every_page_has_its_words_and_room_for_them(
    make_hand: MakeHand, language: str, mode: str, zoom: int, width: int
) -> None:
    hand = make_hand(language, mode, zoom)
    case_with_everything(hand)
    hand.window.resize(width, 768)
    hand.settle()
    assert (hand.window.width(), hand.window.height()) == (width, 768)
    for page, args in PLACES:
        hand.go(page, **args)
        hand.settle()
        missing = [text for text in hand.texts() if "⟦" in text or "{" in text]
        assert not missing, (page, args, missing)
        assert not cut_off(hand), (page, args)
        assert hand.window.page is not None
        assert hand.window.page.width() <= width


@pytest.mark.parametrize("zoom", [100, 200])
def test_every_control_is_large_enough_to_hit(make_hand: MakeHand, zoom: int) -> None:
    hand = make_hand(zoom=zoom)
    case_with_everything(hand)
    for page, args in PLACES:
        hand.go(page, **args)
        small = [
            (button.text(), button.height())
            for button in hand.window.findChildren(Button)
            if button.isVisible() and button.height() < theme.current().px(theme.TARGET)
        ]
        assert not small, (page, small)


def test_a_note_is_never_read_as_markup(hand: Hand) -> None:
    case = hand.case()
    case.answer("flag.stalking", "yes", note="<b>x</b> <img src='file:///etc/passwd'>")
    case.answer("flag.stalking", "no")
    hand.go("questions", section="flags")
    labels = [one for one in hand.window.findChildren(QLabel) if "<b>x</b>" in one.text()]
    assert labels
    assert all(one.textFormat().name == "PlainText" for one in labels)
