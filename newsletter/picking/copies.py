"""Wire copies: one agency's text in several papers tells us no more than once."""

from collections import Counter
from collections.abc import Sequence

from newsletter.picking.candidates import CandidateStory
from newsletter.picking.words import words

# A paper that prints an agency's text changes the headline, a word here and there, or cuts the end. Two reporters at
# one scene share less than half of their words.
SAME_WORDS = 0.8  # shared words among all words of both
CUT_SHORT = 0.9  # shared words among those of the shorter one ...
ENOUGH_WORDS = 15  # ... where it has so many that this can't be chance
MOST_COMPARED = 100  # stories; a source that floods an event with hundreds must not make it costly


def texts(stories: Sequence[CandidateStory]) -> list[list[CandidateStory]]:
    """The stories (the first hundred) grouped by their text, in the order in which each text first comes."""
    groups: list[list[CandidateStory]] = []
    for story in stories[:MOST_COMPARED]:
        for group in groups:
            if _same_text(group[0], story):
                group.append(story)
                break
        else:
            groups.append([story])
    return groups


def independent_sources(stories: Sequence[CandidateStory]) -> int:
    """How many tell the event on their own: each source counts at most once, and so does each text.

    That is the largest matching of sources to texts (Kuhn's algorithm): a source that prints an agency's text and a
    report of its own beside another that prints the agency's text alone makes two.
    """
    printed: dict[int, list[int]] = {}
    for number, group in enumerate(texts(_by_turns(stories))):
        for story in group:
            printed.setdefault(story.source_id, []).append(number)
    told_by: dict[int, int] = {}
    return sum(_give_a_text(source, printed, told_by, set()) for source in printed)


def _by_turns(stories: Sequence[CandidateStory]) -> list[CandidateStory]:
    """Every source's first story, then every source's second, and so on."""
    told: Counter[int] = Counter()
    turns = []
    for story in stories:
        turns.append((told[story.source_id], story))
        told[story.source_id] += 1
    return [story for _, story in sorted(turns, key=lambda turn: turn[0])]


def _give_a_text(source: int, printed: dict[int, list[int]], told_by: dict[int, int], tried: set[int]) -> bool:
    for text in printed[source]:
        if text in tried:
            continue
        tried.add(text)
        if text not in told_by or _give_a_text(told_by[text], printed, told_by, tried):
            told_by[text] = source
            return True
    return False


def _same_text(one: CandidateStory, other: CandidateStory) -> bool:
    """By the summary where both have one, else by the headline."""
    if one.summary and other.summary:
        mine, theirs = words(one.summary), words(other.summary)
    else:
        mine, theirs = words(one.title), words(other.title)
    shared, shorter = len(mine & theirs), min(len(mine), len(theirs))
    if not shorter:
        return (one.title, one.summary) == (other.title, other.summary)
    if shorter >= ENOUGH_WORDS and shared >= CUT_SHORT * shorter:
        return True
    return shared >= SAME_WORDS * len(mine | theirs)
