"""Small plays in which one rule decides, beside those of the SimPy engine's tests."""

from __future__ import annotations

from simulation.factors import DEATH
from tests.simulation.recorded_plays import Recorded
from tests.simulation.scripted import AE, ONE_MONTH, Scripted, Wants

LASTS = "duration: {law: constant, value: 10}"
HOME = "routes: [{to: {home: rest}}]"
LAST_APPOINTMENT = f"""
kinds: [acute]
entry: {{others: ward}}
pools: {{daily: {{places: 1, per: day}}}}
settings:
  ward: {{{LASTS}, routes: [{{to: {{visit: rest}}}}]}}
  visit: {{presence: contact, pools: [daily], routes: [{{to: {{clinic: rest}}}}]}}
  clinic: {{{LASTS}, {HOME}}}
"""
GIVES_UP_FOR_ANOTHER_QUEUE = f"""
kinds: [acute]
entry: {{others: first}}
pools: {{p: {{places: 1}}, q: {{places: 0}}, r: {{places: 0}}}}
settings:
  first: {{pools: [p], hold: yes, {LASTS}, routes: [{{to: {{second: rest}}}}]}}
  second: {{pools: [q], {LASTS}, {HOME}, patience: {{law: constant, value: 5}}, gave_up: [{{to: {{third: rest}}}}]}}
  third: {{pools: [r], {LASTS}, {HOME}}}
"""
INTERRUPTED = f"""
kinds: [acute]
entry: {{others: surgery}}
pools: {{doctors: {{places: 2, preemptive: yes}}}}
settings:
  surgery:
    pools: [doctors]
    priority: [{{when: {{tier: overnight}}, priority: 0}}, {{when: {{tier: ae}}, priority: 1}}, {{priority: 2}}]
    {LASTS}
    {HOME}
"""
DIES_WITH_A_CLAIM = f"""
kinds: [acute, claim]
entry: {{acute: ward, claim: care_home}}
claims: {{kind: claim, share_at_discharge: 1, days_before: 1, days_after: 0.001, at_start: {{care_home: 1}},
  way: [{{to: {{care_home: rest}}}}]}}
settings:
  ward: {{{LASTS}, {HOME}}}
  care_home: {{presence: residence, duration: {{until: death}}}}
"""
DIES_IN_A_WARD = f"""
kinds: [acute]
entry: {{acute: ward}}
settings:
  ward: {{duration: {{law: constant, value: 100}}, {HOME}}}
"""


HELD_UNTIL_DEATH = DIES_IN_A_WARD.replace("value: 100", "value: 10, unit: seconds").replace(
    HOME, f"held_until_death_days: 1e9, {HOME}")


def half_saved() -> Scripted:
    """Ten people in a ward who would die, of whose deaths half are averted."""
    people = Scripted([Wants(0, person) for person in range(10)], deaths={person: 20 + person for person in range(10)})
    people.factors[:, DEATH] = 0.5
    return people


PLAYS = (
    Recorded("half are saved", DIES_IN_A_WARD, half_saved(), ONE_MONTH),
    Recorded("who is saved is held no longer", HELD_UNTIL_DEATH, half_saved(), ONE_MONTH),
    Recorded("people in order", LAST_APPOINTMENT, Scripted([Wants(0, 5), Wants(0, 3)]), ONE_MONTH),
    Recorded("giving up lets go", GIVES_UP_FOR_ANOTHER_QUEUE, Scripted([Wants(0, 1), Wants(1, 2)]), ONE_MONTH),
    Recorded("interrupted", INTERRUPTED, Scripted([Wants(0, 1, AE), Wants(1, 2, AE), Wants(2, 3)]), ONE_MONTH),
    Recorded("claims end", DIES_WITH_A_CLAIM, Scripted([], deaths={1: 20}, care_home_needs={1: 10}), ONE_MONTH),
)
