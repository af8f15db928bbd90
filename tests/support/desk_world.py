"""A desk with one of everything on it, each text of it the same, and the addresses of all of its pages."""

import csv
import io
import re
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy.orm import Session

from newsletter.editors.key_models import ApiKey
from newsletter.editors.log import record
from newsletter.editors.models import Editor, Passkey, Role
from newsletter.events.models import Doubt
from newsletter.feedback.models import FeedbackEvent, FeedbackKind, InboundMail
from newsletter.feedback.reasons import Reason
from newsletter.happenings.models import CallState, Happening, Webhook, WebhookCall
from newsletter.issues.content import content_hash
from newsletter.issues.models import Correction, IssueState
from newsletter.sending.models import Edition, EditionIssue, Letter, LetterState, Round, RoundState, Wave
from newsletter.stories.models import Rejection, SourceAnswer
from newsletter.subscribers.lists.models import ImportUpload, UploadState
from newsletter.subscribers.reasons import keep_reason
from newsletter.web import app as pages
from tests.support.world import NOW, make_event, make_issue, make_region, make_source, make_story, make_subscriber

READER = "reader@readers.example"


@dataclass(frozen=True)
class DeskRoute:
    method: str
    path: str  # as it is declared: /desk/issues/{issue_id}
    queries: tuple[str, ...]  # names of what its address may ask for

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def desk_routes(app: FastAPI) -> list[DeskRoute]:
    """All that the application answers under /desk, from its own table."""
    found = [route for page in pages._PAGES for route in page.router.routes if isinstance(route, APIRoute)]
    assert len(found) > 50
    return [
        DeskRoute(method, route.path, tuple(query.name for query in route.dependant.query_params))
        for route in found
        if route.path.startswith("/desk")
        for method in sorted(route.methods)
    ]


def make_desk(session: Session, said: str, owner: Editor) -> dict[str, str]:
    """Ids by the names that addresses give them. `said` stands wherever the outside world or an editor may write."""
    source = make_source(session, said, trouble=said)
    session.add(Rejection(source_id=source.id, at=NOW, reason=said, raw=said.encode()))
    region = make_region(session, "MX", minimum_items=1)
    make_region(session, "ES")
    events = [make_event(session, [_story(session, source, said), _story(session, source, said)]) for _ in range(3)]
    story = events[2].stories[1].story
    story.withdrawn_at, story.withdrawn_by, story.withdrawn_why = NOW, said[:200], said[:300]
    story.overruled = {"title": said, "summary": said, "url": said, "regions": None}
    words = {"before": {"title": said}, "after": {"title": said}}
    record(session, actor=said, action="story corrected", subject=f"story {story.id}", details=words, now=NOW)
    out = make_issue(session, region, "2026-W19", items=events[:1], state=IssueState.OUT)
    correction = Correction(issue_id=out.id, text=said, by=said, at=NOW)
    draft = make_issue(session, region, items=events[1:], note=said, subject=said, preheader=said, intro=said)
    for item in draft.items:
        item.parts = [{"name": said, "value": 1.0, "reason": said}]
        value = {"value": "2026-05-13", "hedge": said, "quote": said, "source": said, "url": "https://a.example"}
        difference = {"attribute": "date", "subject": said, "kind": "disagreement", "shown": True}
        item.differences = [difference | {"values": [value, value], "acknowledged_by": None}]
    draft.content_hash = content_hash(draft)
    session.add_all([correction, Doubt(one_id=events[1].id, other_id=events[2].id, similarity=0.6, reason="nearness",
                                       words=[[said], [said]], at=NOW)])  # fmt: skip
    round, letter = _round(
        session, region.schedule_id, out.id, said, make_subscriber(session, region, address=READER).id
    )
    mail = InboundMail(digest="d" * 64, received_at=NOW, sender=said, recipient=said, subject=said, text=said,
                       kind="other", size=1, raw=b"")  # fmt: skip
    passkey = Passkey(editor_id=owner.id, credential="c", public_key=b"", uses=0, name=said[:100], is_synced=False,
                      added_at=NOW)  # fmt: skip
    told = FeedbackEvent(provider="mail", provider_id="1", kind=FeedbackKind.BOUNCE, at=NOW, letter_id=letter.id)
    told.subscriber_id, told.reason, told.code, told.raw = (
        letter.subscriber_id,
        Reason.UNKNOWN,
        said[:12],
        said.encode(),
    )
    key = ApiKey(name=said[:80], role=Role.EDITOR, prefix="rwk_abcdef", digest="d" * 64, made_at=NOW, made_by=said)
    webhook = Webhook(url=said, salt="s", happenings=["reader.left"], with_addresses=True, is_active=True, made_at=NOW,
                      made_by=said, trouble=said)  # fmt: skip
    call = WebhookCall(webhook=webhook, uid="msg_1", happening=Happening.LEFT, data={}, happened_at=NOW, due_at=NOW,
                       state=CallState.GIVEN_UP, attempts=1, status=500, said=said[:300], ended_at=NOW)  # fmt: skip
    upload = ImportUpload(file_name=said[:200], state=UploadState.FAILED, at=NOW, by=said, touched_at=NOW, trouble=said,
                          counts={said: 1}, report=_report(said))  # fmt: skip
    answer = SourceAnswer(source_id=source.id, at=NOW, outcome="failed", milliseconds=1, new=0, changed=0, known=0,
                          rejected=0, trouble=said)  # fmt: skip
    keep_reason(session, "other", said, NOW)
    session.add_all([mail, passkey, told, key, webhook, call, upload, answer])
    record(session, actor=said, action=said, subject=said, details={said: said, "before": said}, now=NOW)
    session.flush()
    ids = {"issue_id": draft.id, "out": out.id, "event": events[1].id, "event_id": events[1].id, "source_id": source.id}
    ids |= {"round_id": round.id, "mail_id": mail.id, "passkey_id": passkey.id, "correction_id": correction.id}
    ids |= {
        "key_id": key.id,
        "editor_id": owner.id,
        "webhook_id": webhook.id,
        "call_id": call.id,
        "upload_id": upload.id,
        "story_id": story.id,
    }
    named = {
        "code": "MX",
        "week": "2026-W20",
        "number": "1",
        "name": "weekly",
        "act": "undo",
        "secret": "guessed",
        "session_id": "1",
    }
    return {name: str(value) for name, value in ids.items()} | named


