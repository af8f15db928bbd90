"""The lead story of an event: the clearest and most complete report of the most trusted source, not the longest."""

import re
from collections.abc import Sequence

from newsletter.picking.candidates import CandidateStory

# A headline of one plain sentence; shorter ones do not say what happened, longer ones are a paragraph.
PLAIN_HEADLINE = range(25, 121)  # characters
COMPLETE_SUMMARY = 35  # words say who, what, where and when; more of them are not more complete

# "Live:", "Video |": a label that announces a format instead of telling what happened, English and Spanish.
_LABEL = re.compile(
    r"(live|video|watch|photos?|pictures|gallery|podcast|opinion|analysis|explainer|quiz"
    r"|en vivo|en directo|vídeo|mira|fotos?|galería|pódcast|opinión|análisis)\b[^:|]{0,20}[:|]",
    re.IGNORECASE,
)
_CUT_OFF = re.compile(r"(…|\.\.\.|\[…\]|\[\.\.\.\])\s*$")


def lead_story(stories: Sequence[CandidateStory]) -> CandidateStory:
    """The story that stands for its event among `stories` (one or more; those that are not new only without others).

    A report that a reader can make nothing of (no summary) comes last; then the source's weight decides, then how
    clear and complete the report is, how surely it is about the region, and the later one of equals.
    """
    able = [story for story in stories if story.is_new] or stories
    return max(able, key=_merit)


def clarity(story: CandidateStory) -> int:
    """0 to 6: points for a headline that says what happened and a summary that tells it whole."""
    title, summary = story.title.strip(), story.summary.strip()
    letters = [sign for sign in title if sign.isupper() or sign.islower()]
    return sum(
        (
            len(title) in PLAIN_HEADLINE,
            not title.endswith(("?", "؟", "…", "...")),
            not _LABEL.match(title),
            sum(sign.isupper() for sign in letters) <= len(letters) / 2,
            len(summary.split()) >= COMPLETE_SUMMARY,
            bool(summary) and not _CUT_OFF.search(summary),
        )
    )


def _merit(story: CandidateStory) -> tuple[bool, float, int, float, float, int]:
    return (
        bool(story.summary.strip()),
        story.weight,
        clarity(story),
        round(story.region_confidence, 2),
        story.dated_at.timestamp(),
        -story.story_id,
    )
