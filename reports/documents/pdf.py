"""A document as PDF, in fonts of ours: the same on every machine, and byte for byte the same for the same words."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path

from fpdf import FPDF, FontFace
from fpdf.enums import Align, TableBordersLayout, TextEmphasis, VAlign, XPos, YPos

from reports.documents.elements import Document, Element, Footnotes, Heading, Paragraph, Run, Table

FONTS = Path(__file__).parent / "fonts"
FAMILY = "SourceSansPro"
MARGIN, FOOT = 18, 18  # millimetres
INK, SOFT, ACCENT, RED, LINE = (22, 32, 42), (83, 96, 110), (29, 79, 145), (176, 30, 30), (213, 219, 225)
SIZES = {"body": 11.0, "lead": 14.0, "item": 11.0, "comment": 11.0, "about": 9.0, "wording": 10.5, "choice": 10.0}  # points
ABOVE = {
    "body": 2.5,
    "lead": 2.0,
    "item": 2.5,
    "comment": 3.5,
    "about": 0.3,
    "wording": 2.5,
    "choice": 0.2,
}  # millimetres before a paragraph
INDENT = {"item": 4.0, "comment": 5.0, "choice": 8.0}
BULLETS = {"item": "•", "choice": "☐"}
HEADINGS = {1: (15.0, 7.0, 2.0), 2: (12.0, 5.0, 1.0), 3: (11.0, 3.5, 0.5)}  # level: points, millimetres above, below
LEADING = 1.32
SHORT = 9  # rows of a table that is not broken
POINT = 25.4 / 72


def write(document: Document) -> bytes:
    """Return the document as an A4 PDF, its sections in the outline, the mention and the page's number on every page."""
    pages = _Pages(document)
    pages.add_page()
    pages.open()
    for element, then in zip_longest(document.elements, document.elements[1:]):
        pages.set(element, then)
    return bytes(pages.output())


