"""Cards in the terminal: a question, what was typed or Space, the answer with its line, 1 to 4.

In a terminal single keys count; from a pipe every line does (an empty one is Space), so that a script can drive it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Protocol, TextIO

from rich.text import Text

from kg import desk_views, terminal
from kg.desk import Desk
from kg.errors import NotFound
from kg.study.schedule import NAMES, RATINGS
from kg.terminal import clean, place
from kg.views import Json

SHOW, QUIT, UNDO = "", ":q", ":u"
_HELP = "Space shows the answer, or type it and press Enter · 1-4 rate · :u undoes · :q or Esc ends"
_STYLES = {"right": "green", "almost": "yellow", "wrong": "red"}
_QUOTE = 300  # characters of a line that are shown
_BAR = 40  # characters of the bar of progress


class Keys(Protocol):
    """Where answers come from. None: there is nothing more."""

    def answer(self) -> str | None:
        """A line that was typed; SHOW for Space or Enter alone."""

    def choice(self, allowed: str) -> str | None:
        """One of the signs in `allowed`, UNDO, QUIT, or SHOW for Space or Enter."""


class Lines:
    """From a pipe or a file: a line each."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def answer(self) -> str | None:
        line = self._stream.readline()
        return line.strip() if line else None

    def choice(self, allowed: str) -> str | None:
        while (line := self.answer()) is not None:
            if line in {SHOW, QUIT, UNDO} or (len(line) == 1 and line in allowed):
                return line
        return None


