"""What rendering makes: the pieces of an issue, and a mail composed of pieces. Pure.

A `Filling` is markup or text with holes: literals at even places, names of holes at odd ones. Joining is all that is
left to do with it, so thousands of editions cost no more than the bytes they consist of.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Filling = tuple[str, ...]


@dataclass(frozen=True)
class Composed:
    """A whole mail. In `html` and `text` the tokens of personal slots (`slots.Slot`) are still to be filled."""

    subject: str  # one line
    html: str
    text: str
    language: str


@dataclass(frozen=True)
class Pair:
    """One piece in both forms. It is told in the text part exactly where it is told in the HTML part."""

    html: Filling
    text: Filling


@dataclass(frozen=True)
class ItemPieces:
    """An item in both ranks: an event that an earlier section told makes the next item a section's lead."""

    event_id: int
    headline: str
    lead: Pair
    plain: Pair


@dataclass(frozen=True)
class IssuePieces:
    """An issue rendered in one language, frame and all, so that what was previewed is what is sent.

    Holes: `title`, `preheader` and `regions` in `top`; `note` in `more`.
    """

    issue_id: int
    language: str  # of the letter that the pieces fit in
    region_name: str
    flag: str
    subject: str | None  # an editor's own; None: made from the headlines
    look: str  # which templates, styles and settings made them
    top: Pair
    opening: Pair
    items: tuple[ItemPieces, ...]
    more: Pair  # leads to the issue on the web
    more_notes: tuple[str, ...]  # what `more` says when 1, 2, 3 ... items are left out
    told_note: str  # ... when an earlier section has told all of them
    closing: Pair
    bottom: Pair


def fill(filling: Filling, values: Mapping[str, str]) -> str:
    """The filling with its holes filled. Raises KeyError for a hole without a value."""
    if len(filling) == 1:
        return filling[0]
    return "".join(values[part] if place % 2 else part for place, part in enumerate(filling))
