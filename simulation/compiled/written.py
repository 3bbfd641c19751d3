"""What the flow writes down: a row for each visit that is over, and counts of starts."""

from __future__ import annotations

from simulation.compiled.lookup import (
    counts_of,
    episode_at,
    row_at,
    state_of,
    turned_away_of,
    visit_at,
)
from simulation.jit import compilable, inlined


@inlined
def write_row(handle: int, visit: int, ended: int, outcome: int, next_setting: int) -> None:
    """Write the row of a visit that is over."""
    state, entry = state_of(handle), visit_at(handle, visit)
    story, row = episode_at(handle, entry.episode), row_at(handle, state.rows)
    row.person = story.person
    row.visit = entry.key
    row.requested = entry.requested
    row.started = entry.started
    row.ready = entry.ready
    row.ended = ended
    row.severity = story.severity
    row.setting = entry.setting
    row.next_setting = next_setting
    row.kind = story.kind
    row.age_band = story.age_band
    row.outcome = outcome
    row.reason = entry.reason
    row.interrupted_seconds = entry.interrupted
    row.care_home = entry.care_home != 0
    state.rows += 1
    if state.rows > state.most_rows:
        state.full = 1


@inlined
def count_start(handle: int, month: int, setting: int, band: int, number: int) -> None:
    """Count starts of visits; a contact booked beyond the horizon is nobody's."""
    counts = counts_of(handle)
    if month < len(counts):
        counts[month, setting, band] += number


@compilable
def count_turned_away(handle: int, setting: int, band: int) -> None:
    """Count somebody who was turned away."""
    turned_away_of(handle)[state_of(handle).month, setting, band] += 1
