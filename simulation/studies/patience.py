"""How long a worker may be silent: by what runs of this study took so far, and said as such.

Nobody can tell a worker that hangs from one that is slow. What can be told is that it took many times as long as any
other run of the same study on the same machines; so it is ended, tried again with twice the time, and reported with
the numbers that it was judged by.
"""

from __future__ import annotations

from dataclasses import dataclass

TIMES_THE_LONGEST = 20.0
AT_LEAST_SECONDS = 300.0
BEFORE_ANY_SECONDS = 3600.0
TIMES_THE_EXPECTED = 20.0
"""Where nothing is finished, and somebody expected something."""


@dataclass
class Patience:
    """What is known of how long a run takes.

    Attributes:
        limit_seconds: for a run, if the user said so; else it follows from the others.
        expected_seconds: for a run, before any is finished; 0 where nobody knows.
        longest_seconds: of a run so far; 0 before any.
    """

    limit_seconds: float | None = None
    expected_seconds: float = 0.0
    longest_seconds: float = 0.0

    def learn(self, seconds: float, runs: int) -> None:
        """A task of so many runs took so long."""
        self.longest_seconds = max(self.longest_seconds, seconds / runs)

    def limit(self, runs: int, tries: int) -> float:
        """Seconds for a task of so many runs that was tried so often before."""
        return runs * self._for_a_run() * 2.0**tries

    def in_words(self, runs: int, tries: int) -> str:
        """Why a task that was silent so long is given up."""
        allowed = f"its worker gave no answer within {_words(self.limit(runs, tries))}"
        together = f" for {runs} runs together" if runs > 1 else ""
        if self.limit_seconds is not None:
            return f"{allowed}{together}, the limit that was set"
        if self.longest_seconds:
            return f"{allowed}{together}; the longest run of this study took {_words(self.longest_seconds)}"
        return f"{allowed}{together}; no run of this study has finished yet"

    def _for_a_run(self) -> float:
        if self.limit_seconds is not None:
            return self.limit_seconds
        if self.longest_seconds:
            return max(AT_LEAST_SECONDS, TIMES_THE_LONGEST * self.longest_seconds)
        return max(BEFORE_ANY_SECONDS, TIMES_THE_EXPECTED * self.expected_seconds)


def _words(seconds: float) -> str:
    if seconds < 120.0:
        return f"{seconds:.3g} s"
    return f"{seconds / 60.0:.0f} minutes" if seconds < 7200.0 else f"{seconds / 3600.0:.1f} hours"
