"""The event log of one run, for programs that animate patient flow, mine processes or draw films.

A log is written month by month while the run goes on: it is never in memory whole.
"""

from outputs.exports.event_log import COLUMNS, SCHEMA_VERSION, EventLog, read_log, sorted_by_person
from outputs.exports.streaming import Sample, stream

__all__ = ["COLUMNS", "SCHEMA_VERSION", "EventLog", "Sample", "read_log", "sorted_by_person", "stream"]
