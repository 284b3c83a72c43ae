"""What the page says, in each of its languages: one table, and the plural rules to use it.

A text with forms for a number holds them between bars: English "one|other", Russian
"one|few|many" (https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html).
"""

from __future__ import annotations

from api.page.study_texts import STUDY

TEXTS: dict[str, tuple[str, str]] = {
    # frame
    "skip": ("Skip to the content", "К содержанию"),
    "nav": ("Main", "Главное"),
    "ask": ("Ask", "Вопросы"),
    "concepts": ("Concepts", "Понятия"),
    "sources": ("Sources", "Источники"),
    "grade": ("Grade", "Проверка"),
    "other_language": ("Русский", "English"),
    "api": ("API", "API"),
    "footer": (
        "Answers are put together from your notes only; every quote is checked against the stored text as it is shown.",
        "Ответы составлены только по вашим конспектам; каждая цитата при показе сверяется с сохранённым текстом.",
    ),
    # search
    "search": ("Ask the notes", "Спросить конспекты"),
    "placeholder": ("Ask a question or name a concept", "Задайте вопрос или назовите понятие"),
    "go": ("Ask", "Спросить"),
    "suggestions": ("Suggestions", "Подсказки"),
    "welcome": ("Ask your notes", "Спросите свои конспекты"),
    "welcome_sub": (
        "An answer names the line it stands on, or says that the notes do not tell.",
        "Ответ называет строку, на которой он основан, или говорит, что в конспектах этого нет.",
    ),
    "try": ("Try asking", "Можно спросить"),
    "begin": ("Begin with", "С чего начать"),
    "ask_what": ("What is meant by {label}?", "Что такое {label}?"),
    "ask_parts": ("What does {label} consist of?", "Из чего состоит {label}?"),
    "ask_compare": ("What is the difference between {label} and {other}?", "{label} и {other}: в чём разница?"),
    "can": ("What you can do", "Что здесь можно"),
    "can_map": ("Walk the map", "Пройти по карте"),
    "can_map_sub": ("One concept in the middle, what the notes connect with it around it.",
                    "Понятие в середине, вокруг — то, что с ним связывают конспекты."),
    "can_study": ("Study with cards", "Учить по карточкам"),
    "can_study_sub": ("Questions from your notes, when they are due; each card knows its line.",
                      "Вопросы из ваших конспектов в нужный день; каждая карточка знает свою строку."),
    "can_concepts": ("Look through the concepts", "Просмотреть понятия"),
    "can_concepts_sub": ("All that the notes name, by kind, with every line that says so.",
                         "Всё, что названо в конспектах, по видам и со строками."),
    "can_grade": ("Grade your own map", "Проверить свою карту"),
    "can_grade_sub": ("Each link of a map you drew, beside the lines that support or contradict it.",
                      "Каждая связь вашей карты — рядом со строками, которые её подтверждают или опровергают."),
    "can_sources": ("Check the sources", "Проверить источники"),
    "can_sources_sub": ("What was read from each, what was mended, what was left out.",
                        "Что прочитано из каждого, что исправлено и что пропущено."),
    "n_sources": ("{n} source|{n} sources", "{n} источник|{n} источника|{n} источников"),
    "n_concepts": ("{n} concept|{n} concepts", "{n} понятие|{n} понятия|{n} понятий"),
    "n_facts": ("{n} fact|{n} facts", "{n} факт|{n} факта|{n} фактов"),
    "n_due": ("{n} card due|{n} cards due", "{n} карточка на сегодня|{n} карточки на сегодня|{n} карточек на сегодня"),
    "n_lines": ("{n} line|{n} lines", "{n} строка|{n} строки|{n} строк"),
    "n_pages": ("{n} page|{n} pages", "{n} страница|{n} страницы|{n} страниц"),
    "n_left_out": ("{n} line left out|{n} lines left out",
                   "{n} строка пропущена|{n} строки пропущено|{n} строк пропущено"),
    "n_repairs": ("{n} repair|{n} repairs", "{n} исправление|{n} исправления|{n} исправлений"),
    "n_more": ("{n} more", "ещё {n}"),
    # answers
    "answer": ("Answer", "Ответ"),
    "answered": (
        "Answered from {n} source · checked against the notes just now"
        "|Answered from {n} sources · checked against the notes just now",
        "Ответ по {n} источнику · сверено с конспектами сейчас|Ответ по {n} источникам · сверено с конспектами сейчас"
        "|Ответ по {n} источникам · сверено с конспектами сейчас",
    ),
    "in_parts": ("Part by part", "По частям"),
    "compared": ("{labels}: side by side", "{labels}: рядом"),
    "conflict": ("The sources disagree: every side is given", "Источники расходятся: приведены все стороны"),
    "mentioned_only": ("Mentioned, but not explained in these notes", "Упомянуто, но в конспектах не объяснено"),
    "not_in_course": ("Not in these notes", "В конспектах этого нет"),
    "not_in_course_sub": (
        "Nothing in the sources is about this. Other words may help, or another source.",
        "В источниках об этом ничего нет. Попробуйте другие слова или добавьте источник.",
    ),
    "sure": ("sure", "уверенно"),
    "fairly_sure": ("fairly sure", "довольно уверенно"),
    "unsure": ("not sure", "неуверенно"),
    "confidence": ("Confidence", "Уверенность"),
    "why": ("Why this answer?", "Почему такой ответ?"),
    "on_map": ("Show on the map", "Показать на карте"),
    "about": ("What the notes say about {label}", "Что в конспектах есть о понятии «{label}»"),
    "type": ("Read as", "Вопрос понят как"),
    "type_definition": ("a question for a definition", "вопрос об определении"),
    "type_enumeration": ("a question for a list", "вопрос о перечне"),
    "type_membership": ("a question what it belongs to", "вопрос о принадлежности"),
    "type_comparison": ("a comparison", "сравнение"),
    "type_relation": ("a question how things relate", "вопрос о связи"),
    "type_ordering": ("a question for an order", "вопрос о порядке"),
    "type_source": ("a question for a source or author", "вопрос об источнике или авторе"),
    "type_example": ("a question for examples", "вопрос о примерах"),
    "type_other": ("an open question", "открытый вопрос"),
    # hits
    "also": ("Also in the notes", "Ещё в конспектах"),
    "nearest": ("Nearest in the notes", "Ближайшее в конспектах"),
    "no_hits": ("Nothing found for this.", "Ничего не найдено."),
    "no_hits_filtered": ("Nothing found with this filter.", "С этим фильтром ничего не найдено."),
    "all": ("All", "Все"),
    "passage": ("Passage", "Отрывок"),
    "concept": ("Concept", "Понятие"),
    "how_exact": ("matched “{label}”", "совпало с «{label}»"),
    "how_prefix": ("begins like “{label}”", "начинается как «{label}»"),
    "how_fuzzy": ("close to “{label}”", "похоже на «{label}»"),
    "how_lexical": ("by its words", "по словам"),
    "how_dense": ("by meaning", "по смыслу"),
    "how_graph": ("by its connections", "по связям"),
    "previous": ("Previous", "Назад"),
    "next": ("Next", "Дальше"),
    "pages": ("Pages", "Страницы"),
    "filter": ("Narrow down", "Сузить"),
    "by_kind_facet": ("Kind", "Вид"),
    "by_document_facet": ("Source", "Источник"),
    "by_lang_facet": ("Language", "Язык"),
    "clear": ("All hits", "Все результаты"),
    # evidence
    "source": ("Source", "Источник"),
    "line": ("line {a}", "строка {a}"),
    "lines": ("lines {a}–{b}", "строки {a}–{b}"),
    "page": ("page {p}", "стр. {p}"),
    "slide": ("slide {p}", "слайд {p}"),
    "open_source": ("Open in the source", "Открыть в источнике"),
    "cite": ("Cite this", "Процитировать"),
    "copy": ("Copy", "Скопировать"),
    "copied": ("Copied", "Скопировано"),
    "quoted": ("“{text}”", "«{text}»"),
    "noise": ("left out when reading", "при чтении пропущено"),
    # concept
    "definitions": ("Definitions", "Определения"),
    "no_definition": ("No source defines this.", "Ни один источник этого не определяет."),
    "relations": ("Connections", "Связи"),
    "no_relations": ("No source connects this with anything else.", "Ни один источник не связывает это с другим."),
    "remarks": ("Also said", "Также сказано"),
    "map": ("Map", "Карта"),
    "map_of": ("Map around {label}", "Карта вокруг понятия «{label}»"),
    "depth": ("Steps", "Шаги"),
    "as_list": ("The same as a list", "То же списком"),
    "open_box": ("Show what is around {label}", "Показать, что вокруг «{label}»"),
    "close_box": ("Close {label} again", "Снова закрыть «{label}»"),
    "nothing_followed": ("No connection of this kind here.", "Связей этого вида здесь нет."),
    "on_whole_map": ("Open the map", "Открыть карту"),
    "save_as": ("Save as", "Сохранить как"),
    "save_all": ("Save the whole graph as", "Сохранить весь граф как"),
    "not_drawn": ("{n} not drawn: open “more” to see them", "{n} не нарисовано: откройте «ещё», чтобы увидеть"),
    "in_sources": ("In", "В источниках"),
    "by_kind": ("All kinds", "Все виды"),
    "no_concepts": ("There are no concepts here.", "Понятий здесь нет."),
    # sources
    "no_sources": ("There are no sources yet.", "Источников пока нет."),
    "no_sources_how": ("Put notes into a folder and read them in:", "Положите конспекты в папку и прочитайте их:"),
    "as_text": ("Text", "Текст"),
    "as_facts": ("What was read", "Что прочитано"),
    "as_repairs": ("What was mended", "Что исправлено"),
    "as_left_out": ("What was left out", "Что пропущено"),
    "facts_hint": ("Each line says what the notes were understood to say, and leads to the place.",
                   "Каждая строка — то, как поняты конспекты; ссылка ведёт к месту в тексте."),
    "repairs_hint": ("The stored text stays as it was; only what is read was mended.",
                     "Сохранённый текст не изменён; исправлено только то, что читается."),
    "left_out_list_hint": ("Lines that carry no content: page headers, site chrome, rating scales.",
                           "Строки без содержания: колонтитулы, оформление сайта, шкалы оценок."),
    "stored": ("Stored", "Сохранено"),
    "read_as": ("Read as", "Прочитано"),
    "rule": ("Rule", "Правило"),
    "nothing_here": ("Nothing of this kind here.", "Здесь такого нет."),
    "its_cards": ("Study its cards", "Учить карточки"),
    "plain_text": ("Plain text", "Простой текст"),
    "concepts_here": ("Concepts named here", "Понятия отсюда"),
    "left_out_hint": ("Pale lines were left out when reading: chrome, page headers, scales.",
                      "Бледные строки при чтении пропущены: оформление, колонтитулы, шкалы."),
    "earlier": ("Earlier lines", "Предыдущие строки"),
    "later": ("Later lines", "Следующие строки"),
    "empty_source": ("Nothing is stored of this source.", "От этого источника ничего не сохранено."),
    "lang_en": ("English", "английский"),
    "lang_ru": ("Russian", "русский"),
    # errors
    "error_404": ("There is nothing at this address", "По этому адресу ничего нет"),
    "error_406": ("Not to be had in this form", "В таком виде этого нет"),
    "error_422": ("That could not be understood", "Запрос не понят"),
    "error_500": ("Something went wrong", "Что-то пошло не так"),
    "error_503": ("The notes cannot be read at the moment", "Конспекты сейчас недоступны"),
    "error_other": ("That did not work", "Не получилось"),
    "home": ("Back to the question box", "Вернуться к вопросам"),
    **STUDY,
}  # fmt: skip

_COLUMN = {"en": 0, "ru": 1}


def text(key: str, lang: str, /, **values: object) -> str:
    return TEXTS[key][_COLUMN[lang]].format(**values)


def counted(key: str, lang: str, n: int) -> str:
    """The text in the form that `n` asks for."""
    forms = TEXTS[key][_COLUMN[lang]].split("|")
    return forms[min(_form(n, lang), len(forms) - 1)].format(n=grouped(n, lang))


def grouped(n: int, lang: str) -> str:
    """1234567 as 1,234,567 or 1 234 567 (no-break spaces)."""
    return f"{n:,}".replace(",", "," if lang == "en" else "\u00a0")


def _form(n: int, lang: str) -> int:
    if lang == "en":
        return 0 if n == 1 else 1
    if n % 10 == 1 and n % 100 != 11:
        return 0
    return 1 if n % 10 in {2, 3, 4} and n % 100 not in {12, 13, 14} else 2
