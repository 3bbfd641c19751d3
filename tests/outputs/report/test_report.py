"""The report: its first page answers, every table finds its section, and what is missing is said."""

from __future__ import annotations

import dataclasses
import io
import re
from functools import cache
from html.parser import HTMLParser

import openpyxl
import pytest

from outputs.comparison import Comparison
from outputs.finished import Findings
from outputs.report import charts_of, report_html
from outputs.report.first_page import first_page, threshold
from outputs.report.page import MOST_BYTES
from outputs.report.parts import Table
from outputs.report.sections import SECTIONS
from outputs.report.sections.assumptions import assumptions_section
from outputs.report.sections.fitted import fitted_section
from outputs.report.sections.records import NOT_REPORTED, record
from outputs.report.sections.trust import trust_section
from outputs.workbook import workbook_xlsx
from scenarios.ensembles import parameters, read_ensemble, shipped_ensembles
from scenarios.learned import learned
from tests.outputs.finished_studies import EXTRA, compared, finished, whole_study
from tests.outputs.studies import named_study
from tests.outputs.test_figures import alone
from tests.outputs.test_tables_and_words import around


class Page(HTMLParser):
    """What a reader of the page finds: ids, headings, links, and addresses outside it."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.outside: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note ids and addresses."""
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")
            if name in ("src", "href", "action", "data") and not (value or "").startswith("#"):
                self.outside.append(value or "")

    def handle_data(self, data: str) -> None:
        """Note the words."""
        self.words.append(data)


@cache
def whole() -> str:
    """The report of a study with every table."""
    return report_html(whole_study())


def read(html: str) -> Page:
    """A page as a reader finds it."""
    page = Page()
    page.feed(html)
    return page


def asking(question: str, growth: float) -> Comparison:
    """One plan with a question, and growth that differs little from run to run."""
    comparison = compared(plans=1)
    values = comparison.run_values
    is_growth = (values["scenario"] == "plan-1") & (values["measure"] == "emergency_admission_growth_percent")
    shift = growth - values.loc[is_growth, "value"].mean()
    values.loc[is_growth, "value"] += shift
    levels = comparison.levels
    chosen = (levels["scenario"] == "plan-1") & (levels["measure"] == "emergency_admission_growth_percent")
    levels.loc[chosen, ["mean", "low", "high"]] += shift
    plan = dataclasses.replace(comparison.scenarios[1], question=question)
    return dataclasses.replace(comparison, scenarios=(comparison.scenarios[0], plan))


def test_the_page_needs_nothing_beside_it() -> None:
    """No address leads outside the file, links lead to parts that exist, and no id stands twice."""
    page = read(whole())
    assert page.outside == []
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_every_table_of_a_study_finds_its_section() -> None:
    """Charts of growth, vanguards, chances, ledgers, flows, equity, accounting, attribution; nothing is missing."""
    names = {chart.name for chart in charts_of(whole_study())}
    assert {
        "growth_chart", "growth_by_quarter_chart", "vanguard_chart", "change_chart", "best_chart", "cost_chart",
        "organisations_chart", "break_even_chart", "flow_chart", "equity_chart", "where_it_went_chart_plan-1",
        "attribution_chart_plan-1_emergency_admissions",
    } <= names
    absent = [text for make in SECTIONS for text in make(whole_study()).absent]
    assert absent == ["true effects among people reached, beside what would be claimed", "beds and delays by month",
                      "assumptions fitted to published results (--ensemble vanguards)"]
    assert "block contract" in whole()


def test_a_study_without_those_tables_says_what_is_not_in_it() -> None:
    """Sections that have nothing to show are named at the end, and the page is whole."""
    page = read(report_html(finished(whole=False)))
    assert "absent" in page.ids
    text = " ".join(page.words)
    assert "Where each admission went, and what people received instead" in text
    assert "where" not in page.ids


def test_one_scenario_alone_has_a_report() -> None:
    """Levels, with nothing compared and no verdict."""
    page = read(report_html(finished(alone(), whole=False)))
    assert "levels" in page.ids
    assert "Verdict on admissions" not in " ".join(page.words)


