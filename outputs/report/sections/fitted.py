"""What assumptions were fitted to: both shipped fits side by side, and what neither learned anything about."""

from __future__ import annotations

from outputs.finished import Findings
from outputs.report.parts import Block, Note, Section, table
from scenarios.ensembles import read_ensemble, shipped_ensembles
from scenarios.fitted import Ensemble
from scenarios.learned import Learned, learned

NOT_UPDATED = "not updated"
TITLE = "What were the assumptions fitted to?"


def fitted_section(findings: Findings) -> Section:
    """The fit that the runs took their assumptions from, and beside it what the other one found."""
    used = findings.comparison.scenarios[0].ensemble
    if used is None:
        return Section("fitted", TITLE, "", (), ("assumptions fitted to published results (--ensemble vanguards)",))
    fits = {name: learned(each.parameters, each.members) for name, each in _side_by_side(used).items()}
    own = fits[used.name]
    kept = [each.parameter.title for each in own if not each.is_updated]
    lead = (f"Each run takes one of {len(used.members)} equally plausible sets of assumptions, {used.title}: "
            f"{used.about}. The published results said little about {len(kept)} of the {len(own)} things fitted.")
    services = {plan.id: plan.title for one in findings.comparison.scenarios for plan in one.interventions}
    blocks: list[Block] = [
        Note((f"Not updated, so nearly as unsure as before: {'; '.join(kept) or 'none'}.",)),
        table("What each fit found; middle 8 in 10. Positions in a range: 0 is its low end, 1 its high end.",
              ("what", "before", *fits), _parameter_rows(fits)),
    ]
    if rows := _value_rows(fits, services):
        blocks.append(table("What that means for the services of this study, unless a plan states another range",
                            ("service", "value", "before", *fits), rows))
    return Section("fitted", TITLE, lead, tuple(blocks))


def _side_by_side(used: Ensemble) -> dict[str, Ensemble]:
    """The fit of the study as it was, then the shipped others."""
    others = {name: found for name in shipped_ensembles() if name != used.name and (found := read_ensemble(name))}
    return {used.name: used, **others}


def _parameter_rows(fits: dict[str, list[Learned]]) -> list[tuple[str, ...]]:
    rows = []
    for each in zip(*fits.values(), strict=True):
        own = each[0].own()
        before = "0.12 to 0.88" if own is None else f"{own[1]} {each[0].parameter.unit}"
        rows.append((each[0].parameter.title, before, *(_found(one) for one in each)))
    return rows


def _found(one: Learned) -> str:
    own = one.own()
    ends = f"{one.low:.2f} to {one.high:.2f}" if own is None else own[0]
    return ends if one.is_updated else f"{ends}, {NOT_UPDATED}"


def _value_rows(fits: dict[str, list[Learned]], services: dict[str, str]) -> list[tuple[str, ...]]:
    rows = []
    for each in zip(*fits.values(), strict=True):
        for governed in each[0].governed:
            if governed.intervention in services:
                found = [one.of(governed) for one in each]
                rows.append((services[governed.intervention], governed.value, found[0][1],
                             *(after for after, _ in found)))
    return rows
