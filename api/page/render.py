"""Templates and the words that they need: labels of kinds and predicates, places of quotes, addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.routing import Match

from api.catalogue import PAGE_LANGS, Catalogue, build_of
from api.language import COOKIE, of_page
from api.page import texts
from kg import __version__
from kg.base import KnowledgeBase
from kg.export import FORMATS
from kg.frequencies import zipf
from kg.model import Concept
from kg.text import lemmas, script_of, word_spans
from kg.views import Json

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
_COMMON = 6.0  # Zipf frequency: once in a thousand words
_QUOTED = 400  # characters of a quote in a citation
_SHORT = 22  # characters of a title on a chip
_NAMES = frozenset({"person", "organisation", "paper", "book", "session"})
_YEAR = 365 * 24 * 3600
_DIRECTIONS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))  # would turn round what stands beside them
_CONTROLS = {c: "\ufffd" for c in (*range(32), 127, *_DIRECTIONS) if chr(c) not in "\t\n"} | {13: None}


def _shown(value: Any) -> Any:
    """Text without control characters and overrides of direction; a carriage return belongs to a line end."""
    return value.translate(_CONTROLS) if isinstance(value, str) and not isinstance(value, Markup) else value


def _ticks(text: str) -> Markup:
    """Escaped text whose `names` in backticks are set as code."""
    parts = text.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(p) if i % 2 else p for i, p in enumerate(parts))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_shown,
    )
    env.globals["version"] = __version__
    env.filters["ticks"] = _ticks
    env.filters["urlpath"] = lambda value: quote(value, safe="")
    return env


def render_xml(template: str, **values: object) -> bytes:
    return _environment().get_template(template).render(**values).encode("utf-8", "replace")


class Words:
    """What the templates call, in the language of one reader."""

    def __init__(self, kb: KnowledgeBase, counts: Catalogue, lang: str) -> None:
        self.kb, self.counts, self.lang = kb, counts, lang

    def t(self, key: str, **values: object) -> str:
        return texts.text(key, self.lang, **values)

    def has(self, key: str) -> bool:
        return key in texts.TEXTS

    def n(self, key: str, number: int) -> str:
        return texts.counted(key, self.lang, number)

    def label(self, concept: Json) -> str:
        """Of a `{label, labels}` of kg.views, in the reader's language."""
        label: str = concept["labels"].get(self.lang) or concept["label"]
        return label

    def inline(self, concept: Concept) -> str:
        """A label as it stands inside a sentence: a small first letter, unless it is a name or an abbreviation."""
        label = concept.label_in(self.lang)
        plain = concept.kind not in _NAMES and label[1:] == label[1:].lower()
        return label[:1].lower() + label[1:] if plain else label

    def kind(self, kind: str) -> str:
        if kind in {"concept", "passage"}:
            return self.t(kind)
        known = self.kb.ontology.classes.get(kind)
        label = (known.labels.get(self.lang) or known.labels.get("en")) if known else None
        return _capital(label or kind.replace("-", " "))

    def predicate(self, predicate: str, direction: str = "out") -> str:
        known = self.kb.ontology.predicates.get(predicate)
        if known is None:
            return predicate.replace("-", " ")
        labels = known.inverse_labels if direction == "in" else known.labels
        return labels.get(self.lang) or labels.get("en") or known.labels.get(self.lang) or predicate.replace("-", " ")

    def language(self, lang: str) -> str:
        return self.t(f"lang_{lang}") if f"lang_{lang}" in texts.TEXTS else lang

    @cached_property
    def _titles(self) -> dict[str, str]:
        found = {row["name"]: " ".join(row["title"].split()) for row in self.counts.documents}
        times = Counter(found.values())
        return {name: title if title and times[title] == 1 else name for name, title in found.items()}

    def title(self, document: str) -> str:
        """A source's title; its name where it has none or shares it with another."""
        return self._titles.get(document, document)

    def short(self, document: str) -> str:
        """A title for narrow places: its first words."""
        title = self.title(document)
        if len(title) <= _SHORT:
            return title
        words = title[: _SHORT + 1].rsplit(" ", 1)[0] if " " in title[: _SHORT + 1] else title[:_SHORT]
        return words.rstrip(" .,:;-–—(") + "…"

    def leaf(self, evidence: Json) -> str:
        """ "page 4" or "slide 4"; empty for a source without pages."""
        page = evidence.get("page")
        if page is None:
            return ""
        slides = any(
            "presentation" in r["media_type"] for r in self.counts.documents if r["name"] == evidence["document"]
        )
        return self.t("slide" if slides else "page", p=page)

    def where(self, evidence: Json) -> str:
        a, b = evidence["lines"]
        line = self.t("line", a=a) if a == b else self.t("lines", a=a, b=b)
        leaf = self.leaf(evidence)
        return f"{leaf}, {line}" if leaf else line

    def cite(self, evidence: Json) -> str:
        """Address of a quote in the source view."""
        a, b = evidence["lines"]
        place = urlencode({"lines": f"{a}-{b}", "span": f"{evidence['start']}-{evidence['end']}"})
        return f"{source_url(evidence['document'])}?{place}#L{a}"

    def citation(self, evidence: Json) -> str:
        """A quote with its source, page and line, to be pasted into a text of one's own."""
        quote = " ".join(evidence["quote"].split())
        if len(quote) > _QUOTED:
            quote = quote[:_QUOTED].rpartition(" ")[0] + " …"
        title, name = self.title(evidence["document"]), evidence["document"]
        source = f"{title}, {self.where(evidence)}"
        return f"{self.t('quoted', text=quote)} — {source}" + (f" ({name})" if name != title else "")

    def highlighted(self, text: str, query: str) -> list[tuple[str, bool]]:
        """Pieces of `text`; true for words whose base form stands in the query."""
        wanted = {lemma for lemma in lemmas(query) if not common(lemma)}
        out: list[tuple[str, bool]] = []
        at = 0
        for span in word_spans(text):
            if wanted & set(lemmas(span.of(text))):
                out += [(text[at : span.start], False), (span.of(text), True)]
                at = span.end
        out.append((text[at:], False))
        return [piece for piece in out if piece[0]]

    def confidence(self, value: float) -> str:
        return self.t("sure" if value >= 0.75 else "fairly_sure" if value >= 0.5 else "unsure")


