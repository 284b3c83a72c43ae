"""What cards ask, in each language. `{x}` is the concept, `{y}` the other one, `{n}` how many are to be named."""

from __future__ import annotations

from collections.abc import Mapping

from kg.model import Lang

PROMPTS: Mapping[Lang, Mapping[str, str]] = {
    "en": {
        "definition": "Define: {x}",
        "gist": "What do the notes say about “{x}”?",
        "gist-in": "{y} — what do the notes say about “{x}”?",
        "term": "Which concept is this?",
        "term-in": "{y} — which of them is this?",
        "members": "What does {x} consist of? Name all {n}.",
        "members-many": "{x} — name all {n}.",
        "members-counted": "{x} — name them.",
        "kinds": "Which kinds of {x} are there? Name all {n}.",
        "kinds-many": "{x} — which kinds are there? Name all {n}.",
        "order": "{x} — put in order:",
        "next": "What comes right after “{x}”?",
        "next-in": "{y} — what comes right after “{x}”?",
        "compare": "How do {x} and {y} differ?",
        "compare-in": "{n} — how do {x} and {y} differ?",
        "belongs-to": "What does “{x}” belong to?",
        "author": "Who wrote “{x}”?",
        "author-year": "Who wrote “{x}” ({n})?",
        "origin": "Who introduced it: {x}?",
    },
    "ru": {
        "definition": "Дайте определение: {x}",
        "gist": "Что сказано в конспекте: {x}?",
        "gist-in": "{y} — что сказано в конспекте: {x}?",
        "term": "Какое это понятие?",
        "term-in": "{y} — что здесь описано?",
        "members": "{x} — что сюда входит? Назовите все ({n}).",
        "members-many": "{x} — назовите все ({n}).",
        "members-counted": "{x} — перечислите.",
        "kinds": "{x} — какие бывают виды? Назовите все ({n}).",
        "kinds-many": "{x} — какие бывают виды? Назовите все ({n}).",
        "order": "{x} — расставьте по порядку:",
        "next": "Что идёт сразу после «{x}»?",
        "next-in": "{y} — что идёт сразу после «{x}»?",
        "compare": "Чем различаются: {x} и {y}?",
        "compare-in": "{n} — чем различаются: {x} и {y}?",
        "belongs-to": "К чему относится: {x}?",
        "author": "Кто автор: «{x}»?",
        "author-year": "Кто автор: «{x}» ({n})?",
        "origin": "Кто впервые описал: {x}?",
    },
}


def prompt(key: str, lang: Lang, *, x: str = "", y: str = "", n: object = "") -> str:
    """The question in `lang`, in English where it has none. Names are put in as they are, whatever they hold."""
    return PROMPTS.get(lang, PROMPTS["en"])[key].format(x=x, y=y, n=n)
