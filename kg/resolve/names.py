"""Names: what the statements call things, before it is known which of them are one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.model import Evidence, Mention, Statement
from kg.ontology import Ontology
from kg.text import label_key, slug, words

Place = tuple[str, str, str]

_ARTICLES = frozenset({"the", "a", "an"})
_SIGNS = re.compile(r"(?<=\w)[+#]+")  # C, C++ and C# are three languages
_PARTICLES = frozenset({"van", "von", "de", "der", "den", "del", "la", "le", "фон"})


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """One spelling, whatever its case, quotes, hyphens and article.

    group   source | person | session | thing: things of two groups are never one by their names alone
    text    its words, joined by spaces; of a person the surname first, then initials
    scope   lemmas of the whole that the name lives in, "" where it says enough by itself
    """

    group: str
    text: str
    scope: str = ""

    @property
    def id(self) -> str:
        """What decisions are kept under: made from the name alone, so that added documents change nothing."""
        own = self.text.replace(" ", "-")
        scoped = f"{self.scope.replace(' ', '-')}--{own}" if self.scope else own
        return scoped if self.group == "thing" else f"{self.group}:{scoped}"


@dataclass(frozen=True, slots=True)
class Naming:
    """A name at its place. `key` is what it means: "term:" and the ontology's term, else its lemmas."""

    name: Name
    key: str
    mention: Mention
    evidence: Evidence
    rule: str

    @property
    def place(self) -> Place:
        """The key where it means one thing: within its group and scope."""
        return self.name.group, self.key, self.name.scope

    @property
    def document(self) -> str:
        return self.evidence.document


def order(s: Statement) -> tuple[object, ...]:
    """Sorts statements by place; what is made of them depends on no other order."""
    return (s.evidence.document, s.evidence.start, s.evidence.end, s.rule, s.predicate, s.subject.label, str(s.object))


def namings(statements: Iterable[Statement], ontology: Ontology) -> Iterator[Naming]:
    """Of subjects and objects, in the order of the statements."""
    made: dict[Mention, tuple[Name, str]] = {}
    for s in statements:
        for mention in (s.subject, s.object):
            if isinstance(mention, Mention):
                if mention not in made:
                    made[mention] = name_of(mention, ontology), _key(mention, ontology)
                name, key = made[mention]
                yield Naming(name, key, mention, s.evidence, s.rule)


def name_of(mention: Mention, ontology: Ontology) -> Name:
    group = _group(mention.kind, ontology)
    text = " ".join(person(mention.label)) if group == "person" else plain(mention.label)
    return Name(group, text, label_key(mention.scope) if mention.generic else "")


def plain(label: str) -> str:
    """The words of a label without articles, hyphens as spaces, "C++" with its signs."""
    said = slug(label).split("-")
    kept = [w for w in said if w not in _ARTICLES] or said
    return " ".join([*kept, *_SIGNS.findall(label)])


def person(label: str) -> tuple[str, ...]:
    """Surname, then given names or initials: "Ann B. Smith" and "Smith, A. B." can be compared."""
    if "," in label:
        last, _, rest = label.partition(",")
        return " ".join(words(last)), *words(rest)
    said = words(label)
    particles = [i for i, w in enumerate(said) if w in _PARTICLES]
    cut = particles[0] if particles else len(said) - 1
    return " ".join(said[cut:]), *said[:cut]


def _key(mention: Mention, ontology: Ontology) -> str:
    group = _group(mention.kind, ontology)
    if group == "person":
        surname, *given = person(mention.label)
        return " ".join([surname, *(w[0] for w in given)])
    if group == "thing" and not mention.generic and (term := ontology.term_of(mention.label, mention.lang)) is not None:
        return "term:" + term.id
    return " ".join([label_key(mention.label), *_SIGNS.findall(mention.label)])


def _group(kind: str, ontology: Ontology) -> str:
    for group in ("source", "person", "session"):
        if ontology.is_a(kind, group):
            return group
    return "thing"
