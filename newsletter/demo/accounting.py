"""What came of the rehearsal, counted from the rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from newsletter.events.models import Event
from newsletter.sending.auditing import Audit, audit
from newsletter.sending.models import Round
from newsletter.stories.models import Story
from newsletter.subscribers.models import Subscriber


@dataclass(frozen=True)
class Account:
    stories: int
    events: int
    subscribers: int
    rounds: Sequence[Audit]

    @property
    def is_sound(self) -> bool:
        """Every letter is accounted for, and nobody got an issue twice."""
        return all(one.is_sound and not one.open for one in self.rounds)

    def as_data(self) -> dict[str, object]:
        """For scripts."""
        return {
            "stories": self.stories,
            "events": self.events,
            "subscribers": self.subscribers,
            "rounds": [_round_as_data(one) for one in self.rounds],
        }


def account(session: Session) -> Account:
    def count(column: InstrumentedAttribute[int]) -> int:
        return session.scalar(select(func.count(column))) or 0

    return Account(
        stories=count(Story.id),
        events=count(Event.id),
        subscribers=count(Subscriber.id),
        rounds=[
            audit(session, one)
            for one in session.scalars(select(Round).where(Round.correction_id.is_(None)).order_by(Round.week))
        ],
    )


def _round_as_data(one: Audit) -> dict[str, object]:
    return {
        "week": one.week,
        "editions": one.editions,
        "audience": one.audience,
        "accepted": one.accepted,
        "refused": one.refused,
        "unknown": one.unknown,
        "skipped": one.skipped,
        "issues": [
            {"region": issue.region, "number": issue.number, "items": issue.items, "readers": issue.readers}
            for issue in one.issues
        ],
    }
