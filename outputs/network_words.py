"""Units and words of what runs of networks show."""

from __future__ import annotations

from scenarios.network_reading import SECONDS_OF
from scenarios.network_run import RunPlan

TIMES = ("wait_mean", "wait_50%", "wait_90%", "wait_95%", "stay_mean", "service_mean", "blocked_mean",
         "time_in_network")  # fmt: skip
SHARES = ("waited", "share_turned_away", "share_gave_up", "utilisation", "full")
DAILY_FLOWS = ("arrivals", "started", "throughput", "turned_away", "asked_again", "passed_on", "lost", "gave_up")
MONEY = ("cost", "cost_of_delay")
WAITED_OVER = "waited_over_"
WORDS = {
    "arrivals": "ask for it",
    "started": "start",
    "throughput": "leave when their care is over",
    "turned_away": "turned away, for whatever comes next",
    "asked_again": "of those turned away, ask again for the same later",
    "passed_on": "of those turned away, go elsewhere",
    "lost": "of those turned away, leave",
    "gave_up": "give up waiting",
    "share_turned_away": "of requests answered, share turned away",
    "share_gave_up": "of requests answered, share who gave up",
    "wait_mean": "mean wait of those who start, those without a wait included",
    "waited": "of those who start, share who waited",
    "wait_50%": "half wait at most this long",
    "wait_90%": "nine in ten wait at most this long",
    "wait_95%": "nineteen in twenty wait at most this long",
    "stay_mean": "mean time from start to leaving",
    "service_mean": "mean time from start until care is over",
    "blocked_mean": "mean time from then until leaving",
    "present": "mean number there",
    "waiting": "mean number waiting",
    "blocked": "mean number there whose care is over",
    "present_50%": "number not exceeded half the time",
    "present_90%": "number not exceeded nine tenths of the time",
    "present_95%": "number not exceeded 95 % of the time",
    "present_99%": "number not exceeded 99 % of the time",
    "present_most": "most ever there",
    "places": "mean number of open places",
    "utilisation": "places taken, of those open",
    "full": "share of time in which all open places are taken",
    "time_in_network": "mean time from first asking to leaving for good",
    "cost": "pounds a day",
    "cost_of_delay": "of this, for days after care is over",
}
"""What each measure is, for tables and the page."""


def words_of(measure: str) -> str:
    """What a measure is."""
    if measure.startswith("blocked: "):
        return f"of them, because of: {measure.removeprefix('blocked: ')}"
    if measure.startswith(WAITED_OVER):
        return f"of those who start, share who waited more than {time_in_words(seconds_over(measure))}"
    return WORDS[measure]


def unit_of(measure: str, plan: RunPlan) -> str:
    """Unit of a measure in the results of a file."""
    if measure in TIMES:
        return plan.unit
    if measure in SHARES or measure.startswith(WAITED_OVER):
        return "share"
    if measure in DAILY_FLOWS:
        return "patients a day"
    if measure in MONEY:
        return "pounds a day"
    return "number"


def in_unit(measure: str, value: float, plan: RunPlan) -> float:
    """A measure in the unit of the results; times are kept in seconds until then."""
    return value / plan.seconds if measure in TIMES else value


def seconds_over(measure: str) -> int:
    """The wait that a share of longer waits is about."""
    return int(measure.removeprefix(WAITED_OVER))


def time_in_words(seconds: float) -> str:
    """A time in the largest unit in which it is a whole number: "4 hours"."""
    for unit, length in reversed(SECONDS_OF.items()):
        if unit != "years" and seconds % length == 0:
            number = round(seconds / length)
            return f"{number:,} {unit.removesuffix('s') if number == 1 else unit}"
    return f"{seconds:g} seconds"
