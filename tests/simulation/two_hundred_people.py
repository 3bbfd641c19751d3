"""Prints a digest of every whole number of a run of the whole model with 200 people: `... [compiled|simpy] [short]`."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date

from simulation.run import simulate
from tests.simulation.equality import digest, log_of_result
from tests.simulation.small_place import model_of, small

SEED = 5
SHORT = "short"
JUST_BEFORE, SOON_AFTER = date(2017, 1, 1), date(2017, 10, 1)


def digest_of(engine: str, *, short: bool = False) -> str:
    """The digest of four years of 200 people with a team; short, of the nine months around its first."""
    resolved = small("extensivist-teams", people=200, room=0.8)
    if short:
        window = replace(resolved.window, burn_in_start=JUST_BEFORE, start=JUST_BEFORE, end=SOON_AFTER)
        resolved = replace(resolved, window=window)
    return digest(log_of_result(simulate(model_of(resolved), SEED, 0, engine=engine)))


if __name__ == "__main__":
    wanted = [word for word in sys.argv[1:] if word != SHORT]
    sys.stdout.write(digest_of(wanted[0] if wanted else "compiled", short=SHORT in sys.argv) + "\n")
