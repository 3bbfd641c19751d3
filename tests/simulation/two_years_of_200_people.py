"""Prints a digest of two years of 200 people, for comparing compiled with plain code."""

from __future__ import annotations

import hashlib

from tests.simulation.few_people import a_team, live, population_of


def main() -> None:
    """Live the months and hash everything that the flow would see."""
    population = population_of(200, 2, teams=[a_team(24)])
    digest = hashlib.sha256()
    for events in live(population, 24):
        found = events.candidates
        for column in (found.tick, found.person, found.stream, found.key, found.severity, events.deaths.tick,
                       events.leavers.tick, events.care_home_needs.tick, events.profile_changes.person):
            digest.update(column.tobytes())
        for row in range(0, len(found.tick), 5):
            person, tick = int(found.person[row]), int(found.tick[row])
            for replacement in (population.after_attendance(person, tick),
                                population.after_discharge(person, tick + 60, row % 2 == 0)):
                digest.update(repr(replacement).encode())
    print(digest.hexdigest())  # noqa: T201


if __name__ == "__main__":
    main()
