"""A world in which every resource of the API is there twice: in Mexico, and in Spain."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from newsletter.editors.keys import make_key
from newsletter.editors.models import Role
from newsletter.feedback.models import InboundMail
from newsletter.happenings.models import CallState, Happening
from newsletter.issues.correcting import correct
from newsletter.issues.models import Issue, IssueState
from newsletter.regions.models import Region
from newsletter.sending.models import Round
from newsletter.stories.models import Rejection
from newsletter.subscribers.lists.models import ImportRun, ImportUpload, UploadState
from newsletter.webhooks.service import add_webhook, try_webhook
from tests.support.world import NOW, make_event, make_issue, make_region, make_source, make_story, make_subscriber

READER = "ana@readers.example"
DIFFERENCE = {
    "attribute": "date",
    "subject": None,
    "kind": "update",
    "shown": False,
    "acknowledged_by": None,
    "values": [
        {"value": day, "hedge": None, "quote": f"It was on {day}.", "source": "A", "url": "https://a.example"}
        for day in ("13 May", "14 May")
    ],
}


@dataclass(frozen=True)
class Place:
    """What stands in the addresses of the resources of one region."""

    region: str
    issue: int
    hash: str
    items: tuple[int, ...]  # events
    story: int
    event: int  # of three reports
    reports: tuple[int, ...]
    other_event: int
    source: int
    round: int
    out: int  # an issue that is out
    correction: int  # of it
    candidate: int  # an event that the draft could carry
    key: int
    webhook: int
    call: int  # of it
    upload: int  # a list that was read
    mail: int

    @property
    def in_paths(self) -> dict[str, Any]:
        return {
            "code": self.region,
            "issue_id": self.issue,
            "event": self.items[0],
            "number": 1,
            "correction_id": self.correction,
            "story_id": self.story,
            "event_id": self.event,
            "source_id": self.source,
            "round_id": self.round,
            "key_id": self.key,
            "name": "weekly",
            "webhook_id": self.webhook,
            "call_id": self.call,
            "upload_id": self.upload,
            "mail_id": self.mail,
        }


def make_place(session: Session, code: str) -> Place:
    region = make_region(session, code)
    issue = make_issue(session, region, items=_events(session, code))
    issue.items[0].differences = [DIFFERENCE]
    out = make_issue(session, region, "2026-W19", items=1, state=IssueState.OUT, until=NOW - timedelta(days=7))
    correction = correct(session, out, "A name was wrong.", by="Ada", now=NOW)
    source = make_source(session)
    session.add(Rejection(source_id=source.id, at=NOW, reason="It has no title.", raw=b"<item/>"))
    key, _ = make_key(session, f"of {code}", role=Role.REPORTER, regions=[], by="Ada", now=NOW)
    told = {"happenings": [Happening.LEFT], "keys": ["k" * 40], "by": "Ada", "now": NOW}
    webhook, _ = add_webhook(session, "https://crm.example/hook", **told)
    call = try_webhook(session, webhook, by="Ada", now=NOW)
    call.state = CallState.GIVEN_UP
    make_subscriber(session, region, address=READER if code == "MX" else None)
    reports = [make_story(session) for _ in range(3)]
    session.flush()
    return Place(
        region=code,
        issue=issue.id,
        hash=issue.content_hash,
        items=tuple(item.event_id for item in issue.items),
        story=issue.items[0].story_id,
        event=make_event(session, reports).id,
        reports=tuple(story.id for story in reports),
        other_event=make_event(session).id,
        source=source.id,
        round=_round(session, region, out).id,
        out=out.id,
        correction=correction.id,
        candidate=make_event(session, [make_story(session, about={code: 0.9})]).id,
        key=key.id,
        webhook=webhook.id,
        call=call.id,
        upload=_upload(session, code).id,
        mail=_mail(session, code).id,
    )


def _upload(session: Session, code: str) -> ImportUpload:
    run = ImportRun(
        digest=code.lower() * 32, service="plain", consent="A form", started_at=NOW, is_read=True, counts={}
    )
    session.add(run)
    session.flush()
    upload = ImportUpload(run_id=run.id, file_name="a.csv", state=UploadState.READ, at=NOW, by="Ada", touched_at=NOW)
    upload.counts = {}
    session.add(upload)
    session.flush()
    return upload


def _mail(session: Session, code: str) -> InboundMail:
    text = {"sender": "ana@readers.example", "recipient": "weekly@news.example", "subject": "Hello", "text": "A word."}
    mail = InboundMail(digest=code * 32, received_at=NOW, kind="other", size=9, raw=b"A word.", **text)
    session.add(mail)
    session.flush()
    return mail


def _events(session: Session, code: str) -> list[Any]:
    return [make_event(session, [make_story(session, about={code: 0.9})]) for _ in range(3)]


def _round(session: Session, region: Region, out: Issue) -> Round:
    times = dict.fromkeys(("planned_at", "first_wave_at", "last_wave_at", "closes_at"), NOW)
    week = {"MX": "2026-W18", "ES": "2026-W17"}[region.code]
    session.add(found := Round(schedule_id=region.schedule_id, week=week, **times))
    session.flush()
    return found
