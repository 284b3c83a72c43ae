"""Reads an ontology from Turtle files: kg.ontology's classes, predicates, cue lists and terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import SettingsError
from kg.model import Lang
from kg.ontology import NS, SKOS, Ontology, OntologyClass, Predicate, Term, kebab, shipped

_OWL = "http://www.w3.org/2002/07/owl#"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"


def load(paths: Sequence[Path] | None = None) -> Ontology:
    """Reads Turtle files, or all *.ttl of folders; None: the shipped folder.

    studygraph.ttl comes first wherever it stands, then the files in the order given, a folder's by
    name; shapes.ttl is left to kg.shapes. SettingsError, with file and line, for what cannot be used.
    """
    files = ontology_files([shipped()] if paths is None else paths)
    resources: dict[str, _Resource] = {}
    for rank, file in enumerate(files):
        _read(file, rank, resources)
    return _assemble(files, resources)


def ontology_files(paths: Sequence[Path]) -> tuple[Path, ...]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = sorted(path.glob("*.ttl"))
            if not found:
                raise SettingsError(f"{path}: no ontology here; the folder needs *.ttl files")
            files += found
        elif path.is_file():
            files.append(path)
        else:
            raise SettingsError(f"{path}: no such ontology file or folder")
    files = [f for f in dict.fromkeys(files) if f.name != "shapes.ttl"]
    return tuple(sorted(files, key=lambda f: f.name != "studygraph.ttl"))


@dataclass(slots=True)
class _Resource:
    """All that the files say of one IRI. Literals as {property: [(text, lang)]} in the order of the files."""

    rank: int
    iris: dict[str, list[str]] = field(default_factory=dict)
    literals: dict[str, list[tuple[str, Lang]]] = field(default_factory=dict)

    def texts(self, predicate: str) -> dict[Lang, tuple[str, ...]]:
        out: dict[Lang, list[str]] = {}
        for text, lang in self.literals.get(predicate, ()):
            out.setdefault(lang, []).append(text)
        return {lang: tuple(dict.fromkeys(texts)) for lang, texts in out.items()}

    def firsts(self, predicate: str) -> dict[Lang, str]:
        return {lang: texts[0] for lang, texts in self.texts(predicate).items()}

    def is_a(self, *types: str) -> bool:
        return any(t in self.iris.get(_RDF_TYPE, ()) for t in types)


def _read(file: Path, rank: int, resources: dict[str, _Resource]) -> None:
    import pyoxigraph as ox  # its Turtle parser takes a tenth of rdflib's time

    try:
        quads = list(ox.parse(file.read_bytes(), ox.RdfFormat.TURTLE, base_iri=NS.rstrip("#")))
    except SyntaxError as e:
        raise SettingsError(f"{file}: line {e.lineno or '?'}: not valid Turtle: {e.msg}") from e
    except (OSError, ValueError) as e:
        raise SettingsError(f"{file}: cannot be read as an ontology: {e}") from e
    for q in quads:
        if not isinstance(q.subject, ox.NamedNode):
            continue
        resource = resources.setdefault(q.subject.value, _Resource(rank))
        if isinstance(q.object, ox.NamedNode):
            resource.iris.setdefault(q.predicate.value, []).append(q.object.value)
        elif isinstance(q.object, ox.Literal):
            resource.literals.setdefault(q.predicate.value, []).append((q.object.value, q.object.language or ""))


def _assemble(files: tuple[Path, ...], resources: Mapping[str, _Resource]) -> Ontology:
    classes = _classes(resources)
    cue_lists: dict[tuple[str, Lang], tuple[str, ...]] = {}
    for iri, r in resources.items():
        if not r.is_a(f"{NS}CueList"):
            continue
        role = r.firsts(f"{NS}role").get("")
        if not role:
            raise SettingsError(f"{iri}: a cue list without a role; add kg:role")
        for lang, phrases in r.texts(f"{NS}cue").items():
            cue_lists[role, lang] = _unique(cue_lists.get((role, lang), ()), phrases)
    for phrase in (p for (role, _), phrases in cue_lists.items() if role == "number-words" for p in phrases):
        if not re.fullmatch(r"[^=]+=\d{1,6}", phrase):
            raise SettingsError(f'"{phrase}": a number word is written as form=value, as in "two=2"')
    order = {c.name: resources[c.iri].rank for c in classes.values()}
    terms, loose = _terms("Terms", resources), _terms("Words", resources)
    return Ontology(classes, _predicates(resources), terms, loose, cue_lists, files, order)


def _classes(resources: Mapping[str, _Resource]) -> dict[str, OntologyClass]:
    root = f"{SKOS}Concept"
    known = {root}
    while found := {
        iri
        for iri, r in resources.items()
        if iri not in known and r.is_a(f"{_OWL}Class") and known & set(r.iris.get(f"{_RDFS}subClassOf", ()))
    }:
        known |= found
    names: dict[str, str] = {}
    for iri in sorted(known, key=lambda i: (resources[i].rank if i in resources else 0, i)):
        if other := names.get(kebab(_local(iri))):
            raise SettingsError(f"two classes of one name: {other} and {iri}; rename one of them")
        names[kebab(_local(iri))] = iri
    if root not in resources:
        raise SettingsError("no class skos:Concept in the ontology; studygraph.ttl is missing")
    out: dict[str, OntologyClass] = {}
    for name, iri in names.items():
        r = resources[iri]
        above = list(dict.fromkeys(r.iris.get(f"{_RDFS}subClassOf", ())))
        narrower = [i for i in above if i in known and i != root] or [i for i in above if i in known]
        parent = kebab(_local(narrower[0])) if narrower and iri != root else None
        out[name] = OntologyClass(
            name, iri, parent, r.firsts(f"{_RDFS}label"), r.texts(f"{NS}cue"), tuple(i for i in above if i not in known)
        )
    _refuse_cycles(out)
    return out


def _refuse_cycles(classes: Mapping[str, OntologyClass]) -> None:
    for name in classes:
        seen: set[str] = set()
        at: str | None = name
        while at is not None:
            if at in seen:
                raise SettingsError(f"{classes[name].iri}: the class stands below itself; mend rdfs:subClassOf")
            seen.add(at)
            at = classes[at].parent


def _predicates(resources: Mapping[str, _Resource]) -> dict[str, Predicate]:
    out: dict[str, Predicate] = {}
    for iri, r in resources.items():
        for name in r.texts(f"{NS}name").get("", ()):
            if name in out:
                raise SettingsError(f'two predicates named "{name}": {out[name].iri} and {iri}')
            if not r.is_a(f"{_OWL}ObjectProperty", f"{_OWL}DatatypeProperty", f"{_OWL}AnnotationProperty"):
                raise SettingsError(f"{iri}: has a kg:name, but is declared as no OWL property")
            implied: dict[str, None] = {}
            waiting = list(r.iris.get(f"{_RDFS}subPropertyOf", ()))
            while waiting:
                above = waiting.pop(0)
                if above not in implied and above != iri:
                    implied[above] = None
                    waiting += resources[above].iris.get(f"{_RDFS}subPropertyOf", ()) if above in resources else ()
            out[name] = Predicate(
                name,
                iri,
                r.firsts(f"{_RDFS}label"),
                r.firsts(f"{NS}inverseLabel"),
                not r.is_a(f"{_OWL}ObjectProperty"),
                tuple(implied),
            )
    return dict(sorted(out.items()))


def _terms(scheme: str, resources: Mapping[str, _Resource]) -> tuple[Term, ...]:
    out = []
    for iri, r in resources.items():
        if NS + scheme in r.iris.get(f"{SKOS}inScheme", ()):
            preferred, others = r.texts(f"{SKOS}prefLabel"), r.texts(f"{SKOS}altLabel")
            langs = sorted({*preferred, *others})
            labels = {lang: _unique(preferred.get(lang, ()), others.get(lang, ())) for lang in langs}
            out.append(Term(_local(iri), labels, r.texts(f"{SKOS}hiddenLabel")))
    return tuple(sorted(out, key=lambda t: t.id))


def _unique(*groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for group in groups for text in group))


def _local(iri: str) -> str:
    return re.split(r"[#/]", iri)[-1]
