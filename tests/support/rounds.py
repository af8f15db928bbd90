"""Rounds for tests: a week of letters, frozen and counted."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from newsletter.bootstrap import Service
from newsletter.issues.approving import approve
from newsletter.issues.finding import issue as find_issue
from newsletter.issues.models import Issue, IssueState
from newsletter.regions.models import Region
from newsletter.sending.auditing import Audit, audit
from newsletter.sending.models import EditionIssue, Letter, LetterState, Round
from newsletter.sending.rounds import find_round, plan_rounds, start_rounds
from newsletter.subscribers.models import Subscriber
from tests.support.world import make_issue, make_region, make_subscriber

MEXICO = datetime(2026, 5, 15, 13, 0, tzinfo=UTC)  # Friday, 07:00 in Mexico City
MADRID = datetime(2026, 5, 15, 5, 0, tzinfo=UTC)
TOKYO = datetime(2026, 5, 14, 22, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


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


def approve_now(service: Service, code: str) -> None:
    """An editor approves the region's issue."""
    with service.db.writing() as session:
        approve(session, find_issue(session, code), by="Ada", now=service.clock.now())


def carried(service: Service) -> dict[str, list[list[str]]]:
    """By address: the codes of the regions that each of the reader's letters carries, part after part."""
    query = (
        select(Subscriber.address, Letter.id, Region.code)
        .join(Letter, Letter.subscriber_id == Subscriber.id)
        .join(EditionIssue, EditionIssue.edition_id == Letter.edition_id)
        .join(Issue, Issue.id == EditionIssue.issue_id)
        .join(Region, Region.id == Issue.region_id)
        .order_by(Subscriber.id, Letter.part, EditionIssue.position)
    )
    found: dict[str, dict[int, list[str]]] = {}
    with service.db.reading() as session:
        for address, letter_id, code in session.execute(query):
            found.setdefault(address, {}).setdefault(letter_id, []).append(code)
    return {address: list(by_letter.values()) for address, by_letter in found.items()}


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
