"""A tiny sentence-transformers model that knows two languages, made from nothing and saved to a folder.

It is a BERT with random weights whose word vectors are arranged so that a word and its translation are one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from kg.model_export import PROSE, QUESTIONS
from kg.text import words

DIMENSION = 128
PAIRS = """
train поезд, leaves отправляется, station станции, noon полдень, company компания, sells продаёт, used подержанные,
bicycles велосипеды, patient пациента, treated лечили, antibiotics антибиотиками, children дети, learn учат,
language язык, listening слушая, prices цены, rose выросли, drought засухи, court суд, rejected отклонил,
appeal апелляцию, keel киль, fin плавник, hull корпусом, heavy тяжёлый, boat лодке, boat лодка, sideways боком,
sheet шкот, sail парусом, wind ветра, rope снасть, mooring швартовки, pier причалу, sliding скользить
"""
SILENT = "the a an of by our at was from because that is to and in on this что это со в из за не который".split()  # noqa: SIM905


def made(folder: Path, vocabulary: Iterable[str], *, bilingual: bool = True) -> Path:
    """The model in `folder`; all words of `vocabulary` are known. Not `bilingual`: translations are strangers."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    chance = np.random.default_rng(7)
    pairs = [pair.split() for pair in PAIRS.replace("\n", " ").split(",")]
    known = {w.casefold() for pair in PROSE + QUESTIONS for text in pair for w in _split(text)}
    known |= {w.casefold() for w in vocabulary} | {w for pair in pairs for w in pair} | set(SILENT)
    vocab = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *".,:;!?—-()«»'\"", *sorted(known)]
    table = chance.normal(size=(len(vocab), DIMENSION)).astype(np.float32)
    row = {word: i for i, word in enumerate(vocab)}
    for en, ru in PROSE + QUESTIONS if bilingual else ():  # a translation lies where its sentence lies
        theirs = [row[w] for w in words(en) if w not in SILENT]
        for word in set(words(ru)) - set(SILENT):
            table[row[word]] = table[theirs].mean(axis=0) * len(theirs) ** 0.5
    for en, ru in pairs if bilingual else ():
        table[row[ru]] = table[row[en]]
    for word in [*vocab[:19], *SILENT]:
        table[row[word]] *= 0.01
    inner = folder / "bert"
    inner.mkdir(parents=True)
    (inner / "vocab.txt").write_text("\n".join(vocab) + "\n", encoding="utf-8")
    torch.manual_seed(7)
    bert = BertModel(
        BertConfig(
            vocab_size=len(vocab), hidden_size=DIMENSION, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=64, max_position_embeddings=128, hidden_dropout_prob=0, attention_probs_dropout_prob=0,
            layer_norm_eps=0.5,  # so that the words that say nothing stay small
        )
    ).eval()  # fmt: skip
    with torch.no_grad():
        bert.embeddings.word_embeddings.weight.copy_(torch.from_numpy(table))
        bert.embeddings.position_embeddings.weight.mul_(0.01)
        bert.embeddings.token_type_embeddings.weight.mul_(0.01)
    bert.save_pretrained(inner)
    tokenizer = BertTokenizerFast(vocab={w: i for i, w in enumerate(vocab)}, do_lower_case=True, strip_accents=False)
    tokenizer.save_pretrained(inner)
    parts = [Transformer(str(inner), max_seq_length=128), Pooling(DIMENSION, pooling_mode="mean")]
    whole = folder / "model"
    SentenceTransformer(modules=parts, device="cpu").save(str(whole))
    assert json.loads((whole / "modules.json").read_text())
    return whole


def _split(text: str) -> list[str]:
    return words(text) + text.casefold().replace(".", " ").replace(",", " ").split()
