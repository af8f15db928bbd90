"""A tiny static model in the form of Model2Vec: words of two languages that mean one thing have one vector."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from model2vec import StaticModel
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

SIZE = 64

# What it means, in English and Spanish. No names: those tie events without a model.
MEANINGS = {
    "drought": "drought sequía",
    "reservoir": "reservoir presa embalse",
    "empty": "empties empty vacía vacío",
    "fire": "fire burned incendio ardieron",
    "market": "market stalls mercado puestos",
    "minister": "minister ministra",
    "resign": "resigns quits dimite renuncia",
    "teacher": "teachers maestros profesores",
    "strike": "strike walk huelga paro",
    "bridge": "bridge puente",
    "open": "opens abre abren",
    "whale": "whales ballenas",
    "sea": "sea mar",
    "volcano": "volcano volcán",
    "ash": "ash ceniza",
    "quake": "earthquake quake terremoto sismo",
    "village": "villages aldeas pueblos",
}


def make_static_model(folder: Path, meanings: Mapping[str, str] = MEANINGS) -> Path:
    """The folder, with the three files that an operator would put there."""
    random = np.random.default_rng(7)
    rows, words = [np.zeros(SIZE)], {"[UNK]": 0}
    for written in meanings.values():
        vector = random.normal(size=SIZE)
        for word in written.split():
            words[word] = len(rows)
            rows.append(vector)
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    StaticModel(np.asarray(rows, dtype=np.float32), tokenizer).save_pretrained(folder)
    return folder
