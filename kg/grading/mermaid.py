"""Mermaid flowcharts (https://mermaid.js.org/syntax/flowchart.html): nodes of every shape, links of every stroke.

Written by hand because no permissive Python library reads them: those that there are carry a JavaScript engine. Read
are nodes, links, chains, `A & B`, labels in quotes, entities; subgraphs are opened and give nothing; styles, classes,
clicks, comments and directives are passed over. tests/ compares it with Mermaid's own parser.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import NoReturn

from kg.errors import TooLarge, Unsupported
from kg.grading.model import Link, StudentMap

_FENCE = re.compile(r"^[ \t]*(```+|~~~+)[ \t]*mermaid[^\n]*\n(.*?)^[ \t]*\1", re.M | re.S)
_FRONT = re.compile(r"\A\s*---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.S)
_TITLE = re.compile(r"^title:[ \t]*(.+)$", re.M)
_UNREAD = re.compile(r"%%\{.*?\}%%|^[ \t]*%%[^\n]*$", re.M | re.S)
_HEAD = re.compile(r"\s*(?:flowchart-elk|flowchart|graph)\b[ \t]*(?:TB|TD|BT|LR|RL|[<>^v])?[ \t]*(?=[;\n]|\Z)")
_SPACE = re.compile(r"[ \t]*")
_ENDS = re.compile(r"[\s;]*")
_PASSED_OVER = re.compile(
    r"(?:(?:click|accTitle|accDescr)\b[^\n]*|(?:style|classDef|class|linkStyle|direction)\b[^\n;]*|subgraph\b[^\n;]*"
    r"|end(?=[\s;]|\Z))"
)
_ID = re.compile(r"(?:[^\s\[\](){}<>|;\"@:=&~-]|-(?![->.])|=(?!=)|:(?!::)|~(?!~~))+")
_DATA = re.compile(r"@\{((?:\"[^\"]*\"|[^}\"])*)\}")
_DATA_LABEL = re.compile(r"\blabel:[ \t]*(?:\"([^\"]*)\"|'([^']*)'|([^,}\n]+))")
_CLASS = re.compile(r":::[\w-]+")
_SHAPES = (
    ("(((", (")))",)),
    ("((", ("))",)),
    ("([", ("])",)),
    ("[[", ("]]",)),
    ("[(", (")]",)),
    ("[/", ("/]", "\\]")),
    ("[\\", ("\\]", "/]")),
    ("{{", ("}}",)),
    ("(-", ("-)",)),
    ("[", ("]",)),
    ("(", (")",)),
    ("{", ("}",)),
    (">", ("]",)),
)
_EDGE_ID = re.compile(r"[\w-]+@(?=[<xo]?[-=.~])")
_PLAIN = re.compile(r"([<xo]?)(--+[-xo>]|==+[=xo>]|-\.+-[xo>]?|~~~+)")
_WORDED = re.compile(
    r"([<xo]?)(?:--[ \t]*(?P<a>(?:\"[^\"]*\"|(?!--)[^\n|;\"])+?)[ \t]*--+"
    r"|==[ \t]*(?P<b>(?:\"[^\"]*\"|(?!==)[^\n|;\"])+?)[ \t]*==+"
    r"|-\.[ \t]*(?P<c>(?:\"[^\"]*\"|(?!\.-)[^\n|;\"])+?)[ \t]*\.+-)([->xo=]?)"
)
_PIPED = re.compile(r"[ \t]*\|(\"[^\"]*\"|[^|\n\"]*)\|")
_AND = re.compile(r"[ \t]*&[ \t]*")
_ENTITY = re.compile(r"#(\d{1,7}|[A-Za-z]{2,31});")


def begins(text: str) -> bool:
    """Whether it is a flowchart: by itself, or fenced in Markdown."""
    return _HEAD.match(_body(text)[0]) is not None


def read(text: str, *, name: str, most: int) -> StudentMap:
    """Unsupported, with the line, for what is no flowchart; TooLarge over `most` links."""
    body, title = _body(text)
    head = _HEAD.match(body)
    if head is None:
        raise Unsupported(name, "no flowchart begins here", "begin with a line such as: flowchart LR")
    return _Reader(body, head.end(), name, most).read(title)


def _body(text: str) -> tuple[str, str]:
    """The flowchart without what is not read, line by line as it was, and its title."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    fenced = _FENCE.search(text)
    text = fenced.group(2) if fenced else text
    title = ""
    if front := _FRONT.match(text):
        found = _TITLE.search(front.group(1))
        title = found.group(1).strip().strip("\"'") if found else ""
        text = "\n" * front.group().count("\n") + text[front.end() :]
    return _UNREAD.sub(lambda m: "\n" * m.group().count("\n"), text), title


