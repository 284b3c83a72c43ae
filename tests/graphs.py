"""Two small graphs for tests, made by hand from texts of our own: nothing here passes through a reader or an extractor.

`small()`  an English and a Russian page on baking bread: members with an order, kinds, an example, a person,
           definitions in both languages, a concept without a Russian label and one without an English one.
`nasty()`  what may go wrong: a ring of parts, a concept that is its own part, labels with markup, quotes, line
           feeds, control characters, formulas and reserved file names, equal labels, a concept without facts.
`ontology()` a little one for both, so that what tests compare does not change with the shipped files.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kg.model import Block, Concept, Document, Evidence, Fact, Graph, Lang, Passage, Span
from kg.ontology import Ontology, concept_iri
from kg.ontology_files import load

BREAD = """\
Baking bread
Bread baking is the craft of turning flour and water into a loaf.
The baking method has three steps:
1. Mixing
2. Proving
3. Baking
Mixing is followed by proving, and proving by baking.
Proving: the rest in which the dough rises.
Sourdough is a kind of dough that rises by wild yeast.
A rye loaf is an example of sourdough.
Anna Weber introduced the baking method.
Sourdough differs from yeast dough.
Yeast dough rises in an hour.
"""

KHLEB = """\
Как пекут хлеб
Расстойка — отдых теста, во время которого оно поднимается.
Закваска: смесь муки и воды, в которой живут дикие дрожжи.
Опара — вид закваски.
"""


def document(name: str, lang: Lang, raw: str, *, media_type: str = "text/plain") -> Document:
    """A document whose blocks are its lines, unrepaired."""
    blocks, at, text_at = [], 0, 0
    lines = raw.split("\n")
    for number, line in enumerate(lines[:-1] if not lines[-1] else lines, start=1):
        kind, level = ("heading", 1) if number == 1 else ("paragraph", 0)
        blocks.append(
            Block(
                kind,
                level,
                line,
                Span(text_at, text_at + len(line)),
                Span(at, at + len(line)),
                (number, number),
            )
        )
        at += len(line) + 1
        text_at += len(line) + 1
    text = "\n".join(b.text for b in blocks)
    return Document(name, lang, lines[0], media_type, raw, text, tuple(blocks))


def line(doc: Document, first: int, last: int | None = None) -> Evidence:
    """Evidence for whole lines of a document, 1-based and inclusive."""
    return doc.cite(doc.line_span(first, last or first))


def concept(
    id: str,
    kind: str,
    *,
    en: str = "",
    ru: str = "",
    alt: Iterable[tuple[str, Lang]] = (),
    documents: Iterable[str] = (),
) -> Concept:
    labels = {lang: text for lang, text in (("en", en), ("ru", ru)) if text}
    return Concept(id, concept_iri(id), kind, labels, tuple(alt), (), tuple(documents))


def passages(doc: Document) -> tuple[Passage, ...]:
    """One passage a document, its heading left out."""
    body = line(doc, 2, len(doc.blocks))
    return (Passage(f"{doc.name}#1", doc.name, doc.lang, (doc.title,), body.quote, body),)


def small() -> Graph:
    en, ru = document("bread.txt", "en", BREAD), document("khleb.txt", "ru", KHLEB)
    both = (en.name, ru.name)
    concepts = [
        concept("baking-method", "framework", en="Baking method", ru="Метод выпечки", documents=[en.name]),
        concept("bread-baking", "concept", en="Bread baking", documents=[en.name]),
        concept("mixing", "step", en="Mixing", ru="Замес", documents=[en.name]),
        concept("proving", "step", en="Proving", ru="Расстойка", alt=[("proofing", "en")], documents=both),
        concept("baking", "step", en="Baking", ru="Выпечка", documents=[en.name]),
        concept("dough", "concept", en="Dough", ru="Тесто", documents=[en.name]),
        concept("sourdough", "concept", en="Sourdough", ru="Закваска", alt=[("levain", "en")], documents=both),
        concept("yeast-dough", "concept", en="Yeast dough", documents=[en.name]),
        concept("rye-loaf", "example", en="Rye loaf", documents=[en.name]),
        concept("opara", "concept", ru="Опара", documents=[ru.name]),
        concept("anna-weber", "person", en="Anna Weber", documents=[en.name]),
    ]
    facts = (
        Fact("bread-baking", "definition", line(en, 2), "is-the", lang="en",
             value="the craft of turning flour and water into a loaf"),
        Fact("mixing", "part-of", line(en, 3, 4), "n-things", "baking-method", position=1),
        Fact("proving", "part-of", line(en, 3, 5), "n-things", "baking-method", position=2),
        Fact("baking", "part-of", line(en, 3, 6), "n-things", "baking-method", position=3),
        Fact("mixing", "precedes", line(en, 7), "followed-by", "proving"),
        Fact("proving", "precedes", line(en, 7), "followed-by", "baking"),
        Fact("proving", "definition", line(en, 8), "term-colon", value="the rest in which the dough rises", lang="en"),
        Fact("proving", "definition", line(ru, 2), "term-dash", value="отдых теста, во время которого оно поднимается",
             lang="ru"),
        Fact("sourdough", "definition", line(ru, 3), "term-colon", lang="ru",
             value="смесь муки и воды, в которой живут дикие дрожжи"),
        Fact("sourdough", "kind-of", line(en, 9), "kind-of", "dough"),
        Fact("rye-loaf", "example-of", line(en, 10), "example-of", "sourdough"),
        Fact("opara", "kind-of", line(ru, 4), "kind-of", "sourdough"),
        Fact("baking-method", "introduced-by", line(en, 11), "introduced", "anna-weber"),
        Fact("sourdough", "contrasts-with", line(en, 12), "differs", "yeast-dough"),
        Fact("yeast-dough", "note", line(en, 13), "remark", value="rises in an hour", lang="en"),
        Fact("yeast-dough", "kind-of", line(en, 13), "head-noun", "dough"),
    )  # fmt: skip
    return Graph(
        {c.id: c for c in concepts},
        facts,
        (en, ru),
        passages(en) + passages(ru),
        {"proofing": "proving", "old-proofing": "proofing"},
    )


HOSTILE = """\
Hostile "notes" <b>&amp; more
=HYPERLINK("http://example.org","x") is part of <script>alert(1)</script>
alpha\x0bbeta\x00 and [[links]] | pipes ]]> %% #tag
"""

HOSTILE_NAME = "=cmd|' /C calc'!A0 <x>&\"..\\..\\#1.txt"


def nasty() -> Graph:
    doc = document(HOSTILE_NAME, "en", HOSTILE)
    labels = {
        "ring-a": 'Ring "A" <script>alert(1)</script> & Co',
        "ring-b": "Ring\nB: [[C]] | #x %% `code` $x$ *y* _z_ \\N \\",
        "ring-c": "=HYPERLINK(\"http://example.org\")",
        "self": "con",
        "markup": "<html><b>bold</b></html> ]]> --> {{c1::x}} [latex]y[/latex]",
        "control": "alpha\x00\x0b\x1f\ufffe\x85omega",
        "twin-1": "Twin",
        "twin-2": "twin",
        "twin-3": "Twi\u0301n",
        "twin-4": "Tw\u00edn",
        "path": "../../etc/passwd",
        "dots": "...",
        "long": "очень длинное название " * 20,
        "end": "end",
        "at": "@SUM(1)",
        "tab": "\t-1+1",
    }
    concepts = [concept(id, "concept", en=label, documents=[doc.name]) for id, label in labels.items()]
    concepts.append(concept("only-ru", "concept", ru="Только «по-русски»", documents=[doc.name]))
    concepts.append(concept("unnamed", "concept"))
    concepts.append(concept("weird id:&<\">;[x]", "no-such-kind", en="Weird id", documents=[doc.name]))
    first, second = line(doc, 2), line(doc, 3)
    facts = (
        Fact("ring-a", "part-of", first, "r", "ring-b", position=1),
        Fact("ring-b", "part-of", first, "r", "ring-c", position=1),
        Fact("ring-c", "part-of", first, "r", "ring-a", position=1),
        Fact("ring-c", "part-of", second, "r", "ring-a", position=2),
        Fact("ring-a", "precedes", first, "r", "ring-b"),
        Fact("ring-b", "precedes", first, "r", "ring-a"),
        Fact("self", "part-of", second, "r", "self"),
        Fact("self", "related", second, "r", "ring-a"),
        Fact("markup", "kind-of", second, "r", "ring-a"),
        Fact("control", "kind-of", second, "r", "ring-a"),
        Fact("control", "kind-of", second, "r", "markup"),
        Fact("control", "definition", second, "r", lang="en",
             value="alpha\x0bbeta\x00 <img src=x onerror=alert(1)> \"q\" 'q' «ё» й"),
        Fact("markup", "definition", first, "r", value="=1+1\n+2", lang=""),
        *(Fact(f"twin-{n}", "example-of", first, "r", "markup", position=n) for n in (4, 3, 2, 1)),
        Fact("path", "related", first, "r", "dots"),
        Fact("weird id:&<\">;[x]", "same-as", first, "r", "long"),
        Fact("only-ru", "becomes", first, "r", "end"),
        Fact("at", "supports", first, "r", "tab"),
    )  # fmt: skip
    return Graph({c.id: c for c in concepts}, facts, (doc,), (), {"loop-1": "loop-2", "loop-2": "loop-1"})


def ontology() -> Ontology:
    return load([Path(__file__).parent / "small-ontology.ttl"])
