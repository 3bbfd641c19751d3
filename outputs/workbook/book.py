"""The workbook: its sheets in order, and how they look."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from outputs.finished import Findings
from outputs.report.first_page import FirstPage, PlanRow, first_page
from outputs.report.parts import FigureView, Note, Section, Table
from outputs.report.sections import SECTIONS
from outputs.workbook.charts import LAST_COLUMN, height_of, put_chart, put_line
from outputs.workbook.dictionary import put_dictionary

SHEET_NAMES = {
    "growth": "Growth", "plans": "Plans", "levels": "Levels", "claims": "Claims and truth", "where": "Where it went",
    "money": "Money", "flow": "Flow and beds", "people": "People and equity", "assumptions": "Assumptions",
    "fitted": "Fitted assumptions", "trust": "Trust", "records": "Records",
}
"""Sheets by section; what is counted goes to the data dictionary."""
FIRST, DICTIONARY = "First page", "Data dictionary"
MARGIN_COLUMN, TEXT_COLUMN = 18, 22
MOST_WIDE = 60
NUMBER = re.compile(r"^[+-]?\d{1,3}(,\d{3})*(\.\d+)?$|^[+-]?\d+(\.\d+)?$")
Format = Any
Sheet = Any


@dataclass(frozen=True)
class Look:
    """Formats of the workbook."""

    title: Format
    question: Format
    strong: Format
    text: Format
    soft: Format
    head: Format
    number: Format
    warning: Format


def workbook_xlsx(findings: Findings) -> bytes:
    """The workbook as an Excel file."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                        "nan_inf_to_errors": True})
    page = first_page(findings)
    book.set_properties({"title": page.title, "author": page.owner, "comments": f"caresim run {findings.study}"})
    look = _look(book)
    _first_sheet(book, look, findings, page)
    for make in SECTIONS:
        section = make(findings)
        if section.blocks and section.id in SHEET_NAMES:
            _section_sheet(book, look, findings, section)
    put_dictionary(_sheet(book, DICTIONARY, findings), look, findings)
    book.close()
    return buffer.getvalue()


def _look(book: Any) -> Look:  # noqa: ANN401 - the library has no types
    font = {"font_name": "Arial", "font_size": 10, "valign": "top"}
    return Look(
        title=book.add_format({**font, "font_size": 18, "bold": True, "font_color": "#005EB8"}),
        question=book.add_format({**font, "bold": True, "font_color": "#005EB8", "text_wrap": True}),
        strong=book.add_format({**font, "font_size": 12, "bold": True, "text_wrap": True}),
        text=book.add_format({**font, "text_wrap": True}),
        soft=book.add_format({**font, "font_size": 9, "font_color": "#4C6272", "text_wrap": True}),
        head=book.add_format({**font, "bold": True, "bg_color": "#E8EDEE", "bottom": 1, "text_wrap": True}),
        number=book.add_format({**font, "num_format": "#,##0.###;-#,##0.###;0"}),
        warning=book.add_format({**font, "bg_color": "#FFF4D6", "font_color": "#7A4B00", "bold": True}),
    )


def _sheet(book: Any, name: str, findings: Findings) -> Sheet:  # noqa: ANN401 - the library has no types
    """A sheet that prints on A4, wide, with the run at its foot."""
    sheet = book.add_worksheet(name)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L&8caresim run {findings.study}{f', {findings.date}' if findings.date else ''}&R&8&P of &N")
    return sheet


