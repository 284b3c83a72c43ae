"""How far what is said of a name reaches: its sentence, and the one before or after that it leans on.

"Some see the good in pleasure. This view is called **hedonism**." tells nothing without its first sentence, and
"It is related to the **is-ought problem**. This problem is ..." nothing without its second.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.extract.labels import cue_set, either
from kg.extract.opening import opening
from kg.model import Span
from kg.ontology import Ontology
from kg.text import words

_BRACKETS = re.compile(r"[*_”»\"]*\s*\((?P<gist>[^()]+)\)")
_GIST = re.compile(
    r"[*_”»\"]*(?:,\s+(?:an?|the|which|who|whose|where|that is|котор\w+|то есть)\b|\s*[—–])", re.IGNORECASE
)
LEAST = 3  # words of a gist in brackets
MOST = 45  # words of the sentence that is added
NEAR = 3  # words before a name among which a word may point back ("Hume called this the is-ought problem")
SOON = 4  # words at the beginning of the next sentence among which its verb stands


def with_before(text: str, spans: Sequence[Span], at: int, name: Span, ontology: Ontology) -> Span:
    """The sentence `at` that gives a name, with the one before it where it points back to what has the name."""
    own = spans[at]
    if not at or len(words(spans[at - 1].of(text))) > MOST:
        return own
    ahead = words(text[own.start + opening(own.of(text), ontology) : name.start])
    pointing = cue_set(ontology, "pointing-word")
    back = set(ahead[:1]) & (pointing | cue_set(ontology, "stand-in")) or set(ahead[-NEAR:]) & pointing
    told = _GIST.match(text, name.end)  # "... is called ren, a concept that ..."
    return Span(spans[at - 1].start, own.end) if back and not told else own


def with_after(text: str, spans: Sequence[Span], at: int, name: Span, ontology: Ontology) -> Span | None:
    """The sentence `at` that ends in a name, with the next one where that goes on to say what it is; else None."""
    own = spans[at]
    if at + 1 == len(spans) or words(text[name.end : own.end]) or len(words(spans[at + 1].of(text))) > MOST:
        return None
    first, *rest = words(spans[at + 1].of(text)) or [""]
    pointing = cue_set(ontology, "pointing-word") | cue_set(ontology, "stand-in")
    verbs = cue_set(ontology, "predicate-verb")
    says = set(rest[:SOON]) & verbs or (first in verbs and rest and not rest[0].endswith("о"))  # not "Это важно"
    return Span(own.start, spans[at + 1].end) if first in pointing and says else None


def in_brackets(text: str, name: Span, ontology: Ontology) -> Span | None:
    """"**osmosis** (the movement of ...)": the name with what the brackets behind it say that it is; else None."""
    m = _BRACKETS.match(text, name.end)
    if m is None or not LEAST <= len(words(m["gist"])) <= MOST or re.search(r"\d{4}|=", m["gist"]):
        return None
    begins = words(m["gist"])[0] in cue_set(ontology, "gist-start")
    said = set(words(m["gist"])) & cue_set(ontology, "function-word")
    one = len(re.split(r"[,;]", m["gist"])) < 3  # else a list
    remark = "|".join(either(role, ontology) for role in ("list-intro", "form-remark"))
    other = re.match(rf"(?:{remark})(?!\w)", m["gist"], re.IGNORECASE)
    means = set(words(m["gist"])) & cue_set(ontology, "sure-verb")  # "allostasis (allo means other)"
    return Span(name.start, m.end()) if (begins or said or one) and not other and not means else None