@lru_cache(maxsize=20_000)
def common(lemma: str) -> bool:
    """Words that say little by themselves ("what", "have", "который")."""
    return script_of(lemma) in {"en", "ru"} and zipf(lemma) >= _COMMON


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def concept_url(id: str) -> str:
    return f"/concept/{quote(id, safe='')}"


def source_url(name: str) -> str:
    return f"/source/{quote(name, safe='')}"


def address(path: str, **values: object) -> str:
    """`path?a=1&b=2`; what is None or empty is left out."""
    given = {key: value for key, value in values.items() if value not in (None, "", 0)}
    return f"{path}?{urlencode(given)}" if given else path


def distinct(evidence: list[Json]) -> list[Json]:
    """One of each place."""
    found: dict[tuple[object, ...], Json] = {}
    for row in evidence:
        found.setdefault((row["document"], *row["lines"]), row)
    return list(found.values())


_PLACES = (
    ("ask", "/"), ("map", "/map"), ("concepts", "/concepts"), ("study", "/study"), ("grade", "/grade"),
    ("sources", "/sources"),
)  # fmt: skip
Count = Callable[[Request], int]


def _places(request: Request) -> list[tuple[str, str, int]]:
    """`(key, path, count)` of the parts of the site that this app has.

    A part that has something to count puts its function into `app.state.counted` under its key.
    """
    state = request.app.state
    if not hasattr(state, "places"):
        state.places = [(key, path) for key, path in _PLACES if _has(request, path)]
    counted: dict[str, Count] = getattr(state, "counted", {})
    return [(key, path, counted[key](request) if key in counted else 0) for key, path in state.places]


def _has(request: Request, path: str) -> bool:
    scope = {**request.scope, "method": "GET", "path": path}
    return any(route.matches(dict(scope))[0] is Match.FULL for route in request.app.routes)


def page(
    request: Request, template: str, *, status: int = 200, q: str = "", here: str = "", **values: Any
) -> HTMLResponse:
    """A whole page. `here` names the part of the site, `q` fills the search box."""
    lang = of_page(request)
    build = build_of(request)
    other = PAGE_LANGS[1 - PAGE_LANGS.index(lang)]
    rest = [(k, v) for k, v in request.query_params.multi_items() if k != "ui"]
    path = quote(request.url.path, safe="/")
    path = "/" + path.lstrip("/")  # never "//host", which would be another site
    html = (
        _environment()
        .get_template(template)
        .render(
            w=Words(build.kb, build.counts, lang),
            ui=lang,
            q=q,
            here=here,
            other=other,
            switch=f"{path}?{urlencode([*rest, ('ui', other)], errors='replace')}",
            concept_url=concept_url,
            source_url=source_url,
            address=address,
            distinct=distinct,
            formats=FORMATS,
            places=_places(request),
            **values,
        )
    )
    response = HTMLResponse(
        html.encode("utf-8", "replace"),
        status_code=status,
        headers={
            "vary": "Cookie, Accept-Language, Accept",
            "cache-control": "private, no-cache",
            "content-language": lang,
        },
    )
    if request.query_params.get("ui") == lang:
        response.set_cookie(COOKIE, lang, max_age=_YEAR, samesite="lax", httponly=True, path="/")
    return response
