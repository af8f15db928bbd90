"""Changes that a program may ask for twice: the second time it gets the first answer (Idempotency-Key).

After draft-ietf-httpapi-idempotency-key-header-07: the key belongs to whoever sent it, and to that request alone.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from newsletter.editors.key_models import ApiKey, KeptAnswer
from newsletter.editors.signing_in import digest_of
from newsletter.errors import NewsletterError

KEPT_FOR = timedelta(days=1)


class OtherRequestError(NewsletterError):
    message = "This Idempotency-Key was sent with another request. Send each request with a key of its own."


def begin(session: Session, key: ApiKey, request: str, asked: str, now: datetime) -> KeptAnswer:
    """The row for a request: one with a status was answered before; else this transaction is to answer it.

    `request` is its Idempotency-Key, `asked` a digest of all that it asks for. Two that come at once wait for each
    other here. Raises OtherRequestError.
    """
    session.execute(delete(KeptAnswer).where(KeptAnswer.at < now - KEPT_FOR))
    row = KeptAnswer(api_key_id=key.id, request=digest_of(request), asked=asked, at=now, headers={}, body="")
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        query = select(KeptAnswer).where(KeptAnswer.api_key_id == key.id, KeptAnswer.request == digest_of(request))
        row = session.scalars(query).one()
        if row.asked != asked:
            raise OtherRequestError from None
    return row


def finish(row: KeptAnswer, status: int, headers: dict[str, str], body: str) -> None:
    """Keep the answer, in the transaction that makes the change."""
    row.status, row.headers, row.body = status, headers, body
