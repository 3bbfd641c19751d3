"""The guide to large studies says what works."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from caresim.cli import cli

PAGE = (Path(__file__).parents[2] / "docs" / "clusters.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)
SCRIPTS = [text for language, text in BLOCKS if language == "bash"]
COMMANDS = sorted({
    line for _, text in BLOCKS for line in text.replace("\\\n", " ").splitlines() if line.startswith("caresim ")
} | set(re.findall(r"`(caresim [^`]+)`", PAGE)))  # fmt: skip


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_of_the_page_exists_with_its_options(line: str) -> None:
    """Parsed as the command line would, and not carried out."""
    words = shlex.split(line.replace("$SLURM_CPUS_PER_TASK", "4").replace("$SLURM_ARRAY_TASK_ID", "3"))[1:]
    with cli.make_context("caresim", words[:1]) as context:
        command = cli.get_command(context, words[0])
        assert command is not None, words[0]
        assert isinstance(command, click.Command)
        with command.make_context(words[0], words[1:], parent=context):
            pass


def test_the_job_array_runs_each_part_once(tmp_path: Path) -> None:
    """The script of the page, with a caresim that only notes how it was called."""
    [script] = [text for text in SCRIPTS if "SBATCH" in text]
    shards = re.search(r"--array=1-(\d+)", script)
    assert shards is not None
    stand_in = tmp_path / "caresim"
    stand_in.write_text('#!/bin/sh\necho "$@" >> calls\n')
    stand_in.chmod(0o755)
    for number in range(1, int(shards[1]) + 1):
        own = {"SLURM_ARRAY_TASK_ID": str(number), "SLURM_CPUS_PER_TASK": "4"}
        found = subprocess.run(
            ["bash", "-eu", "-c", script], cwd=tmp_path, check=True, capture_output=True, text=True,
            env={**os.environ, **own, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        )  # fmt: skip
        assert found.stderr == ""
    calls = (tmp_path / "calls").read_text().splitlines()
    parts = [call.split("--shard ")[1].split()[0] for call in calls]
    assert parts == [f"{number}/{shards[1]}" for number in range(1, int(shards[1]) + 1)]


def test_the_page_names_dask_commands_that_are_installed() -> None:
    """With the options that it uses."""
    [script] = [text for text in SCRIPTS if "dask" in text]
    for part in ("scheduler", "worker"):
        used = set(re.findall(r"--[a-z-]+", next(line for line in script.splitlines() if f"dask {part}" in line)))
        shown = subprocess.run([sys.executable, "-m", f"distributed.cli.dask_{part}", "--help"], check=True,
                               capture_output=True, text=True).stdout  # fmt: skip
        assert used - {"--ntasks"} <= set(re.findall(r"--[a-z-]+", shown))

