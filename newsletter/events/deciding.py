"""What editors decide about events: to split one, to merge two, to move a report, to keep two apart.

Each decision is a row that is kept for ever. Gathering never moves a story that is in an event and never merges two
events, so what was decided stays decided; a doubt that was settled is not raised again. Functions take a session and
never commit.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from newsletter.db import among
from newsletter.editors.log import record
from newsletter.errors import InvalidInputError, NotAllowedError, NotFoundError
from newsletter.events.models import Counterpart, Decision, DecisionKind, Doubt, Event, EventStory
from newsletter.events.turns import take_turn
from newsletter.stories.models import Story


def split(session: Session, event_id: int, story_ids: Collection[int], *, by: str, now: datetime) -> Decision:
    """Give reports of an event one of their own; the decision names it.

    Raises NotFoundError where a report is not in the event, InvalidInputError where none or all of them are named.
    """
    take_turn(session)
    event = _event(session, event_id)
    there = _stories(session, event_id)
    leaving = sorted(set(story_ids))
    if missing := [story_id for story_id in leaving if story_id not in there]:
        raise NotFoundError(f"Event {event_id} has no report {', '.join(map(str, missing))}.")
    staying = [story_id for story_id in there if story_id not in leaving]
    if not leaving or not staying:
        raise InvalidInputError("Name some of the event's reports, not none and not all of them.")
    new = Event(language=event.language, first_at=event.first_at, last_at=event.last_at)
    session.add(new)
    session.flush()
    decision = _decide(session, DecisionKind.SPLIT, event, new, leaving, staying, by, now)
    _settle(session, event.id, new.id, now)
    return decision


def merge(session: Session, event_id: int, into_id: int, *, by: str, now: datetime) -> Decision:
    """Put all reports of an event into another. The empty event stays, for the issues that carried it.

    Raises NotAllowedError where they are told in two languages: a letter of one language tells only one of them.
    """
    take_turn(session)
    event, into = _two(session, event_id, into_id)
    leaving, there = _stories(session, event.id), _stories(session, into.id)
    if not leaving:
        raise NotAllowedError(f"Event {event.id} has no reports.")
    decision = _decide(session, DecisionKind.MERGE, event, into, leaving, there, by, now)
    _retire(session, event, into)
    return decision


def move(session: Session, story_id: int, to_id: int, *, by: str, now: datetime) -> Decision:
    """Put one report into another event. An event that loses its last report is merged into the other thereby."""
    take_turn(session)
    from_id = session.scalar(select(EventStory.event_id).where(EventStory.story_id == story_id))
    if from_id is None:
        raise NotFoundError(f"There is no report {story_id} in any event.")
    event, to = _two(session, from_id, to_id)
    staying = [other for other in _stories(session, event.id) if other != story_id]
    decision = _decide(session, DecisionKind.MOVE, event, to, [story_id], staying, by, now)
    if not staying:
        _retire(session, event, to)
    return decision


def keep_apart(session: Session, one_id: int, other_id: int, *, by: str, now: datetime) -> Decision:
    """Say that two events are two, though their reports are alike: the question is not asked again."""
    take_turn(session)
    one, other = _two(session, one_id, other_id)
    decision = Decision(
        kind=DecisionKind.APART,
        from_event_id=one.id,
        to_event_id=other.id,
        stories=_stories(session, one.id),
        others=_stories(session, other.id),
        by=by,
        at=now,
    )
    session.add(decision)
    _settle(session, one.id, other.id, now)
    _log(session, decision)
    return decision


def decided(session: Session, event_id: int) -> dict[int, Decision]:
    """The reports that a person put into an event, each with the latest decision that did."""
    rows = session.scalars(
        select(Decision)
        .where(Decision.to_event_id == event_id, Decision.kind != DecisionKind.APART)
        .order_by(Decision.id)
    )
    return {story_id: decision for decision in rows for story_id in decision.stories}


def _event(session: Session, event_id: int) -> Event:
    event = session.get(Event, event_id)
    if event is None:
        raise NotFoundError(f"There is no event {event_id}.")
    if event.merged_into_id is not None:
        raise NotAllowedError(f"Event {event_id} was merged into event {event.merged_into_id}.")
    return event


def _two(session: Session, one_id: int, other_id: int) -> tuple[Event, Event]:
    if one_id == other_id:
        raise InvalidInputError("Name two events; this is one and the same.")
    one, other = _event(session, one_id), _event(session, other_id)
    if one.language != other.language:
        raise NotAllowedError(
            f"Event {one_id} is told in {one.language} and event {other_id} in {other.language}: they stay two."
        )
    return one, other


def _stories(session: Session, event_id: int) -> list[int]:
    query = select(EventStory.story_id).where(EventStory.event_id == event_id).order_by(EventStory.story_id)
    return list(session.scalars(query))


def _decide(
    session: Session,
    kind: DecisionKind,
    event: Event,
    to: Event,
    stories: list[int],
    others: list[int],
    by: str,
    now: datetime,
) -> Decision:
    """Move the stories and keep the decision."""
    session.execute(
        update(EventStory)
        .where(EventStory.event_id == event.id, among(session, EventStory.story_id, stories))
        .values(event_id=to.id, similarity=None, shared_terms=[])
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    for touched in (event, to):
        _date(session, touched)
    decision = Decision(
        kind=kind, from_event_id=event.id, to_event_id=to.id, stories=stories, others=others, by=by, at=now
    )
    session.add(decision)
    session.flush()
    _log(session, decision)
    return decision


def _date(session: Session, event: Event) -> None:
    """Its first and last date, from the stories that it has now; those of an empty one stay as they were."""
    query = (
        select(Story.dated_at)
        .join(EventStory, EventStory.story_id == Story.id)
        .where(EventStory.event_id == event.id)
        .order_by(Story.dated_at)
    )
    if dates := session.scalars(query).all():
        event.first_at, event.last_at = dates[0], dates[-1]


def _retire(session: Session, event: Event, into: Event) -> None:
    """`event` is empty now: whoever looks for it finds `into`."""
    event.merged_into_id = into.id
    session.execute(update(Event).where(Event.merged_into_id == event.id).values(merged_into_id=into.id))
    for table in (Doubt, Counterpart):
        session.execute(delete(table).where(or_(table.one_id == event.id, table.other_id == event.id)))


def _settle(session: Session, one_id: int, other_id: int, now: datetime) -> None:
    """Leave a settled doubt, so that gathering does not ask."""
    first, second = sorted((one_id, other_id))
    doubt = session.scalar(select(Doubt).where(Doubt.one_id == first, Doubt.other_id == second))
    if doubt is None:
        doubt = Doubt(one_id=first, other_id=second, similarity=0.0, reason="editor", words=[[], []], at=now)
        session.add(doubt)
    doubt.settled_at = now


def _log(session: Session, decision: Decision) -> None:
    details = {"to": decision.to_event_id, "stories": _shortened(decision.stories)}
    subject, action = f"event {decision.from_event_id}", f"event {decision.kind}"
    record(session, actor=decision.by, action=action, subject=subject, details=details, now=decision.at)


def _shortened(stories: Sequence[int]) -> list[int]:
    return list(stories[:50])  # the decision itself has them all
