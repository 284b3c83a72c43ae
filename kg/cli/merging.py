"""Commands about names: which were joined, which nearly, and what somebody decides about them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.common import AsJson, Home, app, opened, print_json, say

if TYPE_CHECKING:
    from kg.base import KnowledgeBase
    from kg.merges import Change

merges = typer.Typer(no_args_is_help=False, rich_markup_mode="rich")
app.add_typer(merges, name="merges")

_One = Annotated[
    str, typer.Argument(metavar="A", help="A name as kg merges lists it, as it is written, or a concept's id.")
]
_Other = Annotated[str, typer.Argument(metavar="B", help="The other one.")]
_Later = Annotated[bool, typer.Option("--later", help="Only keep it: kg merges apply, or the next build, follows it.")]


@merges.callback(invoke_without_command=True, epilog='Example: kg merges --near; then kg merges reject "CX" "UX"')
def listed(
    context: typer.Context,
    auto: Annotated[bool, typer.Option("--auto", help="What a rule joined, the least sure first.")] = False,
    near: Annotated[bool, typer.Option("--near", help="What was nearly joined, the surest first.")] = False,
    decided: Annotated[bool, typer.Option("--decided", help="What was decided, the last first.")] = False,
    about: Annotated[str | None, typer.Option(help="Only what concerns this concept or name.")] = None,
    limit: Annotated[int, typer.Option(help="Most rows.", min=1)] = 50,
    offset: Annotated[int, typer.Option(help="Rows to leave out at the beginning.", min=0)] = 0,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """List which names were merged and why, and which nearly; or decide: accept, reject, undo."""
    context.obj = (home, as_json)
    if context.invoked_subcommand is not None:
        return
    from kg import terminal
    from kg.merges import LISTS, listing

    wanted = [name for name, on in zip(LISTS, (near, auto, decided), strict=True) if on]
    result = listing(opened(home), lists=wanted or LISTS, about=about, limit=limit, offset=offset)
    if as_json:
        print_json(result)
    else:
        terminal.show(terminal.merges(result), sys.stdout)


@merges.command(epilog='Example: kg merges accept "firm capability" "central firm capability"')
def accept(
    context: typer.Context, a: _One, b: _Other, later: _Later = False, home: Home = None, as_json: AsJson = False
) -> None:
    """Two names are one thing: their concepts become one, now and in every later build."""
    from kg.merges import decide

    _change(context, lambda kb: decide(kb, a, b, accept=True), later, home, as_json)


@merges.command(epilog='Example: kg merges reject "control" "controls"')
def reject(
    context: typer.Context, a: _One, b: _Other, later: _Later = False, home: Home = None, as_json: AsJson = False
) -> None:
    """Two names are two things: they are never joined, and a concept that has both is split."""
    from kg.merges import decide

    _change(context, lambda kb: decide(kb, a, b, accept=False), later, home, as_json)


@merges.command("undo", epilog="Example: kg merges undo")
def undone(
    context: typer.Context,
    a: Annotated[str | None, typer.Argument(metavar="A", help="A name; without names: the last decision.")] = None,
    b: Annotated[str | None, typer.Argument(metavar="B", help="The other one.")] = None,
    later: _Later = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Take a decision back: the rules decide again."""
    from kg.errors import UsageError
    from kg.merges import undo

    if (a is None) != (b is None):
        raise UsageError("undo takes two names, or none for the last decision")
    _change(context, lambda kb: undo(kb, a, b), later, home, as_json)


@merges.command("apply", epilog="Example: kg merges apply")
def applied(context: typer.Context, home: Home = None, as_json: AsJson = False) -> None:
    """Make the build follow what was decided with --later."""
    _change(context, None, False, home, as_json)


def _change(
    context: typer.Context,
    change: Callable[[KnowledgeBase], Change] | None,
    later: bool,
    home: Path | None,
    as_json: bool,
) -> None:
    from kg.merges import apply
    from kg.progress import bar

    above, above_json = context.obj or (None, False)
    kb = opened(home or above)
    made = change(kb) if change is not None else None
    words = "" if made is None else _told(made)
    result: dict[str, object] = (
        {} if made is None else {"a": made.decision.a, "b": made.decision.b, "decision": words.split(":")[0]}
    )
    if not later:
        with bar() as progress:
            report = apply(kb.settings, made, progress=progress)
        result |= {"build_id": report.build_id, "concepts": report.concepts, "facts": report.facts}
        say(f"{report.build_id}: {report.concepts} concepts, {report.facts} facts; resolved in {report.seconds:.1f} s")
    if as_json or above_json:
        print_json(result)
    elif words:
        print(words)


def _told(made: Change) -> str:
    word = "undone" if made.undone else "accepted" if made.decision.accept else "rejected"
    return f"{word}: {made.decision.a}, {made.decision.b}"
