"""Passages: every block is in one, none crosses a heading or is too long, each quotes its document."""

from __future__ import annotations

from extractkit import read

from kg.passages import MOST, passages

LONG = "# Dunes\n\n" + "\n\n".join(f"Dune number {n} walks slowly with the wind over the plain." * 4 for n in range(12))


def test_every_block_is_in_a_passage_and_quotes_are_slices() -> None:
    document = read(LONG + "\n\n## Sand\n\n- fine\n- coarse\n\n## Ветер\n\nДует всегда.\n")
    found = passages(document)
    together = "\n".join(p.text for p in found)
    for block in document.blocks:
        if block.kind != "heading":
            assert block.text in together
    for p in found:
        assert p.evidence.quote == document.raw[p.evidence.start : p.evidence.end]
        assert len(p.text) <= MOST + 250
    assert len({p.id for p in found}) == len(found)


def test_passages_stay_under_their_heading() -> None:
    found = passages(read("# A\n\n## One\n\nFirst text here.\n\n## Two\n\nSecond text here.\n"))
    assert [(p.heading, p.text) for p in found if "text" in p.text] == [
        (("A", "One"), "First text here."),
        (("A", "Two"), "Second text here."),
    ]


def test_a_card_is_one_passage_in_its_language() -> None:
    found = passages(read("Q: Что такое бархан?\nA: Песчаный холм.\n\nQ: What is silt?\nA: Fine sand.\n", "a.txt"))
    assert [p.lang for p in found] == ["ru", "en"]
    assert "Песчаный холм" in found[0].text