def _first_sheet(book: Any, look: Look, findings: Findings, page: FirstPage) -> None:  # noqa: ANN401
    sheet = _sheet(book, FIRST, findings)
    sheet.set_column(0, 0, MARGIN_COLUMN)
    sheet.set_column(1, 6, TEXT_COLUMN)
    sheet.write_string(0, 0, page.title, look.title)
    put_line(sheet, 1, f"{page.place} · {page.years} · {page.run_line}", look.soft)
    row = 3
    if page.illustrative:
        put_line(sheet, 2, "Illustrative: an average English place, not your area.", look.warning)
    for heading, texts, style in (("QUESTION", page.questions or ("Not stated.",), look.text),
                                  ("ANSWER", (page.answer,), look.strong)):
        row = _story(sheet, look, row, heading, texts, style)
    row = _plans(sheet, look, row + 1, page)
    for heading, texts in ((page.why_heading.upper(), page.why), ("WHAT WOULD CHANGE IT", page.change),
                           ("HOW FAR TO TRUST", page.trust), ("PRIORITIES", page.priorities),
                           ("DECISION ASKED", ("____",))):
        row = _story(sheet, look, row, heading, texts, look.text)
    put_line(sheet, row + 1, f"Made by: {page.owner}    Checked by: ____________", look.soft)
    put_line(sheet, row + 2, f"Command: {findings.command}", look.soft)


def _story(sheet: Sheet, look: Look, row: int, heading: str, texts: tuple[str, ...], style: Format) -> int:
    """A heading in the margin and its sentences beside it; the row below."""
    for index, text in enumerate(texts):
        sheet.write_string(row, 0, heading if index == 0 else "", look.question)
        sheet.merge_range(row, 1, row, LAST_COLUMN, text, style)
        sheet.set_row(row, height_of(text, 100 if style is look.strong else 125))
        row += 1
    return row


def _plans(sheet: Sheet, look: Look, row: int, page: FirstPage) -> int:
    if not page.plans:
        return row
    heads = ("Whole area", "Emergency admissions", "Growth a year", "Beds in use", "Net cost, £m a year",
             "Verdict on admissions")
    sheet.write_row(row, 0, heads, look.head)
    for place, line in enumerate((page.reference, *page.plans), start=1):
        sheet.write_row(row + place, 0, _cells(line), look.text)
    row += len(page.plans) + 2
    put_line(sheet, row, " ".join(page.about), look.soft)
    return row + 2


def _cells(line: PlanRow) -> tuple[str, ...]:
    return (line.title, line.admissions, line.growth, line.beds, line.cost, line.verdict)


def _section_sheet(book: Any, look: Look, findings: Findings, section: Section) -> None:  # noqa: ANN401
    """One question: its lead, charts with the numbers that they draw, and tables."""
    sheet = _sheet(book, SHEET_NAMES[section.id], findings)
    sheet.set_column(0, 40, MARGIN_COLUMN)
    sheet.write_string(0, 0, section.title, look.title)
    if section.lead:
        put_line(sheet, 1, section.lead, look.soft)
    row = 3
    widths: dict[int, int] = {}
    for block in section.blocks:
        if isinstance(block, FigureView):
            row = put_chart(book, sheet, look, row, block.chart, findings)
        elif isinstance(block, Table):
            row = _table(sheet, look, row, block, widths)
        elif isinstance(block, Note):
            for text in block.paragraphs:
                put_line(sheet, row, text, look.text)
                row += 1
            row += 1
    for column, wide in widths.items():
        sheet.set_column(column, column, min(max(wide, 12), MOST_WIDE), look.text)


def _table(sheet: Sheet, look: Look, row: int, table: Table, widths: dict[int, int]) -> int:
    """A table with its caption; texts that are numbers become numbers."""
    put_line(sheet, row, table.caption, look.question)
    for column, heading in enumerate(table.headings):
        sheet.write_string(row + 1, column, heading.text.strip(), look.head)
    for index, cells in enumerate(table.rows, start=row + 2):
        for column, text in enumerate(cells):
            if NUMBER.match(text):
                sheet.write_number(index, column, float(text.replace(",", "")), look.number)
            else:
                sheet.write_string(index, column, text, look.text)
            widths[column] = max(widths.get(column, 0), min(len(text), MOST_WIDE))
    if table.note:
        put_line(sheet, row + 2 + len(table.rows), table.note, look.soft)
    return row + len(table.rows) + 4
