"""One picture that says what a study found, at the size of a slide."""

from __future__ import annotations

from outputs import words
from outputs.figures.change_chart import change_chart
from outputs.figures.growth_chart import growth_chart
from outputs.figures.picture import png
from outputs.figures.scene import INK, PAPER, SOFT_INK, Bar, Mark, Scene, Words, lines_of, moved, paragraph
from outputs.finished import Findings
from outputs.report.first_page import first_page

WIDTH, HEIGHT = 1280.0, 720.0
PRINTED_MM = 162.56
"""At 300 dots an inch, 1,920 pixels."""
BLUE, WARM, AMBER = "#005eb8", "#fff4d6", "#7a4b00"
EDGE, GUTTER = 56.0, 40.0
MOST_ANSWER_LINES = 3
MOST_PLANS = 7
"""Rows for which there is room; the report has the others."""


def slide_png(findings: Findings) -> bytes:
    """The answer as a headline, growth beside what the plans change, and the run below; 16:9."""
    return png(slide(findings), PRINTED_MM)


def slide(findings: Findings) -> Scene:
    """The drawing of the slide."""
    page, comparison = first_page(findings), findings.comparison
    marks: list[Mark] = [Bar(0.0, 0.0, WIDTH, 12.0, BLUE)]
    question = page.questions[0] if len(page.questions) == 1 else page.title
    marks.append(Words(EDGE, 58.0, lines_of(question, WIDTH - 2.0 * EDGE, 18.0)[0], 18.0, colour=BLUE, bold=True))
    answer = paragraph(page.answer, EDGE, 102.0, WIDTH - 2.0 * EDGE, Words(0.0, 0.0, "", 30.0, colour=INK, bold=True),
                       leading=1.22)[:MOST_ANSWER_LINES]
    marks += answer
    top = answer[-1].y + 46.0
    charts = [growth_chart(comparison)] + ([change_chart(comparison, MOST_PLANS)] if comparison.reference else [])
    wide = (WIDTH - 2.0 * EDGE - GUTTER * (len(charts) - 1)) / len(charts)
    for place, chart in enumerate(charts):
        left = EDGE + place * (wide + GUTTER)
        title = paragraph(chart.title, left, top, wide, Words(0.0, 0.0, "", 16.0, colour=INK, bold=True))[:2]
        marks += title
        marks += moved(chart.draw(wide).marks, left, top + 34.0)
    marks += _foot(findings, illustrative=page.illustrative)
    return Scene(WIDTH, HEIGHT, tuple(marks))


def _foot(findings: Findings, *, illustrative: bool) -> list[Mark]:
    comparison = findings.comparison
    about = (f"{words.about_the_place(comparison.scenarios[0])} {words.about_the_period(comparison)}. Ranges: 8 in 10 "
             f"over assumptions. {words.run_count(comparison)}. Run {findings.study}"
             f"{f', {findings.date}' if findings.date else ''}.")
    marks: list[Mark] = list(paragraph(about, EDGE, HEIGHT - 44.0, WIDTH - 2.0 * EDGE,
                                       Words(0.0, 0.0, "", 14.0, colour=SOFT_INK)))
    if illustrative:
        marks = [Bar(0.0, HEIGHT - 84.0, WIDTH, 84.0, WARM), *marks]
    return [Bar(0.0, HEIGHT - 84.0, WIDTH, 84.0, PAPER), *marks]
