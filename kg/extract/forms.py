"""The number of a name: a heading says "Arguments", the sentences below it "an argument".

Thesauri have what can be counted in the plural (ISO 25964-1), glossaries in the singular; here the usage of the
document decides. Only forms that stand in its text are named, at the line where they stand.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from kg.extract.context import Context
from kg.extract.labels import verbal
from kg.extract.tree import Node
from kg.extract.uses import uses
from kg.model import Mention, Span
from kg.text import label_key, lemma, script_of, words

RULE = "used-form"
MOST_WORDS = 6
LEAST = 0.5  # of the uses of the commonest form
MARKING = frozenset({"emphasis", "emphasis-definition", "is-definition", "called"})  # rules that see a term introduced


def forms(ctx: Context) -> None:
    """Name in the singular what the document names in the plural and often uses in the singular (`LEAST`)."""
    plural: dict[tuple[str, str], Mention] = {}
    names: set[str] = set()
    for s in ctx.statements:
        for mention in (s.subject, s.object):
            if isinstance(mention, Mention):
                names.add(key := label_key(mention.label))
                if _may_vary(mention, ctx):
                    plural.setdefault((key, mention.scope), mention)
    marked = {" ".join(words(s.subject.label)) for s in ctx.statements if s.rule in MARKING}
    said: dict[str, Counter[str]] = defaultdict(Counter)
    first: dict[tuple[str, str], tuple[Node, Span]] = {}
    sentences = (node for node in ctx.root.walk() if node.kind in {"paragraph", "item"})
    for key, node, span in uses(names, sentences):
        form = " ".join(words(span.of(node.text)))
        said[key][form] += 1
        first.setdefault((key, form), (node, span))
    for (key, _), mention in sorted(plural.items()):
        counts = said[key]
        one = max(
            (f for f in counts if _singular(f) and not verbal(f, mention.label)),
            key=lambda f: (counts[f], f),
            default="",
        )
        if not one or (counts[one] < LEAST * max(counts.values()) and one not in marked):
            continue
        node, span = first[key, one]
        named = ctx.mention(span.of(node.text), kind=mention.kind, scope=mention.scope, generic=mention.generic)
        if named is not None and label_key(named.label) == key:
            ctx.name(named, ctx.cite(node, span), RULE)


def _may_vary(mention: Mention, ctx: Context) -> bool:
    said = words(mention.label)
    proper = any(ctx.ontology.is_a(mention.kind, group) for group in ("source", "person", "session", "organisation"))
    return not proper and len(said) <= MOST_WORDS and not _singular(" ".join(said))


def _singular(form: str) -> bool:
    """Whether the noun that heads a folded name is in its base form: the last word, or the one before "of"."""
    said = form.split()
    head = said[0] if script_of(form) == "ru" else said[said.index("of") - 1] if "of" in said[1:] else said[-1]
    return lemma(head) == head
