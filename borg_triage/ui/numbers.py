"""Numbers of Qt's that the way to the first window needs, where Qt takes a number.

Importing the name `Qt` makes PySide build some eighty enums, a sixth of the time that an empty window takes
from start to finish. So what the unlock page is made of does without that name: flags for drawing text are
numbers to Qt itself, and the rest is set as a property.
"""

from __future__ import annotations

from typing import Final

# Qt::TextFlag and Qt::AlignmentFlag, as QPainter.drawText and QFontMetrics.boundingRect take them.
WRAP: Final = 0x1000
LEFT: Final = 0x0001
MIDDLE: Final = 0x0004
CENTRED: Final = 0x0080

# Properties by name and number.
PLAIN_TEXT: Final = ("textFormat", 0)
NO_FOCUS: Final = ("focusPolicy", 0)
FOCUS_BY_TAB_AND_CLICK: Final = ("focusPolicy", 11)
NEVER_SIDEWAYS: Final = ("horizontalScrollBarPolicy", 1)
# Qt::ImhSensitiveData and Qt::ImhNoPredictiveText
SECRET_INPUT: Final = ("inputMethodHints", 0x2 | 0x40)
