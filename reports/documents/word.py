"""A document as Word (.docx) with real styles, headings and tables, to be taken up and worked on; the same words give the same bytes."""

from __future__ import annotations

import io
import zipfile

import docx
from docx.document import Document as Paper
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_PARAGRAPH_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import _Cell
from docx.text.paragraph import Paragraph as Line

from reports.documents.elements import Cell, Document, Element, Footnotes, Heading, Paragraph, Run, Table

FONT = "Calibri"  # with a substitute of the same widths, Carlito, in every free word processor
INK, SOFT, ACCENT, RED = RGBColor(22, 32, 42), RGBColor(83, 96, 110), RGBColor(29, 79, 145), RGBColor(176, 30, 30)
PAGE = (Cm(21), Cm(29.7))
TEXT_WIDTH = Cm(21 - 2 * 2.2)
# Style: its parent, points, colour, bold, points above, centimetres of indent. Word knows the headings by these very names.
STYLES = {
    "Title": ("", 24, INK, True, 2, 0.0),
    "Subtitle": ("", 11, SOFT, False, 2, 0.0),
    "Heading 1": ("", 15, ACCENT, True, 18, 0.0),
    "Heading 2": ("", 12, INK, True, 13, 0.0),
    "Heading 3": ("", 11, INK, True, 9, 0.0),
    "Kicker": ("Normal", 10, ACCENT, True, 0, 0.0),
    "Lead": ("Normal", 14, INK, False, 6, 0.0),
    "Finding": ("Normal", 11, INK, False, 8, 0.4),
    "Comment": ("Normal", 11, INK, False, 10, 0.6),
    "About": ("Normal", 9, SOFT, False, 0, 0.0),
    "Wording": ("Normal", 10.5, INK, True, 9, 0.0),
    "Choice": ("Normal", 10, INK, False, 0, 0.8),
    "Note": ("Normal", 9, SOFT, False, 2, 0.0),
    "Table text": ("Normal", 9, INK, False, 0, 0.0),
}
OF_KIND = {
    "body": "Normal",
    "lead": "Lead",
    "item": "Finding",
    "comment": "Comment",
    "about": "About",
    "wording": "Wording",
    "choice": "Choice",
}
TABLE_TEXT = "Tabletext"  # as Word identifies the style
BULLETS = {"item": "•\t", "choice": "☐\t"}
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can say


def write(document: Document) -> bytes:
    """Return the document as .docx, A4, the mention at the head of every page and the page's number at its foot."""
    paper = _paper(document)
    for style, text in (("Kicker", document.kicker), ("Title", document.title), ("Subtitle", document.standfirst)):
        if text:
            _line(paper, style, text)
    for element in document.elements:
        _set(paper, element)
    return _timeless(paper)


def _paper(document: Document) -> Paper:
    paper = docx.Document()
    _style(paper, document.language)
    [section] = paper.sections
    section.page_width, section.page_height = PAGE
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.2)
    if document.mention:
        head = section.header.paragraphs[0]
        head.text, head.style, head.alignment = document.mention, paper.styles["About"], WD_PARAGRAPH_ALIGNMENT.CENTER
    foot = section.footer.paragraphs[0]
    foot.text, foot.style = f"{document.running} · ", paper.styles["About"]
    _page_number(foot)
    facts = paper.core_properties
    facts.title, facts.author, facts.language, facts.comments = document.title, document.author, document.language, document.mention
    facts.last_modified_by = document.author
    facts.created = facts.modified = document.made_at.replace(tzinfo=None, microsecond=0)
    return paper


def _style(paper: Paper, language: str) -> None:
    normal = paper.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    _shape(normal, 11, INK, is_bold=False, above=6, indent=0)
    said = OxmlElement("w:lang")
    said.set(qn("w:val"), {"fr": "fr-FR", "en": "en-GB"}.get(language, language))
    normal.element.get_or_add_rPr().append(said)
    for name, (parent, points, colour, is_bold, above, indent) in STYLES.items():
        style = paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH) if parent else paper.styles[name]
        assert isinstance(style, ParagraphStyle)
        if parent:
            style.base_style = paper.styles[parent]
        _shape(style, points, colour, is_bold=is_bold, above=above, indent=indent)
    paper.styles["Comment"].font.italic = True


