"""The people's side of care that passes from hand to hand: handovers, repeating oneself, a named person, the gap after.

A handover is a change of the service that looks after somebody within one episode: between stays, on arrival by
ambulance, on being sent in by a practice, and back to the practice at the end of a stay in hospital. Between
organisations it may happen without a shared record: then the person has to tell it all again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outputs.measures.activity import admitted
from outputs.measures.continuity import CARE_HOME_TAGS
from outputs.measures.episodes import Bools, Ints, by_episode, of_residents, tagged
from outputs.measures.in_time import Events
from outputs.measures.measure import ALL, Measure, Values, share
from outputs.measures.view import View
from outputs.periods import Period
from scenarios.evidence import load
from scenarios.resolved import Intervention
from simulation.calendar import SECONDS_PER_DAY
from simulation.stays import NEVER, Settings

TOPIC = "Handing over"
SOURCE = "the model's own; see docs/tables.md"
EVERYBODY = "of all residents"
SHARED = ("between organisations", "with a service that shares it")
"""Strata of the share of handovers at which the record can be read."""
WINDOW_DAYS = 30.0
DAYS_PER_MONTH = 365.25 / 12.0
ORGANISATION_TAGS = (
    ("ae_other", 1), ("ae_type1", 0), ("ae_type1_arrival", 0), ("same_day_emergency_care", 0), ("ward", 0),
    ("hospital_at_home", 1), ("intermediate_care", 1), ("reablement", 2), ("reablement_first", 2),
    ("assessed_at_home", 2), ("care_package", 2), ("residential_home", 3), ("nursing_home", 3),
)
"""Organisations of settings with stays: 0 acute trust, 1 community provider, 2 council, 3 care home."""
SENT_IN = ("ambulance_conveyed", "direct_admission")
"""Contacts that hand a person over to the hospital; nothing is kept of them but their number."""
AFTER_DISCHARGE = (
    "hospital_at_home", "intermediate_care", "reablement", "reablement_first", "assessed_at_home", "care_package",
    *CARE_HOME_TAGS,
)


@dataclass(frozen=True)
class Handovers:
    """Handovers of residents, one row each: person, when, whether between organisations, in an admission's episode."""

    person: Ints
    tick: Ints
    between: Bools

    def of(self, rows: Ints) -> Handovers:
        """Some of them."""
        return Handovers(self.person[rows], self.tick[rows], self.between[rows])


def handovers_per_1000(view: View, period: Period) -> Values:
    """Handovers per 1,000 residents a year: all, and between organisations."""
    found = _handovers(view, period)
    sent = view.contacts(period, *SENT_IN)
    between = int(np.count_nonzero(found.between)) + sent
    return {ALL: view.per_thousand(len(found.tick) + sent, period),
            "between organisations": view.per_thousand(between, period)}


def handovers_without_record_per_1000(view: View, period: Period) -> Values:
    """Handovers between organisations without a shared record, per 1,000 residents a year."""
    found = _handovers(view, period)
    known = int(np.count_nonzero(found.between))
    with_service = _having(view, "shares_record", found.person[found.between], found.tick[found.between])
    covered = float(with_service.mean()) if known else 0.0
    usually, served = (load().value("continuity.shared_record_share", stratum) for stratum in SHARED)
    told_again = (1.0 - covered) * (1.0 - usually) + covered * (1.0 - max(usually, served))
    without = (known + view.contacts(period, *SENT_IN)) * told_again
    return {ALL: view.per_thousand(without, period)}


def repeating_oneself_per_admission(view: View, period: Period) -> Values:
    """Times that somebody has to tell it all again, for each emergency admission."""
    per_thousand = handovers_without_record_per_1000(view, period)[ALL]
    return share(per_thousand, view.per_thousand(view.admitted.count(period), period))


def named_coordinator_share(view: View, period: Period) -> Values:
    """Share with a named co-ordinator: of people admitted in an emergency, on that day; of all residents' time."""
    rows = admitted(view, period)
    having = _having(view, "named_coordinator", view.admissions.person[rows], view.admissions.begin[rows])
    teams = [index for index, plan in enumerate(_plans(view)) if plan is not None and plan.named_coordinator]
    one = view.result.enrolments
    chosen = np.isin(one.team, teams)
    overlap = np.minimum(one.left[chosen], period.stop) - np.maximum(one.joined[chosen], period.start)
    people = float(np.maximum(overlap, 0).sum()) / period.seconds
    return {**share(int(np.count_nonzero(having)), len(rows)),
            EVERYBODY: min(1.0, people / view.mean_people(period))}


