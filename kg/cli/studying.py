"""Command of the study desk: study."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kg.cli.common import AsJson, Home, app, opened, print_json
from kg.errors import UsageError


@app.command(epilog="Example: kg study --drill")
def study(
    drill: Annotated[bool, typer.Option("--drill", help="Ask the cards that are due, then new ones, here.")] = False,
    cards: Annotated[
        str, typer.Option(metavar="LANG", help="Language of the cards: en, ru, or across: en-ru, ru-en.")
    ] = "en",
    quiz: Annotated[
        bool, typer.Option("--quiz", help="With --drill: choose among answers where there are any.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last review back.")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Tell what is to be learned today and how far you are, or ask the cards with --drill."""
    from kg import desk_views, terminal
    from kg.cli import drilling
    from kg.desk import Desk

    if drill and (undo or as_json):
        raise UsageError("--drill asks in the terminal; leave out --undo and --json")
    desk = Desk(opened(home))
    desk.deck(cards)
    if undo:
        review = desk_views.reviewed(desk.undo())
        if as_json:
            print_json(review)
        else:
            print("the last review is undone")
    elif drill:
        drilling.run(desk, cards, quiz=quiz, keys=drilling.keys(sys.stdin), out=sys.stdout)
    elif as_json:
        print_json(desk_views.overview(desk, cards))
    else:
        terminal.show(drilling.overview(desk_views.overview(desk, cards)), sys.stdout)
