"""Someone asks for the letter: what the wish comes to, and the one mail that follows from it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.sending.confirming import answer_wish
from newsletter.subscribers.addresses import normalise
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.joining import Joined, chosen_regions, join
from newsletter.subscribers.suppression import suppressed


def ask(
    session: Session,
    address: str,
    region_codes: Sequence[str],
    *,
    language: str,
    time_zone: str | None = None,
    way: Way,
    wording: str | None = None,
    network_digest: str | None = None,
    keys: Sequence[str],
    now: datetime,
) -> Joined | None:
    """Keep the wish and queue its mail: a question, or for one who reads all of it already the preferences link.

    None where nothing is kept and nothing sent: for a suppressed address, and for another spelling of a mailbox that
    was answered within a day. The time zone defaults to the first region's. Raises InvalidInputError as `join` does.
    Whoever commits rings for notices afterwards.
    """
    regions = chosen_regions(session, region_codes)
    if suppressed(session, [normalise(address).normalised], keys):
        return None
    attempt = session.begin_nested()
    joined = join(
        session,
        address,
        [region.code for region in regions],
        language=language,
        time_zone=time_zone or regions[0].time_zone,
        way=way,
        now=now,
        wording=wording,
        network_digest=network_digest,
    )
    if answer_wish(session, joined, now).arguments["subscriber"] != joined.subscriber.id:
        attempt.rollback()
        return None
    attempt.commit()
    return joined
