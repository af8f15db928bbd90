"""What a process remembers of a week between two gatherings, so that one new story need not read the week again.

The rows are the truth: which event a story is in is always asked of them, and whoever forgets, or never knew, reads the
week once. A memory holds for one database; two threads must not use one at the same time.
"""

import gc
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from newsletter.events.joining import Knowledge
from newsletter.events.nearness import neighbours
from newsletter.events.terms import Terms
from newsletter.events.weighing import vector

ALL_LOOKED_AT = timedelta(minutes=10)  # so often everything is looked at, not only what came since
_OVERTAKEN = 1000  # ids: a story may be committed after so many with a higher one
LASTS = timedelta(hours=6)  # then the week is read anew: its words change, and old stories leave it
_GROWS = 0.1  # ... or once it has grown by so much
_MANY = 5000  # stories of a week, from which on the collector of cycles is spared it
_FEW = 300  # newcomers that are not worth reading the week for


@dataclass
class Language:
    """The stories of one language that were read."""

    knowledge: Knowledge
    read_at: datetime
    since: datetime  # an older newcomer has fellows that were not read
    stories: dict[int, Terms] = field(default_factory=dict)  # by id
    index: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # term to ids
    at_first: int = 0  # how many there were when the knowledge was won

    def add(self, story_id: int, terms: Terms) -> None:
        """A text that changed is found by its old words as well, until the week is read anew."""
        known = self.stories.get(story_id)
        self.stories[story_id] = terms
        for term in terms.terms:
            if known is None or term not in known.terms:
                self.index[term].append(story_id)

    def serves(self, newcomers: int, oldest: datetime, now: datetime) -> bool:
        """Whether so many newcomers can be joined with what is remembered."""
        grown = len(self.stories) - self.at_first + newcomers
        is_fresh = now - self.read_at < LASTS and grown <= _GROWS * self.at_first
        return newcomers <= _FEW and is_fresh and oldest >= self.since

    def near(self, stories: Iterable[Terms]) -> set[int]:
        """Ids of the stories that some of these may tell one event with."""
        rarity = self.knowledge.among_stories
        found: set[int] = set()
        for terms in stories:
            found.update(neighbours(vector(terms, rarity), self.index, len(self.stories)))
        return found


@dataclass
class Memory:
    """By language; `last_place` is the id of the newest EventStory that is known here.

    What came since the last gathering is found by ids alone, for which nothing is read through. Whatever is committed
    late or by a hand that nobody expects is found when everything is looked at again.
    """

    languages: dict[str, Language] = field(default_factory=dict)
    last_place: int = 0
    last_story: int = 0
    changed_at: datetime | None = None  # of the latest change to a story's text that is known here
    touched: set[int] = field(default_factory=set)  # events whose reports are others since they were compared
    looked_at: datetime | None = None  # when everything was

    def knows_all(self, now: datetime) -> bool:
        """Whether only what came since needs to be looked at."""
        return self.looked_at is not None and timedelta() <= now - self.looked_at < ALL_LOOKED_AT

    def is_to_compare(self, now: datetime) -> bool:
        """Whether reports of some event may differ on other facts than before."""
        return bool(self.touched) or not self.knows_all(now)

    @property
    def first_new_story(self) -> int:
        return self.last_story - _OVERTAKEN

    def learn(
        self,
        language: str,
        knowledge: Knowledge,
        stories: Sequence[tuple[int, Terms]],
        *,
        since: datetime,
        now: datetime,
    ) -> None:
        learned = Language(knowledge, now, since, at_first=len(stories))
        for story_id, terms in stories:
            learned.add(story_id, terms)
        self.languages[language] = learned
        if len(stories) >= _MANY:
            _spare_the_collector()

    def add(self, language: str, story_id: int, terms: Terms) -> None:
        if language in self.languages:
            self.languages[language].add(story_id, terms)

    def knows(self, language: str, story_id: int) -> bool:
        return language in self.languages and story_id in self.languages[language].stories

    def forget(self) -> None:
        """After a transaction that failed: what was remembered of it may not be there."""
        self.languages.clear()
        self.touched.clear()
        self.last_place = self.last_story = 0
        self.changed_at = self.looked_at = None


def _spare_the_collector() -> None:
    """Take all that is there now out of Python's collector of cycles.

    Going through the words of a large week takes it a tenth of a second, and it would do so while a newcomer waits.
    They are freed as anything else once they are forgotten.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
