"""Webhooks: added, removed, tried, and their calls made once more. Functions take a session and never commit."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.errors import InvalidInputError, NotAllowedError, NotFoundError
from newsletter.happenings.keeping import call
from newsletter.happenings.models import CallState, Happening, Webhook, WebhookCall
from newsletter.regions.models import Region
from newsletter.webhooks.posting import check_url
from newsletter.webhooks.signing import secret_of

WANTED = tuple(happening for happening in Happening if happening is not Happening.TEST)
_ENDED = (CallState.ANSWERED, CallState.GIVEN_UP)


def add_webhook(
    session: Session,
    url: str,
    *,
    happenings: Collection[Happening],
    regions: Sequence[Region] = (),
    with_addresses: bool = False,
    keys: Sequence[str],
    by: str,
    now: datetime,
) -> tuple[Webhook, str]:
    """A webhook and its secret, which is shown now and never again. No regions: all. `keys` are the service's."""
    wanted = [happening.value for happening in WANTED if happening in happenings]
    if not wanted:
        raise InvalidInputError(f"Say what it is told: {', '.join(WANTED)}.")
    webhook = Webhook(
        url=check_url(url),
        salt=secrets.token_hex(16),
        happenings=wanted,
        with_addresses=with_addresses,
        is_active=True,
        made_at=now,
        made_by=by[:200],
        regions=list(regions),
    )
    session.add(webhook)
    session.flush()
    details = {"told": wanted, "regions": [region.code for region in regions], "with addresses": with_addresses}
    record(session, actor=by, action="webhook added", subject=f"webhook {webhook.id}", details=details, now=now)
    return webhook, secret_of(webhook.salt, keys[0])


def all_webhooks(session: Session) -> Sequence[Webhook]:
    return session.scalars(select(Webhook).order_by(Webhook.id)).all()


def find_webhook(session: Session, webhook_id: int) -> Webhook:
    """Raises NotFoundError."""
    webhook = session.get(Webhook, webhook_id)
    if webhook is None:
        raise NotFoundError(f"There is no webhook {webhook_id}; `newsletter webhooks list` shows all.")
    return webhook


def switch(session: Session, webhook: Webhook, *, is_active: bool, by: str, now: datetime) -> None:
    """What happens while it is off is not kept for it."""
    if webhook.is_active != is_active:
        webhook.is_active, webhook.trouble = is_active, None
        action = "webhook switched on" if is_active else "webhook switched off"
        record(session, actor=by, action=action, subject=f"webhook {webhook.id}", details={}, now=now)


def remove_webhook(session: Session, webhook: Webhook, *, by: str, now: datetime) -> None:
    """With all its calls."""
    subject = f"webhook {webhook.id}"
    session.delete(webhook)
    record(session, actor=by, action="webhook removed", subject=subject, details={}, now=now)


def try_webhook(session: Session, webhook: Webhook, *, by: str, now: datetime) -> WebhookCall:
    """Queue a call that says only that it is a test. Raises NotAllowedError for one that is switched off."""
    if not webhook.is_active:
        raise NotAllowedError("This webhook is switched off: switch it on first.")
    row = call(webhook, f"msg_{secrets.token_urlsafe(18)}", Happening.TEST, {}, now)
    session.add(row)
    record(session, actor=by, action="webhook tested", subject=f"webhook {webhook.id}", details={}, now=now)
    session.flush()
    return row


def calls_of(
    session: Session, *, webhook_id: int | None = None, state: CallState | None = None, before: int | None = None,
    limit: int = 50,
) -> Sequence[WebhookCall]:  # fmt: skip
    """The latest first; `before` is the id of the last one of the page before this one."""
    query = select(WebhookCall).order_by(WebhookCall.id.desc()).limit(limit)
    if webhook_id is not None:
        query = query.where(WebhookCall.webhook_id == webhook_id)
    if state is not None:
        query = query.where(WebhookCall.state == state)
    if before is not None:
        query = query.where(WebhookCall.id < before)
    return session.scalars(query).all()


def find_call(session: Session, call_id: int) -> WebhookCall:
    """Raises NotFoundError."""
    row = session.get(WebhookCall, call_id)
    if row is None:
        raise NotFoundError(f"There is no call {call_id}; `newsletter webhooks calls` shows those that are kept.")
    return row


def replay(session: Session, row: WebhookCall, *, by: str, now: datetime) -> None:
    """Make a call once more, under the id that it had: whoever has dealt with it can tell.

    Raises NotAllowedError for one that has not ended, or whose webhook is switched off.
    """
    if row.state not in _ENDED:
        raise NotAllowedError("This call has not ended yet; it is made again by itself.")
    if not row.webhook.is_active:
        raise NotAllowedError("Its webhook is switched off: switch it on first.")
    row.state, row.due_at, row.attempts, row.ended_at = CallState.QUEUED, now, 0, None
    record(
        session,
        actor=by,
        action="call replayed",
        subject=f"webhook {row.webhook_id}",
        details={"call": row.id},
        now=now,
    )


def replay_given_up(session: Session, webhook: Webhook, *, by: str, now: datetime) -> int:
    """Make all calls once more that were given up; how many. Raises NotAllowedError for a webhook that is off."""
    if not webhook.is_active:
        raise NotAllowedError("This webhook is switched off: switch it on first.")
    again = session.scalars(
        update(WebhookCall)
        .where(WebhookCall.webhook_id == webhook.id, WebhookCall.state == CallState.GIVEN_UP)
        .values(state=CallState.QUEUED, due_at=now, attempts=0, ended_at=None)
        .returning(WebhookCall.id)
        .execution_options(synchronize_session=False)
    ).all()
    if again:
        details = {"calls": len(again)}
        record(session, actor=by, action="calls replayed", subject=f"webhook {webhook.id}", details=details, now=now)
    return len(again)
