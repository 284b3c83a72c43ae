"""View models of the study pages: from the JSON of kg.desk_views to what the templates print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from api.page.render import Words
from kg.study.schedule import NAMES, RATINGS, day_of
from kg.views import Json

_UNITS = (("min", 60, 60), ("h", 3600, 24), ("day", 86400, 31), ("month", 30.44 * 86400, 12))
_YEAR = 365.25 * 86400
STATES = ("new", "learning", "young", "mature")


@dataclass(frozen=True, slots=True)
class Button:
    """A rating with the time that it gives; `marked` is the one that Space takes."""

    rating: int
    label: str
    span: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar, in hundredths of its width."""

    name: str
    n: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Column:
    """A day of the forecast; `height` in hundredths of the tallest."""

    day: str
    weekday: str
    n: int
    height: float


def span(seconds: float, words: Words) -> str:
    """An interval in its largest unit that gives a whole number: 10 min, 3 days."""
    for unit, size, most in _UNITS:
        if round(seconds / size) < most:
            return words.n(f"study_n_{unit}", max(1, round(seconds / size)))
    return words.n("study_n_year", max(1, round(seconds / _YEAR)))


def buttons(intervals: Json, words: Words, *, suggested: int) -> list[Button]:
    return [
        Button(rating, words.t(f"study_{NAMES[rating]}"), span(intervals[NAMES[rating]], words), rating == suggested)
        for rating in RATINGS
    ]


def when(moment: str | None, at: datetime, words: Words) -> str:
    """When to come back: in minutes or hours today, else the day; "" where it is not known."""
    if moment is None:
        return ""
    there = datetime.fromisoformat(moment)
    days = (day_of(there) - day_of(at)).days
    if days <= 0:
        return words.t("study_in", span=span((there - at).total_seconds(), words))
    return words.t("study_tomorrow") if days == 1 else words.t("study_in", span=words.n("study_n_day", days))


def states(counts: Json) -> list[Piece]:
    """The bar of states: new, learning, young, mature."""
    total = sum(counts.values()) or 1
    out, start = [], 0.0
    for name in STATES:
        width = 100 * counts[name] / total
        out.append(Piece(name, counts[name], round(start, 2), round(width, 2)))
        start += width
    return out


def columns(forecast: Sequence[Json], words: Words) -> list[Column]:
    top = max((row["reviews"] for row in forecast), default=0) or 1
    names = {
        "en": ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"),
        "ru": ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"),
    }[words.lang]
    out = []
    for row in forecast:
        day = date.fromisoformat(row["day"])
        out.append(Column(str(day.day), names[day.weekday()], row["reviews"], round(100 * row["reviews"] / top, 1)))
    return out
