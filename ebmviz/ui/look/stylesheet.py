"""The one style sheet, written from the palette's roles."""

from __future__ import annotations

from collections.abc import Callable
from string import Template

from ebmviz.core import palette
from ebmviz.core.palette import Theme

_SHEET = Template("""
QLabel, QCheckBox { background: transparent; }
QLabel[tone="muted"] { color: $muted; }
QLabel[tone="bad"] { color: $bad; }
QLabel:disabled { color: $faint; }

QDialogButtonBox, QMessageBox { dialogbuttonbox-buttons-have-icons: 0; }

Card { background: $panel; border: 1px solid $border; border-radius: ${r8}px; }

Card[floating="true"] { background: $raised; border: 1px solid $edge; }

QLineEdit, QComboBox, QPlainTextEdit, QTextEdit, QAbstractSpinBox {
  background: $field; color: $text; border: 1px solid $border; border-radius: ${r6}px;
  padding: 0 ${p6}px; selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit, QComboBox, QAbstractSpinBox { min-height: ${h26}px; max-height: ${h26}px; }
QPlainTextEdit, QTextEdit { padding: ${p6}px; }
QLineEdit:hover, QComboBox:hover, QAbstractSpinBox:hover { border-color: $edge; }
QLineEdit:focus, QComboBox:focus, QComboBox:on, QAbstractSpinBox:focus,
QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid $accent; padding: 0 ${p5}px; }
QLineEdit:focus, QComboBox:focus, QComboBox:on, QAbstractSpinBox:focus {
  min-height: ${h24}px; max-height: ${h24}px;
}
QPlainTextEdit:focus, QTextEdit:focus { padding: ${p5}px; }
QTextBrowser { selection-background-color: $selected; selection-color: $text; }
QTextBrowser[prose="true"], QTextBrowser[prose="true"]:focus { background: transparent;
  border: none; border-radius: 0; padding: 0; }
QLineEdit:disabled, QComboBox:disabled { color: $faint; background: transparent; }
QLineEdit[bad="true"] { border: 2px solid $bad; padding: 0 ${p5}px;
  min-height: ${h24}px; max-height: ${h24}px; }

QLineEdit QToolButton { border: none; background: transparent; padding: 0; margin: 0;
  min-width: ${h16}px; max-width: ${h16}px; min-height: ${h16}px; max-height: ${h16}px; }

QComboBox { padding: 0 ${p24}px 0 ${p8}px; combobox-popup: 0; }
QComboBox:focus, QComboBox:on { padding: 0 ${p23}px 0 ${p7}px; }
QComboBox::drop-down { width: 0; border: none; }
QComboBox QAbstractItemView {
  background: $raised; color: $text; border: 1px solid $edge; border-radius: ${r8}px;
  padding: ${p3}px; outline: none;
}
QComboBox QAbstractItemView::item {
  min-height: ${h26}px; padding: 0 ${p6}px; border: none; border-radius: ${r6}px; color: $text;
}
QComboBox QAbstractItemView::item:selected, QComboBox QAbstractItemView::item:hover {
  background: $hover; color: $text;
}

QComboBox QAbstractItemView::item:disabled, QComboBox QAbstractItemView::item:disabled:hover {
  background: transparent; color: $faint;
}

QPushButton, QToolButton {
  background: $panel; color: $text; border: 1px solid $border; border-radius: ${r6}px;
  padding: 0 ${p12}px; min-height: ${h26}px; icon-size: ${p16}px;
}
QToolButton { padding: 0 ${p5}px; min-width: ${h16}px; }
QToolButton[small="true"] { background: transparent; border-color: transparent;
  min-height: ${h16}px; min-width: ${h16}px; padding: 0 ${p2}px; }
QToolButton[small="true"]:hover, QToolButton[small="true"]:focus { border: 1px solid $edge;
  min-height: ${h16}px; padding: 0 ${p2}px; }
QToolButton[plain="true"]:checked { background: transparent; }
QToolButton[flat="true"], QPushButton[flat="true"] { background: transparent;
  border-color: transparent; }
QPushButton:hover, QToolButton:hover { background: $hover; border-color: $edge; }
QPushButton:focus, QToolButton:focus { border: 2px solid $accent; min-height: ${h24}px; }
QPushButton:focus { padding: 0 ${p11}px; }
QToolButton:focus { padding: 0 ${p4}px; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked {
  background: $track; }
QPushButton[list="true"] { background: $field; text-align: left;
  padding: 0 ${p24}px 0 ${p8}px; }
QPushButton[list="true"]:focus { padding: 0 ${p23}px 0 ${p7}px; }
QPushButton[segment="true"] { background: transparent; color: $muted; padding: 0 ${p8}px;
  border-color: transparent; min-height: ${h20}px; }
QPushButton[segment="true"]:hover { color: $text; }
QPushButton[segment="true"]:checked { background: $track; color: $text; }
QPushButton[segment="true"]:focus { border: 1px solid $accent; }
QPushButton:disabled, QToolButton:disabled { color: $faint; border-color: $border;
  background: transparent; }
QToolButton[flat="true"]:disabled { border-color: transparent; }
QPushButton[primary="true"], QToolButton[primary="true"] {
  background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton[primary="true"]:hover, QToolButton[primary="true"]:hover { background: $bright;
  border-color: $bright; }
QPushButton[primary="true"]:focus, QToolButton[primary="true"]:focus { border-color: $text; }
QPushButton[primary="true"]:disabled, QToolButton[primary="true"]:disabled {
  background: transparent; color: $faint; border-color: $border; }
QToolButton::menu-indicator { image: none; width: 0; }

QMenu { background: $raised; color: $text; border: 1px solid $edge; padding: ${p4}px; }
QMenu::item { padding: ${p5}px ${p24}px ${p5}px ${p12}px; border-radius: ${r6}px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $border; margin: ${p4}px ${p6}px; }
QMenuBar, QMenuBar::item, QToolBar, QStatusBar { background: $window; border: none; }
QMenuBar::item:selected { background: $hover; border-radius: ${r6}px; }
QStatusBar::item { border: none; }

QToolTip { background: $raised; color: $text; border: 1px solid $edge; padding: ${p6}px; }

QScrollArea { background: transparent; border: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: ${p8}px; } QScrollBar:horizontal { height: ${p8}px; }
QScrollBar::handle { background: $track; border-radius: ${r3}px; margin: 1px; }
QScrollBar::handle:vertical { min-height: ${h24}px; }
QScrollBar::handle:horizontal { min-width: ${h24}px; }
QScrollBar::handle:hover { background: $edge; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSlider { min-height: ${h20}px; }
QSlider#timeline { min-height: ${h40}px; }
QSlider::groove:horizontal { height: ${h4}px; border-radius: ${h2}px; background: $track; }
QSlider::sub-page:horizontal { border-radius: ${h2}px; background: $groove; }
QSlider::handle:horizontal { width: ${h12}px; margin: -${h6}px 0; height: ${h12}px;
  border: 2px solid $panel; border-radius: ${knob}px; background: $text; }
QSlider::handle:horizontal:hover { border-color: $edge; }
QSlider::handle:horizontal:focus { border-color: $accent; }
QSlider::handle:horizontal:disabled { background: $faint; }

QSplitter::handle { background: transparent; }
QSplitter::handle:hover, QSplitter::handle:focus { background: $edge; border-radius: 1px;
  margin: 0 ${p3}px; }
QListView, QTreeView, QTableView { background: $field; border: 1px solid $border;
  border-radius: ${r6}px; outline: none; }
QListView::item:selected, QTreeView::item:selected { background: $hover; color: $text; }
QTableView::item { padding: 0 ${p8}px; }
QHeaderView::section { background: $panel; color: $muted; border: none; padding: ${p4}px; }
QProgressBar { background: $track; border: none; border-radius: ${r3}px; max-height: ${r6}px;
  text-align: center; color: transparent; }
QProgressBar::chunk { background: $accent; border-radius: ${r3}px; }
QTabBar::tab { background: transparent; color: $muted; border: none; padding: ${p6}px ${p12}px;
  border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabWidget::pane { border: none; }
""")


