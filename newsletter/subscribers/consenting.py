"""Keep what a person agreed to or took back: each row says when, how, in which words and from where."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from newsletter.subscribers.models import Consent, Subscriber


class Act(StrEnum):
    ASKED = "asked"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    LEFT = "left"
    RETURNED = "returned"  # took the leaving back on its page


class Way(StrEnum):
    PAGE = "page"
    BOX = "box"
    API = "api"
    MAIL = "mail"
    ONE_CLICK = "one-click"
    PREFERENCES = "preferences"
    COMMAND = "command"
    IMPORT = "import"


def keep_consent(
    session: Session,
    subscriber: Subscriber,
    act: Act,
    way: Way,
    now: datetime,
    *,
    wording: str | None = None,
    network_digest: str | None = None,
) -> None:
    """Add the row; the regions in it are the subscriber's after the act, in the reader's order."""
    session.flush()
    session.add(
        Consent(
            subscriber_id=subscriber.id,
            at=now,
            act=act,
            way=way,
            wording=wording,
            regions=[subscription.region.code for subscription in subscriber.subscriptions],
            network_digest=network_digest,
        )
    )
