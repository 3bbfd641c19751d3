"""The guide for strategy teams, run as it is written, on a village."""

from __future__ import annotations

import re
import shlex
import zipfile
from pathlib import Path

import pytest

from tests.caresim.command_line import PROJECT, caresim
from tests.caresim.conftest import PLACE, make_village

pytestmark = pytest.mark.end_to_end
GUIDE = PROJECT / "docs" / "question-to-board-paper.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SMALL = ("england-average-25k", "village")
RUNS = {"compare": ("--replications", "1"), "why": ("--replications", "1")}
ENDS = {"check": (0, 1)}
"""Exit codes: a village of 1,500 people is worth a warning."""


def blocks(language: str) -> list[str]:
    """Blocks of the guide in a language; commands have none."""
    return [text for name, text in BLOCK.findall(GUIDE.read_text(encoding="utf-8")) if name == language]


def test_the_guide_leads_from_the_question_to_a_paper_that_can_be_handed_over(tmp_path: Path) -> None:
    """Its plan and all its commands, in order, with one run each and three years; what it promises is then there."""
    make_village(tmp_path)
    assert "population.csv" in PLACE
    [plan] = blocks("yaml")
    window = "run: April 2015 to March 2018\nstarts: April 2016\n"
    (tmp_path / "our-plan.yaml").write_text(plan.replace(*SMALL).replace("use:\n", f"{window}use:\n"), encoding="utf-8")
    said = {}
    for line in "".join(blocks("")).splitlines():
        words = shlex.split(line)
        assert words[0] == "caresim"
        more = ("--print",) if words[1] == "open" else RUNS.get(words[1], ())
        ended = caresim(*words[1:], *more, folder=tmp_path)
        assert ended.code in ENDS.get(words[1], (0,)), (line, ended.err)
        assert "Traceback" not in ended.err
        said[words[1]] = ended.out
    study = Path(said["open"].strip())
    assert study.name == "report.html"
    first = sorted((tmp_path / "results").glob("our-plan_*[!p]"), key=lambda path: path.stat().st_mtime)
    assert len(first) == 2
    for name in ("report.html", "paper.docx", "workbook.xlsx", "slide.png", "README.txt"):
        assert (tmp_path / study.parent / name).is_file()
    report = (tmp_path / study).read_text(encoding="utf-8")
    assert "Is growth under 2 % a year by 2019/20, and at what cost?" in report
    assert "Strategy team" in report
    with zipfile.ZipFile(tmp_path / said["pack"].strip()) as packed:
        assert any(name.endswith("report.html") for name in packed.namelist())
    assert "nothing can have changed" in said["rerun"]
