"""Both engines in 10,000 random networks: `python -m tests.simulation.ten_thousand_networks [NETWORKS] [SEED]`.

Prints how many networks, rows and differences there were, and the first differences; ends with 1 if there is any.
"""

from __future__ import annotations

import sys
from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings

from simulation.stays import Outcome
from tests.simulation.equality import difference, run_flow
from tests.simulation.generated_networks import CALENDAR, Example, examples

NETWORKS = 10_000
SHOWN = 3
EVERY = 1000
"""Networks between two lines of progress."""


def main(arguments: list[str]) -> int:
    """Compare the engines; 0 when there is no difference."""
    networks, first = int(arguments[0]) if arguments else NETWORKS, int(arguments[1]) if arguments[1:] else 1
    seen: Counter[str] = Counter()
    outcomes: Counter[int] = Counter()

    @seed(first)
    @settings(max_examples=networks, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(examples)
    def compare(example: Example) -> None:
        network = example.network()
        simpy, compiled = (run_flow(engine, network, example.people(), CALENDAR) for engine in ("simpy", "compiled"))
        found = difference(simpy, compiled)
        seen.update({"networks": 1, "rows": len(simpy.stays), "endless": simpy.failed, "different": bool(found)})
        outcomes.update(simpy.stays.outcome.tolist())
        if found and seen["different"] <= SHOWN:
            _say(f"{found}\nin {example}")
        if seen["networks"] % EVERY == 0:
            _say(f"{seen['networks']:,} networks, {seen['different']} different")

    compare()
    ended = ", ".join(f"{Outcome(outcome).name.lower()} {count:,}" for outcome, count in sorted(outcomes.items()))
    _say(
        f"{seen['networks']:,} networks (in {seen['endless']:,} of them an episode has no end), {seen['rows']:,} rows"
        f" ({ended}): {seen['different']} networks in which the engines differ"
    )
    return int(seen["different"] > 0)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
