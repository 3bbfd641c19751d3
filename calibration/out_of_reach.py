"""Targets that no effect can reach: larger falls than preventing everything of the people reached would bring.

How much of what is counted they have is known from simulated points, so that it is asked once the first wave is there.
"""

from __future__ import annotations

from collections.abc import Sequence

from calibration.estimands import Counts, ceiling
from calibration.target_checks import allowed_from, ceiling_in_words, is_beyond
from calibration.targets import Target
from scenarios.messages import BadInput, Message


class BeyondReach(BadInput):
    """A target lies beyond its dilution ceiling, as points show that are already there."""

    def __str__(self) -> str:
        """Every message, and what became of the work."""
        shown = (str(message) for message in self.messages)
        return "\n".join([*shown, "Nothing was fitted; points simulated so far are kept."])


def refuse_beyond_reach(targets: Sequence[Target], points: Sequence[Counts]) -> tuple[float | None, ...]:
    """(targets,) the ceiling of each in per cent, None where points do not show it.

    Raises:
        BeyondReach: naming every target that lies beyond its own.
    """
    ceilings = tuple(ceiling(target, points) for target in targets)
    messages = [
        Message(target.file, target.line, "value", f"{target.value:g}",
                f"{allowed_from(most, target.unit)} for a row that is fitted",
                text=f"{target.title}: {_lower_first(ceiling_in_words(most))} Their share is that of the first wave's "
                f"{len(points)} points.", label="column")
        for target, most in zip(targets, ceilings, strict=True) if most is not None and is_beyond(target, most)
    ]  # fmt: skip
    if messages:
        raise BeyondReach(messages)
    return ceilings


def _lower_first(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
