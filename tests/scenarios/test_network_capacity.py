"""Places by dates, on single days, by shifts and to the minute; arrivals by hour and weekday, and by dates."""

from __future__ import annotations

import numpy as np
import pytest

from outputs.network_counts import open_places
from scenarios.messages import BadInput
from scenarios.network_file import NetworkFile, parse_network_file
from simulation.calendar import SECONDS_PER_DAY

NETWORK = """
run: {{start: 2018-01-01, length: 60 days}}
pools: {{beds: {{{pool}}}}}
streams: {{patients: {{to: ward, {stream}}}}}
settings: {{ward: {{pools: [beds], duration: {{law: constant, value: 1, unit: days}}}}}}
"""


def file_of(pool: str = "places: 5", stream: str = "per_day: 2") -> NetworkFile:
    """A network file with a pool and a stream."""
    return parse_network_file(NETWORK.format(pool=pool, stream=stream), "network.yaml")


def open_at(pool: str, *moments: tuple[int, float]) -> list[int]:
    """Places open at moments: day of the run and hour."""
    file = file_of(pool)
    places = open_places(file.network.pools[0], file.calendar, 0, file.calendar.horizon)
    ticks = [round(day * SECONDS_PER_DAY + hour * 3600) for day, hour in moments]
    return [int(places.places[np.searchsorted(places.ticks, tick, side="right") - 1]) for tick in ticks]


def test_places_change_on_dates_months_and_after_a_time() -> None:
    """From each date on, at midnight or at the time that is given; `start` is what there is before."""
    pool = 'places: {start: 5, "2018-01-11": 7, "2018-01-12 18:00": 6, Feb 2018: 9, 40 days: 3}'
    moments = ((0, 0), (9, 23.9), (10, 0), (11, 17.9), (11, 18), (30, 23), (31, 0), (39, 23), (40, 0), (59, 0))
    assert open_at(pool, *moments) == [5, 5, 7, 7, 6, 6, 9, 9, 3, 3]


def test_a_date_before_the_run_says_what_there_is_at_its_start() -> None:
    """The last of them, and none is needed beside it."""
    pool = 'places: {"2016-01-01": 3, "2017-05-01": 4, "2018-01-31": 5}'
    assert open_at(pool, (0, 0), (29, 23), (30, 0)) == [4, 4, 5]


def test_single_days_have_places_of_their_own() -> None:
    """A day, or days in a row, within the opening hours."""
    pool = 'places: 5, places_on: {"2018-01-03": 0, 2018-01-05 to 2018-01-06: 2}, open: {from: 8, to: 20}'
    assert open_at(pool, (1, 12), (2, 12), (3, 12), (4, 12), (5, 12), (5, 21), (6, 12)) == [5, 0, 5, 2, 2, 0, 5]


def test_opening_hours_go_to_the_minute_and_past_midnight() -> None:
    """Half past eight is half past eight; a night that begins on a Friday ends on Saturday."""
    assert open_at('places: 2, open: {weekdays: Mon-Fri, from: "08:30", to: "17:15"}',
                   (0, 8.4), (0, 8.5), (0, 17.2), (0, 17.25), (5, 12)) == [0, 2, 2, 0, 0]  # fmt: skip
    assert open_at("places: 2, open: {weekdays: Fri, from: 20, to: 8}",
                   (4, 19.9), (4, 20), (5, 7.9), (5, 8), (5, 21)) == [0, 2, 2, 0, 0]  # fmt: skip


def test_shifts_add_up() -> None:
    """Periods with places of their own: what overlaps adds up, and days can be listed."""
    by_day = "{weekdays: [Mon, Wed-Fri], from: 8, to: 20, places: 3}"
    shifts = f"open: [{by_day}, {{places: 1}}, {{from: 10, to: 12, places: 2}}]"
    assert open_at(shifts, (0, 7), (0, 9), (0, 11), (1, 9), (1, 11), (2, 9)) == [1, 4, 6, 1, 3, 4]


def test_hours_of_the_day_vary_whatever_places_there_are() -> None:
    """Weights by the hour and dates together; at least one place is open where there are any."""
    hours = [1] * 12 + [2] * 12
    pool = f"places: {{start: 10, 10 days: 1}}, by_hour: {hours}"
    assert open_at(pool, (0, 5), (0, 15), (10, 5), (10, 15)) == [5, 10, 1, 1]


