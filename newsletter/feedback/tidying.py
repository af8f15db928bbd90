"""What is kept for a set time, and then erased."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from newsletter.feedback.models import FeedbackEvent, HookToken, InboundMail
from newsletter.subscribers.models import Subscriber

KEEP_TOKENS = timedelta(days=3)  # longer than a provider's signature is believed


def erase_old(session: Session, now: datetime, keep_mail: timedelta) -> None:
    """Raw texts whose time is over or whose reader has been erased, mail older than `keep_mail`, tokens of no use."""
    raw = update(FeedbackEvent).where(FeedbackEvent.raw_until <= now).values(raw=None, raw_until=None)
    session.execute(raw.execution_options(synchronize_session=False))
    of_nobody = FeedbackEvent.subscriber_id.not_in(select(Subscriber.id))
    forgotten = update(FeedbackEvent).where(FeedbackEvent.raw_until.is_not(None), of_nobody)
    session.execute(forgotten.values(raw=None, raw_until=None).execution_options(synchronize_session=False))
    mails = delete(InboundMail).where(InboundMail.received_at <= now - keep_mail)
    session.execute(mails.execution_options(synchronize_session=False))
    tokens = delete(HookToken).where(HookToken.at <= now - KEEP_TOKENS)
    session.execute(tokens.execution_options(synchronize_session=False))
