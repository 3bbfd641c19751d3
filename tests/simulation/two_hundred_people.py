"""Prints a digest of every whole number of a run of the whole model with 200 people: `... [compiled|simpy]`."""

from __future__ import annotations

import sys

from simulation.run import simulate
from tests.simulation.equality import digest, log_of_result
from tests.simulation.small_place import model_of, small

SEED = 5


def digest_of(engine: str) -> str:
    """The digest of four years of 200 people with a team."""
    model = model_of(small("extensivist-teams", people=200, room=0.8))
    return digest(log_of_result(simulate(model, SEED, 0, engine=engine)))


if __name__ == "__main__":
    sys.stdout.write(digest_of(sys.argv[1] if sys.argv[1:] else "compiled") + "\n")
