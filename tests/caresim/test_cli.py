"""The first things that a new user meets: help, misspelt words, consoles as they are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from caresim.cli import EXAMPLES, FIRST_PAGE, MORE
from tests.caresim.command_line import caresim, environment_in

pytestmark = pytest.mark.end_to_end


def test_help_takes_under_half_a_second_of_a_processor(tmp_path: Path) -> None:
    """Processor time, the best of five tries, since other work on the machine is not caresim's."""

    def seconds() -> float:
        before = os.times()
        caresim("--help", folder=tmp_path)
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    assert 0.0 < min(seconds() for _ in range(5)) < 0.5


def test_help_imports_no_heavy_package(tmp_path: Path) -> None:
    """What makes help quick: nothing that computes is imported for it."""
    code = (
        "import sys; from caresim.__main__ import main; main(['--help']); main(['help', 'compare']); "
        "print(sorted({'pandas', 'numba', 'numpy', 'scipy', 'matplotlib', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment_in(tmp_path), cwd=tmp_path, capture_output=True, text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_first_page_shows_six_verbs_and_where_the_rest_is(tmp_path: Path) -> None:
    """Neither more nor fewer; `caresim` alone shows the same page."""
    page = caresim("--help", folder=tmp_path)
    shown = [line.split()[1] for line in page.out.splitlines() if line.startswith("  caresim")]
    assert shown == ["demo", "new", "check", "compare", "open", "explain"]
    assert "caresim help all" in page.out
    assert caresim(folder=tmp_path) == page


def test_all_commands_are_on_the_second_page(tmp_path: Path) -> None:
    """`caresim help all` shows every command with an example that starts with its name."""
    page = caresim("help", "all", folder=tmp_path).out
    for name in [*FIRST_PAGE, *MORE]:
        assert EXAMPLES[name].startswith(f"caresim {name}")
        assert f"  {EXAMPLES[name]}" in page


@pytest.mark.parametrize("command", [*FIRST_PAGE, *MORE])
def test_every_command_explains_itself(tmp_path: Path, command: str) -> None:
    """Help for a command fits 100 columns and ends well, by both roads."""
    page = caresim("help", command, folder=tmp_path)
    assert page.code == 0
    assert page.out.startswith(f"Usage: caresim {command}")
    assert max(len(line) for line in page.out.splitlines()) <= 100
    assert caresim(command, "--help", folder=tmp_path).out == page.out


@pytest.mark.parametrize(("typed", "meant"), [("comapre", "compare"), ("explian", "explain"), ("lists", "list")])
def test_a_misspelt_command_is_answered_with_the_nearest(tmp_path: Path, typed: str, meant: str) -> None:
    """Exit 2, one plain sentence, and the word that was meant."""
    ended = caresim(typed, folder=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert f'There is no command "{typed}". Did you mean "caresim {meant}"?' in ended.err
    assert "Nothing was run." in ended.err


def test_an_unknown_option_is_answered_with_the_nearest(tmp_path: Path) -> None:
    """Exit 2 and no traceback."""
    ended = caresim("compare", "extensivist-teams", "--replication", "2", folder=tmp_path)
    assert ended.code == 2
    assert "--replications" in ended.err
    assert "Traceback" not in ended.err


def test_an_engine_that_does_not_exist_is_named(tmp_path: Path) -> None:
    """The message says what there is instead."""
    ended = caresim("run", "do-nothing", "--engine", "simpie", folder=tmp_path)
    assert ended.code == 2
    assert "--engine" in ended.err
    assert "simpy" in ended.err
    assert "Nothing was run." in ended.err


def test_an_unknown_scenario_is_answered_with_the_nearest(tmp_path: Path) -> None:
    """Exit 2, nothing on standard output, nothing written."""
    ended = caresim("compare", "extensivist-team", folder=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert "extensivist-teams" in ended.err
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("typed", ["0", "-3", "many", "2.5"])
def test_a_number_of_runs_that_is_none_is_refused(tmp_path: Path, typed: str) -> None:
    """Exit 2, the option by name, what was found and what it may be."""
    ended = caresim("run", "do-nothing", "--replications", typed, folder=tmp_path)
    assert ended.code == 2
    assert "--replications" in ended.err
    assert f'found "{typed}"; it must be a whole number, 1 or more.' in ended.err


def test_a_scenario_in_place_of_a_command_is_recognised(tmp_path: Path) -> None:
    """The sentence shows how to run it."""
    ended = caresim("extensivist-teams", folder=tmp_path)
    assert ended.code == 2
    assert "It is a scenario: caresim compare extensivist-teams." in ended.err


def test_the_version_is_the_citations(tmp_path: Path) -> None:
    """One version everywhere."""
    version = caresim("--version", folder=tmp_path).out.split()[-1]
    citation = (Path(__file__).parents[2] / "CITATION.cff").read_text()
    assert f"version: {version}\n" in citation


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    """`caresim list assumptions | head -1` ends quietly."""
    listing = subprocess.Popen(
        [sys.executable, "-m", "caresim", "list", "assumptions"],
        cwd=tmp_path, env=environment_in(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )
    assert listing.stdout is not None
    assert listing.stderr is not None
    listing.stdout.readline()
    listing.stdout.close()
    errors = listing.stderr.read()
    assert (listing.wait(timeout=60), errors) == (0, b"")


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii"])
def test_consoles_without_every_character_work(tmp_path: Path, encoding: str) -> None:
    """Old Windows code pages show a plain character in place of one that they lack."""
    for command in (["help", "all"], ["list", "assumptions"], ["list", "evidence"], ["explain", "extensivist-teams"]):
        ended = caresim(*command, folder=tmp_path, encoding=encoding)
        assert ended.code == 0, ended.err
        assert ended.out


def test_a_shadowed_package_is_named(tmp_path: Path) -> None:
    """A folder called `outputs` beside the user's files must not be taken for ours in silence."""
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "__init__.py").write_text("")
    project = Path(__file__).parents[2]
    ended = caresim("--help", folder=tmp_path, PYTHONPATH=f"{tmp_path}{':'}{project}")
    assert ended.code == 1
    assert "another package called 'outputs'" in ended.err
    assert "Traceback" not in ended.err


def test_an_unexpected_error_is_one_plain_line_with_a_log_file(tmp_path: Path) -> None:
    """The traceback is in the file that the line names, for whoever maintains caresim."""
    code = (
        "import sys, caresim.cli as cli\n"
        "cli._page = lambda commands: 1 / 0\n"
        "sys.exit(cli.run_command_line(['help', 'all']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment_in(tmp_path), cwd=tmp_path, capture_output=True, text=True,
        check=False,
    )
    [line] = done.stderr.splitlines()
    assert done.returncode == 1
    assert "Something went wrong inside caresim, not in your files: ZeroDivisionError: division by zero." in line
    assert "ZeroDivisionError" in Path(line.rpartition(": ")[2]).read_text()
