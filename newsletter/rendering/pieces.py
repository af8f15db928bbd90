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
    """An item in its ranks: an event that an earlier section told makes the next item a section's lead."""

    event_id: int
    headline: str
    lead: Pair
    plain: Pair
    brief: Pair  # its headline in the list at a section's end


@dataclass(frozen=True)
class Around:
    """What stands before and after a list that may be left out."""

    before: Pair
    after: Pair


@dataclass(frozen=True)
class Offered:
    """A region that a reader may add: its code, and its flag and name as text."""

    code: str
    label: str


@dataclass(frozen=True)
class IssuePieces:
    """An issue rendered in one language, frame and all, so that what was previewed is what is sent.

    Holes: `title` and `preheader` in `top`, `note` in `more`, `offered` in `offer`.
    """

    issue_id: int
    language: str  # of the letter that the pieces fit in
    speaks: str  # the language of its headlines
    code: str  # of the region
    region_name: str
    subject: str | None  # an editor's own; None: made from the headlines
    preheader: str | None  # an editor's own; None: goes on where the subject ends
    look: str  # which templates, styles and settings made them
    top: Pair  # the masthead up to ...
    place: Pair  # ... the region, with a link to the issue on the web
    head: Pair  # ... and what follows the last of them
    opening: Pair
    items: tuple[ItemPieces, ...]
    briefs: Around
    more: Pair  # leads to the issue on the web
    more_notes: tuple[str, ...]  # what `more` says when 1, 2, 3 ... items are left out
    told_note: str  # ... when an earlier section has told all of them
    corrections: Pair  # of earlier issues; empty where there are none
    say: Pair  # a word on this section, in one click
    close: Pair
    offer: Pair  # the box of regions to add
    offered: tuple[Offered, ...]
    bottom: Pair


def fill(filling: Filling, values: Mapping[str, str]) -> str:
    """The filling with its holes filled. Raises KeyError for a hole without a value."""
    if len(filling) == 1:
        return filling[0]
    return "".join(values[part] if place % 2 else part for place, part in enumerate(filling))