class Terminal:
    """From a terminal: keys as they are pressed."""

    _ENTER, _BACK, _ESCAPE, _END = "\r\n", "\x7f\b", "\x1b", "\x04"

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def answer(self) -> str | None:
        typed = ""
        with _Pressed(self._stream):
            while True:
                key = self._stream.read(1)
                if not key or (key == self._END and not typed):
                    return None
                if key == self._ESCAPE:
                    return QUIT
                if key in self._ENTER or (key == " " and not typed):
                    self._echo("\n" if typed else "")
                    return typed.strip()
                if key in self._BACK:
                    self._echo("\b \b" if typed else "")
                    typed = typed[:-1]
                elif key.isprintable():
                    self._echo(key)
                    typed += key

    def choice(self, allowed: str) -> str | None:
        with _Pressed(self._stream):
            while True:
                key = self._stream.read(1)
                if not key or key == self._END:
                    return None
                if key in allowed:
                    return key
                if key in self._ENTER or key == " ":
                    return SHOW
                if key == self._ESCAPE or key == "q":
                    return QUIT
                if key == "u" or key in self._BACK:
                    return UNDO

    @staticmethod
    def _echo(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


class _Pressed:
    """Keys arrive one by one and are not shown, while this lasts."""

    def __init__(self, stream: TextIO) -> None:
        self._fd = stream.fileno()

    def __enter__(self) -> None:
        import termios
        import tty

        self._before = termios.tcgetattr(self._fd)
        tty.setcbreak(self._fd)

    def __exit__(self, *_: object) -> None:
        import termios

        termios.tcsetattr(self._fd, termios.TCSADRAIN, self._before)


def keys(stream: TextIO) -> Keys:
    return Terminal(stream) if stream.isatty() else Lines(stream)


def run(desk: Desk, tongue: str, *, quiz: bool, keys: Keys, out: TextIO) -> None:
    """Ask until nothing is left for now, or the person ends it. What was rated is kept whenever it ends."""
    say = _Say(out)
    say(_HELP, "dim")
    done = 0
    while True:
        shown = desk_views.following(desk, tongue, quiz=quiz)
        if shown["card"] is None:
            say("Nothing is due." + _when(shown["come_back"]), "bold")
            break
        step = _ask(desk, tongue, shown, keys, say)
        if step == QUIT:
            break
        done += 1 if step != UNDO else -1 if done else 0
    say(f"{done} reviewed. " + _left(desk_views.overview(desk, tongue)))


class _Say:
    def __init__(self, out: TextIO) -> None:
        self._out = out

    def __call__(self, text: str, style: str = "") -> None:
        indent = text[: len(text) - len(text.lstrip(" "))]
        terminal.show([Text(indent + clean(text), style)], self._out)


def _ask(desk: Desk, tongue: str, shown: Json, keys: Keys, say: _Say) -> str:
    """One card. UNDO and QUIT as they were wished, else SHOW."""
    card = shown["card"]
    left = shown["left"]
    say("")
    say(f"{left['due']} due, {left['new']} new · {card['state']}", "dim")
    say(card["front"], "bold")
    for text in card["shown"]:
        say(f"  | {text}")
    options = card.get("options")
    for n, option in enumerate(options or (), start=1):
        say(f"  {n}. {option}")
    suggested: int | None = None
    typed: str | None = keys.choice("1234"[: len(options)]) if options else keys.answer()
    if typed is None or typed == QUIT:
        return QUIT
    if typed == UNDO:
        return _undo(desk, say)
    if options and typed in set("1234"):
        typed = options[int(typed) - 1]
    if typed != SHOW:
        checked = desk.check(desk.card(card["id"], tongue=tongue), typed)
        suggested = checked.rating
        say(f"  {checked.result}", _STYLES[checked.result])
        if checked.missing and checked.found:
            say(f"  missing: {'; '.join(checked.missing)}", "yellow")
        if not checked.in_order:
            say("  in another order", "yellow")
    _answer(card, say)
    spans = card["intervals"]
    say("  " + " · ".join(f"{r} {NAMES[r]} {span(spans[NAMES[r]])}" for r in RATINGS), "cyan")
    chosen = keys.choice("1234")
    if chosen is None or chosen == QUIT:
        return QUIT
    if chosen == UNDO:
        return _undo(desk, say)
    rating = int(chosen) if chosen else suggested or 3
    desk.review(card["id"], tongue=tongue, rating=rating, typed=typed if typed != SHOW else None, after=card["after"])
    return SHOW


def _answer(card: Json, say: _Say) -> None:
    for of in card["answer"]:
        numbered = card["how"] in {"all", "ordered"} and len(of) > 1
        for n, item in enumerate(of, start=1):
            say(f"  {n}. {item['text']}" if numbered else f"  {item['text']}", "bold")
    for e in card["evidence"][:4]:
        quote = clean(e["quote"])
        say(f"  {place(e)}  “{quote[:_QUOTE]}{'…' if len(quote) > _QUOTE else ''}”", "dim")
    if card["changed"]:
        before = "; ".join(row["quote"] for row in card["changed"]["lines"][:2])
        say(f"  changed; it said: “{clean(before)[:_QUOTE]}”", "yellow")


def _undo(desk: Desk, say: _Say) -> str:
    try:
        desk.undo()
        say("  the last review is undone", "yellow")
    except NotFound as e:
        say(f"  {e}", "yellow")
    return UNDO


def overview(result: Json) -> Iterator[Text]:
    """`kg study`: today, how far one is, the coming days."""
    yield Text(_left(result), "bold")
    counts: Mapping[str, int] = result["counts"]
    width = max(map(len, counts))
    for state, n in counts.items():
        bar = "█" * round(_BAR * n / max(1, result["total"]))
        yield Text(f"  {state:<{width}}  {n:5}  {bar}")
    for name in ("changed", "retired"):
        if result[name]:
            yield Text(f"  {name:<{width}}  {result[name]:5}", "yellow")
    if (kept := result["retention"])["reviews"]:
        yield Text(
            f"  remembered {kept['share']:.0%} of the last {kept['reviews']} reviews (wanted: {kept['wanted']:.0%})"
        )
    days = [f"{row['day'][5:]} {row['reviews']}" for row in result["forecast"] if row["reviews"]]
    if days:
        yield Text("  to come: " + ", ".join(days))
    if result["due"] or result["new"]:
        yield Text("  begin with: kg study --drill")


def _left(result: Json) -> str:
    if result["due"] or result["new"]:
        return f"{result['due']} due, {result['new']} new today."
    return "Nothing is due." + _when(result["come_back"])


def _when(moment: str | None) -> str:
    if moment is None:
        return ""
    return f" Come back at {datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}."


def span(seconds: int) -> str:
    """An interval in one unit: 10 min, 3 h, 5 d, 4 mo, 2 y."""
    for unit, size, most in (("min", 60, 60), ("h", 3600, 24), ("d", 86400, 31), ("mo", 30.44 * 86400, 12)):
        if round(seconds / size) < most:
            return f"{max(1, round(seconds / size))} {unit}"
    return f"{seconds / (365.25 * 86400):.1f} y"
