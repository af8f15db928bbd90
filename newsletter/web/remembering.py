"""What the desk would have to find out again for each look at an issue, kept in this process for a little while."""

from threading import Lock
from typing import Any

from cachetools import TTLCache
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from newsletter.events.models import Decision, EventStory
from newsletter.issues.drafting import reconsider
from newsletter.issues.models import Issue
from newsletter.picking.pick import Pick
from newsletter.sending.reach import Reach, reach_of
from newsletter.stories.models import Story

KEPT_SECONDS = 60
MANY_READERS = 10_000  # fewer are counted each time, in some milliseconds
_ISSUES = 32


class Memory:
    """Threads may share it; two that miss at once both look."""

    def __init__(self) -> None:
        self._picks: TTLCache[Any, Pick] = TTLCache(_ISSUES, KEPT_SECONDS)
        self._reaches: TTLCache[Any, Reach] = TTLCache(_ISSUES, KEPT_SECONDS)
        self._lock = Lock()

    def pick(self, session: Session, issue: Issue) -> Pick:
        """What a pick for the issue finds: the same until it is drafted anew, an event gains or loses reports, or a
        story changes."""
        newest = [select(func.max(of)).scalar_subquery() for of in (EventStory.id, Decision.id, Story.changed_at)]
        key = (issue.id, issue.until, *session.execute(select(*newest)).one())
        with self._lock:
            kept = self._picks.get(key)
        if kept is None:
            kept = reconsider(session, issue)
            with self._lock:
                self._picks[key] = kept
        return kept

    def reach(self, session: Session, issue: Issue) -> Reach:
        """Whom the issue would reach; where they are many, as they were up to a minute ago."""
        with self._lock:
            kept = self._reaches.get(issue.id)
        if kept is None:
            kept = reach_of(session, issue)
            if kept.readers >= MANY_READERS:
                with self._lock:
                    self._reaches[issue.id] = kept
        return kept
