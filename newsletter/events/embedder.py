"""A model that says what a headline means, as a vector. Optional: without one, nothing here is imported or asked.

The model is a static one (Model2Vec): a table of vectors, one a piece of a word, of which a text's pieces are averaged.
The operator puts its files into a folder; they hold numbers and words and no code. Nothing is ever fetched: a name that
is no folder is refused, and the client of a hub of models, which the library brings, is switched off before it loads.
"""

import os
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from cachetools import LRUCache

from newsletter.errors import NewsletterError, SettingsError

if TYPE_CHECKING:
    import numpy as np
    from model2vec import StaticModel

KEY = "embedder"  # in the info of sessions
FILES = ("config.json", "tokenizer.json", "model.safetensors")
_SETTING = "NEWSLETTER_EMBEDDINGS_MODEL"
# Read by libraries when they are first imported. The hub's client stays at home whatever becomes of the folder;
# products of a few thousand rows are slower on many threads than on one, and the tokenizer's don't survive a fork.
_SURROUNDINGS = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
_REMEMBERED = 12_000  # texts whose vectors are kept: a tick looks at the same heads again and again


class EmbedderError(NewsletterError):
    message = "The model of meanings can't be used."


class Embedder:
    """Loads its model when it is first asked, once a process; threads may share it."""

    def __init__(self, folder: Path, cut: float) -> None:
        """`cut`: how many times as near to each other as to what is next to them two heads must be to be one event."""
        self.folder = folder
        self.cut = cut
        self._model: StaticModel | None = None
        self._loading = threading.Lock()
        self._known: LRUCache[str, np.ndarray] = LRUCache(_REMEMBERED)

    def check(self) -> None:
        """Whether extra and files are there, without loading them. Raises SettingsError that says what to do."""
        if find_spec("model2vec") is None:
            raise SettingsError(
                f"{_SETTING} is set, and what reads a model is not installed: run `make embeddings`, or "
                "`pip install 'regional-weekly[embeddings]'`."
            )
        if not self.folder.is_dir():
            raise SettingsError(
                f"{_SETTING}: {self.folder} is no folder here. Nothing is fetched by itself, and names on a hub are "
                f"not looked up: put the files of a static model ({', '.join(FILES)}) into a folder and name that."
            )
        missing = [name for name in FILES if not (self.folder / name).is_file()]
        if missing:
            raise SettingsError(
                f"{_SETTING}: the folder {self.folder} lacks {', '.join(missing)}; a static model of Model2Vec has "
                f"{', '.join(FILES)}."
            )

    def vectors(self, texts: Sequence[str]) -> "np.ndarray":
        """One row a text, of length 1; of zeros for a text without a word that the model knows.

        Raises EmbedderError, or SettingsError where the files went away.
        """
        os.environ.update(_SURROUNDINGS)
        import numpy as np

        with self._loading:
            new = list(dict.fromkeys(text for text in texts if text not in self._known))
            found = dict(zip(new, self._encoded(new), strict=True)) if new else {}
            rows = [found[text] if text in found else self._known[text] for text in texts]
            self._known.update(found)
        return np.vstack(rows) if rows else np.zeros((0, 1), dtype=np.float32)

    @property
    def size(self) -> int:
        """Numbers of a vector. Raises as `vectors` does."""
        return int(self.vectors([""]).shape[1])

    def _encoded(self, texts: Sequence[str]) -> "np.ndarray":
        import numpy as np

        model = self._loaded()
        rows = np.asarray(model.encode(texts, use_multiprocessing=False), dtype=np.float32).reshape(len(texts), -1)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not np.isfinite(lengths).all():
            raise EmbedderError(f"The model in {self.folder} gives numbers that are none; is the file whole?")
        result: np.ndarray = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 1e-9)
        return result

    def _loaded(self) -> "StaticModel":
        if self._model is None:
            self.check()
            try:
                from model2vec import StaticModel

                self._model = StaticModel.from_pretrained(self.folder, force_download=False)
            except Exception as error:  # whatever the files hold: neither JSON nor safetensors say what they raise
                what = f"{type(error).__name__}: {error}"
                raise EmbedderError(
                    f"The model in {self.folder} can't be read ({what}); put its files there anew."
                ) from error
        return self._model