def discharge_to_community_days(view: View, period: Period) -> Values:
    """Days from leaving hospital to the first community contact, at most 30, on average."""
    gaps, follow_up = _gaps_of(view, period)
    if len(gaps) == 0:
        return {}
    practice = np.minimum(load().value("continuity.gp_follow_up", "days after discharge"), gaps)
    return {ALL: float((follow_up * practice + (1.0 - follow_up) * gaps).mean())}


def no_community_contact_share(view: View, period: Period) -> Values:
    """Share of people who leave hospital and have no community contact within 30 days."""
    gaps, follow_up = _gaps_of(view, period)
    return {ALL: float((gaps >= WINDOW_DAYS).mean()) * (1.0 - follow_up)} if len(gaps) else {}


def _handovers(view: View, period: Period) -> Handovers:
    """Handovers of a period."""
    found = view.once("handovers", lambda: _find_handovers(view))
    by_tick = view.once("handovers by tick", lambda: Events.of(found.tick))
    return view.once(("handovers", period), lambda: found.of(by_tick.within(period)))


def _find_handovers(view: View) -> Handovers:
    """Changes between stays of an episode, and back to the practice at the end of each admission that ended alive."""
    stays, settings = view.result.stays, view.result.settings
    organisation = _organisation_of(settings)
    rows = np.flatnonzero((organisation[stays.setting] >= 0) & (stays.started != NEVER))
    ordered = by_episode(stays, rows[of_residents(stays, settings, rows)], stays.visit)
    rows = ordered.rows
    setting = stays.setting[rows]
    service = _service_of(settings)[setting]
    changes = np.append(False, service[1:] != service[:-1])
    changes[ordered.first] = False
    at = np.flatnonzero(changes)
    after, organisations = rows[at], organisation[setting]
    back = ~view.admissions.is_open & ~view.admissions.died
    return Handovers(
        person=np.concatenate([stays.person[after], view.admissions.person[back]]),
        tick=np.concatenate([stays.started[after], view.admissions.end[back]]),
        between=np.concatenate([organisations[at - 1] != organisations[at], np.ones(int(back.sum()), np.bool_)]),
    )


def _organisation_of(settings: Settings) -> NDArray[np.int16]:
    """(settings,) organisation that runs each; -1 for those that are not handed over to."""
    found = np.full(len(settings.names), -1, np.int16)
    for tag, organisation in ORGANISATION_TAGS:
        found[tagged(settings, tag)] = organisation
    return found


def _service_of(settings: Settings) -> NDArray[np.int16]:
    """(settings,) service of each: every ward is one, all rooms of A&E are one."""
    found = np.arange(len(settings.names), dtype=np.int16)
    found[tagged(settings, "ae_type1", "ae_type1_arrival") & ~tagged(settings, "ward")] = -1
    return found


def _plans(view: View) -> list[Intervention | None]:
    """The intervention of each team of the run."""
    by_id = {plan.id: plan for plan in view.resolved.interventions}
    return [by_id.get(team) for team in view.result.teams]


def _having(view: View, what: str, person: Ints, tick: Ints) -> Bools:
    """Whether each person is, at a tick, with a service that has something."""
    found = np.zeros(len(person), np.bool_)
    for team, plan in enumerate(_plans(view)):
        if plan is not None and getattr(plan, what):
            found |= _with_team(view, team, person, tick)
    return found


def _with_team(view: View, team: int, person: Ints, tick: Ints) -> Bools:
    """Whether each person is with a team at a tick."""
    one = view.result.enrolments
    chosen = np.flatnonzero(one.team == team)
    if len(chosen) == 0:
        return np.zeros(len(person), np.bool_)
    chosen = chosen[np.lexsort((one.joined[chosen], one.person[chosen]))]
    step = view.result.calendar.horizon + 2
    keys = one.person[chosen] * step + one.joined[chosen]
    last = np.searchsorted(keys, person * step + tick, side="right") - 1
    rows = chosen[np.maximum(last, 0)]
    return np.asarray((last >= 0) & (one.person[rows] == person) & (tick < one.left[rows]))


