"""Telling how far a long job is: one callable, so that a part needs to know nothing of terminals.

    progress("Embedding", done=128, total=500)     any number of times; `done == total` ends the stage
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    def __call__(self, stage: str, done: int, total: int) -> None: ...


def silent(stage: str, done: int, total: int) -> None:
    """For callers who want no report."""


@contextmanager
def bar(*, enabled: bool = True) -> Iterator[Progress]:
    """A progress bar per stage on stderr; where that is no terminal, one line as a stage ends."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    if not enabled:
        yield silent
        return
    if not console.is_terminal:

        def line(stage: str, done: int, total: int) -> None:
            if done >= total:
                console.print(f"{stage}: {done}", highlight=False, markup=False)

        yield line
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=max(total, 1))
            bars.update(tasks[stage], completed=done if total else 1, total=max(total, 1))

        yield show
