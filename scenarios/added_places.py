"""Places that interventions bring to the services of an area, as teams are staffed, month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scenarios.resolved import Intervention
from simulation.calendar import Calendar
from simulation.network import Network, Pool

FloatArray = NDArray[np.float64]


def with_added_places(network: Network, added: Mapping[str, FloatArray], calendar: Calendar) -> Network:
    """A network whose pools have what is added to them; the same network when nothing is.

    Fractions of a place count once they make whole ones, as teams do. A pool never falls below no places at all, and
    one without a limit stays without. Places taken by turns are in the network already (`build_network`).
    """
    if not added:
        return network
    by_pool = {pool_of(service, network): places for service, places in added.items()}
    pools = tuple(_with(pool, by_pool[pool.name], calendar) if pool.name in by_pool else pool for pool in network.pools)
    return replace(network, pools=pools)


def pool_of(service: str, network: Network) -> str:
    """The pool of a service: "gp_same_day_slots_per_weekday" says how places of "gp_same_day_slots" are counted."""
    names = [pool.name for pool in network.pools if service.startswith(pool.name)]
    return max(names, key=len, default="")


def added_by_month(interventions: Sequence[Intervention], calendar: Calendar) -> dict[str, FloatArray]:
    """(months,) places added to each service, by name; services to which nothing is added are left out."""
    added: dict[str, FloatArray] = {}
    for plan in interventions:
        teams = teams_by_month(plan, calendar)
        for pool, places in plan.adds.items():
            added[pool] = added.get(pool, np.zeros(calendar.months)) + places * teams
    return {pool: places for pool, places in added.items() if places.any()}


def teams_by_month(plan: Intervention, calendar: Calendar) -> FloatArray:
    """(months,) staffed teams on the first of each month; none once funding has ended."""
    teams = np.zeros(calendar.months)
    for first_day, number in plan.teams:
        teams[max(calendar.month_index(first_day), 0) :] = number
    if plan.funding_ends is not None:
        teams[max(calendar.month_index(plan.funding_ends), 0) :] = 0.0
    return teams


def _with(pool: Pool, added: FloatArray, calendar: Calendar) -> Pool:
    if not pool.limited or pool.by_turns:
        return pool
    most = float(pool.places_by_hour.max())
    whole = added if pool.daily_quota else np.trunc(added + np.copysign(1e-9, added))
    if pool.changes is not None:
        pool = replace(pool, changes=pool.changes.plus(whole, calendar))
    if most == 0.0:
        most = max(float(whole.max()), 1.0)
        open_hours = np.full(len(pool.places_by_hour), most)
        return replace(pool, places_by_hour=open_hours, places_by_month=np.maximum(whole, 0.0) / most)
    return replace(pool, places_by_month=np.maximum(pool.places_by_month + whole / most, 0.0))
