"""Marks in a rendered mail, and cutting it there.

A mail is rendered and inlined as one document that a designer can read from top to bottom, and is then cut into the
pieces that editions are joined from. A mark carries a secret that is new for each rendering, so that nothing a source
wrote can pass for one: not a comment, not a token that was seen in an earlier mail.
"""

import re
import secrets
from collections import defaultdict

from markupsafe import Markup

from newsletter.rendering.pieces import Filling


class Marks:
    """The marks of one rendering: templates set them, `cut` finds them."""

    def __init__(self) -> None:
        self._secret = "mark" + secrets.token_hex(8)
        self._piece = re.compile(f"(?:<!--)?{self._secret}piece([a-z0-9]+)end(?:-->)?")
        self._hole = re.compile(f"{self._secret}hole([a-z]+)end")

    def piece(self, name: str) -> Markup:
        """From here on the piece `name` (a-z, 0-9). A comment, since in a table there is no place for text."""
        return Markup(f"<!--{self._secret}piece{name}end-->")  # noqa: S704 - the names stand in our own templates

    def hole(self, name: str) -> str:
        """A place in a piece that is filled when an edition is composed."""
        return f"{self._secret}hole{name}end"

    def cut(self, rendered: str) -> dict[str, Filling]:
        """The pieces by name; what stands before the first mark is `start`."""
        texts: dict[str, str] = defaultdict(str)
        parts = ["start", *self._piece.split(rendered)]
        start, *rest = parts[1:]
        texts["start"] = start
        for name, text in zip(rest[::2], rest[1::2], strict=True):
            texts[name] += text
        return {name: tuple(self._hole.split(text)) for name, text in texts.items()}
