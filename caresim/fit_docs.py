"""Makes docs/calibration-results.md and its chart from fits and hold-outs.

    python -m caresim.fit_docs --jobs 2            # reduced fits of both sets
    python -m caresim.fit_docs --jobs 2 --full     # full ones; --full vanguards: of that set only

Runs that `caresim calibrate` and `caresim validate` of the same effort left in results/ are used again.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import numpy as np

from calibration import fit_pages
from calibration.carriers import carriers_of_fit
from calibration.contrasts import PROGRAMMES
from calibration.ensemble import ensemble_of, write_ensembles
from calibration.fitting import Effort, Fit, Floats
from calibration.judging_fits import in_per_cent, learned_by
from calibration.points import PERSON_YEARS_A_SECOND, Points
from calibration.recovery import recover
from calibration.target_files import fitted_targets
from calibration.targets import SETS
from caresim.calibrating import SEED, Means, calibrate, effort_of, validate, validation_targets
from caresim.fits import TRUTHS, hold_out_parts, proved, tell_first_look, waves_line
from scenarios.ensembles import FOLDER

DOCS = Path("docs")
PAGE, CHART = "calibration-results.md", "calibration-growth.svg"
KINDS = {
    "mcp-quarter": "Community provider", "pacs-quarter": "Primary and acute", "homes-quarter": "Care homes, residents",
}
SECONDS_AN_HOUR = 3600.0


def main() -> None:
    """Fit both sets, write their ensembles into the library, predict the hold-outs, and write page and chart."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--full", nargs="*", choices=SETS, metavar="SET", help="sets whose full fit is shown")
    options = parser.parse_args()
    means = Means(options.jobs, None, quiet=False)
    full = () if options.full is None else options.full or SETS
    fits, costs, sections = {}, [], []
    for name in SETS:
        effort = effort_of(name, quick=name not in full)
        fits[name] = calibrate(fitted_targets(name), effort, means, seed=SEED, on_first_look=tell_first_look)
        write_ensembles(FOLDER, [ensemble_of(name, fits[name], effort)])
        costs.append(cost_line(name, fits[name], effort, means))
        sections += [f"## The set `{name}`", *section(name, fits[name], effort, means)]
        write(fits, costs, sections)


def cost_line(name: str, fit: Fit, effort: Effort, means: Means) -> str:
    """What a fit consists of and costs, from the fit itself; a reduced one is called so."""
    points = Points.of(PROGRAMMES, effort.place, effort.span, means.store, 1, SEED)
    simulated = len(fit.matched.points)
    hours = simulated * points.seconds / SECONDS_AN_HOUR
    place, after = points.scenarios[0].place, effort.span.years_from
    reduced = "" if effort.name != "quick" else (
        " A **reduced fit**: treat it as a first look. The full one (`caresim calibrate`) takes hours."
    )  # fmt: skip
    return (
        f"`{name}`: {simulated} points of one run each, in waves of {' + '.join(map(str, effort.sizes))}; a place of "
        f"{place.people:,} people, {after} years from the programmes' start; {simulated * points.person_years:,.0f} "
        f"person-years simulated, about {hours:.1f} hours of one core at {PERSON_YEARS_A_SECOND:,.0f} a second, and "
        f"{effort.hold_out_points} points for each group of hold-outs about other services or later years.{reduced}"
    )


def write(fits: dict[str, Fit], costs: list[str], sections: list[str]) -> None:
    """The page and its chart, of the sets that are there."""
    parts = ["# What was fitted, predicted and missed",
             "Made by `python -m caresim.fit_docs`, every number and verdict; why we think that rows were missed is "
             "kept in `calibration/targets/misses.csv`. How it is done, written by hand: "
             "[calibration-methods.md](calibration-methods.md).",
             "\n".join(f"- {each}" for each in costs),
             "## The fits side by side", side_by_side(fits),
             f"![Published and simulated gaps of the three kinds of vanguard]({CHART})", *sections]  # fmt: skip
    DOCS.mkdir(exist_ok=True)
    (DOCS / CHART).write_text(chart(fits["vanguards"]), encoding="utf-8", newline="\n")
    (DOCS / PAGE).write_text("\n\n".join(parts) + "\n", encoding="utf-8", newline="\n")


def section(name: str, fit: Fit, effort: Effort, means: Means) -> list[str]:
    """A set's part of the page."""
    ensemble = ensemble_of(name, fit, effort)
    scores = validate(validation_targets(name, None), ensemble, fitted_targets(name), effort, means)
    return [
        fit_pages.first_lines(name, fit, effort),
        "### What was fitted", fit_pages.targets_table(fit),
        "### What was learned", fit_pages.parameters_table(fit), fit_pages.values_table(fit),
        "### Which assumptions carry it", carriers_of_fit(fit, learned_by(fit)),
        "### Had errors been assumed otherwise", fit_pages.otherwise_lines(fit),
        "### What was predicted and never fitted", *hold_out_parts(scores, ensemble),
        "### Are known truths found again",
        fit_pages.recovery_lines(recover(fit, TRUTHS, SEED), proved(fit, effort, means, SEED)),
        "### Emulators on runs that they had not seen", fit_pages.emulators_table(fit), waves_line(fit),
    ]  # fmt: skip


def side_by_side(fits: dict[str, Fit]) -> str:
    """What each set learned of each parameter, in positions of its range."""
    columns = {name: learned_by(fit) for name, fit in fits.items()}
    rows = []
    for i, first in enumerate(next(iter(columns.values()))):
        cells = []
        for name in fits:
            one = columns[name][i]
            cells.append(f"{one.mean:.2f} ({one.low:.2f} to {one.high:.2f}){'' if one.is_updated else ', not updated'}")
        rows.append((first.parameter.title, *cells))
    return fit_pages.table(("parameter, place in its range (0.50, 0.12 to 0.88 before)", *fits), rows)


def chart(fit: Fit) -> str:
    """Published gaps of 2017 with their errors, beside what was expected before and after the fit; SVG."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": "caresim", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(7.2, 3.2), layout="constrained")
        axes = figure.add_subplot()
        before, after = fit.predict(fit.prior), fit.predict(fit.members)
        labels: list[str] = []
        for k, output in enumerate(fit.outputs):
            target = fit.targets[output.target]
            if target.id not in KINDS:
                continue
            y = -len(labels)
            labels.append(f"{KINDS[target.id]},\n{output.reading}")
            bars = [(0.24, "#d55e00", target.log_value, target.log_error),
                    (0.0, "#999999", *_spread(before, k)), (-0.24, "#0072b2", *_spread(after, k))]  # fmt: skip
            for (shift, colour, middle, sd), name in zip(bars, ("published", "before the fit", "after"), strict=True):
                ends = [in_per_cent(middle + z * sd) for z in (-1.2816, 1.2816)]
                axes.plot(ends, [y + shift] * 2, color=colour, linewidth=2, label=name if y == 0 else None)
                axes.plot([in_per_cent(middle)], [y + shift], "o", color=colour, markersize=4)
        axes.axvline(0.0, color="#444444", linewidth=0.8)
        axes.set_yticks([-i for i in range(len(labels))], labels)
        axes.set_xlabel("emergency admissions against the rest of England, %; bars hold 8 in 10")
        if labels:
            axes.legend(loc="upper left", frameon=False)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def _spread(predicted: tuple[Floats, Floats], k: int) -> tuple[float, float]:
    means, variances = predicted
    return float(means[:, k].mean()), float(np.sqrt(means[:, k].var() + variances[:, k].mean()))


if __name__ == "__main__":
    main()
