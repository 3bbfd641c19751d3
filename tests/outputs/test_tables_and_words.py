"""What the screen says, and that it fits."""

from __future__ import annotations

import numpy as np
import pytest

from outputs import words
from outputs.compare import compare
from outputs.comparison import Comparison
from outputs.measures.registry import MEASURES
from outputs.tables import WIDTH, levels, two_block
from outputs.words import PLAIN, RICH
from tests.outputs.studies import Values, do_nothing, study, tables, with_team
from tests.outputs.test_compare import reached_study

EVERY_MEASURE = {
    words.ADMISSIONS: 28410.0, words.GROWTH: 2.9, words.BEDS: 357.0, words.NET_COST: 5e7,
    "emergency_admissions_per_1000": 104.3, "bed_occupancy": 0.901, "spending_covered_share": 0.31,
    "cost_per_head_gbp": 754.2,
}


def around(middle: dict[str, float], shift: dict[str, float], noise: float, seed: int, runs: int = 12) -> Values:
    """Twelve runs of each measure, moved by a shift, with noise relative to the measure's level."""
    draws = np.random.default_rng(seed)
    return {
        name: value + shift.get(name, 0.0) + draws.normal(0, noise * value, runs) for name, value in middle.items()
    }


def three_plans(runs: int = 12, admissions: float = 28410.0) -> Comparison:
    """One plan that lowers admissions, one that raises them, one that does nothing clear."""
    middle = EVERY_MEASURE | {words.ADMISSIONS: admissions}
    lower = {words.ADMISSIONS: -0.01 * admissions, words.NET_COST: 1.2e6}
    return study(
        around(middle, {}, 0.0, 1, runs),
        around(middle, lower, 0.001, 2, runs),
        around(middle, {words.ADMISSIONS: 0.01 * admissions}, 0.001, 3, runs),
        around(middle, {}, 0.001, 4, runs),
    )


def test_the_first_screen_says_place_period_ranges_and_verdicts() -> None:
    """Everything that the table must never leave out."""
    text = two_block(three_plans())
    assert "Small place, 1,000 people, 2015/16 services, 2016/17 prices." in text
    assert "Third year of change, Apr 2019-Mar 2020. Growth: total, a year, 2016/17 to 2019/20." in text
    assert "[..] = 8-in-10 range over assumptions. 12 runs; simulation error of admissions ±" in text
    assert "lower (9 in 10)" in text
    assert "higher (9 in 10)" in text
    assert "no clear difference" in text
    assert "+2.9 %" in text
    assert "points" in text


@pytest.mark.parametrize("symbols", [RICH, PLAIN])
@pytest.mark.parametrize("admissions", [2841.0, 28410.0, 284100.0, 2841000.0])
def test_the_first_screen_fits_a_hundred_columns(admissions: float, symbols: words.Symbols) -> None:
    """Whatever the size of the place, and on consoles without a pound sign."""
    text = two_block(three_plans(admissions=admissions), symbols, ["caresim open demo", "caresim explain a-team"] * 3)
    assert max(len(line) for line in text.splitlines()) <= WIDTH


def test_long_titles_wrap_and_nothing_is_cut_off() -> None:
    """A planner's own title may be long."""
    found = three_plans()
    long = "Extensivist and care-home teams from April 2027, with neighbourhood networks"
    object.__setattr__(found.scenarios[1], "title", long)
    text = two_block(found)
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    for word in long.split():
        assert word in text


def test_a_plain_console_gets_plain_signs() -> None:
    """Nothing outside ASCII is printed to a console that has nothing else."""
    assert two_block(three_plans(), PLAIN).isascii()
    assert levels(compare(tables("do-nothing", around(EVERY_MEASURE, {}, 0.01, 1)), [do_nothing()]), PLAIN).isascii()


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("utf-8", RICH), ("cp1252", RICH), ("ascii", PLAIN), ("cp437", RICH), (None, PLAIN), ("no-such-code", PLAIN)],
)
def test_signs_are_chosen_by_what_the_console_can_show(encoding: str | None, expected: words.Symbols) -> None:
    """Windows consoles in Western Europe have a pound sign; an ASCII one has not."""
    assert words.symbols_for(encoding) == expected


def test_the_people_reached_have_a_block_of_their_own() -> None:
    """True effect, claim and ceiling side by side, and the claim explained."""
    text = two_block(compare(reached_study(8), [do_nothing(), with_team()], "do-nothing"))
    assert "AMONG THOSE REACHED" in text
    assert "-20 % [-20, -20]" in text
    assert '"-50 %" is mostly people recovering, not the team.' in text
    assert "-10 %" in text


