"""Workbook, paper, slide: read back by other libraries; and what happens when they cannot be written."""

from __future__ import annotations

import errno
import io
import json
import zipfile
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import matplotlib.image
import openpyxl
import pytest

from outputs import documents
from outputs.documents import NoRoom, write_documents
from outputs.finished import Findings, read_findings
from outputs.measures.registry import MEASURES
from outputs.paper import paper_docx
from outputs.slide import slide_png
from outputs.versions import CHANGED, NOISE, SAME, NotTheSameStudy, compare_versions
from outputs.workbook import workbook_xlsx
from scenarios.messages import BadInput
from simulation.studies import whole_files
from tests.outputs.finished_studies import compared, finished, whole_study
from tests.outputs.test_figures import compared as two_plans
from tests.outputs.test_writer import write

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@cache
def book() -> bytes:
    """The workbook of a study with every table."""
    return workbook_xlsx(whole_study())


def words_of(document: bytes) -> list[str]:
    """The paragraphs of a Word file, read from its XML."""
    with zipfile.ZipFile(io.BytesIO(document)) as packed:
        root = ElementTree.fromstring(packed.read("word/document.xml"))
    return ["".join(run.text or "" for run in one.iter(f"{WORD}t")) for one in root.iter(f"{WORD}p")]


def parts_of(document: bytes, begins: str) -> list[str]:
    """The XML of those parts of an Office file whose names begin so."""
    with zipfile.ZipFile(io.BytesIO(document)) as packed:
        return [packed.read(name).decode() for name in packed.namelist() if name.startswith(begins)]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished study without documents."""
    return write(tmp_path_factory.mktemp("results") / "demo_2026-11-22_7f3a91", two_plans(1e6))


def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make small documents: what goes wrong with them is the same for large ones."""
    def no_charts(findings: Findings) -> tuple[()]:
        return ()

    makers = dict.fromkeys(documents.MAKERS, lambda findings: findings.study.encode())
    monkeypatch.setattr(documents, "MAKERS", makers)
    monkeypatch.setattr("outputs.report.charts_of", no_charts)
    monkeypatch.setattr(whole_files, "LOCKED_WAIT_SECONDS", 0.0)


def test_the_workbook_has_a_sheet_a_question_with_native_charts() -> None:
    """Read by another library: the first page first, the data dictionary last, charts that Excel draws."""
    found = openpyxl.load_workbook(io.BytesIO(book()))
    assert found.sheetnames[0] == "First page"
    assert found.sheetnames[-1] == "Data dictionary"
    assert {"Growth", "Plans", "Money", "Where it went", "People and equity", "Assumptions", "Trust"} <= set(
        found.sheetnames
    )
    charts = parts_of(book(), "xl/charts/chart")
    assert len(charts) >= 10
    assert all(any(kind in one for one in charts) for kind in ("lineChart", "barChart"))
    assert sum("errBars" in one for one in charts) >= 3
    first = [cell for row in found["First page"].iter_rows(values_only=True) for cell in row if cell]
    assert {"QUESTION", "ANSWER", "DECISION ASKED"} <= set(first)
    dictionary = [row[0] for row in found["Data dictionary"].iter_rows(values_only=True)]
    assert "emergency_admissions" in dictionary
    assert "accounting" in dictionary


def test_numbers_in_the_workbook_are_numbers_and_every_sheet_has_the_run() -> None:
    """So that a planner can add them up; the run is in each sheet's foot."""
    found = openpyxl.load_workbook(io.BytesIO(book()))
    assert all("caresim run 7f3a91" in sheet for sheet in parts_of(book(), "xl/worksheets/sheet"))
    values = [cell for row in found["Growth"].iter_rows(values_only=True) for cell in row]
    assert sum(isinstance(value, int | float) for value in values) > 50
    assert not [value for value in values if isinstance(value, str) and value.startswith("=")]


def test_sheets_name_measures_in_words() -> None:
    """Ids, which programs read, stand in the data dictionary beside their words, and nowhere else."""
    found = openpyxl.load_workbook(io.BytesIO(book()))
    ids = {
        (sheet.title, cell) for sheet in found.worksheets[:-1] for row in sheet.iter_rows(values_only=True)
        for cell in row if cell in MEASURES
    }  # fmt: skip
    assert not ids
    assert MEASURES["emergency_admissions"].title in {
        cell for row in found["Plans"].iter_rows(values_only=True) for cell in row
    }


def test_the_paper_answers_on_its_first_lines_and_footnotes_every_figure() -> None:
    """Question, answer, decision; three pictures with words for those who cannot see them."""
    content = paper_docx(whole_study())
    text = words_of(content)
    assert text.index("Question") < text.index("Answer") < text.index("Decision asked")
    assert sum("Run 7f3a91." in paragraph for paragraph in text) >= 3
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        document = packed.read("word/document.xml").decode()
        assert sum(name.startswith("word/media/") for name in packed.namelist()) == 3
        assert "7f3a91" in "".join(packed.read(name).decode() for name in packed.namelist() if "footer" in name)
    assert document.count('descr="') == 3


def test_the_slide_is_a_slide() -> None:
    """1,920 by 1,080, blue at the top, words inside."""
    pixels = matplotlib.image.imread(io.BytesIO(slide_png(finished(compared(plans=20)))))
    assert pixels.shape[:2] == (1080, 1920)
    assert pixels[4, 900, :3] == pytest.approx([0.0, 0x5E / 255.0, 0xB8 / 255.0], abs=0.01)


