"""`caresim demo`: what the model says of three services, in an average English place."""

from __future__ import annotations

import dataclasses

import click

from caresim.options import Choices, study_options

SCENARIOS = ("do-nothing", "extensivist-teams", "care-home-teams", "neighbourhood-networks")
PLACE = "england-average"
NEXT = ("caresim open demo", "caresim explain extensivist-teams", "caresim new my-plan --from extensivist-teams")


@click.command("demo")
@study_options
def command(choices: Choices) -> None:
    """Compare three services with doing nothing, in an average English place of 250,000 people."""
    from caresim.running import Asked, show_study

    choices = dataclasses.replace(choices, place=choices.place or PLACE)
    show_study(Asked("compare", SCENARIOS, choices, title="demo", next_commands=NEXT, brief=True), compared=True)
