"""What went wrong, in a line or two that help, and the exit code that says which kind it was."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from caresim.screen import discard_output, tell

DONE = 0
CHECK_FAILED = 1
BAD_INPUT = 2
INTERRUPTED = 130


class Interrupted(Exception):
    """The user pressed Ctrl-C; the text says what is kept and how to go on."""


class CheckFailed(Exception):
    """A check found something; it has been printed already."""


def exit_code_of(command: Callable[[], object]) -> int:
    """Run a command and turn however it ends into an exit code, with a plain message on standard error."""
    try:
        command()
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except CheckFailed:
        return CHECK_FAILED
    except click.ClickException as error:
        return _say(_with_usage(error), BAD_INPUT)
    except Interrupted as interruption:
        return _say(f"\n{interruption}", INTERRUPTED)
    except (KeyboardInterrupt, click.Abort):
        return _say("\nStopped.", INTERRUPTED)
    except BrokenPipeError:
        discard_output()
        return DONE
    except Exception as error:  # noqa: BLE001 - nobody should meet a traceback
        return _explain_failure(error)
    return DONE


def _explain_failure(error: Exception) -> int:
    from scenarios.messages import BadInput

    if isinstance(error, BadInput):
        return _say(str(error), BAD_INPUT)
    from simulation.studies import NewerSchema, Unusable

    if isinstance(error, NewerSchema | Unusable):
        return _say(f"{_sentence(error)} Runs that are finished are kept.", CHECK_FAILED)
    if isinstance(error, MemoryError):
        return _say("There is not enough memory for this. Try a smaller place, or --jobs 1.", BAD_INPUT)
    if isinstance(error, OSError) and error.filename is not None:
        return _say(f"{error.filename}: {error.strerror or error}.", BAD_INPUT)
    summary = str(error) if _is_plain(error) else f"{type(error).__name__}: {error}"
    return _say(f"Something went wrong inside caresim, not in your files: {summary}. {_log(error)}", CHECK_FAILED)


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[0].upper()}{text[1:]}."


def _is_plain(error: Exception) -> bool:
    """Whether an error's text was written for the person at the screen."""
    from simulation.studies import RunFailed, RunsLost

    return isinstance(error, RunFailed | RunsLost)


def _log(error: Exception) -> str:
    """Write the traceback to a file and say where it is."""
    import platformdirs

    now = datetime.now()
    details = "".join(traceback.format_exception(error)) + str(getattr(error, "details", ""))
    text = f"{now.isoformat(timespec='seconds')}\n{sys.argv}\n{details}\n"
    try:
        folder = Path(platformdirs.user_log_dir("caresim", appauthor=False))
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"caresim-{now:%Y%m%d-%H%M%S}.log"
        path.write_text(text, encoding="utf-8")
    except OSError:
        return "Its details could not be written anywhere."
    return f"Please send this file with your report: {path}"


def _with_usage(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    name = context.command.name if context is not None and context.parent is not None else None
    hint = f"\nFor its options: caresim help {name}" if name not in (None, "help") else ""
    return f"{error.format_message()}{hint}\nNothing was run."


def _say(text: str, code: int) -> int:
    tell(text)
    return code
