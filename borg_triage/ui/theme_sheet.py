"""The style sheet, made from the theme's tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from borg_triage.ui.theme import Theme


# Width of a scroll bar in pixels at 100 %.
SCROLL_BAR: Final = 14


def sheet(theme: Theme) -> str:
    """The sheet of the whole program in one theme."""
    return "\n".join((_grounds(theme), _controls(theme), _lists(theme), _bars(theme)))


def _grounds(theme: Theme) -> str:
    c, px = theme.colours, theme.px
    return f"""
QMainWindow, QDialog, QScrollArea, QWidget[ground="window"] {{ background: {c.window}; }}
QScrollArea {{ border: 0; }}
QScrollArea[ground="surface"], QWidget[ground="surface"] {{ background: {c.surface}; }}
QFrame[role="card"] {{ background: {c.surface}; border: 1px solid {c.border}; border-radius: {px(8)}px; }}
QFrame[role="header"] {{ background: {c.surface}; border: 0; border-bottom: 1px solid {c.border}; }}
QFrame[role="side"] {{ background: {c.surface}; border: 0; border-right: 1px solid {c.border}; }}
QFrame[role="rule"] {{ background: {c.border}; border: 0; max-height: 1px; min-height: 1px; }}
QToolTip {{ background: {c.surface}; color: {c.text}; border: 1px solid {c.line}; padding: {px(6)}px; }}
"""


def _controls(theme: Theme) -> str:
    c, px = theme.colours, theme.px
    field = "QLineEdit, QPlainTextEdit, QComboBox, QDateEdit, QSpinBox"
    return f"""
{field} {{
    background: {c.surface}; color: {c.text}; border: {px(1)}px solid {c.line}; border-radius: {px(4)}px;
    padding: {px(7)}px {px(10)}px; min-height: {px(28)}px; selection-background-color: {c.accent};
    selection-color: {c.on_accent};
}}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QDateEdit:focus {{ border-color: {c.focus}; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QDateEdit:disabled {{
    background: {c.disabled}; color: {c.on_disabled}; }}
QLineEdit[fault="true"] {{ border: {px(2)}px solid {c.danger}; }}
QComboBox::drop-down {{ border: 0; width: {px(30)}px; }}
QComboBox::down-arrow {{ image: none; width: 0; height: 0; }}
QComboBox QAbstractItemView {{
    background: {c.surface}; color: {c.text}; border: 1px solid {c.line}; outline: 0;
    selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
QComboBox QAbstractItemView::item {{ min-height: {px(40)}px; padding: 0 {px(8)}px; }}
QCheckBox, QRadioButton {{ spacing: {px(10)}px; min-height: {px(44)}px; }}
QCheckBox::indicator, QRadioButton::indicator {{
    width: {px(20)}px; height: {px(20)}px; background: {c.surface}; border: {px(2)}px solid {c.line}; }}
QCheckBox::indicator {{ border-radius: {px(4)}px; }}
QRadioButton::indicator {{ border-radius: {px(12)}px; }}
QCheckBox::indicator:checked, QRadioButton::indicator:checked {{
    background: {c.accent}; border-color: {c.accent}; }}
"""


def _lists(theme: Theme) -> str:
    c, px = theme.colours, theme.px
    return f"""
QListView, QTreeView, QTableView, QListWidget {{
    background: {c.surface}; color: {c.text}; border: 1px solid {c.border}; border-radius: {px(8)}px;
    outline: 0; }}
QListView::item {{ padding: {px(8)}px; }}
QListView::item:selected {{ background: {c.accent_soft}; color: {c.text}; }}
QMenu {{ background: {c.surface}; color: {c.text}; border: 1px solid {c.line}; padding: {px(4)}px; }}
QMenu::item {{ padding: {px(10)}px {px(20)}px; }}
QMenu::item:selected {{ background: {c.accent}; color: {c.on_accent}; }}
"""


def _bars(theme: Theme) -> str:
    c, px = theme.colours, theme.px
    return f"""
QScrollBar:vertical {{ background: transparent; width: {px(SCROLL_BAR)}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {px(SCROLL_BAR)}px; margin: 0; }}
QScrollBar::handle {{ background: {c.line}; border-radius: {px(4)}px; margin: {px(3)}px; }}
QScrollBar::handle:vertical {{ min-height: {px(32)}px; }}
QScrollBar::handle:horizontal {{ min-width: {px(32)}px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QProgressBar {{
    background: {c.sunken}; border: 1px solid {c.border}; border-radius: {px(4)}px;
    min-height: {px(8)}px; max-height: {px(8)}px; }}
QProgressBar::chunk {{ background: {c.accent}; border-radius: {px(3)}px; }}
"""
