"""An Obsidian vault: a ZIP with a note for every concept, wikilinks between them, cited lines as quotes.

https://help.obsidian.md/links and /properties. Names of notes are unique in the vault whatever the case and
the way accents are stored, and safe on Windows, macOS and Linux.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable

from kg.export.archive import archive
from kg.export.outlines import escape_markdown
from kg.export.view import HIERARCHY, Edge, Node, View, one_line, place, places
from kg.model import Evidence

INDEX = "Index"
_UNSAFE = re.compile(  # separators, signs forbidden by Windows or Obsidian's links, its markup; controls; unseen signs
    r"""%%|==|[`$\\/:*?"<>|#^\[\]\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]"""
)
_RESERVED = re.compile(r"(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(\..*)?", re.IGNORECASE)
_ALIKE = str.maketrans("[]|`<>", "()/'‹›")
_TAG = re.compile(r"[^\w/-]+")
MAX_NAME = 180  # bytes of UTF-8; file systems take 255 with folder marks and suffixes


def vault(view: View) -> bytes:
    names = note_names(view)
    links = {id: _link(name, view.nodes[id].label) for id, name in names.items()}
    out: dict[str, list[Edge]] = {}
    into: dict[str, list[Edge]] = {}
    for e in view.edges:
        out.setdefault(e.source, []).append(e)
        into.setdefault(e.target, []).append(e)
    files = {f"{INDEX}.md": _index(view, links).encode()}
    for id, node in view.nodes.items():
        text = _note(node, links, out.get(id, []), sorted(into.get(id, []), key=_members_first))
        files[f"Concepts/{names[id]}.md"] = text.encode()
    return archive(files)


def note_names(view: View) -> dict[str, str]:
    """A name for the note of every concept: its label made safe, with a number where two are the same."""
    taken, names = {INDEX.casefold()}, {}
    for id, node in view.nodes.items():
        base = safe_name(node.label)
        name, number = base, 1
        while unicodedata.normalize("NFD", name).casefold() in taken:
            number += 1
            name = f"{base} {number}"
        taken.add(unicodedata.normalize("NFD", name).casefold())
        names[id] = name
    return names


def safe_name(label: str) -> str:
    """`label` as the name of a file: no separators, links or controls, no reserved name, not too long, never empty."""
    name = _UNSAFE.sub(" ", unicodedata.normalize("NFC", one_line(label)))
    name = name.encode()[:MAX_NAME].decode(errors="ignore")
    name = " ".join(name.split()).strip(". ")
    return f"note {name}" if _RESERVED.fullmatch(name) else name or "Unnamed"


def _index(view: View, links: dict[str, str]) -> str:
    kinds: dict[str, list[str]] = {}
    for id, node in view.nodes.items():
        kinds.setdefault(node.kind, []).append(id)
    lines = [f"# {escape_markdown(view.title)}", ""]
    for kind, ids in sorted(kinds.items()):
        lines += [f"## {escape_markdown(kind)}", "", *(f"- {links[id]}" for id in ids), ""]
    return "\n".join(lines)


def _note(node: Node, links: dict[str, str], out: list[Edge], into: list[Edge]) -> str:
    other_names = [t for lang, t in sorted(node.concept.labels.items()) if one_line(t) != node.label]
    aliases = dict.fromkeys(one_line(t) for t in (*other_names, *(t for t, _ in node.concept.alt_labels)))
    properties: dict[str, str | list[str]] = {
        "id": one_line(node.id),
        "iri": node.iri,
        "aliases": [a for a in aliases if a],
        "tags": [f"kind/{_tag(node.concept.kind)}"],
        "sources": [one_line(d) for d in node.concept.documents],
    }
    lines = ["---", *(f"{k}: {_yaml(v)}" for k, v in properties.items()), "---", "", f"# {escape_markdown(node.label)}"]
    for r in node.remarks:
        lines += ["", f"**{escape_markdown(r.name)}**: {escape_markdown(r.text)}", *_quotes(r.evidence)]
    if out or into:
        lines += ["", "## Relations", ""]
    lines += [f"- {escape_markdown(e.label)}: {links[e.target]} ({_places(e)})" for e in out]
    lines += [f"- {escape_markdown(e.inverse)}: {links[e.source]} ({_places(e)})" for e in into]
    told = {e for r in node.remarks for e in r.evidence}
    rest = [e for edge in out for e in edge.evidence if e not in told]
    if rest:
        lines += ["", "## Sources", *_quotes(dict.fromkeys(rest))]
    return "\n".join(lines) + "\n"


def _quotes(evidence: Iterable[Evidence]) -> list[str]:
    """Block quotes of the cited lines, each followed by its file and line."""
    lines: list[str] = []
    for e in evidence:
        lines.append("")
        lines += [f"> {escape_markdown(part)}" for part in e.quote.splitlines() if part.strip()]
        lines += [">", f"> — *{escape_markdown(place(e))}*"]
    return lines


def _members_first(e: Edge) -> tuple[bool, str, tuple[bool, str, int, int]]:
    return e.predicate not in HIERARCHY, e.predicate, e.order


def _places(e: Edge) -> str:
    return escape_markdown(places(e.evidence))


def _link(name: str, label: str) -> str:
    """A wikilink that shows the label. It has no escapes, so its own signs are replaced by look-alikes."""
    shown = re.sub(r"%%+|==+", lambda m: m.group()[0], label.translate(_ALIKE))
    return f"[[{name}]]" if shown == name else f"[[{name}|{shown}]]"


def _tag(text: str) -> str:
    return _TAG.sub("-", one_line(text)).strip("-") or "concept"


def _yaml(value: str | list[str]) -> str:
    """JSON, which YAML 1.2 reads as it is."""
    return json.dumps(value, ensure_ascii=False)
