"""What this stage and those before it know about a reader: plain data, ready for JSON. The whole of it is in
feedback/personal_data.py."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.sending.models import Letter, Notice, Round
from newsletter.subscribers.finding import consents
from newsletter.subscribers.models import AddressChange, Subscriber


def data_copy(session: Session, subscriber: Subscriber) -> dict[str, Any]:
    """Keys are words of the glossary; instants are aware datetimes. No secret of ours is in it."""
    change = session.scalar(select(AddressChange).where(AddressChange.subscriber_id == subscriber.id))
    return {
        "address": subscriber.address,
        "language": subscriber.language,
        "time_zone": subscriber.time_zone,
        "hour": subscriber.hour,
        "quiet_days": [int(day) for day in subscriber.quiet_days],
        "paused_until": subscriber.paused_until,
        "state": subscriber.state,
        "asked_at": subscriber.asked_at,
        "reminded_at": subscriber.reminded_at,
        "confirmed_at": subscriber.confirmed_at,
        "left_at": subscriber.left_at,
        "suppressed_at": subscriber.suppressed_at,
        "suspended_at": subscriber.suspended_at,
        "suspended_for": subscriber.suspended_for,
        "new_address": change and {"address": change.address, "asked_at": change.asked_at},
        "regions": [
            {"code": s.region.code, "position": s.position, "confirmed_at": s.confirmed_at}
            for s in subscriber.subscriptions
        ],
        "consents": [
            {
                "at": consent.at,
                "act": consent.act,
                "way": consent.way,
                "wording": consent.wording,
                "regions": consent.regions,
                "network_digest": consent.network_digest,
            }
            for consent in consents(session, subscriber)
        ],
        "letters": [_letter(letter, week) for letter, week in session.execute(_letters(subscriber.id))],
        "notices": [
            {"kind": notice.kind, "queued_at": notice.queued_at, "state": notice.state}
            for notice in session.scalars(
                select(Notice).where(Notice.address == subscriber.address).order_by(Notice.queued_at, Notice.id)
            )
        ],
    }


def _letters(subscriber_id: int) -> Any:
    return (
        select(Letter, Round.week)
        .join(Round, Round.id == Letter.round_id)
        .where(Letter.subscriber_id == subscriber_id)
        .order_by(Letter.id)
    )


def _letter(letter: Letter, week: str) -> dict[str, Any]:
    return {"week": week, "part": letter.part, "state": letter.state, "ended_at": letter.ended_at}
