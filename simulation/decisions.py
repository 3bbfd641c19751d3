"""Numbers that keep draws apart: each is one thing that is decided by chance.

A number is never used for a second purpose and never given to another decision: a draw depends on it.
1-63 belong to people and the month, 64 and above to the flow.
"""

from __future__ import annotations

# The people at the start, and those who come. Occurrence: 0, except where said.
START_SECOND = 1
START_STATE = 2
START_SEX_AND_FIFTH = 3
ENTRY_SECOND = 4
SUSCEPTIBILITY_ACUTE = 5
SUSCEPTIBILITY_MINOR = 6
INTENSIVE_CLASS = 7
CONDITIONS = 8
LONELY = 9
SAMPLING_OFFSET = 10
"""Person: 0 start, 1 births, 2 moves in. Where systematic sampling begins."""
NAMED_CONDITION = 11
"""Occurrence: number of the condition. `CONDITIONS` says how many somebody has, this whether it is one of them."""

# Writing down. Occurrence: 0.
LOG_SAMPLE = 12
"""Whether a person is in a log of a sample of people: the same people in every scenario, run and study."""

# The latent month. Occurrence: latent month.
DEATH = 16
FRAILTY = 17
CARE_HOME_NEED = 18
CARE_HOME_NEED_SECOND = 19
MOVING_OUT = 20

# The month. Occurrence: month.
DETERIORATION_ONSET = 24
DETERIORATION_DURATION = 25
DETERIORATION_AT_START = 26
"""Occurrence: 0 whether, 1 for how long."""
WEEKLY_ILLNESS = 27
"""Person: weeks since the calendar's first Monday. Occurrence: 0."""

# Candidates. Occurrence: candidate key; for the count, that of the layer's first.
CANDIDATE_COUNT = 32
CANDIDATE_HEIGHT = 33
CANDIDATE_SECOND = 34
CANDIDATE_SEVERITY = 35
CANDIDATE_PART = 36

# Teams. Occurrence: team number << 12.
SCORE_ERROR = 48
JOINING_SECOND = 49
UPTAKE = 50
"""Occurrence: team number << 12, plus the month where people are asked again and again."""
DROPPING_OUT = 51
"""Occurrence: team number << 12, plus the month."""

# The flow. Occurrence: episode and step, except where said.
ROUTE = 64
DURATION = 65
PLAN = 66
PATIENCE = 67
DELAY = 68
LEAD_TIME = 69
DISCHARGE_HOUR = 70
HELD_UNTIL_DEATH = 71
MOVES_AT_DISCHARGE = 72
"""Occurrence: 0: a person comes to need a care home once."""
CARE_HOME_AT_START = 73
"""Occurrence: 0."""
ARRIVAL = 74
"""Person: the stream's first. Occurrence: number of the arrival."""
OUTSIDER_SEVERITY = 75
"""Occurrence: 0."""
ATTENDS = 76
"""Person: the stream's first. Occurrence: number of the arrival."""
TOGETHER = 77
"""Person: the stream's first. Occurrence: number of the arrival."""
CARE_HOME_AVERTED = 78
"""Occurrence: 0."""
DEATH_AVERTED = 80
"""Occurrence: month of the death."""
TURNOVER = 79
"""Occurrence: the episode and step at which the visit that leaves the place was asked for."""
