"""The program's own words in answers, in both languages."""

from __future__ import annotations

from kg.model import Lang

_TEXTS: dict[str, dict[Lang, str]] = {
    "not_in_course": {"en": "The sources say nothing about this.", "ru": "В источниках об этом ничего нет."},
    "mentioned": {
        "en": "The sources mention {x}, but do not say what was asked.",
        "ru": "В источниках упоминается «{x}», но о том, что спрошено, не сказано.",
    },
    "of": {"en": "{x}:", "ru": "{x}:"},
    "counted": {"en": "{x}: {n} —", "ru": "{x}: {n} —"},
    "after": {"en": "After {x} comes {y}.", "ru": "После «{x}» идёт «{y}»."},
    "before": {"en": "Before {x} comes {y}.", "ru": "Перед «{x}» идёт «{y}»."},
    "position": {"en": "{y} ({n} of {total} in {x}).", "ru": "{y} ({n} из {total}: {x})."},
    "belongs": {"en": "{x} belongs to {y}.", "ru": "{x} относится к: {y}."},
    "is-kind": {"en": "{x} is {a} {kind} of {y}.", "ru": "{x} — {kind}: {y}."},
    "becomes": {"en": "{x} becomes {y}.", "ru": "{x} превращается в: {y}."},
    "authors": {"en": "{x} is by {y}.", "ru": "Авторы «{x}»: {y}."},
    "introduced": {"en": "{x} comes from {y}.", "ru": "{x}: предложено автором {y}."},
    "reason-covered": {
        "en": "The cited lines cover {share} of what was asked.",
        "ru": "Процитированные строки покрывают {share} вопроса.",
    },
    "reason-parts": {
        "en": "The question has several parts; each is answered by its own lines.",
        "ru": "В вопросе несколько частей; на каждую отвечают свои строки.",
    },
    "reason-unknown": {"en": "Nothing in the sources is about: {x}.", "ru": "В источниках ничего нет о: {x}."},
    "reason-uncovered": {"en": "No line of the sources tells of: {x}.", "ru": "Ни одна строка не говорит о: {x}."},
    "reason-number": {"en": "The sources give no number for this.", "ru": "В источниках нет такого числа."},
    "reason-date": {"en": "The sources give no date for this.", "ru": "В источниках нет такой даты."},
    "reason-person": {"en": "The sources name nobody for this.", "ru": "В источниках никто для этого не назван."},
    "reason-question": {
        "en": "The sources only ask this; they do not answer it.",
        "ru": "В источниках этот вопрос только задан, ответа нет.",
    },
    "shared": {"en": "In common: {x}.", "ru": "Общее: {x}."},
    "conflict": {"en": "The sources disagree on {x}: {y}.", "ru": "Источники расходятся, {x}: {y}."},
}  # fmt: skip


def say(key: str, lang: Lang, **values: object) -> str:
    """A phrase in a language (English where there is none), its places filled."""
    texts = _TEXTS[key]
    return texts.get(lang, texts["en"]).format(**values)
