"""What must hold of a network as a whole, whatever its numbers: that it cannot come to a stand or go round for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

import numpy as np
from numpy.typing import NDArray

from scenarios.messages import BadInput
from scenarios.network_reading import bad
from scenarios.network_settings import SettingTexts
from simulation.network import FINISH, NONE, Alternative, Mode, Network, Pool, Presence, Setting


def check_network(network: Network, texts: SettingTexts) -> None:
    """Refuse a network in which something could wait, or go round, for ever.

    Raises:
        BadInput: naming the first setting that is to blame.
    """
    for setting in network.settings:
        _check_pools(setting, network, texts)
        _check_times(setting, network, texts)
    _check_overflow_if_free(network, texts)
    _check_turned_away(network, texts)
    _check_holding(network, texts)


def _refused(setting: Setting, texts: SettingTexts, part: str, found: str, allowed: str) -> BadInput:
    return bad(texts.where(setting.name), f"settings.{setting.name}.{part}", found, allowed)


def _check_pools(setting: Setting, network: Network, texts: SettingTexts) -> None:
    """Contacts use up places by the day; stays take places and give them back."""
    is_contact = setting.presence == Presence.CONTACT
    pools = [network.pools[pool] for pool in setting.pools]
    for pool in pools:
        if pool.limited and pool.daily_quota != is_contact:
            allowed = "for a contact, pools with per: day" if is_contact else "for a stay, pools without per: day"
            raise _refused(setting, texts, "pools", pool.name, allowed)
    if len(set(setting.pools)) < len(pools):
        raise _refused(setting, texts, "pools", ", ".join(pool.name for pool in pools), "each pool once")
    if any(pool.preemptive for pool in pools):
        _check_preemptive(setting, pools, texts)
    _check_turned_away_is_used(setting, pools, texts)
    if setting.queue_limit != NONE and sum(pool.limited for pool in pools) != 1:
        found = ", ".join(pool.name for pool in pools) or "no pool"
        raise _refused(setting, texts, "queue_limit", found, "a queue limit where there is one pool to wait for")


def _check_preemptive(setting: Setting, pools: Sequence[Pool], texts: SettingTexts) -> None:
    """Who may be interrupted has one place, leaves it at the end of service, and may always wait."""
    if len(pools) > 1 or setting.presence == Presence.CONTACT:
        found = ", ".join(pool.name for pool in pools)
        raise _refused(setting, texts, "pools", found, "one pool where places are preemptive, and not for a contact")
    for part, is_used in (("hold", setting.hold), ("queue_limit", setting.queue_limit != NONE)):
        if is_used:
            raise _refused(setting, texts, part, "", f"no {part} where places are preemptive")


def _check_turned_away_is_used(setting: Setting, pools: Sequence[Pool], texts: SettingTexts) -> None:
    """Nobody is turned away from a setting that has room for all, or a queue without end."""
    spec = texts.spec(setting.name)
    is_contact = setting.presence == Presence.CONTACT
    can_be_full = any(pool.limited for pool in pools) if is_contact else setting.queue_limit != NONE
    for part in ("overflow", "turned_away"):
        allowed = f"{part} beside a queue_limit" if part == "overflow" else f"{part} where places can run out"
        if spec.get(part) is not None and (not can_be_full or (is_contact and part == "overflow")):
            raise _refused(setting, texts, part, "", allowed)


def _check_overflow_if_free(network: Network, texts: SettingTexts) -> None:
    """Where people go only if there is room, it can run out."""
    for setting in network.settings:
        if not setting.overflow_if_free:
            continue
        if setting.overflow == NONE:
            raise _refused(setting, texts, "overflow_if_free", "", "overflow beside it")
        target = network.settings[setting.overflow]
        if not any(network.pools[pool].limited for pool in target.pools):
            raise _refused(setting, texts, "overflow", target.name, "a setting whose places can run out")


def _check_times(setting: Setting, network: Network, texts: SettingTexts) -> None:
    """What lasts until the planned end of a stay has a plan; nobody waits until they die."""
    modes = np.array([law.mode for law in network.laws] + [Mode.SECONDS])
    unplanned = (modes[setting.duration] == Mode.UNTIL_PLAN) & (setting.plan == NONE)
    if unplanned.any():
        raise _refused(setting, texts, "plan", "", "a plan for all patients whose duration lasts until: plan")
    if (modes[setting.patience] == Mode.UNTIL_DEATH).any():
        raise _refused(setting, texts, "patience", "until: death", "a law, or until: plan")
    if np.isin(modes[setting.turnover], (Mode.UNTIL_DEATH, Mode.UNTIL_PLAN)).any():
        raise _refused(setting, texts, "turnover", "until", "minutes, a law, or rules with laws")


def _check_turned_away(network: Network, texts: SettingTexts) -> None:
    """Refuse settings that turn people away to each other when full, with no way out and no time passing."""
    stuck = {i for i, setting in enumerate(network.settings) if _passes_on_at_once(setting)}
    while escaped := {i for i in stuck if _has_way_out(network.settings[i], network, stuck)}:
        stuck -= escaped
    if stuck:
        setting = network.settings[min(stuck)]
        part = "overflow" if setting.overflow != NONE else "turned_away"
        names = ", ".join(network.settings[i].name for i in sorted(stuck))
        raise _refused(setting, texts, part, names, "ways that do not lead in a circle when all places are taken")


def _passes_on_at_once(setting: Setting) -> bool:
    """Whether somebody who asks for a setting may have to ask for another within the same second."""
    return setting.presence == Presence.CONTACT or setting.queue_limit != NONE


def _has_way_out(setting: Setting, network: Network, stuck: Set[int]) -> bool:
    """Whether everybody who is passed on can come to a place outside `stuck`, or has to wait."""
    if setting.overflow != NONE:
        return setting.overflow not in stuck
    tables = []
    if setting.presence == Presence.CONTACT:
        tables.append(setting.routes)
    if setting.presence != Presence.CONTACT or any(network.pools[pool].limited for pool in setting.pools):
        tables.append(setting.turned_away)
    routes = (route for table in tables for route in _routes(table, network))
    return all(any(_leads_out(way, stuck) for way in route) for route in routes)


def _leads_out(way: Alternative, stuck: Set[int]) -> bool:
    at_once = () if way.delay != NONE else (way.target,)
    diverted = () if way.diverted_by == NONE else (way.diverts_to,)
    return all(target == FINISH or target not in stuck for target in (*at_once, *diverted))


def _targets(ways: Iterable[Alternative]) -> set[int]:
    """Settings to which ways lead, those of people who are diverted from them included."""
    return {target for way in ways for target in (way.target, *(() if way.diverted_by == NONE else (way.diverts_to,)))}


def _routes(rows: NDArray[np.int32], network: Network) -> Iterable[tuple[Alternative, ...]]:
    """Routes that a class table names, each without the ways that nobody takes."""
    for row in np.unique(rows):
        ways = network.routes[row]
        before = (0.0, *(way.up_to for way in ways))
        yield tuple(way for way, reached in zip(ways, before, strict=False) if way.up_to > reached)


def _ways(rows: NDArray[np.int32], network: Network) -> list[Alternative]:
    """Every way that some patients take."""
    return [way for route in _routes(rows, network) for way in route]


def _check_holding(network: Network, texts: SettingTexts) -> None:
    """Refuse pools whose places are held for each other in a circle: all could wait for ever (engines R6)."""
    waits_for: dict[int, dict[int, int]] = {}
    for index, setting in enumerate(network.settings):
        held = [pool for pool in setting.pools if network.pools[pool].limited]
        if setting.hold and held:
            for wanted in _wanted_while_holding(index, network):
                for pool in held:
                    waits_for.setdefault(pool, {}).setdefault(wanted, index)
    for pool in waits_for:
        if pool in _all_behind(pool, waits_for):
            circle = [each for each in sorted(_all_behind(pool, waits_for)) if pool in _all_behind(each, waits_for)]
            holder = next(waits_for[pool][each] for each in circle if each in waits_for[pool])
            names = ", ".join(network.pools[each].name for each in circle)
            allowed = "places that are not held for each other in a circle, where all could wait for ever"
            raise _refused(network.settings[holder], texts, "hold", names, allowed)


def _wanted_while_holding(index: int, network: Network) -> set[int]:
    """Pools that somebody may wait for while a setting is held: those of the next stays that it does not have."""
    holder = network.settings[index]
    wanted: set[int] = set()
    seen = {FINISH}
    ahead = _targets(_ways(holder.routes, network))
    if holder.takes_claims and network.claims.kind != NONE:
        ahead |= _targets(network.routes[network.claims.route])
    while ahead - seen:
        target = min(ahead - seen)
        seen.add(target)
        setting = network.settings[target]
        ahead |= _targets(_ways(setting.turned_away, network))
        if setting.overflow != NONE:
            ahead.add(setting.overflow)
        if setting.presence == Presence.CONTACT:
            ahead |= _targets(_ways(setting.routes, network))
        else:
            wanted |= {pool for pool in setting.pools if network.pools[pool].limited and pool not in holder.pools}
            ahead |= _targets(way for way in _ways(setting.gave_up, network) if way.delay != NONE)
    return wanted


def _all_behind(pool: int, waits_for: Mapping[int, Mapping[int, int]]) -> set[int]:
    """Pools that somebody who holds a place of a pool may be waiting for, by way of others too."""
    found: set[int] = set()
    ahead = [pool]
    while ahead:
        for wanted in waits_for.get(ahead.pop(), ()):
            if wanted not in found:
                found.add(wanted)
                ahead.append(wanted)
    return found
