"""Sets the project up: `python3 -m tooling COMMAND`, as the Makefile calls it.

This file alone is read by every Python 3: it says which ones the rest needs.
"""

import sys

FIRST, LAST = (3, 11), (3, 14)


def main(arguments: "list[str]") -> None:
    here = sys.version_info[:2]
    if not FIRST <= here <= LAST:
        sys.exit(
            f"Hello3D needs Python 3.11 to 3.14, and this is {here[0]}.{here[1]}: name another one,"
            " for example make run PYTHON=python3.12"
        )
    from tooling.commands import run

    run(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
