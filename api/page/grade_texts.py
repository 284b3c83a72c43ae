"""What the page for grading maps says, in each of its languages."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "title": ("Grade a concept map", "Проверить карту понятий"),
    "intro": (
        "Each link of your map is compared with what the notes state. You see which lines support it, which speak "
        "against it, what the notes do not mention, and what is missing.",
        "Каждая связь вашей карты сравнивается с тем, что сказано в конспектах. Видно, какие строки её подтверждают, "
        "какие ей противоречат, о чём в конспектах ничего нет и чего не хватает.",
    ),
    "file": ("A file", "Файл"),
    "formats": (
        "CXL (CmapTools), Mermaid flowchart, OPML, GraphML (also from yEd). At most 5 MB; it is not kept.",
        "CXL (CmapTools), блок-схема Mermaid, OPML, GraphML (в том числе из yEd). До 5 МБ; файл не сохраняется.",
    ),
    "or_paste": ("or paste a Mermaid flowchart", "или вставьте блок-схему Mermaid"),
    "example": (
        "flowchart LR\n  A[first concept] -->|is part of| B[second concept]",
        "flowchart LR\n  A[первое понятие] -->|часть| B[второе понятие]",
    ),
    "submit": ("Grade", "Проверить"),
    "pasted": ("the pasted map", "вставленная карта"),
    "nothing_sent": ("Choose a file, or paste a flowchart.", "Выберите файл или вставьте блок-схему."),
    "failed": ("This map could not be read", "Эту карту не удалось прочесть"),
    "result": ("Grade of {name}", "Проверка: {name}"),
    "out_of": ("of 100", "из 100"),
    "no_score": ("no score", "без оценки"),
    "uncounted": (
        "Links and concepts that the notes do not mention do not count.",
        "Связи и понятия, о которых в конспектах не сказано, не учтены.",
    ),
    "show_all": ("Show them", "Показать"),
    "weighs": ("{share} of the score", "{share} оценки"),
    "part_links": ("Links", "Связи"),
    "part_concepts": ("Concepts", "Понятия"),
    "supported": ("Supported", "Подтверждено"),
    "imprecise": ("Right in substance", "Верно по сути"),
    "contradicted": ("Contradicted", "Противоречит конспектам"),
    "not_mentioned": ("Not in the notes", "В конспектах нет"),
    "supported_says": ("The notes say so.", "Так сказано в конспектах."),
    "imprecise_says": (
        "The notes link the two, but name the link otherwise.",
        "Конспекты связывают эти понятия, но называют связь иначе.",
    ),
    "contradicted_says": ("The notes say something else.", "В конспектах сказано другое."),
    "not_mentioned_says": (
        "Neither right nor wrong here: it does not count.",
        "Здесь это ни верно, ни неверно: на оценку не влияет.",
    ),
    "missing": ("Missing", "Не хватает"),
    "missing_says": (
        "Central to this part of the course and not in the map.",
        "Главное в этой части курса, чего на карте нет.",
    ),
    "more": ("and {n} more", "и ещё {n}"),
    "unknown": ("The course does not know", "Курс этого не знает"),
    "read_as": ("Read as", "Прочитано как"),
    "typo": ("spelling", "написание"),
    "translated": ("translation", "перевод"),
    "class-word": ("without the word for its kind", "без слова, называющего вид"),
    "citation": ("authors and year", "авторы и год"),
    "no_phrase": ("no phrase", "без подписи"),
    "another": ("Grade another map", "Проверить другую карту"),
}

_COLUMN = {"en": 0, "ru": 1}


def text(lang: str, key: str, /, **values: object) -> str:
    return TEXTS[key][_COLUMN[lang]].format(**values)
