"""From interventions, as a planner wrote them, to the teams that people meet in one run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from scenarios.assumption_draws import draw
from scenarios.beside import has_score_on, strength_on
from scenarios.resolved import Intervention, Joining
from scenarios.values import HOMES
from simulation.calendar import Calendar
from simulation.enrolment import AT_ADMISSION, AT_AE, AT_DISCHARGE, MONTHLY
from simulation.factors import TILTED, VALUES
from simulation.network import Network
from simulation.people import ANY_RESIDENCE, CARE_HOME, OWN_HOME, Team
from simulation.projection import FIFTHS

RESIDENCES: Mapping[str, int] = {
    "any": ANY_RESIDENCE, "own home": OWN_HOME, "care home": CARE_HOME, "residential home": CARE_HOME,
    "nursing home": CARE_HOME,
}
RESIDENTIAL, NURSING = HOMES
TAGS_OF_HOMES: Mapping[str, str] = {RESIDENTIAL: "residential_home", NURSING: "nursing_home"}
"""Kinds of care homes in a planner's words, and the tags of their settings in a network."""
OLDEST = 200
ANY_CRISIS = -1

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


JOINS_AT: Mapping[Joining, int] = {
    "month by month": MONTHLY, "at A&E": AT_AE, "at admission": AT_ADMISSION, "at discharge": AT_DISCHARGE,
}


def build_team(
    intervention: Intervention, calendar: Calendar, seed: int, replication: int, network: Network | None = None
) -> Team:
    """One team; a draw depends on the intervention and the key, not on what else is in the scenario.

    `network` knows kinds of crises and of care homes; None will do for teams that ask for neither.
    """
    who, selection = intervention.who, intervention.selection
    edges, changes = effects_by_band(intervention, seed, replication, RESIDENTIAL)
    nursing = effects_by_band(intervention, seed, replication, NURSING)[1]
    differ = any(effect.home for effect in intervention.effects)
    places = places_by_month(intervention, calendar)
    opened = np.flatnonzero(places > 0)
    end_month = calendar.months
    if intervention.funding_ends is not None:
        end_month = min(max(calendar.month_index(intervention.funding_ends), 0), calendar.months)
    first_month = min(int(opened[0]) if len(opened) else calendar.months, end_month)
    return Team(
        name=intervention.id,
        number=int.from_bytes(sha256(intervention.id.encode()).digest()[:4], "little") >> 2,
        places_by_month=places,
        first_month=first_month,
        end_month=end_month,
        age_from=who.age_from,
        age_to=OLDEST if who.age_to is None else who.age_to,
        residence=RESIDENCES[who.residence],
        conditions_at_least=who.conditions_at_least,
        named_conditions=who.named_conditions,
        frailty_at_least=who.frailty_at_least,
        lonely=who.lonely,
        by_risk_in_month=np.array([has_score_on(intervention, day) for day in first_days(calendar)], np.bool_),
        accuracy=draw(selection.accuracy, f"{intervention.id}.score_accuracy", seed, replication),
        sees_susceptibility=draw(
            selection.sees_susceptibility, f"{intervention.id}.sees_susceptibility", seed, replication),
        sees_deterioration=draw(
            selection.sees_deterioration, f"{intervention.id}.sees_deterioration", seed, replication),
        band_edges_months=edges,
        changes=changes,
        short_end_share=_short_end_share(intervention, changes, seed, replication),
        strength_by_month=strength_by_month(intervention, calendar.months, first_month, end_month)
        * share_left_by_month(intervention, calendar, end_month),
        joins_at=JOINS_AT[intervention.joining],
        crisis=network.kinds.index(intervention.crisis) if network and intervention.crisis else ANY_CRISIS,
        stays_months=intervention.stays_months or 0,
        lasts_months=intervention.lasts_months,
        uptake=draw(intervention.uptake, f"{intervention.id}.uptake", seed, replication),
        others_have_no_need=intervention.others_have_no_need,
        fifths=who.fifths,
        changes_elsewhere=nursing if differ else None,
        elsewhere=network.tagged().get(TAGS_OF_HOMES[NURSING], ()) if network else (),
        homes=network.tagged().get(TAGS_OF_HOMES.get(who.residence, ""), ()) if network else (),
        uptake_by_fifth=uptake_by_fifth(
            draw(intervention.uptake_ratio, f"{intervention.id}.uptake_most_to_least_deprived", seed, replication)),
        drop_out=draw(intervention.drop_out, f"{intervention.id}.drop_out", seed, replication),
        neighbours=draw(intervention.other_patients, f"{intervention.id}.other_patients", seed, replication),
        instead_of=intervention.instead_of,
    )


