"""The paper as a PDF. The only package that knows the PDF library.

fonts: the faces and the letters they have · styles: sizes and measures · blocks: blocks become flowables ·
pages: page 1 that fits, page numbers, the file itself.
"""

from borg_triage.report.pdf.pages import prints_all, render_pdf

__all__ = ["prints_all", "render_pdf"]
