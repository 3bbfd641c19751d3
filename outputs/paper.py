"""The board paper: two pages of Word with the first page's answer, two charts, and where every figure is from."""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell

from outputs.figures.change_chart import change_chart
from outputs.figures.chart import Chart
from outputs.figures.claims_chart import claims_chart
from outputs.figures.cost_chart import cost_chart
from outputs.figures.growth_chart import growth_chart
from outputs.figures.picture import png
from outputs.finished import Findings
from outputs.report.first_page import FirstPage, PlanRow, first_page

BLUE, SOFT, HEAD = RGBColor(0x00, 0x5E, 0xB8), RGBColor(0x4C, 0x62, 0x72), "E8EDEE"
PICTURE_MM = 136.0
CHART_UNITS = 640.0
"""Width of drawings in pixels: lettering comes out at about eight points."""
MOST_PLANS = 8
HEADINGS = ("Whole area", "Emergency admissions", "Growth a year", "Beds in use", "Net cost, £m a year", "Verdict")


def paper_docx(findings: Findings) -> bytes:
    """The paper as a Word file."""
    page, comparison = first_page(findings), findings.comparison
    paper = _blank(findings, page)
    _title(paper, page)
    _pair(paper, "Question", page.questions or ("Not stated.",))
    _pair(paper, "Answer", (page.answer,), bold=True)
    if page.plans:
        _plans(paper, page)
    _chart(paper, growth_chart(comparison), findings.study)
    _pair(paper, page.why_heading, page.why)
    if not comparison.reached.empty and comparison.reached["true_effect_first_year"].notna().any():
        _chart(paper, claims_chart(comparison), findings.study)
    elif comparison.reference:
        _chart(paper, change_chart(comparison), findings.study)
    if comparison.reference:
        _chart(paper, cost_chart(comparison), findings.study)
    _pair(paper, "What would change it", page.change)
    _pair(paper, "How far to trust", page.trust)
    _pair(paper, "Priorities", page.priorities)
    _pair(paper, "Decision asked", ("_" * 60,))
    signed = paper.add_paragraph(f"Made by: {page.owner}        Checked by: {'_' * 24}")
    signed.paragraph_format.space_before = Pt(8)
    buffer = io.BytesIO()
    paper.save(buffer)
    return buffer.getvalue()


def _blank(findings: Findings, page: FirstPage) -> Paper:
    """A page of A4 in our style, with the run at its foot."""
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin, section.bottom_margin = Mm(14), Mm(14)
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(9.5)
    normal.paragraph_format.space_after = Pt(2)
    normal.paragraph_format.line_spacing = 1.05
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "Arial")
    for name, size in (("Title", 18), ("Heading 2", 10)):
        style = paper.styles[name]
        style.font.name, style.font.size, style.font.bold, style.font.color.rgb = "Arial", Pt(size), True, BLUE
        style.element.rPr.rFonts.set(qn("w:asciiTheme"), "Arial")
    heading = paper.styles["Heading 2"].paragraph_format
    heading.space_before, heading.space_after = Pt(6), Pt(1)
    properties = paper.core_properties
    properties.title, properties.author, properties.comments = page.title, page.owner, f"caresim run {findings.study}"
    foot = section.footer.paragraphs[0]
    run = foot.add_run(f"{page.run_line} · {findings.command}")
    run.font.size, run.font.color.rgb = Pt(7.5), SOFT
    return paper


def _title(paper: Paper, page: FirstPage) -> None:
    title = paper.add_paragraph(page.title, style="Title")
    title.paragraph_format.space_after = Pt(2)
    _remove_border(title)
    where = paper.add_paragraph(f"{page.place} · {page.years} · {page.run_line}")
    where.runs[0].font.color.rgb = SOFT
    if page.illustrative:
        paper.add_paragraph().add_run("Illustrative: an average English place, not your area.").bold = True


def _pair(paper: Paper, heading: str, texts: Sequence[str], *, bold: bool = False) -> None:
    """A heading and its sentences; nothing when there are none."""
    if not texts:
        return
    paper.add_paragraph(heading, style="Heading 2").paragraph_format.keep_with_next = True
    for text in texts:
        run = paper.add_paragraph().add_run(text)
        run.bold = bold
        run.font.size = Pt(11.5) if bold else None


def _plans(paper: Paper, page: FirstPage) -> None:
    """The table of plans, the reference first; more than a page holds are in the report."""
    rows = (page.reference, *page.plans[:MOST_PLANS])
    table = paper.add_table(rows=1 + len(rows), cols=len(HEADINGS))
    table.style = paper.styles["Table Grid"]
    for cell, text in zip(table.rows[0].cells, HEADINGS, strict=True):
        _fill(cell, text, bold=True)
        _shade(cell)
    for line, row in zip(table.rows[1:], rows, strict=True):
        for place, (cell, text) in enumerate(zip(line.cells, _cells(row), strict=True)):
            _fill(cell, text, bold=place == 0 and row.place > 0, right=0 < place < len(HEADINGS) - 1)
    _repeat_head(table)
    about = " ".join(page.about)
    rest = len(page.plans) - MOST_PLANS
    about += f" {rest} more plans are in the report." if rest > 0 else ""
    note = paper.add_paragraph().add_run(f"{about} {page.run_line.partition(' · ')[0]}.")
    note.font.size, note.font.color.rgb = Pt(7.5), SOFT


def _cells(row: PlanRow) -> tuple[str, ...]:
    return (row.title, row.admissions, row.growth, row.beds, row.cost, row.verdict)


def _chart(paper: Paper, chart: Chart, run: str) -> None:
    """A chart with its finding above and, below it, what the marks are and the run."""
    head = paper.add_paragraph()
    head.paragraph_format.space_before, head.paragraph_format.keep_with_next = Pt(6), True
    head.add_run(chart.title).bold = True
    picture = paper.add_paragraph()
    picture.paragraph_format.keep_with_next = True
    drawn = picture.add_run().add_picture(io.BytesIO(png(chart.draw(CHART_UNITS), PICTURE_MM)), width=Mm(PICTURE_MM))
    described = drawn._inline.docPr
    described.set("descr", chart.described())
    note = paper.add_paragraph().add_run(f"{chart.caption} Run {run}.")
    note.font.size, note.font.color.rgb = Pt(7.5), SOFT


def _fill(cell: _Cell, text: str, *, bold: bool = False, right: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(8.5)


def _shade(cell: _Cell) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), HEAD)
    cell._tc.get_or_add_tcPr().append(shading)


def _repeat_head(table: Table) -> None:
    """Screen readers and long tables are told which row is the head."""
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))


def _remove_border(paragraph: object) -> None:
    """The line that Word's own template draws below a title."""
    properties = paragraph._p.get_or_add_pPr()  # type: ignore[attr-defined]
    border = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    bottom.set(qn("w:val"), "nil")
    border.append(bottom)
    properties.append(border)
