"""Keep what a person agreed to or took back: each row says when, how, in which words and from where."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from newsletter.happenings.keeping import happened
from newsletter.happenings.models import Happening
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


_TOLD = {Act.CONFIRMED: Happening.SUBSCRIBED, Act.RETURNED: Happening.SUBSCRIBED, Act.LEFT: Happening.LEFT}


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
    """Add the row; the regions in it are the subscriber's after the act, in the reader's order. Webhooks are told."""
    session.flush()
    codes = [subscription.region.code for subscription in subscriber.subscriptions]
    session.add(
        Consent(
            subscriber_id=subscriber.id,
            at=now,
            act=act,
            way=way,
            wording=wording,
            regions=codes,
            network_digest=network_digest,
        )
    )
    if (happening := _TOLD.get(act)) is not None:
        data = {"reader": subscriber.id, "regions": codes, "language": subscriber.language, "way": way.value}
        happened(session, happening, data, regions=codes, now=now)