def address_of(route: DeskRoute, ids: dict[str, str]) -> str:
    """Its address in that world. Raises KeyError for a name that the world does not know: add it above."""
    is_out = re.search("corrections|figures", route.path)
    known = ids | ({"issue_id": ids["out"]} if is_out else {})
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda name: known[name[1]], route.path)


def _report(said: str) -> bytes:
    """A refused line of a list that was given at the desk."""
    out = io.StringIO()
    csv.writer(out).writerows([("line", "what", "reason", "address"), ("2", "refused", said, said)])
    return out.getvalue().encode()


def _story(session: Session, source, said: str):
    return make_story(session, said, source=source, summary=said, url="https://news.example/?a=" + "x")


def _round(session: Session, schedule_id: int, issue_id: int, said: str, reader: int) -> tuple[Round, Letter]:
    """One that is over, with a letter that was refused and one that is unknown."""
    times = dict.fromkeys(("planned_at", "first_wave_at", "last_wave_at", "closes_at", "started_at", "ended_at"), NOW)
    round = Round(schedule_id=schedule_id, week="2026-W19", state=RoundState.DONE, note=said, **times)
    session.add(round)
    session.flush()
    edition = Edition(round_id=round.id, key="en:1", language="en")
    session.add_all([edition, Wave(round_id=round.id, opens_at=NOW, time_zones=["UTC"])])
    session.flush()
    session.add(EditionIssue(edition_id=edition.id, issue_id=issue_id, position=1))
    letters = [
        Letter(round_id=round.id, subscriber_id=number, edition_id=edition.id, state=state, ended_at=NOW, relay=said,
               reply_code=550, reply_text=said)
        for number, state in ((reader, LetterState.REFUSED), (reader + 1, LetterState.UNKNOWN))
    ]  # fmt: skip
    session.add_all(letters)
    session.flush()
    return round, letters[0]