class _Pages(FPDF):
    """The pages of one document."""

    def __init__(self, document: Document) -> None:
        super().__init__(format="A4")
        self.document = document
        for style, file in (("", "Regular"), ("B", "Bold"), ("I", "It")):
            self.add_font(FAMILY, style, FONTS / f"SourceSansPro-{file}.ttf")
        self.set_title(document.title)
        self.set_author(document.author)
        self.set_lang(document.language)
        self.set_creator("Baromètre")
        self.set_creation_date(document.made_at)
        self.set_margins(MARGIN, 20 if document.mention else MARGIN, MARGIN)
        self.set_auto_page_break(True, FOOT + 4)
        self.indent = 0.0

    def header(self) -> None:
        """Print the mention, which every page carries."""
        if self.document.mention:
            self.set_y(7)
            self._ink(SOFT, 8)
            self._block(self.document.mention, 8, align=Align.C)
            self.set_y(max(20, self.get_y() + 3))

    def footer(self) -> None:
        """Print what the document is and the page's number."""
        self.set_y(-FOOT + 3)
        self._ink(SOFT, 8)
        self.cell(self.epw - 12, 4, self.document.running)
        self.cell(12, 4, str(self.page_no()), align=Align.R)

    def open(self) -> None:
        """Print the kicker, the title and the standfirst over a line."""
        if self.document.kicker:
            self._ink(ACCENT, 10, "B")
            self._block(self.document.kicker, 10)
        self._ink(INK, 22, "B")
        self._block(self.document.title, 22)
        if self.document.standfirst:
            self._ink(SOFT, 11)
            self._block(self.document.standfirst, 11)
        self.set_draw_color(*ACCENT)
        self.set_line_width(0.5)
        self.line(MARGIN, self.get_y() + 2, self.w - MARGIN, self.get_y() + 2)
        self.set_y(self.get_y() + 4)

    def set(self, element: Element, then: Element | None) -> None:
        """Print one element; a heading stays with what stands ``then``."""
        if isinstance(element, Heading):
            self._heading(element, then)
        elif isinstance(element, Paragraph):
            self._paragraph(element)
        elif isinstance(element, Table):
            self._table(element)
        else:
            self._footnotes(element)

    def _heading(self, heading: Heading, then: Element | None) -> None:
        size, above, below = HEADINGS[heading.level]
        self._leave(above, room=size * POINT * LEADING + below + _room(then))  # never alone at the foot of a page
        self.start_section(heading.text, heading.level - 1, strict=False)
        self._ink(ACCENT if heading.level == 1 else INK, size, "B")
        self._block(heading.text, size)
        self.set_y(self.get_y() + below)

    def _paragraph(self, paragraph: Paragraph) -> None:
        kind, size = paragraph.kind, SIZES[paragraph.kind]
        self._leave(ABOVE[kind], room=size * POINT * LEADING + (0 if kind in ("about", "choice") else 12))
        indent = self.indent if kind == "about" else INDENT.get(kind, 0.0)
        self.indent = indent
        if kind in BULLETS:
            self._ink(ACCENT, size, "B")
            self.set_x(MARGIN + indent - INDENT["item"])
            self.cell(INDENT["item"], size * POINT * LEADING, BULLETS[kind])
        with (
            self.text_columns(text_align=Align.L, line_height=LEADING, l_margin=MARGIN + indent, r_margin=MARGIN) as column,
            column.paragraph() as line,
        ):
            for run in paragraph.runs:
                self._dress(run, kind, size)
                line.write(run.text)
        self.char_vpos = "LINE"

    def _dress(self, run: Run, kind: str, size: float) -> None:
        style = "B" if run.style in ("strong", "missing") or kind == "wording" else "I" if kind == "comment" else ""
        colour = RED if run.style == "missing" else ACCENT if run.style == "mark" else SOFT if kind == "about" else INK
        self._ink(colour, size, style)
        self.char_vpos = "SUP" if run.style == "mark" else "LINE"

    def _footnotes(self, footnotes: Footnotes) -> None:
        self._leave(6, room=20)
        self.set_draw_color(*LINE)
        self.set_line_width(0.2)
        self.line(MARGIN, self.get_y() - 2, self.w - MARGIN, self.get_y() - 2)
        for text in footnotes.texts:
            self._ink(SOFT, 9)
            self._block(text, 9)
            self.set_y(self.get_y() + 0.8)

    def _table(self, table: Table) -> None:
        self._leave(3, room=_room(table))
        if table.caption:
            self._ink(INK, 10, "B")
            self._block(table.caption, 10)
            self.set_y(self.get_y() + 1)
        self._ink(INK, 9)
        self.set_draw_color(*LINE)
        self.set_line_width(0.2)
        with self.table(
            width=self.epw, col_widths=table.widths, line_height=9 * POINT * 1.28, padding=(0.7, 1, 0.7, 0), text_align=_alignment(table),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES, first_row_as_headings=bool(table.head),
            v_align=VAlign.T, headings_style=FontFace(emphasis=TextEmphasis.B, size_pt=8.5),
        ) as printed:  # fmt: skip
            if table.head:
                printed.row(table.head)
            for cells in table.rows:
                row = printed.row()
                for at, cell in enumerate(cells):
                    row.cell(cell.text, style=_face(is_missing=cell.is_missing, is_name=at == 0 and not table.head))
        self.set_y(self.get_y() + 2)

    def _leave(self, above: float, *, room: float) -> None:
        """Leave a blank of ``above``, or go on with the next page where less than ``room`` remains."""
        if self.will_page_break(above + room):
            self.add_page()
        else:
            self.set_y(self.get_y() + above)

    def _ink(self, colour: tuple[int, int, int], size: float, style: str = "") -> None:
        self.set_text_color(*colour)
        self.set_font(FAMILY, style, size)

    def _block(self, text: str, size: float, align: Align = Align.L) -> None:
        self.multi_cell(0, size * POINT * (1.15 if size > 14 else LEADING), text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _room(element: Element | None) -> float:
    """How many millimetres there must be for an element to begin on a page: a short table stays whole."""
    if isinstance(element, Table):
        return 14 + 5.5 * (len(element.rows) if len(element.rows) <= SHORT else 4)
    return 28 if isinstance(element, Heading) else 18


def _alignment(table: Table) -> tuple[Align, ...]:
    return tuple(Align.R if at >= table.numbers else Align.L for at in range(len(table.widths)))


def _face(*, is_missing: bool, is_name: bool) -> FontFace | None:
    if is_missing:
        return FontFace(color=RED, emphasis=TextEmphasis.B)
    return FontFace(color=SOFT) if is_name else None
