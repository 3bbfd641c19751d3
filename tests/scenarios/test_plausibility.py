"""What to know about a scenario before it is run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from scenarios.catalogue import shipped
from scenarios.evidence import load
from scenarios.matching import OCCUPIED
from scenarios.plausibility import HOMES, check, ward_occupancy
from scenarios.resolve import resolve
from scenarios.resolved import Resolved
from scenarios.values import phrase_of


def said(resolved: Resolved, about: str) -> list[str]:
    """What is said about something, notes left out."""
    return [found.text for found in check(resolved) if found.about == about and found.severity != "note"]


def long_run(place: str = "england-average") -> Resolved:
    """Nothing done until 2036."""
    return resolve("do-nothing", place=place, end=date(2036, 4, 1))


@pytest.mark.parametrize("name", ["do-nothing", "care-home-teams", "extensivist-teams", "neighbourhood-networks"])
@pytest.mark.parametrize("place", ["england-average", "england-average-25k"])
def test_what_is_shipped_is_plausible(name: str, place: str) -> None:
    """Nothing refused and nothing to warn of."""
    assert [found.text for found in check(resolve(name, place=place)) if found.severity != "note"] == []


@pytest.mark.parametrize(("beds", "warned"), [(400.0, False), (470.0, False), (600.0, True), (250.0, True)])
def test_a_day_unlike_every_month_of_the_model_is_warned_of(beds: float, warned: bool) -> None:
    """Beds in use today beside what the wards of the place's own year would hold; 420 on average."""
    resolved = resolve("do-nothing")
    place = replace(resolved.place, levels={OCCUPIED: beds})
    texts = said(replace(resolved, place=place), place.id)
    assert any("beds in use today" in text for text in texts) == warned


def test_ward_occupancy_is_that_of_the_evidence_in_its_year() -> None:
    """90.1 % over 2016/17, 94 % in January and 88 % in July, the last two to a point and a half."""
    months = [date(2016 + (month < 4), month, 1) for month in range(1, 13)]
    shares = [ward_occupancy(resolve("do-nothing"), day, load()) for day in months]
    assert np.mean(shares) == pytest.approx(0.901, abs=0.01)
    assert shares[0] == pytest.approx(0.944, abs=0.015)
    assert shares[6] == pytest.approx(0.876, abs=0.015)


def test_bed_days_that_are_asked_for_grow_by_about_one_and_a_half_per_cent_a_year() -> None:
    """Demography 1.6 % with hardly shorter stays, as in the evidence; elective care grows with it."""
    scenario = resolve("do-nothing")
    growth = ward_occupancy(scenario, date(2026, 10, 1), load()) / ward_occupancy(scenario, date(2016, 10, 1), load())
    assert 1.14 < growth < 1.18


def test_wards_that_would_be_full_are_said_so_with_the_month() -> None:
    """The first month from which a year is over 100 %, in words."""
    (text,) = said(long_run(), "wards")
    assert text.startswith("Wards would be at 10")
    assert "% from " in text
    assert "add beds or shorten the run" in text


def test_more_beds_put_it_right() -> None:
    """The check answers to the place's own services."""
    full = long_run()
    roomy = replace(full, place=replace(full.place, services={**full.place.services, "acute_beds": 500.0}))
    assert said(roomy, "wards") == []


def test_a_place_that_stands_still_does_not_fill() -> None:
    """Demography frozen and growth off: the same occupancy for ever."""
    full = long_run()
    still = replace(full, place=replace(full.place, growth={"demography": 0.0, "residual": 0.0}))
    assert ward_occupancy(still, date(2016, 10, 1), load()) == ward_occupancy(still, date(2035, 10, 1), load())
    assert said(still, "wards") == []


def test_care_homes_that_would_be_full_are_said_so() -> None:
    """Residents follow the number of the oldest; places keep up, unless the place plans them."""
    scenario = long_run()
    plans = {home: ((date(2016, 4, 1), scenario.place.services[home]),) for home in HOMES}
    assert said(scenario, "care homes") == []
    planned = replace(scenario, place=replace(scenario.place, plans=plans))
    assert any("Care homes would be full from" in text for text in said(planned, "care homes"))


