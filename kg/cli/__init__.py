"""`kg`: the command line. Results go to stdout, everything else to stderr.

Exit status: 0 done, 1 something is wrong with the content, 2 bad usage or input, 130 interrupted.
Every import beyond typer stands inside a command: `kg --help` answers at once. A file here holds the commands of
one purpose; importing it registers them, in the order in which `kg --help` lists them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated

import typer

from kg import __version__
from kg.cli.common import app, say
from kg.errors import KgError

# isort: off
from kg.cli import changing, asking, studying, merging, checking, grading, serving  # noqa: F401  (as in `kg --help`)
# isort: on


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point: runs a command and ends the process with its status."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; what went wrong is one line on stderr."""
    try:
        status = app(list(arguments) or ["--help"], prog_name="kg", standalone_mode=False)
    except (KgError, typer.TyperException) as e:
        message = e.format_message() if isinstance(e, typer.TyperException) else str(e)
        say("kg: " + " ".join(message.split()))
        return e.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except OSError as e:
        say(f"kg: {e.filename or 'system'}: {e.strerror or e}")
        return 1
    return status if isinstance(status, int) else 0


def _version(wanted: bool) -> None:
    if wanted:
        print(f"kg {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None: ...
