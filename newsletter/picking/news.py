"""Whether the new reports of an event that a letter carried before tell new facts. Pure."""

from collections.abc import Sequence

from newsletter.events.facts.comparing import differences
from newsletter.events.facts.fact import COUNTS, Fact, Report
from newsletter.events.facts.reading import facts_of
from newsletter.picking.candidates import Candidate, CandidateStory

MOST_READ = 8  # stories on each side
TEXT_READ = 2000  # characters of a summary

# Facts whose first mention is news: that somebody was arrested, what it will cost.
_FIRST_MENTIONS = (*COUNTS, "amount", "magnitude")


def new_facts(candidate: Candidate) -> list[Fact]:
    """What the new reports state that the known ones did not: other figures, or figures of a kind that had none."""
    known = [_report(story) for story in candidate.stories if not story.is_new][-MOST_READ:]
    new = [_report(story) for story in candidate.stories if story.is_new][-MOST_READ:]
    told = {fact.attribute for report in known for fact in facts_of(report)}
    first = [
        fact
        for report in new
        for fact in facts_of(report)
        if fact.attribute in _FIRST_MENTIONS and fact.attribute not in told and fact.shown != "0"
    ]
    return [*_changed(known, new), *first]


def _changed(known: Sequence[Report], new: Sequence[Report]) -> list[Fact]:
    """Figures that clash with what every known report says of the same."""
    ids = {report.id for report in new}
    changed = []
    for report in new:
        for found in differences([*known, report]):
            changed += [stated.fact for stated in found.values if stated.report.id in ids]
    return changed


def _report(story: CandidateStory) -> Report:
    language = story.language.replace("_", "-").split("-", 1)[0].lower()
    return Report(story.story_id, story.title, story.summary[:TEXT_READ], language, story.dated_at)