def _gaps_of(view: View, period: Period) -> tuple[np.ndarray, float]:
    """Days to the first contact that is known of each discharge of a period, at most 30; share followed up by a GP."""
    one = view.admissions
    events = view.once("discharges", lambda: Events.of(
        one.end, ~one.is_open & ~one.died & (one.nights > 0)
        & (one.end + int(WINDOW_DAYS) * SECONDS_PER_DAY <= view.result.calendar.horizon)))
    rows = events.within(period)
    if len(rows) == 0:
        return np.zeros(0), 0.0
    gaps = _first_stay_after(view, one.person[rows], one.end[rows])
    gaps = np.minimum(gaps, _team_gap(view, one.person[rows], one.end[rows]))
    gaps[one.care_home[rows]] = 0.0
    followed = view.contacts(period, "gp_follow_up") / max(1, len(rows))
    return gaps, min(1.0, followed)


def _first_stay_after(view: View, person: Ints, end: Ints) -> np.ndarray:
    """Days from each discharge to the start of the next stay in a community service; at most 30."""
    rows, _ = view.resident_stays(*AFTER_DISCHARGE)
    stays = view.result.stays
    step = view.result.calendar.horizon + 2
    keys = np.sort(stays.person[rows] * step + np.maximum(stays.started[rows], 0))
    if len(keys) == 0:
        return np.full(len(person), WINDOW_DAYS)
    found = np.searchsorted(keys, person * step + end)
    following = keys[np.minimum(found, len(keys) - 1)]
    same = (found < len(keys)) & (following // step == person)
    days = np.where(same, following % step - end, int(WINDOW_DAYS) * SECONDS_PER_DAY) / SECONDS_PER_DAY
    return np.minimum(days, WINDOW_DAYS)


def _team_gap(view: View, person: Ints, tick: Ints) -> np.ndarray:
    """Days until a team's next contact: half the time between two, which are taken as evenly spaced; at most 30."""
    rate = np.zeros(len(person))
    for team, plan in enumerate(_plans(view)):
        if plan is not None and plan.contacts_per_month > 0.0:
            rate += plan.contacts_per_month * _with_team(view, team, person, tick)
    with np.errstate(divide="ignore"):
        return np.minimum(WINDOW_DAYS, DAYS_PER_MONTH / 2.0 / rate)


MEASURES = (
    Measure(
        "handovers_per_1000", "Handovers", "per 1,000 people a year",
        "Changes of the service that looks after a resident: between stays of an episode, on arrival by ambulance, on "
        "being sent in by a practice, and back to the practice after an admission", SOURCE, handovers_per_1000, TOPIC,
    ),
    Measure(
        "handovers_without_record_per_1000", "Handovers without a shared record", "per 1,000 people a year",
        "Handovers between organisations, less the share at which the record is read: usually, and of people with a "
        "service that shares it (assumptions: continuity.shared_record_share)", SOURCE,
        handovers_without_record_per_1000, TOPIC,
    ),
    Measure(
        "repeating_oneself_per_admission", "Times people have to repeat themselves, per emergency admission", "times",
        "Handovers without a shared record over emergency admissions", SOURCE, repeating_oneself_per_admission, TOPIC,
        decimals=2,
    ),
    Measure(
        "named_coordinator_share", "People admitted in an emergency who have a named co-ordinator", "share",
        "With a service that names one, on the day of admission; and of all residents' time", SOURCE,
        named_coordinator_share, TOPIC, matters=0.005, relative=False, decimals=3,
    ),
    Measure(
        "discharge_to_community_days", "Days from leaving hospital to the first community contact", "days",
        "Emergency stays with a night that ended alive, 30 days before the end of the study or more: to the first of "
        "hospital at home, intermediate care, reablement, a care package, a care home, a team's contact (evenly "
        "spaced), a practice's follow-up (continuity.gp_follow_up); at most 30; care-home residents 0", SOURCE,
        discharge_to_community_days, TOPIC, decimals=1,
    ),
    Measure(
        "no_community_contact_share", "Leaving hospital without a community contact within 30 days", "share",
        "Of the same stays", SOURCE, no_community_contact_share, TOPIC, matters=0.005, relative=False, decimals=3,
    ),
)
