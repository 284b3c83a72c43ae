"""What all extraction rules share: the document, its outline, and one way to make statements."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from kg.extract.announce import headed
from kg.extract.labels import acronyms, bound_to_article, clean, is_name, language, term_and_gist
from kg.extract.tree import Node, outline
from kg.model import Document, Evidence, Lang, Mention, Span, Statement
from kg.ontology import Ontology
from kg.text import fold, label_key, printable, word_spans

_ARTICLE = re.compile(r"(?P<article>(?:the|an?)\s+)(?P<next>[^\W_]+)", re.IGNORECASE)
_SHORT_NAME = re.compile(r"^[^\W\d_]{2}$")  # Li, Xu


@dataclass(slots=True)
class Context:
    document: Document
    ontology: Ontology
    root: Node
    capitals: frozenset[str]
    bound: frozenset[str]  # words that the document has after "a" alone: "a priori"
    statements: list[Statement] = field(default_factory=list)
    heads: dict[Node, Mention] = field(default_factory=dict)  # what a node is about
    handled: set[Node] = field(default_factory=set)  # nodes that a rule has used up
    listed: set[Node] = field(default_factory=set)  # nodes whose inline members a rule has stated

    @classmethod
    def of(cls, document: Document, ontology: Ontology) -> Context:
        text = document.text
        return cls(document, ontology, outline(document), acronyms(text), bound_to_article(text))

    def lang(self, text: str) -> Lang:
        return language(text, self.document.lang)

    def mention(
        self,
        text: str,
        *,
        kind: str = "concept",
        scope: str = "",
        listed: bool = False,
        alt: tuple[str, ...] = (),
        generic: bool = False,
        marked: bool = False,
    ) -> Mention | None:
        """The concept that a text names, None where it is no name."""
        text = printable(text)
        article = _ARTICLE.match(text)
        if article and not self.ontology.is_a(kind, "source") and fold(article["next"]) not in self.bound:
            text = text[article.end("article") :]
        name = clean(text, capitals=self.capitals)
        if name is None:
            return None
        person = kind == "person"
        if not is_name(name.text, self.ontology, listed=listed or person, marked=marked) and not (
            person and _SHORT_NAME.match(name.text)
        ):
            return None
        if not label_key(name.text):
            return None
        lang = self.lang(name.text)
        own = label_key(name.text)
        others = tuple((a, self.lang(a)) for a in (*name.alt, *map(printable, alt)) if label_key(a) != own)
        return Mention(name.text, lang, kind, scope, tuple(dict.fromkeys(others)), generic)

    def kind(self, text: str) -> str:
        """The class whose cue heads the name ("tier of quality": tier), "concept" where none does."""
        lang = self.lang(text)
        return headed(text, lang, self.ontology) or "concept"

    def rename(self, old: Mention, new: Mention) -> None:
        """What was taken for `old` is `new`: its statements and the outline follow."""
        self.statements = [
            replace(s, subject=new if s.subject == old else s.subject, object=new if s.object == old else s.object)
            for s in self.statements
        ]
        self.heads = {node: new if head == old else head for node, head in self.heads.items()}

    def cite(self, node: Node, span: Span | None = None) -> Evidence:
        """Evidence for a span of a node's text, or for its whole block."""
        block = node.block
        assert block is not None
        if span is None:
            return self.document.cite(block.raw_span)
        return self.document.cite(block.raw_of(node.offset + span.start, node.offset + span.end))

    def state(
        self,
        subject: Mention,
        predicate: str,
        value: Mention | str,
        evidence: Evidence,
        rule: str,
        *,
        position: int | None = None,
    ) -> None:
        if isinstance(value, str):
            value = printable(value)
            if not value:
                return
        elif label_key(value.label) == label_key(subject.label) and value.scope == subject.scope:
            return
        if not evidence.quote:
            return
        lang = self.lang(value) if isinstance(value, str) else ""
        self.statements.append(Statement(subject, predicate, value, evidence, rule, lang, position))

    def name(self, mention: Mention, evidence: Evidence, rule: str) -> None:
        """State that the source names the concept here."""
        self.state(mention, "label", mention.label, evidence, rule)

    def topic(self, text: str) -> Mention | None:
        """The longest known name inside a text: a term of the ontology, or what the outline is about."""
        known = {label_key(m.label): m for m in self.heads.values()}
        spans = word_spans(text)
        for length in range(min(6, len(spans)), 0, -1):
            for i in range(len(spans) - length + 1):
                piece = text[spans[i].start : spans[i + length - 1].end]
                if (head := known.get(label_key(piece))) is not None:
                    return head
                if length > 1 and self.ontology.term_of(piece, self.lang(piece)) is not None:
                    return self.mention(piece)
        return None

    def name_end(self, node: Node) -> int:
        """Where the words of a node's text that are its own name end; 0 where it has none."""
        if node not in self.heads:
            return 0
        split = term_and_gist(node.text, self.ontology)
        gist = split[1].start if split and len(split[1]) else 0
        own = self.heads[node]
        whole = self.ontology.is_a(own.kind, "source") or label_key(own.label) == label_key(node.text)
        return len(node.text) if whole else gist

    def head_of(self, node: Node) -> Mention | None:
        """What the nearest node at or above this one is about."""
        if node in self.heads:
            return self.heads[node]
        return next((self.heads[a] for a in node.ancestors() if a in self.heads), None)
