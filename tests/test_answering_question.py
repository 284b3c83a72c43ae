"""What a question asks: type, names, counts, places, direction, documents; both languages, any text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

import pytest
from graphs import concept, document
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.answering.claims import Claims, stem
from kg.answering.question import HEAVIEST, LEAST, LIGHTEST, Asked, Linker, has_cue, ordinals, stop_words, understand
from kg.ontology import Ontology
from kg.ontology_files import load
from kg.text import words

HIVES = """\
Keeping bees
A colony grows in stages: awakening, build-up, swarming, wintering.
A top-bar hive is a trough. A Langstroth hive is a stack of boxes.
Queens and Their Daughters in the North is a paper by Aino Oksanen.
Propolis seals the cracks of a hive in 1927 ways.
"""
УЛЬИ = """\
Пчёлы
Осмотр улья: окуривание, разборка, запись.
Пасека — место для ульев. Мёд бывает цветочный и падевый.
"""
CONCEPTS = [
    concept("hive", "concept", en="Hive", ru="Улей"),
    concept("top-bar-hive", "concept", en="Top-bar hive"),
    concept("langstroth", "concept", en="Langstroth hive", alt=[("Langstroth", "en")]),
    concept("colony", "concept", en="Colony growth"),
    concept("propolis", "concept", en="Propolis", ru="Прополис"),
    concept("paper", "paper", en="Queens and Their Daughters in the North"),
    concept("oksanen", "person", en="Aino Oksanen", alt=[("Oksanen", "en")]),
    concept("apiary", "concept", en="Apiary", ru="Пасека"),
    concept("honey", "concept", ru="Цветочный мёд"),
    concept("jelly-1", "concept", en="Jelly"),
    concept("jelly-2", "concept", en="jelly"),
]
TITLES = {"hives.txt": ["handbook", "hive-handbook"], "пчёлы.txt": ["пчеловодство", "презентация"]}


@lru_cache(maxsize=1)
def ontology() -> Ontology:
    return load()


@lru_cache(maxsize=1)
def linker() -> Linker:
    return Linker({c.id: c for c in CONCEPTS})


@lru_cache(maxsize=1)
def claims() -> Claims:
    return Claims((document("hives.txt", "en", HIVES), document("пчёлы.txt", "ru", УЛЬИ)))


def asked(
    text: str, *, mended: Mapping[str, str] | None = None, titles: Mapping[str, Sequence[str]] = TITLES, lang: str = ""
) -> Asked:
    return understand(
        text,
        mended=mended or {},
        linker=linker(),
        claims=claims(),
        ontology=ontology(),
        titles=titles,
        lang=lang or None,
    )


def linked(text: str) -> list[str]:
    return [k.concept for k in asked(text).links]


# -- type


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What is a hive?", "definition"),
        ("Define propolis", "definition"),
        ("propolis", "definition"),
        ("Which documents define propolis?", "definition"),
        ("Что такое улей?", "definition"),
        ("Дай определение улья", "definition"),
        ("Which stages does a colony have?", "enumeration"),
        ("List the parts of a hive", "enumeration"),
        ("How many stages are there?", "enumeration"),
        ("Какие бывают ульи?", "enumeration"),
        ("Перечисли этапы осмотра", "enumeration"),
        ("Сколько этапов в осмотре?", "enumeration"),
        ("To which group does the drone belong?", "membership"),
        ("Is a drone a bee?", "membership"),
        ("К какому виду относится мёд?", "membership"),
        ("Относится ли трутень к пчёлам?", "membership"),
        ("What is the difference between a hive and an apiary?", "comparison"),
        ("Compare hive and apiary", "comparison"),
        ("Чем улей отличается от пасеки?", "comparison"),
        ("Сравни улей и пасеку", "comparison"),
        ("What comes after swarming?", "ordering"),
        ("What is the last stage?", "ordering"),
        ("Что идёт перед разборкой?", "ordering"),
        ("В каком порядке осматривают улей?", "ordering"),
        ("Who wrote the paper?", "source"),
        ("Which papers are by Oksanen?", "source"),
        ("Кто написал статью?", "source"),
        ("Какие книги о пчёлах?", "source"),
        ("Give an example of a hive", "example"),
        ("Приведи пример улья", "example"),
        ("Why do bees swarm?", "relation"),
        ("Почему пчёлы роятся?", "relation"),
        ("zebra crossing", "other"),
        ("", "other"),
    ],
)
def test_the_type_of_a_question(question: str, kind: str) -> None:
    assert asked(question).type == kind
    assert asked(unicodedata.normalize("NFD", question)).type == kind
    assert asked(question.upper()).type == kind


def test_cues_are_whole_words() -> None:
    assert has_cue("who wrote it", "ask-source", ontology())
    assert not has_cue("who wrotes it", "ask-source", ontology())
    assert has_cue("кто написал это", "ask-source", ontology())
    assert not has_cue("unlisted enlisted", "ask-enumeration", ontology())


def test_every_asking_role_has_cues_in_both_languages() -> None:
    kinds = ["definition", "enumeration", "membership", "comparison", "order", "source", "example", "relation", "frame"]
    for lang in ("en", "ru"):
        for kind in kinds:
            assert ontology().cues(f"ask-{kind}", lang), (kind, lang)
    assert {"what", "the", "что", "какой"} <= stop_words(ontology())
    assert not {"hive", "улей", "propolis"} & stop_words(ontology())


# -- numbers, places, direction


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("What are the four stages?", 4), ("the 3 elements of a hive", 3), ("Назови три этапа", 3),
        ("Какие пять видов?", 5), ("из четырёх этапов", 4), ("What are the stages?", None), ("Какие этапы?", None),
        ("one hive", None), ("in 1927", None),
    ],
)  # fmt: skip
def test_counts(question: str, count: int | None) -> None:
    assert asked(question).count == count
    if count:
        assert asked(question).plural


@pytest.mark.parametrize(
    ("question", "position"),
    [
        ("What is the first stage?", 1), ("the second step", 2), ("the seventh step", 7), ("the 3rd step", 3),
        ("What is the last step?", -1), ("the final stage", -1), ("Какой первый этап?", 1), ("на втором этапе", 2),
        ("третий шаг", 3), ("Какой последний этап?", -1), ("завершающая стадия", -1), ("What is a hive?", None),
        ("Что такое улей?", None), ("12th step", 12),
    ],
)  # fmt: skip
def test_places(question: str, position: int | None) -> None:
    assert asked(question).position == position


@pytest.mark.parametrize(
    ("question", "direction"),
    [
        ("What comes after swarming?", "after"), ("Which stage follows awakening?", "after"),
        ("What comes before swarming?", "before"), ("Which step precedes spinning?", "before"),
        ("What is prior to swarming?", "before"), ("Что идёт после окуривания?", "after"),
        ("Какой этап следует за разборкой?", "after"), ("Что идёт перед записью?", "before"),
        ("Какой этап предшествует записи?", "before"), ("What is a hive?", ""), ("Что такое улей?", ""),
    ],
)  # fmt: skip
def test_direction(question: str, direction: str) -> None:
    assert asked(question).direction == direction
    assert asked(unicodedata.normalize("NFD", question)).direction == direction


def test_all_places_that_are_named() -> None:
    assert list(ordinals("compare the first and the third stage", "en")) == [1, 3]
    assert list(ordinals("сравни первый и второй этап", "ru")) == [1, 2]
    assert list(ordinals("compare hives", "en")) == []


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("How many eggs does a queen lay?", True), ("What percentage of colonies die?", True),
        ("Сколько яиц откладывает матка?", True), ("Какой процент семей гибнет?", True),
        ("What is a hive?", False), ("Какие этапы?", False),
    ],
)  # fmt: skip
def test_whether_a_number_is_asked_for(question: str, number: bool) -> None:
    assert asked(question).number is number


# -- names


@pytest.mark.parametrize(
    ("question", "concepts"),
    [
        ("What is a hive?", ["hive"]),
        ("What are HIVES?", ["hive"]),
        ("Compare a Langstroth hive with a top-bar hive", ["langstroth", "top-bar-hive"]),
        ("the Langstroth", ["langstroth"]),
        ("Who wrote Queens and their daughters in the north?", ["paper"]),
        ("Who wrote “Queens and Their Daughters in the North”?", ["paper"]),
        ("works by Oksanen", ["oksanen"]),
        ("works by Aino Oksanen", ["oksanen"]),
        ("Что такое «пасека»?", ["apiary"]),
        ("Где стоит улей на пасеке?", ["hive", "apiary"]),
        ("цветочный мед", ["honey"]),
        ("цветочный ме\u0308д", ["honey"]),
        ("jelly", ["jelly-1", "jelly-2"]),
        ("What is a zebra?", []),
        ("the", []),
        ("", []),
    ],
)
def test_names_of_concepts(question: str, concepts: list[str]) -> None:
    assert linked(question) == concepts


def test_links_stand_where_they_say() -> None:
    found = asked("How does a top-bar hive differ from the Langstroth hive?")
    said = found.plain.split()
    assert [" ".join(said[k.start : k.end]) for k in found.links] == ["top-bar hive", "langstroth hive"]
    assert [k.label for k in found.links] == ["top-bar hive", "langstroth hive"]


def test_a_misspelt_name_is_found_as_it_is_meant() -> None:
    found = asked("What is propolsi?", mended={"propolsi": "propolis"})
    assert [k.concept for k in found.links] == ["propolis"]
    assert found.text == "What is propolsi?"
    assert "propolis" in found.plain


def test_no_concepts_no_links() -> None:
    assert Linker({}).links(["hive"], frozenset()) == []


# -- words


def test_words_that_frame_tell_nothing() -> None:
    found = asked("What is the definition of propolis?")
    assert [w.text for w in found.words] == ["propolis"]
    assert (stem("propolis"),) in found.words[0].forms
    assert [w.text for w in asked("Что такое пасека?").words] == ["пасека"]
    assert asked("What is it?").words == asked("что это?").words == ()


def test_a_hyphenated_word_may_stand_in_parts() -> None:
    [one, *_] = asked("top-bar").words
    assert {(stem("top-bar"),), (stem("top"), stem("bar"))} <= set(one.forms)


def test_rare_and_unknown_words_weigh_more() -> None:
    weigh = {w.text: w.weight for w in asked("Is a hive of propolis like a zebra?").words}
    assert LIGHTEST * LEAST <= weigh["hive"] < weigh["propolis"] < weigh["zebra"]
    assert asked("hive propolis").weight == pytest.approx(weigh["hive"] + weigh["propolis"])


def test_names_and_years_are_names() -> None:
    found = {w.text: w for w in asked("What did Zimmermann say of hives in 1984?").words}
    assert found["zimmermann"].name
    assert found["zimmermann"].surface == "Zimmermann"
    assert found["1984"].name
    assert not found["hives"].name


@pytest.mark.parametrize("question", ["Which book did Pine, B. J. write?", "Какую книгу написал Pine, B. J.?"])
def test_initials_are_not_asked_about(question: str) -> None:
    told = {w.text for w in asked(question).words}
    assert "pine" in told
    assert not told & {"b", "j"}


def test_a_term_has_forms_in_both_languages() -> None:
    term = next(
        t
        for t in ontology().terms
        if {"en", "ru"} <= set(t.labels) and all(len(words(t.labels[x][0])) == 1 for x in ("en", "ru"))
    )
    for here, there in (("en", "ru"), ("ru", "en")):
        forms = {s for w in asked(term.labels[here][0]).words for f in w.forms for s in f}
        assert forms & {stem(w) for label in term.labels[there] for w in words(label)}


# -- documents, language, shape


def test_documents_are_named_by_their_own_words() -> None:
    assert asked("What does the handbook say of propolis?").documents == ("hives.txt",)
    assert asked("Что сказано в презентации об улье?").documents == ("пчёлы.txt",)
    assert asked("What is propolis?").documents == ()
    assert "handbook" not in [w.text for w in asked("What does the handbook say of propolis?").words]


def test_a_document_with_fewer_of_the_words_is_not_meant() -> None:
    titles = {"a": ["clip", "cards"], "b": ["clip"], "c": ["deck"]}
    assert asked("the clip cards on hives", titles=titles).documents == ("a",)
    assert asked("the clip on hives", titles=titles).documents == ("a", "b")


def test_the_name_of_a_document_alone_is_what_is_asked_about() -> None:
    found = asked("What is a handbook?")
    assert [w.text for w in found.words] == ["handbook"]
    assert found.documents == ()


@pytest.mark.parametrize(
    ("question", "lang"),
    [("What is a hive?", "en"), ("Что такое улей?", "ru"), ("Что такое NPS?", "ru"), ("42", "en"), ("", "en")],
)
def test_language(question: str, lang: str) -> None:
    assert asked(question).lang == lang
    assert asked(question, lang="ru").lang == "ru"


@pytest.mark.parametrize(
    ("question", "sentence", "plural"),
    [
        ("What is a hive?", True, False), ("hive", False, False), ("Что такое улей", True, False),
        ("улей", False, False), ("Which stages are there", True, True), ("Какие этапы", False, True),
        ("List the parts", True, True),
    ],
)  # fmt: skip
def test_sentences_and_plurals(question: str, sentence: bool, plural: bool) -> None:
    assert asked(question).plural is plural
    if sentence:
        assert asked(question).sentence


@pytest.mark.parametrize("quoted", ["“{}”", "«{}»", "'{}'", '"{}"', "‘{}’", "„{}“"])
def test_quotes_do_not_matter(quoted: str) -> None:
    for name in ("Langstroth hive", "цветочный мёд"):
        plain, marked = asked(f"What is {name}?"), asked(f"What is {quoted.format(name)}?")
        assert (marked.links, marked.type, marked.plain) == (plain.links, plain.type, plain.plain)
        assert [w.forms for w in marked.words] == [w.forms for w in plain.words]


# -- properties

pieces = st.one_of(
    st.text(max_size=15),
    st.sampled_from(
        ["what is", "hive", "the", "top-bar", "Langstroth", "после", "первый", "3", "Queens and", "ме\u0308д", "«", "?"]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(pieces, max_size=8).map(" ".join))
def test_any_text_is_understood(text: str) -> None:
    found = asked(text)
    said = found.plain.split()
    assert found.text == text
    assert found.lang in ("en", "ru")
    assert found.count is None or found.count >= 2
    assert found.direction in ("", "after", "before")
    assert all(0 <= k.start < k.end <= len(said) for k in found.links)
    assert all(w.weight >= LIGHTEST * LEAST for w in found.words)
    assert all(w.weight <= HEAVIEST for w in found.words if w.gloss)
    assert all(w.forms and all(w.forms) for w in found.words)
    assert found == asked(text)


@settings(max_examples=60, deadline=None)
@given(st.lists(pieces, max_size=6).map(" ".join))
def test_composed_and_decomposed_questions_ask_the_same(text: str) -> None:
    one, other = (asked(unicodedata.normalize(form, text)) for form in ("NFC", "NFD"))
    assert (one.plain, one.type, one.links, one.position) == (other.plain, other.type, other.links, other.position)


# -- what kind of answer is expected, and where to look


@pytest.mark.parametrize(
    ("question", "date", "person"),
    [
        ("In which year was the hive built?", True, False), ("В каком году построен улей?", True, False),
        ("Who coined the word apiary?", False, True), ("Кто придумал слово «пасека»?", False, True),
        ("What is a hive?", False, False), ("Что такое улей?", False, False),
    ],
)  # fmt: skip
def test_whether_a_date_or_a_person_is_asked_for(question: str, date: bool, person: bool) -> None:
    assert (asked(question).date, asked(question).person) == (date, person)


@pytest.mark.parametrize(
    ("question", "kept", "dropped"),
    [
        ("According to our exam summary, what is propolis?", "propolis", {"exam", "summary"}),
        ("Что такое прополис в материалах курса?", "прополис", {"материалах", "курса"}),
        ("Which document seals propolis?", "seals", {"document"}),
    ],
)
def test_words_that_say_where_to_look_are_not_asked_about(question: str, kept: str, dropped: set[str]) -> None:
    found = {w.text for w in asked(question, titles={}).words}
    assert kept in found
    assert not found & dropped


def test_a_number_of_a_series_names_its_document() -> None:
    titles = {"a": ["cards", "1.1"], "b": ["cards", "l4"]}
    assert asked("the cards 1.1 on hives", titles=titles).documents == ("a",)
    assert asked("the L4 cards on hives", titles=titles).documents == ("b",)
    assert asked("the cards on hives", titles=titles).documents == ("a", "b")


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("In which documents does propolis appear?", True),
        ("Which of my notes name the queen?", True),
        ("Where in the materials is propolis explained?", True),
        ("What do both sources say of honey?", True),
        ("В каких материалах встречается прополис?", True),
        ("Какие документы говорят об «ульях»?", True),
        ("What do bees do with materials?", False),
        ("What is propolis?", False),
        ("Что такое прополис?", False),
        ("What does the handbook say of propolis, and what the презентация?", True),  # two that are named
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_whether_each_of_several_documents_is_asked(question: str, several: bool, form: str) -> None:
    assert asked(unicodedata.normalize(form, question)).several is several


@pytest.mark.parametrize(
    ("question", "counted", "reason"),
    [
        ("How many stages does a colony have?", True, False),
        ("Сколько этапов у осмотра улья?", True, False),
        ("Why does a colony swarm?", False, True),
        ("Зачем окуривают улей?", False, True),
        ("What is a hive?", False, False),
    ],
)
def test_whether_a_count_or_a_reason_is_asked_for(question: str, counted: bool, reason: bool) -> None:
    assert (asked(question).counted, asked(question).reason) == (counted, reason)


@pytest.mark.parametrize(("question", "place"), [("What is the eighth step?", 8), ("Какой десятый шаг?", 10)])
def test_places_are_counted_to_ten(question: str, place: int) -> None:
    assert asked(question).position == place
