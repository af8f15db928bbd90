"""The pre-flight report of an issue. What takes a while, links and the spam score, is looked at when asked for."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response

from newsletter.issues.models import Issue
from newsletter.sending.headers import Sender
from newsletter.sending.mastheads import letter_pattern
from newsletter.sending.preflight import Check, Verdict, by_verdict, links_of, preflight
from newsletter.sending.previewing import SAMPLE_READER, Preview
from newsletter.sending.reach import reach_of
from newsletter.sending.spam_score import spam_check
from newsletter.stories.visiting import visit
from newsletter.web.desk_access import EditorSeat, Seat
from newsletter.web.desk_issue_reading import issue_for
from newsletter.web.forms import Posted
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import private

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/desk/issues/{issue_id}/check")
def report(web: Web, seat: EditorSeat, issue_id: Id) -> Response:
    issue, _, checks = _quick(web, seat, issue_id)
    return _page(web, seat, issue, checks, is_whole=False)


@router.post("/desk/issues/{issue_id}/check")
def whole_report(web: Web, seat: EditorSeat, issue_id: Id, form: Posted) -> Response:
    """Changes nothing; a POST because it asks other servers."""
    seat.check(form)
    issue, preview, checks = _quick(web, seat, issue_id)
    now = web.service.clock.now()
    visits = visit(web.service.fetcher, links_of(issue), now)
    checks += [Check(Verdict.BAD if v.is_gone else Verdict.LOOK, f"{v.url}: {v.trouble}") for v in visits if v.trouble]
    if not any(v.trouble for v in visits):
        checks.append(Check(Verdict.GOOD, f"All {len(visits)} pages that it leads to are there."))
    checks.append(spam_check(_message(web, issue, preview, now)))
    return _page(web, seat, issue, by_verdict(checks), is_whole=True)


def _quick(web: Parts, seat: Seat, issue_id: int) -> tuple[Issue, Preview, list[Check]]:
    service = web.service
    now = service.clock.now()
    with service.db.writing() as session:
        issue = issue_for(session, seat, issue_id)
        base_url = service.settings.base_url
        preview = Preview.of(service.rendering, session, issue, issue.language, base_url=base_url, now=now)
        readers = reach_of(session, issue).readers
        letter = service.rendering.letter(session, [issue], issue.language, now)  # its own subject, not the preview's
    checks = preflight(issue, letter, readers, service.settings, is_outbox=service.relays.is_outbox)
    return issue, preview, checks


def _message(web: Parts, issue: Issue, preview: Preview, now: datetime) -> bytes:
    service = web.service
    sender = Sender.of(service.settings)
    pattern = letter_pattern(preview.composed, sender, issue.week, service.signer)
    return pattern.fill(preview.personal(SAMPLE_READER, f"<check@{sender.domain}>", now))


def _page(web: Parts, seat: Seat, issue: Issue, checks: list[Check], *, is_whole: bool) -> Response:
    context = {"seat": seat, "issue": issue, "checks": checks, "is_whole": is_whole}
    return private(web.pages.render("desk/check.html", seat.language, **context))
