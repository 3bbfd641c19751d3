"""Episodes: making one, what its severity leads to, stopping it, and giving its record back."""

from __future__ import annotations

from simulation.columns import CARE_HOME_BAND
from simulation.compiled.floor import leave, withdraw
from simulation.compiled.lookup import (
    age_band_at,
    episode_at,
    gauge_at,
    network_of,
    person_at,
    state_of,
    thresholds_of,
    visit_at,
    wide,
)
from simulation.compiled.queues import drop
from simulation.compiled.written import count_start
from simulation.jit import compilable, inlined
from simulation.network import ADMITTED, NONE, OVERNIGHT, class_index
from simulation.reference.visit import MOST_STEPS
from simulation.rules import admission_threshold, severity_tier
from simulation.stays import NEVER


@inlined
def new_episode(
    handle: int, person: int, kind: int, band: int, age_band: int, severity: float, candidate: int, outsider: int
) -> int:
    """A new episode; of residents, the severity tier is yet to be read."""
    state = state_of(handle)
    state.live_episodes += 1
    if state.live_episodes > state.most_episodes:
        state.full = 1
    episode = state.free_episode
    if episode == NONE:
        episode = state.episodes
        state.episodes += 1
        episode_at(handle, episode).timer = 0
    else:
        state.free_episode = episode_at(handle, episode).next_beside
    story = episode_at(handle, episode)
    story.person = person
    story.candidate = candidate
    story.occurrence = candidate * MOST_STEPS
    story.planned_end = NEVER
    story.severity = severity
    story.kind = kind
    story.band = band
    story.age_band = age_band
    story.visit = NONE
    story.held = NONE
    story.setting = NONE
    story.next_beside = NONE
    story.attended = 0
    story.admitted = 0
    story.outsider = outsider
    story.active = 1
    story.is_beside = 0
    set_tier(handle, episode, 0)
    return int(episode)


@inlined
def new_episode_of_resident(handle: int, person: int, kind: int, severity: float, candidate: int) -> int:
    """A new episode of somebody who lives here."""
    age_band = wide(age_band_at(handle, person))
    band = age_band
    if person_at(handle, person).residence != NONE:
        band = CARE_HOME_BAND
    episode = new_episode(handle, person, kind, band, age_band, severity, candidate, 0)
    thresholds = thresholds_of(handle)[kind, band]
    tier = severity_tier(severity, thresholds[0], thresholds[1], thresholds[2], thresholds[3], thresholds[4])
    set_tier(handle, episode, tier)
    return episode


@inlined
def set_tier(handle: int, episode: int, tier: int) -> None:
    """Say what the severity leads to as things now stand."""
    story = episode_at(handle, episode)
    story.tier = tier
    story.row = class_index(story.kind, story.band, tier, 0, 0)


@compilable
def reassess(handle: int, episode: int) -> None:
    """Read the severity again with the wards as full as they are: pressure turns away the mildest admissions."""
    network, story = network_of(handle), episode_at(handle, episode)
    thresholds = thresholds_of(handle)[story.kind, story.band]
    admitted = thresholds[ADMITTED]
    if network.pressure_gauge != NONE:
        gauge = gauge_at(handle, network.pressure_gauge)
        admitted = admission_threshold(
            admitted, thresholds[OVERNIGHT], network.pressure_shift, gauge, network.pressure_reference
        )
    tier = severity_tier(story.severity, thresholds[0], thresholds[1], thresholds[2], admitted, thresholds[4])
    set_tier(handle, episode, tier)


@compilable
def stop(handle: int, episode: int, outcome: int) -> None:
    """End an episode from outside: every visit, queue place and pending timer of it (engines R9)."""
    story = episode_at(handle, episode)
    if story.visit != NONE:
        visit = visit_at(handle, story.visit)
        if visit.started == NEVER:
            withdraw(handle, story.visit, outcome)
        else:
            if visit.started == state_of(handle).tick:
                visit.started = NEVER
                if not story.outsider:
                    count_start(handle, state_of(handle).month, visit.setting, story.band, -1)
            if visit.interrupted_at != NEVER:
                drop(handle, story.visit)
                visit.interrupted += state_of(handle).tick - visit.interrupted_at
            leave(handle, story.visit, outcome, NONE)
    if story.held != NONE:
        leave(handle, story.held, outcome, NONE)
    free_episode(handle, episode)


@inlined
def free_episode(handle: int, episode: int) -> None:
    """Give the record of an episode that is over back; timers that were set for it mean nothing any more."""
    story = episode_at(handle, episode)
    story.timer += 1
    story.active = 0
    story.next_beside = state_of(handle).free_episode
    state_of(handle).free_episode = episode
    state_of(handle).live_episodes -= 1
