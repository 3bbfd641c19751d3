"""A village with one plan, small enough to be run in seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

PEOPLE = ((0, 17, 300), (18, 64, 850), (65, 84, 300), (85, 120, 50))
PLACE = "title: Village\nyear: 2016/17\npopulation: population.csv\n"
PLAN = """\
title: A team in the village
question: Does it help?
place: village
run: April 2015 to March 2017
starts: April 2016
use:
  extensivist-teams:
    teams: {Apr 2016: 0.1}
"""


@pytest.fixture(scope="session")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a user's, with a space in its name, that holds a place and a plan."""
    folder = tmp_path_factory.mktemp("a users") / "my folder"
    make_village(folder)
    return folder


def make_village(folder: Path) -> None:
    """Write the place and the plan into a new folder."""
    (folder / "village").mkdir(parents=True)
    (folder / "village" / "place.yaml").write_text(PLACE)
    rows = [f"{first},{last},{sex},0,{people // 2}" for first, last, people in PEOPLE for sex in "FM"]
    table = "\n".join(["age_from,age_to,sex,deprivation_fifth,people", *rows])
    (folder / "village" / "population.csv").write_text(table + "\n")
    (folder / "plan.yaml").write_text(PLAN)
