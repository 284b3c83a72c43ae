"""The answers of kg.views for people in a terminal: short, each claim with the line that it stands on.

Source texts are other people's: control characters (and with them terminal escapes) are never printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TextIO

from kg.views import Json

if TYPE_CHECKING:
    from rich.text import Text

_QUOTE = 150  # characters of a quote that are shown
_CITED = 8  # places that are shown for one answer


def show(lines: Iterable[Text], stream: TextIO) -> None:
    """Print styled lines; without styles where `stream` is no terminal."""
    from rich.console import Console

    console = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True)
    for line in lines:
        console.print(line)


def clean(text: str) -> str:
    """One line, without anything that a terminal would take as a command."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


def _line(*parts: str | tuple[str, str]) -> Text:
    """A line of cleaned parts; a pair is (text, style)."""
    from rich.text import Text

    out = Text()
    for part in parts:
        text, style = (part, "") if isinstance(part, str) else part
        out.append("".join(c if c.isprintable() else " " for c in text), style)
    return out


def place(evidence: Json) -> str:
    """`file:first-last`, as editors understand it, with the page where there is one."""
    first, last = evidence["lines"]
    page = f" (p. {evidence['page']})" if "page" in evidence else ""
    return f"{evidence['document']}:{first}" + (f"-{last}" if last != first else "") + page


def _cited(evidence: Sequence[Json], indent: str, most: int) -> Iterable[Text]:
    for e in evidence[:most]:
        quote = clean(e["quote"])
        short = quote if len(quote) <= _QUOTE else quote[: _QUOTE - 1].rstrip() + "…"
        yield _line(indent, (place(e), "cyan"), "  ", (f"“{short}”", "dim"))
    if len(evidence) > most:
        yield _line(indent, f"… and {len(evidence) - most} more places")


def search(result: Json) -> Iterable[Text]:
    total = result["total"]
    yield _line(f"{total} {'result' if total == 1 else 'results'} for ", (result["query"], "bold"))
    for rank, hit in enumerate(result["hits"], start=1):
        yield _line("")
        how = hit["matched"]
        named = "" if how["label"] in ("", hit["label"]) else f" as {how['label']!r}"
        yield _line(
            f"{rank:3}. ", (hit["label"], "bold"), f"  [{hit['kind']}]  {hit['score']:.2f}  {how['how']}{named}"
        )
        if hit["snippet"]:
            yield _line("     ", clean(hit["snippet"]))
        if "explain" in hit:
            yield from (_line("     ", (clean(why), "magenta")) for why in _why(hit["explain"]))
        yield from _cited(hit["evidence"], "     ", 2)


def _why(reasons: Json) -> Iterable[str]:
    """The explanation of a hit's score (kg.search_explain), a line for each part."""
    shares = [f"{leg} {share:+.3f}" for leg, share in reasons["legs"].items() if share]
    yield "score = " + " ".join(shares)
    if (label := reasons["label"]) is not None:
        yield f"name {label['label']!r} ({label['lang']}, {label['how']}, {label['score']:.2f})"
    for step in reasons["way"]:
        there = {"out": "→", "in": "←", "states": "is stated in"}[step["direction"]]
        yield f"way {step['from']} {step['predicate']} {there} {step['to']}  {step['document']}:{step['line']}"
    if (vote := reasons["vote"]) is not None:
        yield f"vote {vote['predicate']} [{vote['rule']}]  {vote['document']}:{vote['line']}"
    if rules := dict.fromkeys(f"{s['predicate']} by {s['rule']}" for s in reasons["statements"]):
        yield "stated: " + ", ".join(rules)
    for name in ("mended", "translated"):
        if reasons.get(name):
            yield f"{name}: {reasons[name]}"


def answer(result: Json) -> Iterable[Text]:
    for line in (result["answer"] or result["reason"] or result["status"]).splitlines():
        yield _line((line, "bold"))
    if result["items"]:
        yield _line("")
    for n, item in enumerate(result["items"], start=1):
        yield _line(f"{n:3}. ", item["label"], "  ", (place(item["evidence"][0]) if item["evidence"] else "", "cyan"))
    if result["evidence"]:
        yield _line("")
        yield from _cited(result["evidence"], "  ", _CITED)
    yield _line("")
    reason = f"; {result['reason']}" if result["reason"] and result["answer"] else ""
    yield _line((f"{result['status'].replace('_', ' ')}, confidence {result['confidence']:.2f}{reason}", "dim"))


def merges(result: Json) -> Iterable[Text]:
    counts = result["counts"]
    yield _line(
        f"{counts['auto']} names merged by a rule, {counts['near']} pairs nearly merged, {counts['decided']} decided"
    )
    for row in result["merges"]:
        yield _line("")
        between = " = " if row["list"] == "auto" or row["decision"] == "accepted" else " ≠ "
        if row["list"] == "near":
            between = " ? "
        told = row["decision"] or row["list"]
        state = f", {row['state']}" if row["state"] else ""
        yield _line(
            (row["a"]["label"], "bold"), between, (row["b"]["label"], "bold"), f"  {told}{state}  {row['score']:.2f}"
        )
        yield from (_line(f"     + {clean(reason)}") for reason in row["for"])
        yield from (_line(f"     - {clean(reason)}") for reason in row["against"])
        for side in (row["a"], row["b"]):
            yield _line("     ", (side["id"], "green"), f"  [{side['kind'] or '-'}]")
            yield from _cited(side["evidence"], "       ", 1)
    if result["total"] > len(result["merges"]):
        yield _line("")
        yield _line((f"{len(result['merges'])} of {result['total']} are shown; see --limit, --offset, --about", "dim"))


def documents(result: Json) -> Iterable[Text]:
    rows = result["documents"]
    width = max((len(r["name"]) for r in rows), default=0)
    for r in rows:
        yield _line(
            f"{r['name']:<{width}}  {r['lang'] or '-':2}  {r['lines']:6} lines  {r['concepts']:5} concepts  "
            f"{r['facts']:6} facts  {clean(r['title'])}"
        )


def findings(result: Json) -> Iterable[Text]:
    for f in result["findings"]:
        style = "red" if f["severity"] == "violation" else "yellow"
        where = f"{f['document']}:{f['line']}" if f["line"] else f["document"]
        yield _line((f["severity"], style), f"  {where or '-'}  {clean(f['message'])}  [{f['rule']}]")
    yield _line(f"{result['violations']} violations, {result['warnings']} warnings")


def difference(result: Json) -> Iterable[Text]:
    for sign, style, part in (("+", "green", "added"), ("-", "red", "removed")):
        for c in result["concepts"][part]:
            yield _line((f"{sign} {c['label']}  [{c['kind']}]", style))
    for change in result["concepts"]["changed"]:
        yield _line((f"~ {change['before']['label']} → {change['after']['label']}", "yellow"), f"  {change['what']}")
    for sign, style, part in (("+", "green", "added"), ("-", "red", "removed")):
        for s in result["statements"][part]:
            yield _line((f"{sign} {clean(s['text'])}", style), "  ", (place(s["evidence"][0]), "cyan"))
    if not any((*result["concepts"].values(), *result["statements"].values())):
        yield _line("no difference")