def uptake_by_fifth(ratio: float) -> tuple[float, ...]:
    """Multipliers of the uptake in each fifth, the most deprived first: even steps, 1 on average over the fifths."""
    steps = np.linspace(ratio, 1.0, FIFTHS)
    return tuple((steps / steps.mean()).tolist())


def places_by_month(intervention: Intervention, calendar: Calendar) -> IntArray:
    """(months,) people that the teams staffed on the first of each month can look after, in whole people."""
    places = np.zeros(calendar.months, np.int64)
    for first_day, teams in intervention.teams:
        first = max(calendar.month_index(first_day), 0)
        places[first:] = int(np.floor(teams * intervention.caseload_per_team + 1e-9))
    return places


def effects_by_band(
    intervention: Intervention, seed: int, replication: int, home: str = ""
) -> tuple[IntArray, FloatArray]:
    """Whole months since joining at which each band begins, and (bands, values) relative change in each.

    Effects on one value at one time are multiplied. Effects on residents of one kind of care home count for `home`
    only.
    """
    edges = {0}
    for effect in intervention.effects:
        edges |= {effect.from_month} | ({effect.to_month} if effect.to_month is not None else set())
    starts = np.array(sorted(edges), np.int64)
    factors = np.ones((len(starts), len(VALUES)))
    for effect in intervention.effects:
        if effect.home not in ("", home):
            continue
        change = draw(effect.change, f"{intervention.id}.{effect.phrase}", seed, replication)
        now = starts >= effect.from_month
        if effect.to_month is not None:
            now &= starts < effect.to_month
        for value in effect.values:
            factors[now, VALUES.index(value)] *= 1.0 + change
    return starts, factors - 1.0


def strength_by_month(intervention: Intervention, months: int, first_month: int, end_month: int) -> FloatArray:
    """(months,) 0 to 1: grows evenly over the lag from the first month, and fades evenly when funding ends."""
    since_start = np.arange(months) - first_month
    strength = np.where(since_start >= 0, 1.0, 0.0)
    if intervention.lag_months > 0:
        strength = np.clip(since_start / intervention.lag_months, 0.0, 1.0)
    since_end = np.arange(months) - end_month
    left = np.where(since_end < 0, 1.0, 0.0)
    if intervention.fade_months > 0:
        left = np.where(since_end < 0, 1.0, np.clip(1.0 - (since_end + 0.5) / intervention.fade_months, 0.0, 1.0))
    return np.asarray(strength * left, np.float64)


def share_left_by_month(intervention: Intervention, calendar: Calendar, end_month: int) -> FloatArray:
    """(months,) 0 to 1: what is left of the effects beside the others that the intervention leans on.

    Once its own money has ended, what fades is what there was in its last month, whoever else is still there.
    """
    left = np.array([strength_on(intervention, day) for day in first_days(calendar)])
    if end_month > 0:
        left[end_month:] = left[end_month - 1]
    return left


def first_days(calendar: Calendar) -> list[date]:
    """The first of each month of a study."""
    return [date(int(year), int(month), 1)
            for year, month in zip(calendar.month_year, calendar.month_number, strict=True)]


def most_short_end_share(changes: FloatArray) -> float:
    """The largest share at which no change makes needs at the short end negative."""
    deepest = float(changes[:, TILTED].min())
    return 1.0 if deepest >= 0.0 else -1.0 / deepest - 1.0


def _short_end_share(intervention: Intervention, changes: FloatArray, seed: int, replication: int) -> float:
    """The drawn share, held back where a drawn change is so large that needs at the short end would be negative."""
    drawn = draw(intervention.short_end_share, f"{intervention.id}.avoids", seed, replication)
    return min(drawn, most_short_end_share(changes))