@pytest.mark.parametrize(
    ("growth", "begins"),
    [(1.2, "Yes. Growth 1.2 % a year"), (2.8, "No. Growth 2.8 % a year"), (2.0, "Not surely. Growth 2.0 % a year")],
)
def test_a_question_about_growth_below_a_number_is_answered(growth: float, begins: str) -> None:
    """By the whole 8-in-10 range; where it straddles the number, by the share of runs below it."""
    page = first_page(finished(asking("Is growth under 2 % a year by 2019/20, and at what cost?", growth)))
    assert page.answer.startswith(begins)
    assert ("runs are below 2.0 %" in page.answer) == begins.startswith("Not")


def test_other_questions_get_what_was_found() -> None:
    """A question about beds, or a number that is not about growth, is not answered yes or no."""
    assert threshold("Is growth at most 1.5 % a year?") == 1.5
    assert threshold("Do we need under 20 % more beds?") is None
    page = first_page(finished(asking("What does it do?", 2.8)))
    assert page.answer.startswith("Emergency admissions: fewer with Plan 1 (9 in 10).")


def test_too_few_runs_answer_nothing() -> None:
    """Three runs say so on the first page."""
    page = first_page(finished(compared(runs=3), whole=False))
    assert "3 runs are too few to say" in page.answer


def test_words_of_users_are_shown_and_never_run() -> None:
    """A title with marks of HTML comes out as text."""
    comparison = compared(plans=1)
    plan = dataclasses.replace(comparison.scenarios[1], title="<script>alert(1)</script> & co")
    html = report_html(finished(dataclasses.replace(comparison, scenarios=(comparison.scenarios[0], plan))))
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in html


def test_a_report_of_twenty_scenarios_can_be_mailed() -> None:
    """It stays below 6 MB with every table, and its charts name what fits."""
    html = report_html(finished(compared(plans=20)))
    assert len(html.encode()) < MOST_BYTES
    assert "20 plans compared" in html


def test_every_figure_is_footnoted_with_the_run_and_has_its_data() -> None:
    """One caption with the run and one table for each figure."""
    figures = re.findall(r"<figure.*?</figure>", whole(), flags=re.DOTALL)
    assert len(figures) >= 12
    for one in figures:
        assert "Run 7f3a91." in one
        assert "<table>" in one
        assert one.count("<svg") == 2
        assert 'role="img" aria-label="' in one


def test_records_fill_what_the_run_knows_and_say_what_is_missing() -> None:
    """All items stand there; funding cannot be known from a run."""
    stress = record(whole_study(), "stress_des.csv", "")
    cheers = record(whole_study(), "cheers.csv", "")
    assert len(cheers.rows) == 28
    assert {row[0] for row in stress.rows} >= {"1.1", "2.5.5", "3.4", "4.3", "5.4", "6.1"}
    by_number = {row[0]: row[2] for row in stress.rows}
    assert "12 runs of each scenario" in by_number["4.3"]
    assert "seed 1" in by_number["5.2"]
    assert {row[1] for row in cheers.rows if row[2] == NOT_REPORTED} >= {"Source of funding", "Conflicts of interest"}


def test_the_same_findings_give_the_same_page() -> None:
    """Byte for byte."""
    assert report_html(whole_study()) == whole()


def test_a_finding_without_facts_has_no_date() -> None:
    """Before the run's facts are known no date is shown."""
    bare = whole_study()
    assert bare.date == "22 November 2026"
    assert Findings(bare.comparison, bare.tables, "7f3a91", "").date == ""


def test_with_too_few_runs_no_title_claims_anything() -> None:
    """Neither who gains, nor who beats the vanguards, nor how growth swings."""
    titles = " ".join(chart.title for chart in charts_of(finished(compared(runs=3))))
    for claim in ("gains", "beats", "swings", "best in", "cost more"):
        assert claim not in titles


def with_fit(comparison: Comparison, name: str) -> Comparison:
    """The same study, as if its runs had taken their assumptions from a fit; the plans' service is care-home teams."""
    fitted = read_ensemble(name)
    scenarios = tuple(
        dataclasses.replace(one, ensemble=fitted, interventions=tuple(
            dataclasses.replace(plan, id="care-home-teams") for plan in one.interventions
        )) for one in comparison.scenarios
    )  # fmt: skip
    return dataclasses.replace(comparison, scenarios=scenarios)


