"""The subject and the preheader of an edition, made from its headlines. Pure."""

from collections.abc import Sequence

from newsletter.rendering.calm import calmed
from newsletter.rendering.plain import cut_at_word

SUBJECT_LIMIT = 60  # characters: what a phone's list of mails shows
PREHEADER_LIMIT = 130  # with less, clients go on to show the masthead
SEPARATOR = " · "
_WORTH_READING = 22  # a headline that would get less room is left out


def announced(phrases: Sequence[str]) -> list[str]:
    """The phrases that a subject has room for, each cut to its share; from each region's lead, in the reader's order.

    The room is shared fairly: what a short headline leaves goes to the longer ones. Headlines that would become
    stumps are left out, from the last on.
    """
    calm = [calmed(phrase) for phrase in phrases]
    for count in range(len(calm), 1, -1):
        rooms = fair_rooms([len(phrase) for phrase in calm[:count]], SUBJECT_LIMIT - len(SEPARATOR) * (count - 1))
        if all(room >= min(len(phrase), _WORTH_READING) for phrase, room in zip(calm, rooms, strict=False)):
            return [cut_at_word(phrase, room) for phrase, room in zip(calm, rooms, strict=False)]
    return [cut_at_word(phrase, SUBJECT_LIMIT) for phrase in calm[:1]]


def preheader(headlines: Sequence[str]) -> str:
    """What a list of mails shows after the subject: the headlines that the subject did not tell."""
    return cut_at_word(SEPARATOR.join(headlines), PREHEADER_LIMIT)


def fair_rooms(wanted: Sequence[int], room: int) -> list[int]:
    """How much of `room` each gets: no more than it wants, and otherwise as much as the others."""
    rooms = [0] * len(wanted)
    by_need = sorted(range(len(wanted)), key=lambda place: wanted[place])
    for left, place in zip(range(len(wanted), 0, -1), by_need, strict=True):
        rooms[place] = min(wanted[place], room // left)
        room -= rooms[place]
    return rooms
