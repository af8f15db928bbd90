"""Keeping what happens for the webhooks that want to know it, in the transaction that makes it happen."""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.happenings.models import CallState, Happening, Webhook, WebhookCall


def happened(
    session: Session, happening: Happening, data: dict[str, Any], *, regions: Collection[str], now: datetime
) -> None:
    """Queue a call for each webhook that wants to be told: of the happening, and of one of the `regions` (codes).

    A call is there where the change is, and nowhere else: both are of one transaction. `data` must hold no address.
    """
    uid = f"msg_{secrets.token_urlsafe(18)}"
    for webhook in session.scalars(select(Webhook).where(Webhook.is_active).order_by(Webhook.id)):
        if wants(webhook, happening, regions):
            session.add(call(webhook, uid, happening, data, now))


def wants(webhook: Webhook, happening: Happening, regions: Collection[str]) -> bool:
    theirs = {region.code for region in webhook.regions}
    return happening in webhook.happenings and (not theirs or bool(theirs & set(regions)))


def call(webhook: Webhook, uid: str, happening: Happening, data: dict[str, Any], now: datetime) -> WebhookCall:
    return WebhookCall(
        webhook=webhook,
        uid=uid,
        happening=happening,
        data=data,
        happened_at=now,
        state=CallState.QUEUED,
        due_at=now,
        attempts=0,
    )
