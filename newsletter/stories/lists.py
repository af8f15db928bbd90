"""Lists of countries: a report that goes through many of them is about each, wherever they stand. Pure."""

import re
from collections.abc import Sequence
from itertools import pairwise

from newsletter.stories.mentions import Mention

LONG = 3  # from so many countries on an enumeration is a list ...
ROLL_CALL = 6  # ... and from so many on a whole report is one

_JOINT = re.compile(
    r"(?:,|/| and| or| y| e| o| et| ou|,? as well as|, (?:and|or|y|et))? ?(?:the |la |el |le |les |los )?"
)


def listed(text: str, mentions: Sequence[Mention]) -> set[int]:
    """Where the mentions start that stand in an enumeration such as "Guatemala, Honduras and El Salvador"."""
    found: set[int] = set()
    run: list[Mention] = list(mentions[:1])
    for one, following in pairwise(mentions):
        if _JOINT.fullmatch(text, one.end, following.start) is None:
            found |= _if_long(run)
            run = []
        run.append(following)
    return found | _if_long(run)


def _if_long(run: Sequence[Mention]) -> set[int]:
    return {mention.start for mention in run} if len({mention.term.code for mention in run}) >= LONG else set()
