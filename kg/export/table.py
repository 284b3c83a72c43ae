"""CSV (RFC 4180) for spreadsheets: one row for every concept, then one for every place that states a fact.

UTF-8 with a byte order mark, because spreadsheets take Russian for another encoding without it. A cell that
a spreadsheet would run as a formula begins with an apostrophe (OWASP, "CSV Injection").
"""

from __future__ import annotations

import csv
import io
import re

from kg.export.view import View, one_line
from kg.model import Concept, Evidence

NAMES = ("record", "id", "kind", "label")  # followed by label_en, label_ru, ...
FACTS = (
    "alt_labels", "iri", "predicate", "object", "object_label", "value", "lang", "position",
    "document", "first_line", "last_line", "page", "start", "end", "quote", "rule",
)  # fmt: skip
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


def cell(text: str) -> str:
    """`text`, with an apostrophe before it if a spreadsheet would run it."""
    return "'" + text if _FORMULA.match(text) else text


def table(view: View) -> bytes:
    out = io.StringIO(newline="")
    langs = sorted({"en", "ru"}.union(*(n.concept.labels for n in view.nodes.values())))
    columns = (*NAMES, *(f"label_{lang}" for lang in langs), *FACTS)
    rows = csv.DictWriter(out, columns, restval="", lineterminator="\r\n")
    rows.writeheader()
    for node in view.nodes.values():
        c = node.concept
        rows.writerow(
            {
                "record": "concept",
                **_name(c, node.label),
                "alt_labels": cell("; ".join(one_line(t) for t, _ in c.alt_labels)),
                "iri": cell(node.iri),
                "document": cell("; ".join(one_line(d) for d in c.documents)),
            }
        )
    for node in view.nodes.values():
        subject = _name(node.concept, node.label)
        for r in node.remarks:
            literal = {
                "predicate": cell(one_line(r.predicate)),
                "value": cell(r.text),
                "lang": cell(one_line(r.lang)),
                "rule": cell(one_line(r.rule)),
            }
            for e in r.evidence:
                rows.writerow({"record": "statement", **subject, **literal, **_where(e)})
    for edge in view.edges:
        source, target = view.nodes[edge.source], view.nodes[edge.target]
        link = {
            "predicate": cell(one_line(edge.predicate)),
            "object": cell(one_line(target.id)),
            "object_label": cell(target.label),
            "position": "" if edge.position is None else str(edge.position),
            "rule": cell(" ".join(one_line(r) for r in edge.rules)),
        }
        for e in edge.evidence:
            rows.writerow({"record": "statement", **_name(source.concept, source.label), **link, **_where(e)})
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _name(c: Concept, label: str) -> dict[str, str]:
    return {
        "id": cell(one_line(c.id)),
        "kind": cell(one_line(c.kind)),
        "label": cell(label),
        **{f"label_{lang}": cell(one_line(text)) for lang, text in c.labels.items()},
    }


def _where(e: Evidence) -> dict[str, str]:
    return {
        "document": cell(e.document),
        "first_line": str(e.lines[0]),
        "last_line": str(e.lines[1]),
        "page": "" if e.page is None else str(e.page),
        "start": str(e.start),
        "end": str(e.end),
        "quote": cell(e.quote),
    }
