"""Names, languages and contexts of concepts, as the cards of one language choice need them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.model import Concept, Evidence, Lang
from kg.study.card import Card, Item, Tongue, card_id
from kg.study.material import Material, Said
from kg.study.quality import Rules, gives_away, is_definition, number_of
from kg.text import fold, printable

LOOSE = frozenset({"term-gist"})  # rules of extraction that find what is said of a thing, not always what it is
_SIDES = 3  # definitions side by side on one card


@dataclass(frozen=True, slots=True)
class Maker:
    m: Material
    rules: Rules
    tongue: Tongue

    def label(self, id: str, lang: Lang) -> str:
        labels = self.m.concepts[id].labels
        return printable(labels.get(lang, ""))

    def lang_of(self, id: str) -> Lang:
        """The language that the terms of this concept's cards are in."""
        return self.first(self.m.concepts[id], self.tongue.terms)

    @staticmethod
    def first(concept: Concept, *wanted: Lang) -> Lang:
        named = [lang for lang, text in concept.labels.items() if printable(text)]
        return next((lang for lang in wanted if lang in named), min(named))

    def name(self, id: str, *wanted: Lang) -> str:
        """As the concept is called in the first of these languages that it has a name in."""
        return self.label(id, self.first(self.m.concepts[id], *wanted))

    def ask_in(self, id: str, lang: Lang) -> Lang:
        """A question about a thing that has no name in the language wanted is asked in the language of its name."""
        across = self.tongue.ask != self.tongue.terms
        return self.tongue.ask if across else self.first(self.m.concepts[id], lang)

    def item(self, id: str, lang: Lang) -> Item:
        concept = self.m.concepts[id]
        name = self.name(id, lang)
        every = [name, *(printable(text) for text, _ in concept.all_labels())]
        return Item(name, id, tuple(dict.fromkeys(filter(None, every))))

    def common(self, ids: Sequence[str], *, only: Lang = "") -> Lang:
        """The language that all of them have a name in: that of the terms if it can be; "" if there is none."""
        every = [frozenset(lang for lang, t in self.m.concepts[i].labels.items() if printable(t)) for i in ids]
        shared = frozenset.intersection(*every) if every else frozenset()
        if only:
            return only if only in shared else ""
        return self.tongue.terms if self.tongue.terms in shared else min(shared, default="")

    def where(self, id: str, lang: Lang, name: str) -> str:
        """The whole that a concept is part or kind of, as the context of a question about it; "" where none helps."""
        titles = {self.label(whole, lang) for _, whole in self.m.above.get(id, ())}
        fit = [t for t in titles if t and self.rules.is_title(t) and not gives_away([t], name)]
        return min(fit, key=lambda t: (number_of(t) is None, len(t), t), default="")

    def definitions(self, id: str) -> tuple[Lang, Sequence[Said]]:
        """What is said in the language asked in, else in another: its language, and one text for each source."""
        found = [d for d in self.m.said.get((id, "definition"), ()) if is_definition(d.text)]
        strict = [d for d in found if d.rule not in LOOSE] or found
        langs = sorted({d.lang for d in strict}, key=lambda lang: (lang != self.tongue.ask, lang))
        if not langs:
            return "", ()
        of_lang = [d for d in strict if d.lang == langs[0]]
        return langs[0], _different(of_lang)[:_SIDES]

    def card(
        self,
        id: str,
        type: str,
        *,
        lang: Lang,
        front: str,
        answer: Iterable[Iterable[Item]],
        how: str,
        evidence: Iterable[Evidence],
        other: str | None = None,
        shown: Iterable[str] = (),
    ) -> Card:
        iri = self.m.concepts[id].iri
        key = card_id(iri, type, self.m.concepts[other].iri if other is not None else None)
        lists = tuple(tuple(of) for of in answer)
        return Card(key, id, other, type, lang, front, tuple(shown), lists, how, _widest(evidence))


def _different(said: Sequence[Said]) -> list[Said]:
    """Without texts that stand, word for word, inside another one; of equal ones the first."""
    folded = [fold(d.text).rstrip(".") for d in said]

    def told(i: int) -> bool:
        return any(folded[i] in other and (folded[i] != other or j < i) for j, other in enumerate(folded) if j != i)

    return [d for i, d in enumerate(said) if not told(i)]


def _widest(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Without what stands inside another one: the lines of a list are cited once."""
    found = list(dict.fromkeys(evidence))

    def inside(a: Evidence, b: Evidence) -> bool:
        return a.document == b.document and b.start <= a.start and a.end <= b.end and a.end - a.start < b.end - b.start

    return tuple(e for e in found if not any(inside(e, other) for other in found))
