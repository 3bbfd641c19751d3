"""Which assumptions carry the spread of what is expected, in Markdown; computed from emulators, never by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from calibration.fit_pages import table
from calibration.fitting import Fit, discrepancy_of
from calibration.spread import Parts, parts_of
from scenarios.learned import Learned

WORTH_NAMING: Final = 0.05
"""Of an expectation's spread: a parameter that carries less is not named."""


def carriers_of_fit(fit: Fit, learned: Sequence[Learned]) -> str:
    """Of what a fit expects of its own targets, every reading apart."""
    means, variances = fit.predict(fit.members)
    named = []
    for k, output in enumerate(fit.outputs):
        target = fit.targets[output.target]
        error = target.log_error**2 + discrepancy_of(target) ** 2
        total = float(means[:, k].var() + variances[:, k].mean()) + error
        parts = parts_of(fit.members, (means[:, k], variances[:, k]), total)
        named.append((f"{target.title}, {output.reading}", parts))
    return carriers_table(named, learned)


def carriers_table(named: Sequence[tuple[str, Parts]], learned: Sequence[Learned]) -> str:
    """Of each expectation; empty when there is none."""
    if not named:
        return ""
    rows = []
    for title, parts in named:
        shares = sorted(zip(parts.by_parameter, (each.parameter.name for each in learned), strict=True), reverse=True)
        words = "; ".join(f"{name} {share:.0%}" for share, name in shares if share >= WORTH_NAMING)
        rows.append((title, f"{parts.parameters:.0%}", words or "none as much as 5 %", f"{parts.emulator:.0%}",
                     f"{parts.errors:.0%}"))
    heading = ("of the spread of", "parameters carry", "of which, each alone", "what the emulator does not know",
               "errors of the published number, between sites, and of the model")  # fmt: skip
    return f"{_in_words([parts for _, parts in named], learned)}\n\n{table(heading, rows)}"


def _in_words(parts: Sequence[Parts], learned: Sequence[Learned]) -> str:
    """Over all: how much is errors that were stated, and how much is ranges that we gave and no target moved."""
    mean = np.mean([each.by_parameter for each in parts], axis=0)
    kept = [i for i, each in enumerate(learned) if not each.is_updated]
    order = sorted(kept, key=lambda i: -mean[i])
    named = ", ".join(f"{learned[i].parameter.name} {mean[i]:.0%}" for i in order if mean[i] >= WORTH_NAMING / 5.0)
    together = float(np.mean([each.parameters for each in parts]))
    errors = float(np.mean([each.errors for each in parts]))
    return (
        f"Of the spread of these {len(parts)}, on average {errors:.0%} is errors that no parameter carries (the "
        f"published numbers', differences between sites, the discrepancy that we assumed), {together:.0%} is "
        f"parameters. Parameters that the targets did not update, whose ranges are the presets', carry alone "
        f"{float(mean[kept].sum()):.0%}{f' ({named})' if named else ''}; updated ones "
        f"{float(mean.sum() - mean[kept].sum()):.0%}. Alone: the others held; where a fit ties parameters to "
        "each other these add up to more than they do together."
    )
