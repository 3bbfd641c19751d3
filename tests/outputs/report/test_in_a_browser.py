"""The report as people meet it: opened from disk in Chromium, used by mouse and keyboard, printed, read aloud.

Needs the browser Chromium; without one these tests fail and say how to get it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from outputs.report import report_html
from tests.outputs.finished_studies import whole_study
from tests.outputs.test_answers import discovery_page

PATIENCE = 180_000
"""Milliseconds that a page may take on a busy machine; nothing here is judged by the clock."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
MISSING = "These tests need the browser Chromium. On Debian or Ubuntu: sudo apt-get install chromium"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
DESKTOP, TELEPHONE = (1280, 900), (390, 844)
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, once for all tests here."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail(MISSING, pytrace=False)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of the report of a study with every table."""
    path = tmp_path_factory.mktemp("a users") / "my report.html"
    path.write_text(report_html(whole_study()), encoding="utf-8")
    return path.as_uri()


def opened(browser: Browser, address: str, size: tuple[int, int] = DESKTOP, *, script: bool = True) -> Page:
    """The report in a window of its own."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, java_script_enabled=script,
                                  accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    return page


def test_it_opens_offline_without_a_word_of_complaint(browser: Browser, report: str) -> None:
    """No request leaves the file, no error on the console; the first chart is drawn."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(report)
    page.mouse.wheel(0, 4000)
    assert asked == [report]
    assert said == []
    assert page.locator("#first-growth_chart svg.wide circle").first.is_visible()
    page.close()


@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def test_axe_finds_nothing_serious(browser: Browser, report: str, size: tuple[int, int]) -> None:
    """With everything unfolded, on a desk and on a telephone, where nothing runs out of the page."""
    page = opened(browser, report, size)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found if one["impact"] in SERIOUS] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.context.close()


@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def test_the_page_of_an_answer_is_as_good_as_the_report(
    browser: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    """No request, no complaint, nothing serious for axe, nothing out of the page; charts answer the keyboard."""
    path = tmp_path / "report.html"
    path.write_text(discovery_page(), encoding="utf-8")
    page = opened(browser, "about:blank", size)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri())
    page.locator("#worth_knowing_1 .plot").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#tip").text_content() == "team.effect: £4,000"
    page.keyboard.press("Escape")
    assert (asked, said) == ([path.as_uri()], [])
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found if one["impact"] in SERIOUS] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.context.close()


def test_the_verdict_and_names_can_be_read_without_scrolling(browser: Browser, tmp_path: Path) -> None:
    """With wide numbers the first table stays as wide as its page, and names beside lines are whole in any letters."""
    study = whole_study()
    named = tuple(replace(one, title="Neighbourhood networks" if place == 1 else one.title)
                  for place, one in enumerate(study.comparison.scenarios))  # fmt: skip
    path = tmp_path / "report.html"
    study = replace(study, comparison=replace(study.comparison, scenarios=named))
    path.write_text(report_html(study), encoding="utf-8")
    page = opened(browser, path.as_uri())
    page.evaluate("""document.querySelectorAll('.summary td.number').forEach((one, place) => { one.textContent = [
        '+459 [-1,233,\\u00a0+731]', '-0.1 points', '-10.7 [-21.8,\\u00a0-0.9]', '+10.40 [-1.28,\\u00a0+11.54]'
        ][place % 4] })""")
    table = "document.querySelector('.summary').parentElement"
    assert page.evaluate(f"{table}.scrollWidth - {table}.clientWidth") <= 0
    over = page.evaluate("""[...document.querySelectorAll('#first-growth_chart svg.wide text')].filter((text) =>
        text.getBoundingClientRect().right > text.closest('svg').getBoundingClientRect().right).length""")
    assert over == 0
    page.close()


def test_charts_answer_the_mouse_and_the_keyboard(browser: Browser, report: str) -> None:
    """Pointing at a mark says what it is; arrow keys go from value to value, Escape ends it."""
    page = opened(browser, report)
    tip = page.locator("#tip")
    page.locator("#first-growth_chart svg.wide circle[data-says]").first.hover()
    assert "emergency admissions a day" in (tip.text_content() or "")
    page.locator("#change_chart .plot").focus()
    page.keyboard.press("ArrowRight")
    first = tip.text_content() or ""
    assert first.startswith("Plan 1: ")
    page.keyboard.press("ArrowRight")
    assert (tip.text_content() or "").startswith("Plan 2: ")
    page.keyboard.press("Escape")
    assert tip.is_hidden()
    page.context.close()


def test_one_plan_is_brought_forward_in_every_chart_and_let_go_again(browser: Browser, report: str) -> None:
    """The other plans fade, doing nothing stays; a second press undoes it."""
    page = opened(browser, report)
    button = page.locator(".chips").get_by_role("button", name="Plan 1", exact=True)
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert page.locator("#change_chart svg.wide .dimmed[data-series='2']").count() > 0
    assert page.locator("svg .dimmed[data-series='1'], svg .dimmed[data-series='0']").count() == 0
    button.click()
    assert page.locator("svg .dimmed").count() == 0
    page.context.close()


def test_the_data_behind_a_chart_can_be_sorted_and_saved(browser: Browser, report: str, tmp_path: Path) -> None:
    """The saved file is what the table shows, and opens in Excel with its pound signs."""
    page = opened(browser, report)
    page.locator("#cost_chart summary").click()
    page.locator("#cost_chart thead button", has_text="mean").click()
    shown = page.locator("#cost_chart tbody tr td.number:nth-child(4)").all_text_contents()
    values = [float(text.replace(",", "")) for text in shown]
    assert values == sorted(values)
    with page.expect_download() as download:
        page.locator("#cost_chart .save").click()
    saved = tmp_path / "saved.csv"
    download.value.save_as(saved)
    lines = saved.read_bytes().decode("utf-8-sig").splitlines()
    assert lines[0] == "scenario,part,period,mean,low,high,unit"
    assert len(lines) == len(values) + 1
    page.context.close()


def test_without_a_script_and_in_print_everything_is_there(browser: Browser, report: str, tmp_path: Path) -> None:
    """Charts are drawings in the page; in print the page has no buttons, and every long table is unfolded."""
    plain = opened(browser, report, script=False)
    assert plain.locator("#growth_chart svg.wide").is_visible()
    assert plain.locator(".chips").count() == 0
    plain.context.close()
    page = opened(browser, report)
    printed = tmp_path / "report.pdf"
    page.pdf(path=printed, prefer_css_page_size=True)
    assert printed.read_bytes().startswith(b"%PDF")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".chips").is_hidden()
    assert page.locator("#growth_chart svg.wide").is_visible()
    assert page.get_by_text("Reporting records").last.is_visible()
    assert page.locator("#records table").first.is_visible()
    page.context.close()
