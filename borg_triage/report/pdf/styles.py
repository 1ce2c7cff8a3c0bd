"""Sizes and measures. Weight and rules carry the order of things, never colour."""

from __future__ import annotations

from functools import partial

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm

from borg_triage.report.pdf.fonts import BOLD, REGULAR

LEFT, RIGHT, TOP, BOTTOM = 18 * mm, 18 * mm, 15 * mm, 19 * mm
WIDTH: float = A4[0] - LEFT - RIGHT
HEIGHT: float = A4[1] - TOP - BOTTOM
LABEL_WIDTH = 35 * mm
ANSWER_WIDTHS = [54 * mm, 27 * mm, WIDTH - 81 * mm]
INK, GREY, RULE = colors.black, colors.Color(0.3, 0.3, 0.3), colors.Color(0.72, 0.72, 0.72)

BODY = ParagraphStyle("body", fontName=REGULAR, fontSize=9.4, leading=12.2, textColor=INK)
_style = partial(ParagraphStyle, parent=BODY)
LOOSE = _style("loose", spaceAfter=2)
CELL = _style("cell", fontSize=8.9, leading=11.3)
HEADER = _style("header", fontSize=8.2, textColor=GREY)
HEADER_FIRST = _style("header-first", fontName=BOLD)
LABEL = _style("label", fontName=BOLD)
LISTED = _style("listed", leftIndent=20, bulletIndent=0, bulletFontName=REGULAR)
BANNER_TITLE = _style("banner-title", fontName=BOLD, fontSize=19, leading=23, spaceAfter=1)
BANNER = _style("banner", fontSize=10.2, leading=13.4)
BANNER_TITLE_ALARM = ParagraphStyle("banner-title-alarm", parent=BANNER_TITLE, textColor=colors.white)
BANNER_ALARM = ParagraphStyle("banner-alarm", parent=BANNER, textColor=colors.white)
_heading = partial(_style, fontName=BOLD, keepWithNext=1)
HEADINGS = {
    1: _heading("h1", fontSize=17, leading=21, spaceAfter=3),
    2: _heading("h2", fontSize=13, leading=17, spaceBefore=13, spaceAfter=4),
    3: _heading("h3", fontSize=10.4, leading=14, spaceBefore=9, spaceAfter=2),
}