def _shape(style: ParagraphStyle, points: float, colour: RGBColor, *, is_bold: bool, above: float, indent: float) -> None:
    style.font.name, style.font.size, style.font.color.rgb, style.font.bold, style.font.italic = FONT, Pt(points), colour, is_bold, False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)  # Word would follow the theme's font rather than ours
    spacing = style.paragraph_format
    spacing.space_before, spacing.space_after, spacing.line_spacing, spacing.left_indent = Pt(above), Pt(2), 1.15, Cm(indent)
    for border in style.element.xpath("w:pPr/w:pBdr"):
        border.getparent().remove(border)


def _line(paper: Paper, style: str, text: str = "") -> Line:
    """Add a paragraph in a style named as Word identifies it: by its name, the library looks through all of them every time."""
    line = paper.add_paragraph(text)
    line._p.style = style.replace(" ", "")
    return line


def _set(paper: Paper, element: Element) -> None:
    if isinstance(element, Heading):
        _line(paper, f"Heading {element.level}", element.text)
    elif isinstance(element, Paragraph):
        _paragraph(paper, element)
    elif isinstance(element, Footnotes):
        for text in element.texts:
            _line(paper, "Note", text)
    else:
        _table(paper, element)


def _paragraph(paper: Paper, paragraph: Paragraph) -> None:
    line = _line(paper, OF_KIND[paragraph.kind])
    line.paragraph_format.keep_with_next = paragraph.kind in ("item", "lead", "wording")
    if paragraph.kind in BULLETS:
        line.paragraph_format.first_line_indent = Cm(-0.4)
        line.add_run(BULLETS[paragraph.kind]).font.color.rgb = ACCENT
    for run in paragraph.runs:
        _run(line, run)


def _run(line: Line, run: Run) -> None:
    printed = line.add_run(run.text)
    if run.style in ("strong", "missing"):
        printed.bold = True
    if run.style == "mark":
        printed.font.superscript = True
    if run.style == "missing":
        printed.font.color.rgb = RED


def _table(paper: Paper, table: Table) -> None:
    if table.caption:
        caption = _line(paper, "Table text")
        caption.add_run(table.caption).bold = True
        caption.paragraph_format.keep_with_next, caption.paragraph_format.space_before = True, Pt(8)
    rows = [*([tuple(Cell(text) for text in table.head)] if table.head else []), *table.rows]
    laid = paper.add_table(len(rows), len(table.widths))
    laid.autofit = False
    _rule(laid._tbl.tblPr)
    widths, places = _widths(table), laid._cells  # every cell at once: asking a row for its own walks the table again
    for element, width in zip(laid._tbl.tblGrid.gridCol_lst, widths, strict=True):
        element.w = width
    for number, cells in enumerate(rows):
        for at, cell in enumerate(cells):
            place = places[number * len(widths) + at]
            place.width = widths[at]
            is_head = bool(table.head) and number == 0
            _cell(place, cell, is_bold=is_head, is_number=at >= table.numbers, is_name=at == 0 and not table.head)
    if table.head:
        laid._tbl.tr_lst[0].get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _line(paper, "About")


def _cell(place: _Cell, cell: Cell, *, is_bold: bool, is_number: bool, is_name: bool) -> None:
    [line] = place.paragraphs
    line._p.style = TABLE_TEXT
    run = line.add_run(cell.text)
    run.bold = is_bold or cell.is_missing
    if cell.is_missing or is_name:
        run.font.color.rgb = RED if cell.is_missing else SOFT
    if is_number:
        line.alignment = WD_PARAGRAPH_ALIGNMENT.RIGHT


def _widths(table: Table) -> list[Length]:
    return [Length(TEXT_WIDTH * share // sum(table.widths)) for share in table.widths]


def _rule(properties: OxmlElement) -> None:  # type: ignore[valid-type]  # the library's factory stands for the class
    """Draw thin lines between the rows."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        border = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "D5DBE1")):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    properties.find(qn("w:tblW")).addnext(borders)  # type: ignore[attr-defined]


def _page_number(line: Line) -> None:
    """Let Word count the pages."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    shown = line.add_run("1")
    field.append(shown._r)
    line._p.append(field)


def _timeless(paper: Paper) -> bytes:
    """Return the file without the moment at which it was written: its parts in their order, each of the same date."""
    written, timeless = io.BytesIO(), io.BytesIO()
    paper.save(written)
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(timeless, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in parts.namelist():
            part = zipfile.ZipInfo(name, EPOCH)
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            packed.writestr(part, parts.read(name))
    return timeless.getvalue()
