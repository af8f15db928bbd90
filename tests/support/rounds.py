"""Rounds for tests: a week of letters, frozen and counted."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from newsletter.bootstrap import Service
from newsletter.issues.models import IssueState
from newsletter.sending.auditing import Audit, audit
from newsletter.sending.models import Letter, LetterState, Round
from newsletter.sending.rounds import find_round, plan_rounds, start_rounds
from tests.support.world import make_issue, make_region, make_subscriber

MEXICO = datetime(2026, 5, 15, 13, 0, tzinfo=UTC)  # Friday, 07:00 in Mexico City
MADRID = datetime(2026, 5, 15, 5, 0, tzinfo=UTC)
TOKYO = datetime(2026, 5, 14, 22, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def mexico_with_readers(service: Service, readers: int) -> None:
    """An approved issue of Mexico, and so many readers of it in Mexico City."""
    with service.db.writing() as session:
        region = make_region(session)
        make_issue(session, region, state=IssueState.APPROVED)
        for _ in range(readers):
            make_subscriber(session, region)


def freeze_at(service: Service, instant: datetime) -> int:
    """Let the round be planned and started and freeze what is due at `instant`; the number of new letters."""
    service.clock.set(instant)  # type: ignore[attr-defined] - a StillClock
    with service.db.writing() as session:
        plan_rounds(session, instant)
        start_rounds(session, instant)
    return service.freezer.freeze_due_waves(instant)


def deliver(service: Service, seconds: float = 20) -> int:
    return service.deliverer.deliver(seconds=seconds)


def letters(service: Service) -> list[Letter]:
    with service.db.reading() as session:
        return list(session.scalars(select(Letter).order_by(Letter.id)))


def states(service: Service) -> Counter[LetterState]:
    return Counter(letter.state for letter in letters(service))


def the_round(service: Service) -> Round:
    with service.db.reading() as session:
        return find_round(session, "last")


def the_audit(service: Service) -> Audit:
    with service.db.reading() as session:
        return audit(session, find_round(session, "last"))