def test_starts_a_day_follow_dates() -> None:
    """What is used up by the day has as many a day as its day says."""
    stay = "pools: [beds], duration: {{law: constant, value: 1, unit: days}}"
    text = NETWORK.replace(stay, "presence: contact, pools: [beds]")
    pool = "places: {start: 2, 3 days: 5}, per: day"
    file = parse_network_file(text.format(pool=pool, stream="per_day: 1"), "network.yaml")
    assert file.network.pools[0].quotas(file.calendar, 0)[:5].tolist() == [2, 2, 2, 5, 5]


@pytest.mark.parametrize(("pool", "said"), [
    ('places: {"2018-01-11": 7}', 'start: 12'),
    ('places: {start: 5, tomorrow: 7}', 'found "tomorrow"'),
    ('places: {start: 5, "2018-01-11": -7}', 'found "-7"'),
    ('places: {start: 5, 10 days: 7, "2018-01-11": 8}', "each date once"),
    ('places: {start: 5, 10 days: 7}, growth: 0.1', "Leave this key out"),
    ('places: 5, places_on: {Christmas: 0}', 'found "Christmas"'),
    ('places: 5, open: {from: "08:70"}', 'found "08:70"'),
    ('places: 5, open: {from: 8, to: 8}', "a time from, and another to"),
    ('places: 5, open: {weekdays: Mon-Fry}', 'did you mean "Fri"'),
    ('places: 5, open: [{from: 8, places: 2}]', "Leave this key out"),
    ('open: [{from: 8, places: 2}, {from: 9}]', "Either all of the periods have places, or none has"),
])  # fmt: skip
def test_places_that_cannot_be_are_answered(pool: str, said: str) -> None:
    """Each with what was found and what would be right."""
    with pytest.raises(BadInput, match=r"pools\.beds") as answer:
        file_of(pool)
    assert said in str(answer.value)


def rates(stream: str) -> np.ndarray:
    """(days, 24) mean arrivals in each hour of the first days."""
    file = file_of(stream=stream)
    found, calendar = file.network.streams[0], file.calendar
    by_day = np.ones(calendar.days) if found.by_day is None else found.by_day
    daily = found.per_day_by_month[calendar.month_of_day] * found.weekday_weight[calendar.weekday] * by_day
    return np.asarray(daily[:, None] * found.hour_weight[calendar.weekday])


def test_arrivals_have_hours_of_their_own_on_some_weekdays() -> None:
    """24 rates for each of some weekdays, as they are counted, or as weights of so many a day."""
    working, weekend = [1.0] * 12 + [3.0] * 12, [2.0] + [0.0] * 23
    counted = rates(f"per_hour: {{Mon-Fri: {working}, Sun: {weekend}}}")
    assert counted[0].tolist() == pytest.approx(working)
    assert counted[5].sum() == 0.0
    assert counted[6].tolist() == pytest.approx(weekend)
    weighted = rates(f"per_day: 10, by_hour: {{Mon-Fri: {working}, Sun: {weekend}}}")
    assert weighted[:7].sum() == pytest.approx(70.0)
    assert weighted[:7] == pytest.approx(counted[:7] * 70.0 / counted[:7].sum())
    assert rates(f"per_hour: {working}")[3].tolist() == pytest.approx(working)


def test_arrivals_change_on_dates() -> None:
    """A rate from each date on; factors on single days and on days in a row; the first and last day."""
    by_date = rates("per_day: {start: 4, 2018-01-11: 6, 20 days: 0}").sum(axis=1)
    assert by_date[[9, 10, 19, 20]] == pytest.approx([4, 6, 6, 0])
    assert rates("per_week: 14, by_date: {2018-01-03 to 2018-01-04: 0.5}").sum(axis=1)[1:5].tolist() == [2, 1, 1, 2]
    file = file_of(stream="per_day: 2, from: 10 days, until: 2018-01-21")
    assert (file.network.streams[0].first_tick, file.network.streams[0].last_tick) == (864000, 1728000)


@pytest.mark.parametrize(("stream", "said"), [
    ("per_hour: [1, 2]", "24 weights"),
    ("per_hour: {Mon-Fri: [1, 2]}", "24 weights"),
    ("per_hour: {Monday: [1]}", 'did you mean "Mon"'),
    (f"per_hour: {[1] * 24}, by_weekday: {[1] * 7}", "leave this key out"),
    ("per_day: {2018-02-01: 4}", "start: 12"),
    ("per_day: 4, by_date: {2018-01-04 to 2018-01-03: 0}", "2018-12-24 to 2018-12-31"),
])  # fmt: skip
def test_rates_that_cannot_be_are_answered(stream: str, said: str) -> None:
    """Each with what was found and what would be right."""
    with pytest.raises(BadInput, match=r"streams\.patients") as answer:
        file_of(stream=stream)
    assert said in str(answer.value)
