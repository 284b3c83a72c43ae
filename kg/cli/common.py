"""What the commands share: where they are registered, their options, one line on stderr, and the knowledge base."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from kg.base import KnowledgeBase
    from kg.settings import Settings

app = typer.Typer(
    name="kg",
    help="Course notes in; a concept graph, cited answers, study cards and concept maps out.",
    epilog='Start with: kg build FOLDER, then kg ask "What is ...?" or kg serve. Settings: kg settings.',
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"max_content_width": 120},
    rich_markup_mode=None,  # plain help comes in half the time
)

Home = Annotated[
    Path | None,
    typer.Option("--home", help="Data folder (default: KG_HOME, else .kg).", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="The same JSON as the API.")]
Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, or folders to look through.")]


def say(line: str) -> None:
    """One line on stderr, without anything that a terminal would take as a command."""
    print("".join(c if c.isprintable() else " " for c in line), file=sys.stderr)


def load(**given: Any) -> Settings:
    from kg.settings import load_settings

    return load_settings(**given)


def opened(home: Path | None) -> KnowledgeBase:
    from kg.base import KnowledgeBase

    return KnowledgeBase.open(load(home=home))


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))