def test_a_study_is_read_back_as_it_was_found(study: Path) -> None:
    """Scenarios, periods, tables: the same as before they were written."""
    before, again = two_plans(1e6), read_findings(study)
    assert again.study == "7f3a91"
    assert again.comparison.scenarios == before.scenarios
    assert (again.comparison.period, again.comparison.base) == (before.period, before.base)
    assert again.comparison.growth_period == before.growth_period
    for name in ("emergency_admissions", "net_cost_gbp"):
        assert again.comparison.difference("a-team", name) == before.difference("a-team", name)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda folder: (folder / "data" / "levels.parquet").unlink(), "levels.parquet is missing"),
        (lambda folder: (folder / "data" / "levels.parquet").write_bytes(b"no"), "damaged"),
        (lambda folder: (folder / "data" / "findings.json").write_text("{}"), "another version"),
        (lambda folder: (folder / "inputs" / "a-team.settled.json").write_text("{}"), "damaged"),
        (lambda folder: (folder / "manifest.json").unlink(), "manifest.json is missing"),
    ],
    ids=["missing", "not-a-table", "other-version", "settings", "unfinished"],
)
def test_a_damaged_study_is_told_in_a_sentence(tmp_path: Path, damage: object, says: str) -> None:
    """What is wrong, and how to make it again."""
    folder = write(tmp_path / "study", two_plans(1e6))
    damage(folder)  # type: ignore[operator]
    with pytest.raises(BadInput, match=r"README.txt makes it again") as refusal:
        read_findings(folder)
    assert says in " ".join(str(refusal.value).split())


def test_documents_are_made_from_the_folder_and_nothing_else_changes(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every document is there; the files of the manifest keep their fingerprints."""
    few(monkeypatch)
    before = {path: path.read_bytes() for path in study.rglob("*") if path.is_file()}
    written = write_documents(study)
    assert [path.name for path in written.paths] == ["report.html", "paper.docx", "workbook.xlsx", "slide.png"]
    assert written.remarks == ()
    assert all(path.read_bytes() == content for path, content in before.items())


def test_a_workbook_that_is_open_elsewhere_gets_a_second_name(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that is open stays as it is; what to do is said; a third time there is a third name."""
    few(monkeypatch)
    write_documents(study)
    (study / "workbook.xlsx").write_bytes(b"open in Excel")
    original = Path.replace

    def held(path: Path, target: Path) -> Path:
        if Path(target).name == "workbook.xlsx":
            raise PermissionError(errno.EACCES, "in use", str(target))
        return original(path, target)

    monkeypatch.setattr(Path, "replace", held)
    written = write_documents(study)
    assert [path.name for path in written.paths][2] == "workbook-2.xlsx"
    assert "Close it and run: caresim report" in written.remarks[0]
    assert (study / "workbook.xlsx").read_bytes() == b"open in Excel"
    assert [path.name for path in write_documents(study).paths][2] == "workbook-3.xlsx"
    assert not [path for path in study.rglob("*") if ".part-" in path.name]


def test_a_full_disk_loses_nothing(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain message, no half-written file, the study whole; the same command later makes the documents."""
    few(monkeypatch)
    original = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if "paper.docx" in path.name:
            original(path, content[:2])
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return original(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(NoRoom, match=r"the disk is full\. The study itself is whole"):
            write_documents(study)
    assert not [path for path in study.rglob("*") if ".part-" in path.name]
    assert json.loads((study / "manifest.json").read_text())["study"] == "7f3a91"
    assert write_documents(study).remarks == ()


def test_a_new_version_is_the_same_noise_or_a_real_change() -> None:
    """Judged run by run: equal to the last digit, a wobble around nothing, a shift in every run."""
    before, now = compared(), compared()
    values = now.run_values
    wobble = (values["measure"] == "bed_occupancy") & (values["scenario"] == "plan-1")
    values.loc[wobble, "value"] += 0.001 * (-1.0) ** values.loc[wobble, "run"]
    shift = (values["measure"] == "emergency_admissions_per_1000") & (values["scenario"] == "plan-2")
    values.loc[shift, "value"] += 1.0
    rows = compare_versions(before, now).set_index(["scenario", "measure", "what"])["verdict"]
    assert rows["plan-1", "bed_occupancy", "level"] == NOISE
    assert rows["plan-2", "emergency_admissions_per_1000", "level"] == CHANGED
    assert rows["plan-2", "emergency_admissions_per_1000", "difference"] == CHANGED
    assert rows["do-nothing", "emergency_admissions_per_1000", "level"] == SAME


def test_studies_of_other_scenarios_are_not_set_side_by_side() -> None:
    """The reason is said."""
    with pytest.raises(NotTheSameStudy, match="the scenarios differ"):
        compare_versions(compared(plans=1), compared(plans=2))


def test_findings_give_titles_where_tables_have_ids() -> None:
    """A reader meets names of services, never their ids."""
    found: Findings = whole_study()
    assert set(found.titled("organisations")["scenario"]) == {"Plan 1", "Plan 2"}
    assert found.titled("best")["measure"].iloc[0] == "Emergency admissions"
