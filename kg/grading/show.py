"""A grade for people in a terminal, from its JSON: what is wrong first, each with its lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kg.terminal import clean, place
from kg.views import Json

if TYPE_CHECKING:
    from rich.text import Text

_PLACES = 3
_HEADS = {
    "contradicted": ("Contradicted by the notes", "bold red"),
    "imprecise": ("Right in substance, but the notes name the link otherwise", "bold yellow"),
    "not_mentioned": ("Not in the notes", "bold"),
    "supported": ("Supported", "bold green"),
}


def grade(result: Json) -> Iterable[Text]:
    score, counts = result["score"], result["counts"]
    yield _line((clean(score["reason"]), "bold"))
    yield _line(
        f"{result['map']['concepts']} concepts, {result['map']['propositions']} links: "
        f"{counts['supported']} supported, {counts['imprecise']} in substance, "
        f"{counts['contradicted']} contradicted, {counts['not_mentioned']} not in the notes"
    )
    for verdict, (head, style) in _HEADS.items():
        rows = [r for r in result["propositions"] if r["verdict"] == verdict]
        if rows:
            yield _line("")
            yield _line((f"{head} ({len(rows)})", style))
        for row in rows:
            yield from _proposition(row)
    if result["missing"]:
        yield _line("")
        yield _line(("Missing in this part of the course", "bold"))
        for m in result["missing"]:
            named = (clean(m["concept"]["label"]), "bold")
            yield _line("  ", named, f"  {clean(m['reason'])} ", *_places(m["evidence"]))
        if result["missing_more"]:
            yield _line(f"  … and {result['missing_more']} more")
    unknown = [clean(c["label"]) for c in result["concepts"] if c["how"] == "unknown"]
    if unknown:
        yield _line("")
        yield _line(("The course does not know: ", "bold"), ", ".join(unknown))


def _proposition(row: Json) -> Iterable[Text]:
    phrase = f" —{clean(row['phrase'])}→ " if row["phrase"] else " → "
    where = _places(row["evidence"])
    said = f"{clean(row['subject']['label'])}{phrase}{clean(row['object']['label'])}"
    if row["rule"] == "stated":
        yield _line(f"  {said}  ", *where)
    else:
        yield _line(f"  {said}")
        yield _line("    ", (clean(row["reason"]), "dim"), " ", *where)


def _places(evidence: list[Json]) -> list[tuple[str, str]]:
    shown = list(dict.fromkeys(place(e) for e in evidence))
    more = f" and {len(shown) - _PLACES} more" if len(shown) > _PLACES else ""
    return [(", ".join(shown[:_PLACES]) + more, "cyan")] if shown else []


def _line(*parts: str | tuple[str, str]) -> Text:
    from rich.text import Text

    out = Text()
    for part in parts:
        text, style = (part, "") if isinstance(part, str) else part
        out.append("".join(c if c.isprintable() else " " for c in text), style)
    return out