def test_too_few_runs_say_so_instead_of_a_meaning() -> None:
    """Four runs say nothing about directions, in the table and below it."""
    text = two_block(three_plans(runs=4))
    assert text.count("too few runs to say") == 3
    assert "4 runs are too few to say" in text


def test_one_run_has_no_range() -> None:
    """Its numbers stand alone, on both screens."""
    alone = compare(tables("do-nothing", {words.ADMISSIONS: [9.0]}), [do_nothing()])
    for text in (two_block(three_plans(runs=1)), levels(alone)):
        assert "1 run: no ranges." in text
        assert "[" not in text


def test_halving_growth_is_only_denied_when_nothing_halves_it() -> None:
    """With a plan that takes growth from 2.9 to 1.0 % the sentence is not there."""
    base = around(EVERY_MEASURE, {}, 0.0, 1)
    same, halved = around(EVERY_MEASURE, {}, 0.001, 2), around(EVERY_MEASURE, {words.GROWTH: -1.9}, 0.001, 3)
    assert "none of these alone halves growth" in two_block(study(base, same, same))
    assert "it does not halve growth" in two_block(study(base, same))
    assert "halve" not in two_block(study(base, same, halved))


def test_levels_list_measures_by_topic_with_their_ranges() -> None:
    """In units that a planner knows."""
    text = levels(compare(tables("do-nothing", around(EVERY_MEASURE, {}, 0.0, 1)), [do_nothing()]))
    assert "ACTIVITY" in text
    assert "28,410" in text
    assert "90.1 %" in text
    assert "£754.2" in text
    assert "The model covers 31 % of England's spending on health and adult social care" in text
    assert max(len(line) for line in text.splitlines()) <= WIDTH


def test_every_measure_fits_the_table_of_levels() -> None:
    """No title is cut, no number runs over the edge."""
    values = {name: 1234567.0 if one.unit.startswith("£") else 123456.0 for name, one in MEASURES.items()}
    values |= {name: 0.5 for name, one in MEASURES.items() if one.unit == "share"}
    text = levels(compare(tables("do-nothing", around(values, {}, 0.001, 1)), [do_nothing()]))
    assert "..." not in text
    assert max(len(line) for line in text.splitlines()) <= WIDTH


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "text"),
    [(28410.4, 0, False, "28,410"), (-0.04, 1, True, "0.0"), (190.0, 0, True, "+190"), (-0.4, 0, False, "0"),
     (float("nan"), 0, False, "-")],
)
def test_numbers_are_written_as_people_write_them(value: float, decimals: int, signed: bool, text: str) -> None:
    """Commas, a plus only on changes, never minus nought."""
    assert words.number(value, decimals, signed=signed) == text


@pytest.mark.parametrize(
    ("value", "text"), [(-170.2, "170 fewer"), (1060.0, "1,060 more"), (0.3, "no more"), (-0.3, "no more")]
)
def test_changes_of_counts_are_more_or_fewer(value: float, text: str) -> None:
    """In words, without a sign."""
    assert words.more_or_fewer(value) == text


@pytest.mark.parametrize(("pounds", "text"), [(1.23e6, "£1.2m"), (-3.2e5, "-£0.32m"), (-4e3, "£0.00m")])
def test_money_is_in_millions(pounds: float, text: str) -> None:
    """The sign stands before the pound."""
    assert words.millions(pounds) == text


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "over 99 %"), (0.99, "99 %"), (0.5, "50 %"), (0.02, "2.0 %"), (0.0, "under 1 %")]
)
def test_a_chance_that_came_of_runs_is_never_certain(value: float, text: str) -> None:
    """Not even when it rounds to all or nothing."""
    assert words.chance(value) == text


def test_the_answer_names_growth_admissions_and_cost() -> None:
    """A sentence for each plan, with its range."""
    sentence = words.answer(three_plans())[0]
    assert sentence.startswith("A team: growth from 2016/17 to 2019/20 2.9 % a year")
    assert "fewer emergency admissions in 2019/20" in sentence
    assert "Net cost £1.2m a year" in sentence


def test_the_shipped_place_says_that_it_is_nobodys() -> None:
    """England's average is not the reader's area, on every screen."""
    scenario = do_nothing()
    object.__setattr__(scenario.place, "id", "england-average-25k")
    assert words.about_the_place(scenario).endswith("ILLUSTRATIVE: not your area.")
