"""Inline Markdown (CommonMark 0.31, strikethrough) to text in which every character knows its raw place.

Specification: https://spec.commonmark.org/0.31.2/ (inlines). markdown-it-py gives no offsets for inline tokens;
but its tokens stand in the order of the source, and each one's source is known to the letter, so that one pass
over the source beside the tokens finds every place. Only the end of a link is not known from its token: the rules
for links and images are wrapped to leave it there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_core import inline as core_inline
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token

from kg.model import Span
from kg.reading.assemble import Tracked

_LONGEST = 20_000  # characters of one paragraph that are parsed for markup: some inputs take quadratic time,
_MOST_BRACKETS = 1_000  # and brackets that open no link the most
_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_WIKI = re.compile(r"(!?)\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{0,300}))?\]\]")


@dataclass(frozen=True, slots=True)
class Inline:
    """A rendered piece of inline Markdown.

    strong  emphasised spans of the text
    breaks  (position of the space that stands for a line break, whether the author forced it)
    raw     where all of it stands, markup included
    """

    tracked: Tracked
    strong: tuple[Span, ...]
    breaks: tuple[tuple[int, bool], ...]
    raw: Span


@lru_cache(maxsize=2)
def parser(*, html: bool) -> MarkdownIt:
    """CommonMark with tables and strikethrough. `html`: whether tags are markup or plain text."""
    md = MarkdownIt("commonmark", {"html": html, "maxNesting": 60}).enable(["table", "strikethrough"])
    md.disable("text_join")  # it would merge unescaped characters into their neighbours
    md.inline.ruler.before("link", "wiki", _wiki)
    md.inline.ruler.at("link", _link)
    md.inline.ruler.at("image", _image)
    md.core.ruler.at("inline", _bounded)
    return md


def _link(state: StateInline, silent: bool) -> bool:
    return _marked(state, silent, link(state, silent))


def _image(state: StateInline, silent: bool) -> bool:
    return _marked(state, silent, image(state, silent))


def _marked(state: StateInline, silent: bool, matched: bool) -> bool:
    if matched and not silent:
        state.tokens[-1].meta = {"end": state.pos}
    return matched


def _wiki(state: StateInline, silent: bool) -> bool:
    """[[Page]], [[Page|shown]] and the embedding ![[file]], of which nothing is shown."""
    if state.src[state.pos] not in "![":
        return False
    found = _WIKI.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        token = state.push("wiki", "", 0)
        token.markup = found[0]
        shown = 3 if found[3] else 2
        token.content = "" if found[1] else found[shown]
        token.meta = {"at": found.start(shown) - found.start()}
    state.pos = found.end()
    return True


def _bounded(state: StateCore) -> None:
    long = [t for t in state.tokens if t.type == "inline" and _is_costly(t.content)]
    for token in long:
        token.type = "plain"
        token.children = [
            t for line in token.content.split("\n") for t in (_new("softbreak", "\n"), _new("text", line))
        ][1:]
    core_inline(state)
    for token in long:
        token.type = "inline"


def _is_costly(content: str) -> bool:
    return len(content) > _LONGEST or content.count("[") > _MOST_BRACKETS


def _new(kind: str, content: str) -> Token:
    return Token(kind, "", 0, content=content)


def render(raw: str, content: str, at: Sequence[int], children: Sequence[Token]) -> Inline:
    """`content` is what the parser took for inline source, at[i] the raw offset of content[i] (one more at the end)."""
    out = _Renderer(raw, content, at)
    for token in children:
        out.take(token)
    return Inline(out.text, tuple(sorted(set(out.strong))), tuple(out.breaks), Span(at[0], max(at[0], at[-1])))


class _Renderer:
    def __init__(self, raw: str, content: str, at: Sequence[int]) -> None:
        self.content, self.at = content, at
        self.text = Tracked(raw)
        self.strong: list[Span] = []
        self.breaks: list[tuple[int, bool]] = []
        self._cursor = 0
        self._open: list[int] = []

    def take(self, token: Token) -> None:
        match token.type:
            case "text":
                self._text(token.content)
            case "text_special":
                start = self._past(token.markup)
                self.text.put(token.content, self.at[start], self.at[self._cursor])
            case "wiki":
                start = self._past(token.markup) + token.meta["at"]
                self._copy(start, start + len(token.content))
            case "strong_open" | "em_open" | "s_open":
                self._past(token.markup)
                self._open.append(self.text.length)
            case "strong_close" | "em_close" | "s_close":
                self._past(token.markup)
                start = self._open.pop() if self._open else self.text.length
                if token.type != "s_close" and start < self.text.length:
                    self.strong.append(Span(start, self.text.length))
            case "code_inline":
                self._code(token)
            case "softbreak" | "hardbreak":
                self._line_break(forced=token.type == "hardbreak")
            case "html_inline":
                start = self._past(token.content)
                if _BREAK.match(token.content):
                    self.breaks.append((self.text.length, True))
                    self.text.put(" ", self.at[start], self.at[self._cursor])
            case "link_open":
                self._past("<" if token.info == "auto" else "[")
            case "link_close":
                self._cursor = self._past(">") + 1 if token.info == "auto" else token.meta["end"]
            case "image":
                self._picture(token)

    def _past(self, source: str) -> int:
        """Where `source` stands from the cursor on; the cursor moves behind it."""
        start = self._cursor
        if not self.content.startswith(source, start):
            start = max(start, self.content.find(source, start))
        self._cursor = min(start + len(source), len(self.content))
        return start

    def _copy(self, start: int, end: int) -> None:
        at = self.at
        while start < end:
            stop = end
            if at[end - 1] - at[start] != end - 1 - start:
                stop = next(i for i in range(start + 1, end) if at[i] != at[i - 1] + 1)
            self.text.copy(at[start], at[stop - 1] + 1)
            start = stop

    def _text(self, content: str) -> None:
        if content:
            start = self._past(content)
            self._copy(start, self._cursor)

    def _code(self, token: Token) -> None:
        start = self._past(token.markup) + len(token.markup)
        size = len(token.content)
        if self.content[start : start + size].replace("\n", " ") != token.content:
            start += 1  # one space inside each fence is not content
        for i in range(start, min(start + size, len(self.content))):
            if self.content[i] == "\n":
                self.text.put(" ", self.at[i], self.at[i + 1])
            elif self.at[i] == self.at[i + 1]:  # indentation that the source does not have here
                self.text.put(self.content[i], self.at[i], self.at[i])
            else:
                self._copy(i, i + 1)
        self._cursor = start + size
        self._past(token.markup)

    def _line_break(self, *, forced: bool) -> None:
        start = self._cursor
        end = max(start, self.content.find("\n", start)) + 1
        while end < len(self.content) and self.content[end] in " \t":
            end += 1
        self._cursor = min(end, len(self.content))
        self.breaks.append((self.text.length, forced))
        self.text.put(" ", self.at[start], self.at[self._cursor])

    def _picture(self, token: Token) -> None:
        """The alternative text, where it says something (a single word is mostly a file's name)."""
        start = self._past("![") + 2
        alt = token.content
        if " " in alt.strip() and self.content.startswith(alt, start):
            self._copy(start, start + len(alt))
        self._cursor = token.meta["end"]
