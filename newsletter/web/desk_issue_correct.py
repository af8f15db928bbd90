"""Corrections of an issue that is out: written by an editor, mailed by a publisher to exactly those who got it."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlalchemy.orm import Session

from newsletter.errors import NotFoundError
from newsletter.issues.correcting import CORRECTION_LENGTH, correct
from newsletter.issues.models import Correction, Issue, IssueState
from newsletter.rendering.framing import framed
from newsletter.rendering.translations import languages
from newsletter.sending import correcting
from newsletter.sending.models import Round
from newsletter.sending.previewing import sample
from newsletter.sending.progress import Progress, progress
from newsletter.sending.tallying import counts_of
from newsletter.web.desk_access import EditorSeat, PublisherSeat
from newsletter.web.desk_issue_reading import issue_for
from newsletter.web.desk_letter_show import in_frame
from newsletter.web.forms import Posted
from newsletter.web.parts import Web
from newsletter.web.responses import private, see_other

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]

_TICK = ("workers.tasks.tick", "default")


@router.get("/desk/issues/{issue_id}/corrections")
def corrections(web: Web, seat: EditorSeat, issue_id: Id) -> Response:
    with web.service.db.reading() as session:
        issue = issue_for(session, seat, issue_id)
        context = {
            "issue": issue,
            "corrections": [(one, *_mailing(session, one)) for one in reversed(issue.corrected)],
            "reached": correcting.reached(session, issue),
            "can_write": issue.state is IssueState.OUT,
            "can_mail": seat.may("publisher", issue.region),
            "most": CORRECTION_LENGTH,
        }
        page = web.pages.render("desk/corrections.html", seat.language, seat=seat, **context)
    return private(page)


@router.post("/desk/issues/{issue_id}/corrections")
def write(web: Web, seat: EditorSeat, issue_id: Id, form: Posted) -> Response:
    seat.check(form)
    with web.service.db.writing() as session:
        issue = issue_for(session, seat, issue_id)
        correct(session, issue, form.one("text"), by=seat.editor.name, now=web.service.clock.now())
    return see_other(f"{web.pages.root}/desk/issues/{issue_id}/corrections")


@router.get("/desk/issues/{issue_id}/corrections/{correction_id}/letter")
def letter(web: Web, seat: EditorSeat, issue_id: Id, correction_id: Id, language: str = "") -> Response:
    """The mail as its readers get it, for a frame."""
    service = web.service
    with service.db.reading() as session:
        issue = issue_for(session, seat, issue_id)
        chosen = language if language in languages() else issue.language
        mail = service.rendering.correction(_of(issue, correction_id), chosen)
    return in_frame(framed(sample(mail.html, service.settings.base_url)))


@router.post("/desk/issues/{issue_id}/corrections/{correction_id}/mail")
def mail(web: Web, seat: PublisherSeat, issue_id: Id, correction_id: Id, form: Posted) -> Response:
    """To as many readers as the publisher was shown, or to none."""
    seat.check(form)
    seen = form.one("readers")
    with web.service.db.writing() as session:
        issue = issue_for(session, seat, issue_id)
        correcting.mail(
            session,
            _of(issue, correction_id),
            seen=int(seen) if seen.isdecimal() and len(seen) < 16 else 0,
            by=seat.editor.name,
            now=web.service.clock.now(),
        )
    web.bell.ring(_TICK)
    return see_other(f"{web.pages.root}/desk/issues/{issue_id}/corrections")


def _of(issue: Issue, correction_id: int) -> Correction:
    for one in issue.corrected:
        if one.id == correction_id:
            return one
    raise NotFoundError("The issue has no such correction.")


def _mailing(session: Session, correction: Correction) -> tuple[Round | None, Progress | None]:
    """The round that mails it, and how that goes."""
    round = correcting.round_of(session, correction)
    return (round, progress(counts_of(session, [round.id]).get(round.id, {}))) if round else (None, None)