@pytest.mark.parametrize("name", shipped_ensembles())
def test_a_study_of_fitted_assumptions_shows_both_fits_side_by_side(name: str) -> None:
    """Its own first, with what it says nothing about, and what each makes of the services of the study."""
    comparison = with_fit(compared(1), name)
    section = fitted_section(finished(comparison))
    tables = [block for block in section.blocks if isinstance(block, Table)]
    for table in tables:
        headings = [heading.text for heading in table.headings]
        assert headings[headings.index("before") + 1] == name
        assert set(headings[headings.index("before") + 1 :]) == set(shipped_ensembles())
    assert [row[0] for row in tables[0].rows] == [each.title for each in parameters()]
    fits = {each: read_ensemble(each) for each in shipped_ensembles()}
    for column, fit in enumerate((fits.pop(name), *fits.values()), start=2):
        assert fit is not None
        updated = [each.is_updated for each in learned(fit.parameters, fit.members)]
        assert [not row[column].endswith("not updated") for row in tables[0].rows] == updated
    assert {row[0] for row in tables[1].rows} == {one.title for one in comparison.scenarios[1].interventions}
    used = comparison.scenarios[0].ensemble
    assert used is not None
    assert used.about in section.lead
    assert "before the fit" in assumptions_section(finished(comparison)).lead
    assert "before the fit" not in assumptions_section(finished()).lead


def test_the_workbook_shows_both_fits_side_by_side_too() -> None:
    """A sheet of its own, where a fit was used; the paper sends its reader there."""
    book = openpyxl.load_workbook(io.BytesIO(workbook_xlsx(finished(with_fit(compared(), "vanguards")))))
    cells = {cell for row in book["Fitted assumptions"].iter_rows(values_only=True) for cell in row}
    assert {*shipped_ensembles(), *(each.title for each in parameters())} <= cells
    assert "Fitted assumptions" not in openpyxl.load_workbook(io.BytesIO(workbook_xlsx(finished()))).sheetnames


def test_the_first_page_says_how_much_of_the_fit_is_as_unsure_as_before() -> None:
    """Only where a fit was used; elsewhere the report says how to get one."""
    fitted, plain = (first_page(finished(one)) for one in (with_fit(compared(), "vanguards"), compared()))
    said = [text for text in fitted.trust if text.startswith("Assumptions: fitted to")]
    assert ["nearly as unsure as before" in text for text in said] == [True]
    assert not any(text.startswith("Assumptions: fitted") for text in plain.trust)
    assert any("--ensemble" in text for text in fitted_section(finished()).absent)


def test_what_one_area_alone_would_find_stands_beside_the_average_programme() -> None:
    """On the first page in a sentence, and plan by plan in the part on trust: of 28,000 admissions 900 are 3 %."""
    findings = finished()
    level = findings.comparison.level(findings.comparison.scenarios[0].id, "emergency_admissions")
    assert level is not None
    (said,) = [text for text in first_page(findings).trust if "Eight in ten single areas" in text]
    assert "up to 8 % of a year's emergency admissions" in said
    assert said.endswith("could not tell these effects from chance.")
    tables = [block for block in trust_section(findings).blocks if isinstance(block, Table)]
    (shown,) = [each for each in tables if "one area alone" in each.caption]
    first = dict(zip(("plan", "average", "one area"), shown.rows[0], strict=True))
    middle = 100.0 * -900.0 / level.mean
    assert first["average"].startswith(f"{middle:.1f} % [")
    low, high = (float(each) for each in first["one area"].split("[")[1].rstrip("]").split(", "))
    assert low < middle - 7.5
    assert high > middle + 7.5


def test_an_effect_larger_than_areas_lie_apart_is_not_said_to_be_hidden() -> None:
    """Nine thousand fewer of 28,000 admissions would be seen in one area's own figures."""
    large = around(EXTRA, {"emergency_admissions": -9000.0, "net_cost_gbp": 8e5}, 0.001, 2, 12)
    page = first_page(finished(named_study(around(EXTRA, {}, 0.0, 1, 12), {"plan-1": large}), whole=False))
    (said,) = [text for text in page.trust if "Eight in ten single areas" in text]
    assert "from chance" not in said
    assert not [text for text in first_page(finished(alone(), whole=False)).trust if "single areas" in text]