def test_planned_beds_count_from_their_month() -> None:
    """Wards that get more beds in 2026 are as full as before until then."""
    scenario = long_run()
    beds = scenario.place.services["acute_beds"]
    plan = {"acute_beds": ((date(2016, 4, 1), beds), (date(2026, 4, 1), 2 * beds))}
    planned = replace(scenario, place=replace(scenario.place, plans=plan))
    before, after = date(2026, 3, 1), date(2026, 4, 1)
    assert ward_occupancy(planned, before, load()) == ward_occupancy(scenario, before, load())
    assert ward_occupancy(planned, after, load()) < 0.7 * ward_occupancy(scenario, after, load())


def test_more_places_than_people_who_may_join_are_said_so() -> None:
    """They are paid for all the same."""
    found = resolve("care-home-teams", overrides=["care-home-teams.teams=5"])
    (text,) = said(found, "care-home-teams")
    assert text.startswith("Care-home teams: 3,000 places for 1,257 people who may join")


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("extensivist-teams.takes_effect_after=4 years", "after the run ends"),
        ("extensivist-teams.teams=0", "has no team"),
        ("extensivist-teams.running=off", "costs nothing"),
    ],
)
def test_what_cannot_be_meant_is_said(override: str, words: str) -> None:
    """A service without time, staff or cost."""
    assert any(words in text for text in said(resolve("extensivist-teams", overrides=[override]), "extensivist-teams"))


def test_the_most_that_an_intervention_could_do_is_said() -> None:
    """The share of admissions of those whom it reaches."""
    notes = [found for found in check(resolve("care-home-teams")) if "It cannot lower admissions by more" in found.text]
    assert [found.severity for found in notes] == ["note"]
    assert "3.3 % of the area's emergency admissions (0.7 each a year" in notes[0].text


def test_a_population_unlike_any_place_is_questioned() -> None:
    """As when a column has slipped."""
    average = resolve("do-nothing")
    cells = tuple(
        replace(cell, people=cell.people / 4) if cell.age_from >= 85 else cell for cell in average.place.population
    )
    odd = replace(average, place=replace(average.place, population=cells))
    (text,) = said(odd, "england-average")
    assert text == "You have 1,519 people aged 85+; the national share would be 5,966: check."


def test_a_place_too_large_for_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes first, with the estimate."""
    found = resolve("extensivist-teams", place="england-average-25k")
    monkeypatch.setattr("scenarios.memory.memory_of_computer", lambda: 1e7)
    first = check(found)[0]
    assert first.severity == "refused"
    assert "1 kB a person" in first.text


def test_an_effect_that_begins_late_in_the_run_is_not_said_to_begin_after_it() -> None:
    """Of what a service needs to grow into itself and what a person needs to be with it, the longer counts."""
    assert not any("after the run ends" in text for text in said(resolve("community-activity"), "community-activity"))
    late = resolve("community-activity", overrides=["community-activity.takes_effect_after=40 months"])
    assert any("takes effect in August 2020, after the run ends" in text for text in said(late, "community-activity"))


def test_a_rise_that_cannot_act_is_said_to_do_nothing() -> None:
    """Everybody who would go to A&E goes there while nothing is done; no shipped range goes above nought there."""
    name = "therapy-in-primary-care"
    assert not any("can only fall" in finding.text for finding in check(resolve(name)))
    changed = resolve(name, overrides=[f"{name}.going to A&E with less serious needs=-4 % (-23 % to +2 %)"])
    found = [finding for finding in check(changed) if "can only fall" in finding.text]
    assert [finding.severity for finding in found] == ["warning"]
    assert "the range goes up to +2 %" in found[0].text


@pytest.mark.parametrize("name", [name for name in shipped("scenario") if name != "do-nothing"])
def test_no_shipped_range_goes_where_it_cannot_act(name: str) -> None:
    """In any scenario."""
    plans = resolve(name, place="england-average-25k").interventions
    assert not [effect.phrase for plan in plans for effect in plan.effects
                if phrase_of(effect).only_falls and effect.change.high > 0.0]
