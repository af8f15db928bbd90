"""Personal slots: the few places of a mail that differ from reader to reader.

A slot stands in rendered text as an inert token of letters and digits. It survives escaping, the CSS inliner and an
href unchanged, and it is filled last, in the finished bytes of a message. Whatever comes from a source or an editor
is freed of these tokens first (`without_slots`), so that nobody's text can ask for a reader's links.
"""

import re
from enum import StrEnum


class Slot(StrEnum):
    UNSUBSCRIBE = "slot7f3kq9unsubscribe2xv8slot"  # the one-click link of the reader
    PREFERENCES = "slot7f3kq9preferences2xv8slot"  # the signed link to their preferences
    ADDRESS = "slot7f3kq9address2xv8slot"  # their address, as text


_ANY = re.compile("|".join(Slot), re.IGNORECASE)


def without_slots(text: str) -> str:
    """`text` without slot tokens, also such as would appear only after another one was taken out."""
    while _ANY.search(text):
        text = _ANY.sub("", text)
    return text
