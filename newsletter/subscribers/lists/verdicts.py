"""What becomes of a line: one table, which the dry run reads and the merge obeys."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, or_

from newsletter.subscribers.lists.models import ImportLine
from newsletter.subscribers.models import Subscriber, SubscriberState


class Verdict(StrEnum):
    NEW = "new"
    CONFIRMED = "confirmed"  # had asked here and not confirmed; the consent on record is their word
    KNOWN = "known"  # here already; regions that they lack are added to a reader
    KEPT_LEFT = "kept as left"  # left there: kept, so that nobody brings them back
    BLOCKED = "suppressed now"  # bounced or complained there
    REPEATED = "repeated"  # stands further up in the file
    HAS_LEFT = "has left"
    SUPPRESSED = "suppressed"


REFUSED = {
    Verdict.HAS_LEFT: "This person has left; only they themselves can come back.",
    Verdict.SUPPRESSED: "This address is suppressed; it must not be mailed.",
}


def of_existing() -> ColumnElement[Any]:
    """The verdict on a line whose address a subscriber has: `ImportLine` joined to `Subscriber`."""
    has_left = or_(Subscriber.state == SubscriberState.LEFT, Subscriber.left_at.is_not(None))
    reads_there = ImportLine.state == SubscriberState.CONFIRMED.value
    return case(
        (and_(reads_there, has_left), literal(Verdict.HAS_LEFT.value)),
        (and_(reads_there, Subscriber.state == SubscriberState.PENDING), literal(Verdict.CONFIRMED.value)),
        else_=literal(Verdict.KNOWN.value),
    )
