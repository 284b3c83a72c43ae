"""Why something was judged so, in both languages: one sentence for each rule."""

from __future__ import annotations

from kg.model import Lang

RULES: dict[str, dict[Lang, str]] = {
    # supported
    "stated": {"en": "The notes say so.", "ru": "Так сказано в конспектах."},
    "chain": {"en": "It follows from these lines together.", "ru": "Это следует из этих строк вместе."},
    "rightly-denied": {
        "en": "The map denies it, and the notes rule it out.",
        "ru": "Карта это отрицает, и конспекты это исключают.",
    },
    # in substance
    "unlabelled": {
        "en": "The link has no phrase; the notes say: {says}.",
        "ru": "Связь не подписана; в конспектах: {says}.",
    },
    "vague": {
        "en": "“{phrase}” only says that there is a link; the notes say: {says}.",
        "ru": "«{phrase}» говорит лишь, что связь есть; в конспектах: {says}.",
    },
    "unknown-link": {
        "en": "“{phrase}” is not understood as a relation; the notes say: {says}.",
        "ru": "«{phrase}» не понято как отношение; в конспектах: {says}.",
    },
    "other-link": {"en": "The notes link the two otherwise: {says}.", "ru": "Конспекты связывают их иначе: {says}."},
    "only-related": {
        "en": "The notes only say that the two are related: {says}.",
        "ru": "В конспектах сказано лишь, что они связаны: {says}.",
    },
    # contradicted
    "reversed": {"en": "It is the other way round: {says}.", "ru": "Наоборот: {says}."},
    "other-whole": {
        "en": "The notes list it elsewhere: {says}; the list of “{object}” does not have it.",
        "ru": "В конспектах это перечислено в другом месте: {says}; в списке «{object}» этого нет.",
    },
    "set-apart": {
        "en": "The notes set the two against each other: {says}.",
        "ru": "Конспекты противопоставляют их: {says}.",
    },
    "one-thing": {"en": "The notes take the two as one: {says}.", "ru": "В конспектах это одно и то же: {says}."},
    "denied": {"en": "The map denies what the notes say: {says}.", "ru": "Карта отрицает сказанное: {says}."},
    # not mentioned
    "no-statement": {
        "en": "The notes state nothing that links the two.",
        "ru": "В конспектах нет ничего, что связывало бы их.",
    },
    "named-together": {
        "en": "The notes state no such link; these lines name both.",
        "ru": "Такой связи в конспектах не найдено; оба названы в этих строках.",
    },
    "siblings": {
        "en": "The notes only list the two beside each other: {says}.",
        "ru": "Конспекты лишь перечисляют их рядом: {says}.",
    },
    "unknown-concept": {"en": "The course does not know: {unknown}.", "ru": "Курс не знает: {unknown}."},
    "one-concept": {
        "en": "Both ends are one concept of the course.",
        "ru": "Оба конца — одно понятие курса.",
    },
    # missing concepts
    "central": {
        "en": "The notes link it with {links} concepts of the map.",
        "ru": "Конспекты связывают его с понятиями карты: {links}.",
    },
    "list": {
        "en": "The notes list it in “{whole}”, of which the map has other members.",
        "ru": "В конспектах это в списке «{whole}», из которого в карте есть другое.",
    },
    # the score
    "links": {
        "en": "{right} of {of} links that the notes can judge are right; one in other words counts half.",
        "ru": "Верных связей {right} из {of}, о которых конспекты могут судить; сказанная иначе считается за половину.",
    },
    "concepts": {
        "en": "{right} of {of} concepts that are central to this part of the course are there.",
        "ru": "Понятий, главных для этой части курса, есть {right} из {of}.",
    },
    "scored": {
        "en": "{score} of 100: {parts} Links and concepts that the notes do not mention do not count.",
        "ru": "{score} из 100: {parts} Не учтены связи и понятия, о которых в конспектах не сказано.",
    },
    "unscored": {
        "en": "No score: the notes state nothing about any link of this map.",
        "ru": "Без оценки: ни об одной связи этой карты в конспектах ничего не сказано.",
    },
}


def say(key: str, lang: Lang, **values: object) -> str:
    """The sentence of a rule in a language (English where there is none), its places filled."""
    texts = RULES[key]
    return texts.get(lang, texts["en"]).format(**values)
