"""What a document calls a thing in the other language: "Прополис (англ. propolis)", "bee glue (пчелиный клей)".

A gloss stands in brackets right after a name, in the other script. With it the two names are one concept
(kg.resolve.joining), though neither the ontology nor anybody else has said so.
"""

from __future__ import annotations

import re
from dataclasses import replace

from kg.extract.context import Context
from kg.extract.labels import cue_set, is_abbreviation
from kg.extract.uses import uses
from kg.frequencies import zipf
from kg.model import Mention, Span
from kg.text import fold, label_key, script_of, word_spans

RULE = "gloss"
MOST_WORDS = 6
COMMON = 3.0  # Zipf frequency that each word of a gloss with capitals has: "(Homburg)" is who says so
_MARKS = r"[\s*_\"'“”«»„‟‘’]*"
_BRACKETS = re.compile(rf"{_MARKS}\((?P<inner>[^()\n]{{2,80}})\)")
_SCRIPTS = re.compile("[A-Za-z]"), re.compile("[А-Яа-яЁё]")
_PARTS = re.compile(r"[^,;]+")
_PROPER = ("source", "person", "session", "organisation")


def glosses(ctx: Context) -> None:
    """Name each thing as the brackets after its name do, and note that both are its names."""
    named: dict[str, Mention] = {}
    for s in ctx.statements:
        for mention in (s.subject, s.object):
            if isinstance(mention, Mention) and not any(ctx.ontology.is_a(mention.kind, kind) for kind in _PROPER):
                named.setdefault(label_key(mention.label), mention)
    mixed = (n for n in ctx.root.walk() if "(" in n.text and all(script.search(n.text) for script in _SCRIPTS))
    for key, node, span in uses(named, mixed):
        brackets = _BRACKETS.match(node.text, span.end)
        if brackets is None:
            continue
        mention = named[key]
        found = [part for part in _PARTS.finditer(brackets["inner"]) if not is_abbreviation(part[0].strip())]
        if len(found) != 1:
            continue  # two names in one language are a choice that nobody made
        at = brackets.start("inner") + found[0].start()
        gloss = _without_mark(Span(at, at + len(found[0][0])), node.text, ctx)
        if gloss is None or not _is_gloss(gloss.of(node.text), mention.label):
            continue
        other = ctx.mention(gloss.of(node.text), kind=mention.kind, scope=mention.scope, generic=mention.generic)
        if other is None or other.lang == mention.lang:
            continue
        both = replace(mention, alt=tuple(dict.fromkeys((*mention.alt, (other.label, other.lang)))))
        ctx.name(both, ctx.cite(node, Span(span.start, brackets.end())), RULE)
        ctx.name(other, ctx.cite(node, gloss), RULE)


def _without_mark(span: Span, text: str, ctx: Context) -> Span | None:
    """The span without what says that it is English or Russian: "англ.", "in Russian"; None where nothing is left."""
    marks = cue_set(ctx.ontology, "gloss-mark")
    said = word_spans(span.of(text))
    while said and fold(said[0].of(span.of(text))) in marks:
        said = said[1:]
    return Span(span.start + said[0].start, span.start + said[-1].end) if said else None


def _is_gloss(text: str, name: str) -> bool:
    """A few words of the other script, no surname and no name of a product."""
    said = [span.of(text) for span in word_spans(text)]
    own = script_of(name)
    if not said or len(said) > MOST_WORDS or not own or any(script_of(w) in {"", own} for w in said):
        return False
    if not any(c.isupper() for c in text):
        return True
    return len(said) > 1 and all(zipf(fold(w)) >= COMMON for w in said)
