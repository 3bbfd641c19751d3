"""The command line: which commands there are, and the pages of help that introduce them.

A command's module is imported when the command is used, so that help answers at once.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable

import click

from caresim import __version__
from caresim.errors import exit_code_of
from caresim.screen import adapt_streams, show

FIRST_PAGE = {
    "demo": "compare three services with doing nothing, in a small average place",
    "new": "start a plan of your own: a short file to edit",
    "check": "look for mistakes in a plan, without running it",
    "compare": "run plans beside doing nothing, and see what differs",
    "open": "open the results of a study",
    "explain": "what a service is assumed to do, and on what evidence",
}
MORE = {
    "run": "run one plan and show its levels, with nothing beside it",
    "list": "what there is: scenarios, interventions, places, assumptions, evidence, studies",
    "rank": "which of several plans is best, and how sure that is, with as few runs as it takes",
    "find": "the smallest change of one value that brings what you want, as surely as you want it",
    "optimise": "which mix of services does most for the money, and what less money buys",
    "discover": "in which conditions a plan fails, and what is worth knowing before choosing it",
    "evaluate": "what evaluations by four methods would report of a plan, beside what is true",
    "why": "the chain of numbers from the people reached to the result",
    "replay": "one person's life in two plans, side by side, and where they part",
    "export": "the event log of one run, for other programs; a film of it",
    "new-place": "start a place of your own: people and services, as text files and as a workbook",
    "match": "how well a place of your own fits what you know of it",
    "network": "run a network of queues, wards or clinics on its own, with no population",
    "sensitivity": "which assumptions drive a plan's results, and how much is chance",
    "verify": "hold the engines to exact queueing results and published models",
    "calibrate": "fit what services do to published results, or to targets of your own",
    "validate": "predict results that nothing was fitted to, and score the predictions",
    "report": "make a study's report, paper, workbook and slide again",
    "rerun": "run a study again with this version, and see what really changed",
    "pack": "one zip of a study, for a colleague",
    "studies": "what is in results/: list, show, verify and prune studies and their runs",
    "gather": "join the shards of a study that several machines have run",
    "compile": "make the engine's machine code now, for images and shared machines",
}
EXAMPLES = {
    "demo": "caresim demo",
    "new": "caresim new my-plan",
    "check": "caresim check my-plan.yaml",
    "compare": "caresim compare my-plan.yaml",
    "open": "caresim open demo",
    "explain": "caresim explain extensivist-teams",
    "run": "caresim run do-nothing",
    "list": "caresim list scenarios",
    "rank": "caresim rank PLAN PLAN --equal-spend",
    "find": "caresim find PLAN --vary ... --until ...",
    "optimise": "caresim optimise SERVICE SERVICE --spend £1m",
    "discover": "caresim discover PLAN",
    "evaluate": "caresim evaluate extensivist-teams",
    "why": "caresim why extensivist-teams",
    "replay": "caresim replay extensivist-teams",
    "export": "caresim export do-nothing log.parquet",
    "new-place": "caresim new-place my-place",
    "match": "caresim match my-place",
    "network": "caresim network my-clinic.yaml",
    "sensitivity": "caresim sensitivity extensivist-teams",
    "verify": "caresim verify --quick",
    "calibrate": "caresim calibrate --quick",
    "validate": "caresim validate --quick",
    "report": "caresim report demo",
    "rerun": "caresim rerun demo",
    "pack": "caresim pack demo",
    "studies": "caresim studies",
    "gather": "caresim gather",
    "compile": "caresim compile",
}
MODULES = {"compile": "compile_", "open": "open_", "list": "list_", "new-place": "new_place", "match": "match_"}
WIDTH = 100
INTRODUCTION = """\
caresim simulates people as they move between home, general practice, A&E, wards and care homes,
and shows what a change in care does to emergency admissions, cost and days at home.
"""


class Commands(click.Group):
    """A group that imports a command when it is asked for, and knows the nearest word to a misspelt one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the help pages."""
        return [*FIRST_PAGE, *MORE, "help"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name == "help":
            return help_command
        if cmd_name not in FIRST_PAGE and cmd_name not in MORE:
            return None
        module = importlib.import_module(f"caresim.commands.{MODULES.get(cmd_name, cmd_name)}")
        command = module.command
        if not isinstance(command, click.Command):
            return None
        if command.help:  # docstrings are written raw, so what keeps a paragraph's lines apart is still two characters
            command.help = command.help.replace("\\b\n", "\b\n")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names.

        Raises:
            click.UsageError: naming the nearest command when there is none of that name.
        """
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise click.UsageError(_no_such_command(args[0], self.list_commands(ctx)))
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first page: six commands, and where the rest is."""
        formatter.write(INTRODUCTION + "\n" + _page(FIRST_PAGE))
        formatter.write("\ncaresim help compare: the options of one command. caresim help all: more commands.\n")


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["--help", "-h"]})
@click.version_option(__version__, message="caresim %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """What integrated care does to emergency admissions, cost and days at home."""
    if context.invoked_subcommand is None:
        show(context.get_help())


@click.command("help", add_help_option=False)
@click.argument("topic", required=False)
@click.pass_context
def help_command(context: click.Context, topic: str | None) -> None:
    """Show how to use a command, or all of them."""
    if topic == "all":
        show((INTRODUCTION + "\n" + _page({**FIRST_PAGE, **MORE})).rstrip())
        return
    parent = context.find_root()
    if topic is None:
        show(parent.get_help())
        return
    command = cli.get_command(parent, topic)
    if command is None:
        raise click.UsageError(_no_such_command(topic, cli.list_commands(parent)))
    with click.Context(command, info_name=topic, parent=parent) as its_context:
        show(command.get_help(its_context))


def run_command_line(arguments: list[str]) -> int:
    """Do what the words after `caresim` say and return the exit code."""
    adapt_streams()

    def invoke() -> None:
        with cli.make_context("caresim", list(arguments), terminal_width=WIDTH, max_content_width=WIDTH) as context:
            cli.invoke(context)

    return exit_code_of(invoke)


def _page(commands: dict[str, str]) -> str:
    width = max(len(EXAMPLES[name]) for name in commands)
    return "".join(f"  {EXAMPLES[name]:<{width}}  {text}\n" for name, text in commands.items())


def _no_such_command(word: str, commands: Iterable[str]) -> str:
    from scenarios.catalogue import find
    from scenarios.messages import nearest

    near = nearest(word, commands)
    if find("scenario", word) is not None:
        meant = f" It is a scenario: caresim compare {word}."
    else:
        meant = f' Did you mean "caresim {near}"?' if near else ""
    return f'There is no command "{word}".{meant} caresim help all: every command.'
