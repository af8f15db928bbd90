"""Queueing notices: mails outside a round. Rows are all that is needed; `Mailroom` sends what is due."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.editors.service import recipients
from newsletter.issues.models import Issue
from newsletter.sending.inserting import insert_new
from newsletter.sending.models import Notice, NoticeKind, NoticeState

UNDETERMINED = "und"  # BCP 47: the language of the settings, which only the mailroom knows


def queue_notice(
    session: Session,
    kind: NoticeKind,
    *,
    address: str,
    language: str,
    arguments: dict[str, Any],
    now: datetime,
    once: str | None = None,
) -> Notice:
    """Queue a mail to `address`; what it says is found by `arguments` (ids, short texts) when its turn comes.

    Whatever is queued again under the same `once`, by whomever, is the notice that is there already.
    """
    row = {
        "kind": kind,
        "once": once,
        "address": address,
        "language": language,
        "arguments": arguments,
        "state": NoticeState.QUEUED,
        "queued_at": now,
        "due_at": now,
        "attempts": 0,
    }
    if once is None:
        session.add(notice := Notice(**row))
        session.flush()
        return notice
    insert_new(session, Notice, [row])
    return session.scalars(select(Notice).where(Notice.once == once)).one()


def tell_editors(
    session: Session, kind: NoticeKind, issue: Issue | None, now: datetime, *, about: str = "", **arguments: Any
) -> int:
    """Queue a notice for each editor of the issue's region, once for each kind and `about`; how many there are.

    `about` says what it is that they are told once, by default the issue. `arguments`: for MISSED `readers`, how many
    the wave had; for HELD without an issue, PAUSED and ALARM `week`, `reason` (a sentence) and `path` (of the page that
    decides).
    """
    if issue is not None:
        arguments = {"issue": issue.id, **arguments}
    about = about or f"issue {issue.id if issue else '-'}"
    editors = recipients(session, issue.region if issue else None)
    for editor in editors:
        queue_notice(
            session,
            kind,
            address=editor.address,
            language=editor.language or UNDETERMINED,
            arguments=arguments,
            now=now,
            once=f"{kind}:{about}:{editor.id}",
        )
    return len(editors)
