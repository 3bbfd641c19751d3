# %% [markdown]
# # Which assumptions drive it?
# A whole analysis, from the question to a figure. Opens as a notebook in any editor that knows cells ("# %%"), and runs
# as it is: `python docs/notebooks/which_assumptions_drive_it.py`. In a place of 25,000 it takes some minutes.

# %%
from pathlib import Path

import caresim
from calibration.sensitivity.figures import charts

PLACE = "england-average-25k"
KEPT = Path("results/runs")


def analysis() -> caresim.Sensitivity:
    """Screening of everything uncertain about extensivist teams; runs are kept, so a second time costs nothing."""
    return caresim.sensitivity(
        "extensivist-teams", method="morris", measures="emergency_admissions", place=PLACE, points=6, runs=2, store=KEPT
    )


# %% [markdown]
# What was varied, and within which limits, is in the design table: one row a point and output.


# %%
def main() -> None:
    """Run every cell."""
    found = analysis()
    print(found.design.head())  # noqa: T201

    # %% [markdown]
    # The finding in words, then the sizes of effects. The dummy changes chance alone: it is the floor.
    # %%
    print(found.in_words())  # noqa: T201
    sizes = found.indices[found.indices["index"] == "size of effect"]
    print(sizes[["of", "input", "value", "low", "high"]].to_string(index=False))  # noqa: T201

    # %% [markdown]
    # The picture of it, as a file.
    # %%
    for chart in charts(found.analysis, f"Extensivist teams in {PLACE}"):
        Path(f"{chart.name}.svg").write_bytes(chart.drawing(found.study.identity))


# %%
if __name__ == "__main__":
    main()
