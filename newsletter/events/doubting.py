"""Events that may be one: kept apart by gathering, shown to the editors as "check: one event?"."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from newsletter.db import among
from newsletter.events import joining
from newsletter.events.models import Doubt, EventStory


def keep_doubts(session: Session, doubts: Sequence[joining.Doubt], now: datetime) -> int:
    """Keep those that nobody had yet; how many. What an editor has settled is not asked again."""
    stories = {story for doubt in doubts for story in (doubt.one, doubt.other)}
    if not stories:
        return 0
    query = select(EventStory.story_id, EventStory.event_id)
    places = session.execute(query.where(among(session, EventStory.story_id, sorted(stories))))
    event_of = {place.story_id: place.event_id for place in places}
    found: dict[tuple[int, int], Doubt] = {}
    for doubt in doubts:
        one, other = event_of[doubt.one], event_of[doubt.other]
        if one != other:
            words = [list(words) for words in (doubt.words if one < other else doubt.words[::-1])]
            first, second = sorted((one, other))
            found[first, second] = Doubt(
                one_id=first, other_id=second, similarity=doubt.similarity, reason=doubt.reason, words=words, at=now
            )
    for pair in _known(session, [first for first, _ in found]):
        found.pop(pair, None)
    session.add_all(found.values())
    session.flush()
    return len(found)


def open_doubts(session: Session, *, event_id: int | None = None, limit: int = 50) -> Sequence[Doubt]:
    """Those that nobody has settled, the most alike first; of one event, or of all."""
    query = select(Doubt).where(Doubt.settled_at.is_(None)).order_by(Doubt.similarity.desc(), Doubt.id).limit(limit)
    if event_id is not None:
        query = query.where(or_(Doubt.one_id == event_id, Doubt.other_id == event_id))
    return session.scalars(query).all()


def _known(session: Session, firsts: Sequence[int]) -> list[tuple[int, int]]:
    rows = session.execute(
        select(Doubt.one_id, Doubt.other_id).where(among(session, Doubt.one_id, sorted(set(firsts))))
    )
    return [(one, other) for one, other in rows]
