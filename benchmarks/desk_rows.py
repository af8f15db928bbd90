"""The rows behind the desk's other pages, in the numbers of a large newsroom: a round's letters and what came back,
mail, webhooks and their calls, keys, lists, people, the log, sources' answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from newsletter.editors.key_models import ApiKey
from newsletter.editors.models import Editor, LogEntry, Role
from newsletter.feedback.models import FeedbackEvent, FeedbackKind, InboundMail
from newsletter.feedback.reasons import Reason
from newsletter.happenings.models import CallState, Happening, Webhook, WebhookCall
from newsletter.issues.models import Issue, IssueState
from newsletter.sending.models import Edition, EditionIssue, Round, RoundState, Wave
from newsletter.stories.models import SourceAnswer
from newsletter.subscribers.lists.models import ImportUpload, UploadState
from newsletter.subscribers.models import LeavingReason

BOUNCES, MAILS, CALLS, ENTRIES, ANSWERS, LEAVERS, PEOPLE = 20_000, 500, 20_000, 50_000, 50, 5_000, 60

# Each reader has one letter, in the edition of their number.
_LETTERS = """
    INSERT INTO letter (round_id, subscriber_id, part, edition_id, state, attempts, ended_at, relay, domain, reply_code,
        reply_text)
    SELECT :round, id, 1, :edition + id % :editions,
        CASE WHEN id % 50 = 0 THEN 'refused' WHEN id % 70 = 0 THEN 'skipped' WHEN id % 9999 = 0 THEN 'unknown'
            ELSE 'accepted' END,
        1, {ended}, 'relay.example:587', id % 21, CASE WHEN id % 50 = 0 THEN 550 ELSE 250 END,
        CASE WHEN id % 50 = 0 THEN '5.1.1 No such user' ELSE '2.0.0 Ok' END
    FROM subscriber
"""
# One after another, four hundred a second.
_ENDED = {
    "postgresql": "CAST(:now AS timestamptz) + id * interval '2.5 milliseconds'",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', :now, (id * 0.0025) || ' seconds') || '000'",
}


def make_desk_rows(session: Session, now: datetime) -> tuple[int, int]:
    """The round, whose letters carry last week's issues, and one of these."""
    round_id, issue_id = _sent(session, now - timedelta(days=6))
    _came_back(session, now)
    _told(session, now)
    _written(session, now)
    return round_id, issue_id


def _sent(session: Session, at: datetime) -> tuple[int, int]:
    """A round that has ended: every reader got one of the issues that went out last."""
    latest = select(Issue.week).where(Issue.state == IssueState.OUT).order_by(Issue.week.desc()).limit(1)
    issues = session.scalars(select(Issue).where(Issue.week == latest.scalar_subquery()).order_by(Issue.id)).all()
    times = dict.fromkeys(("planned_at", "first_wave_at", "last_wave_at", "closes_at", "started_at", "ended_at"), at)
    round = Round(schedule_id=1, week=issues[0].week, state=RoundState.DONE, **times)
    round.waves = [Wave(opens_at=at + timedelta(hours=hour), time_zones=["UTC"], frozen_at=at) for hour in range(24)]
    round.domains = [f"mail{number}.example" for number in range(1, 21)]
    session.add(round)
    session.flush()
    editions = [Edition(round_id=round.id, key=f"en:{issue.id}", language="en") for issue in issues]
    session.add_all(editions)
    session.flush()
    session.add_all(
        EditionIssue(edition_id=edition.id, issue_id=issue.id, position=1)
        for edition, issue in zip(editions, issues, strict=True)
    )
    session.flush()
    values = {"round": round.id, "edition": editions[0].id, "editions": len(editions), "now": at}
    session.execute(text(_LETTERS.format(ended=_ENDED[session.get_bind().dialect.name])), values)
    return round.id, issues[0].id


def _came_back(session: Session, now: datetime) -> None:
    letters = session.execute(text("SELECT id, subscriber_id FROM letter ORDER BY id LIMIT :most"), {"most": BOUNCES})
    events = [
        {
            "provider": "mail",
            "provider_id": str(letter),
            "kind": FeedbackKind.COMPLAINT if letter % 20 == 0 else FeedbackKind.BOUNCE,
            "at": now - timedelta(days=5, seconds=letter),
            "subscriber_id": reader,
            "letter_id": letter,
            "reason": Reason.UNKNOWN,
            "hard": letter % 2 == 0,
        }
        for letter, reader in letters
    ]
    _all(session, FeedbackEvent, events)
    leavers = [
        {"at": now - timedelta(hours=number), "reason": "often", "words": "Twice a week."} for number in range(LEAVERS)
    ]
    _all(session, LeavingReason, leavers)


def _told(session: Session, now: datetime) -> None:
    """Webhooks and their calls, keys, people."""
    for number in range(20):
        session.add(Webhook(url=f"https://crm{number}.example/hook", salt="s", happenings=["reader.left"], made_at=now,
                            made_by="Ada", with_addresses=False, is_active=True))  # fmt: skip
        session.add(ApiKey(name=f"Program {number}", role=Role.EDITOR, prefix="rwk_abcdef", digest=f"{number:064}",
                           made_at=now, made_by="Ada"))  # fmt: skip
    session.flush()
    webhook = session.scalars(select(Webhook.id).limit(1)).one()
    calls = [
        {
            "webhook_id": webhook,
            "uid": f"msg_{number}",
            "happening": Happening.LEFT,
            "data": {"reader": number},
            "happened_at": now - timedelta(seconds=number),
            "due_at": now,
            "state": CallState.GIVEN_UP if number % 50 == 0 else CallState.ANSWERED,
            "attempts": 1,
            "ended_at": now,
        }
        for number in range(CALLS)
    ]
    _all(session, WebhookCall, calls)
    people = [
        {"address": f"e{number}@newsroom.example", "name": f"Editor {number}", "role": Role.EDITOR, "active": True}
        for number in range(PEOPLE)
    ]
    _all(session, Editor, people)


def _written(session: Session, now: datetime) -> None:
    """Mail from readers, lists that were given, the log, what sources answered."""
    mails = [
        {"digest": f"{number:064}", "received_at": now - timedelta(hours=number), "sender": "ana@readers.example",
         "recipient": "weekly@news.example", "subject": f"Your letter {number}", "text": "A word on it. " * 100,
         "kind": "other", "size": 5000, "raw": b"x" * 5000}
        for number in range(MAILS)
    ]  # fmt: skip
    _all(session, InboundMail, mails)
    session.add_all(
        ImportUpload(file_name=f"list{number}.csv", state=UploadState.DONE, at=now, by="Ada", touched_at=now,
                     counts={"new": 10_000}, lines=10_000)
        for number in range(60)
    )  # fmt: skip
    entries = [
        {"at": now - timedelta(minutes=number), "actor": "Ada", "action": "headline", "subject": f"issue MX/{number}",
         "details": {"before": "Before", "after": "After"}}
        for number in range(ENTRIES, 0, -1)
    ]  # fmt: skip
    _all(session, LogEntry, entries)
    answers = [
        {"source_id": 1 + number % 50, "at": now, "outcome": "read", "milliseconds": 80, "new": 1, "changed": 0,
         "known": 20, "rejected": 0}
        for number in range(50 * ANSWERS)
    ]  # fmt: skip
    _all(session, SourceAnswer, answers)


def _all(session: Session, table: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), 5000):
        session.execute(insert(table), rows[start : start + 5000])
