"""The name of the model."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PACKAGES = ("caresim", "calibration", "outputs", "scenarios", "simulation")


def version_in(home: Path) -> str:
    """The model version of a copy of the project."""
    code = "from caresim.version import model_version; print(model_version())"
    done = subprocess.run([sys.executable, "-c", code], cwd=home, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_model_version_changes_with_every_table_and_rule_and_with_nothing_else(tmp_path: Path) -> None:
    """Runs kept under an old name are never served for a changed model; line endings and charts do not matter."""
    for package in PACKAGES:
        shutil.copytree(PROJECT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    before = version_in(tmp_path)
    table = tmp_path / "scenarios" / "library" / "evidence" / "needs.csv"
    original = table.read_bytes()
    table.write_bytes(original.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    (tmp_path / "caresim" / "extra.py").write_text("")
    (tmp_path / "outputs" / "figures").mkdir(exist_ok=True)
    (tmp_path / "outputs" / "figures" / "extra.py").write_text("")
    assert version_in(tmp_path) == before
    table.write_bytes(original + b"\n")
    changed = version_in(tmp_path)
    assert changed != before
    rules = tmp_path / "simulation" / "rules.py"
    rules.write_text(rules.read_text() + "\n# changed\n")
    assert version_in(tmp_path) not in (before, changed)
