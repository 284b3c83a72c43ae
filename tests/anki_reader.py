"""Run by an interpreter that has the official anki package: imports decks one after the other, studies in between.

    anki_reader.py COLLECTION PACKAGE...   prints, as JSON, what the collection holds after each import

After an import every card that is new is answered "good", "again" or "easy" in turn, so that the next import
finds a schedule and a history. Nothing of ours is imported here.
"""

import json
import sys

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest


def state(col, log):
    cards = {}
    for id in col.find_cards(""):
        card = col.get_card(id)
        note = card.note()
        cards[f"{note.guid}/{card.ord}"] = {
            "question": card.question(),
            "answer": card.answer(),
            "deck": col.decks.name(card.did),
            "schedule": [card.type, card.queue, card.due, card.ivl, card.factor, card.reps, card.lapses],
            "reviews": col.db.scalar("select count() from revlog where cid = ?", card.id),
        }
    notes = [col.get_note(id) for id in col.find_notes("")]
    return {
        "new": len(log.new),
        "updated": len(log.updated),
        "duplicate": len(log.duplicate),
        "conflicting": len(log.conflicting),
        "notes": {n.guid: {"fields": dict(n.items()), "tags": list(n.tags)} for n in notes},
        "count": len(notes),
        "cards": cards,
        "types": sorted(t.name for t in col.models.all_names_and_ids() if col.models.get(t.id) and
                        col.models.use_count(col.models.get(t.id))),
        "problems": col.fix_integrity()[0],
        "media": [f for n in notes for f in col.media.files_in_str(n.mid, " ".join(n.fields))],
    }


def study(col):
    seen = 0
    for id in col.find_cards("is:new"):
        card = col.get_card(id)
        card.start_timer()
        col.sched.answerCard(card, (3, 1, 4)[seen % 3])
        seen += 1
    return seen


def main(path, packages):
    col = Collection(path)
    out = []
    for package in packages:
        options = ImportAnkiPackageOptions(
            merge_notetypes=False, update_notes=0, update_notetypes=0, with_scheduling=False, with_deck_configs=False
        )
        log = col.import_anki_package(ImportAnkiPackageRequest(package_path=package, options=options)).log
        found = state(col, log)
        found["studied"] = study(col)
        found["after"] = {k: v["schedule"] for k, v in state(col, log)["cards"].items()}
        out.append(found)
    col.close()
    print(json.dumps(out))


main(sys.argv[1], sys.argv[2:])
