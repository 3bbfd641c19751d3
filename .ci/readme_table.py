"""See that the README shows what the demo prints: `readme_table.py FILE`; with --update, make it so.

FILE holds the demo's standard output.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"(What `make demo` prints:\n\n```\n).*?(\n```\n)", re.DOTALL)


def main(arguments: list[str]) -> int:
    """Compare, or replace, the block of the README; 0 when they agree."""
    table = Path(arguments[0]).read_text(encoding="utf-8").rstrip("\n")
    shown = README.read_text(encoding="utf-8")
    wanted = BLOCK.sub(lambda match: match[1] + table + match[2], shown)
    if "--update" in arguments:
        README.write_text(wanted, encoding="utf-8")
    elif wanted != shown:
        sys.stderr.write("The README's table is not what the demo prints. Mend it with:\n")
        sys.stderr.write("  make demo > demo.txt && python .ci/readme_table.py demo.txt --update\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