def sheet(theme: Theme, px: Callable[[float], int]) -> str:
    """The style sheet for a theme; `px` scales every length."""
    colors = {role.replace("-", "_"): palette.color(role, theme) for role in palette.ROLES}
    colors["raised"] = mix(colors["panel"], colors["text"], 0.05 if theme == "dark" else 0.0)
    colors["hover"] = mix(colors["panel"], colors["text"], 0.12 if theme == "dark" else 0.07)
    colors["edge"] = mix(colors["panel"], colors["text"], 0.32)
    colors["faint"] = mix(colors["panel"], colors["muted"], 0.6)
    colors["groove"] = mix(colors["track"], colors["muted"], 0.75)
    colors["selected"] = mix(colors["panel"], colors["accent"], 0.4)  # formulas keep their colour
    colors["bright"] = mix(colors["accent"], colors["text"], 0.15)
    lengths = {f"{kind}{n}": str(px(n)) for kind in "rph" for n in range(41)}
    # Qt drops a radius beyond half the size, and draws a square; the height is that of the groove
    # and both margins, the width that of the handle and both borders.
    lengths["knob"] = str(min(px(12) + 4, px(4) + 2 * px(6)) // 2)
    return _SHEET.substitute(colors | lengths)


def mix(a: str, b: str, share: float) -> str:
    """The colour `share` of the way from `a` to `b`."""
    pairs = zip(bytes.fromhex(a[1:7]), bytes.fromhex(b[1:7]), strict=True)
    return "#" + "".join(f"{round(x + share * (y - x)):02x}" for x, y in pairs)
