"""Where `caresim` and `python -m caresim` begin."""

from __future__ import annotations

import sys

from caresim.siblings import check_siblings


def main(arguments: list[str] | None = None) -> int:
    """Run a command line and return its exit code: 0 done, 1 a check failed, 2 bad input, 130 interrupted.

    Args:
        arguments: the words after `caresim`; those of this process when left out.
    """
    try:
        check_siblings()
        from caresim.cli import run_command_line
    except ImportError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return run_command_line(sys.argv[1:] if arguments is None else arguments)


if __name__ == "__main__":
    sys.exit(main())