@dataclass(slots=True)
class _Reader:
    text: str
    at: int
    name: str
    most: int

    def read(self, title: str) -> StudentMap:
        nodes: dict[str, str] = {}
        links: list[Link] = []
        while True:
            self._skip(_ENDS)
            if self.at >= len(self.text):
                return StudentMap(title, "mermaid", nodes, tuple(links))
            if passed := _PASSED_OVER.match(self.text, self.at):
                self.at = passed.end()
                continue
            group = self._group(nodes)
            while (link := self._link()) is not None:
                phrase, directed, backwards, seen = link
                following = self._group(nodes)
                pairs = ((b, a) if backwards else (a, b) for a in group for b in following)
                links += [Link(a, phrase, b, directed) for a, b in pairs if seen]
                if len(links) > self.most:
                    raise TooLarge(self.name, f"more than {self.most} links", "grade a part of the map")
                group = following
            self._skip(_SPACE)
            if self.at < len(self.text) and self.text[self.at] not in ";\n":
                self._refuse()

    def _group(self, nodes: dict[str, str]) -> list[str]:
        """`A & B & C`: one or more nodes."""
        found = [self._node(nodes)]
        while (joined := _AND.match(self.text, self.at)) is not None:
            self.at = joined.end()
            found.append(self._node(nodes))
            if len(found) > self.most:
                raise TooLarge(self.name, f"more than {self.most} nodes in a row", "grade a part of the map")
        return list(dict.fromkeys(found))

    def _node(self, nodes: dict[str, str]) -> str:
        self._skip(_ENDS)  # a link may end its line
        found = _ID.match(self.text, self.at)
        if found is None:
            self._refuse()
        self.at, id = found.end(), found.group()
        label = self._shape()
        if data := _DATA.match(self.text, self.at):
            self.at = data.end()
            if told := _DATA_LABEL.search(data.group(1)):
                label = shown(next(g for g in told.groups() if g is not None))
        if styled := _CLASS.match(self.text, self.at):
            self.at = styled.end()
        if label or id not in nodes:
            nodes[id] = label or id
        return id

    def _shape(self) -> str:
        """The text in the brackets that follow, "" where none do."""
        for opening, closings in _SHAPES:
            if not self.text.startswith(opening, self.at):
                continue
            start = self.at + len(opening)
            quoted = re.compile(r"\s*\"([^\"]*)\"\s*").match(self.text, start)
            for closing in closings:
                if quoted and self.text.startswith(closing, quoted.end()):
                    self.at = quoted.end() + len(closing)
                    return shown(quoted.group(1))
            ends = [(i, c) for c in closings if (i := self.text.find(c, start)) >= 0]
            if quoted or not ends or "\n" in self.text[start : min(ends)[0]]:
                continue
            end, closing = min(ends)
            self.at = end + len(closing)
            return shown(self.text[start:end])
        return ""

    def _link(self) -> tuple[str, bool, bool, bool] | None:
        """(phrase, directed, backwards, visible) of the link that begins here."""
        start = self.at
        self._skip(_SPACE)
        if named := _EDGE_ID.match(self.text, self.at):
            self.at = named.end()
        worded, plain = _WORDED.match(self.text, self.at), _PLAIN.match(self.text, self.at)
        if plain is not None:
            tail, stroke = plain.groups()
            head = stroke[-1]
            self.at, phrase = plain.end(), ""
            if piped := _PIPED.match(self.text, self.at):
                self.at, phrase = piped.end(), shown(piped.group(1).strip().strip('"'))
            seen = not stroke.startswith("~")
        elif worded is not None:
            tail, head = worded.group(1), worded.groups()[-1]
            text = worded.group("a") or worded.group("b") or worded.group("c")
            self.at, phrase, seen = worded.end(), shown(text.strip().strip('"')), True
        else:
            self.at = start
            return None
        ahead, behind = head in ">xo" and head != "", bool(tail)
        return phrase, ahead != behind, behind and not ahead, seen

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _refuse(self) -> NoReturn:
        line = self.text.count("\n", 0, self.at) + 1
        rest = self.text[self.at : self.at + 30].split("\n")[0]
        raise Unsupported(self.name, f"line {line} of the flowchart cannot be read at {rest!r}", "mend that line")


def shown(text: str) -> str:
    """A label as it is drawn: entities resolved, Markdown's quotes and line breaks gone."""
    text = re.sub(r"<br\s*/?>|\\n", " ", text.strip())
    if len(text) > 1 and text[0] == text[-1] == "`":
        text = text[1:-1]
    return html.unescape(_ENTITY.sub(lambda m: f"&#{m[1]};" if m[1].isdigit() else f"&{m[1]};", text))
