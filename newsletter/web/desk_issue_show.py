"""An issue on the desk: its items with the reasons for each, what missed, and the letter as readers will get it."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from newsletter.issues.choosing import left_out, reports
from newsletter.issues.explaining import explain
from newsletter.issues.finding import issue as find_issue
from newsletter.issues.models import Issue, IssueState
from newsletter.issues.second_word import asks_for_two, first_word
from newsletter.issues.sensitivity import sensitive
from newsletter.issues.states import is_editable
from newsletter.issues.versions import latest, steps
from newsletter.rendering.translations import languages
from newsletter.web.desk_access import EditorSeat
from newsletter.web.desk_issue_reading import issue_for
from newsletter.web.desk_letter_show import LOOKS
from newsletter.web.pages import language_names
from newsletter.web.parts import Web
from newsletter.web.presence import others_at
from newsletter.web.responses import private, see_other
from newsletter.web.security import WITH_SCRIPT

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]
MISSED_SHOWN = 30


@router.get("/desk/issues/{issue_id}")
def issue(web: Web, seat: EditorSeat, issue_id: Id, look: str = "phone", language: str = "") -> Response:
    with web.service.db.reading() as session:
        found = issue_for(session, seat, issue_id)
        editable = is_editable(found)
        picked = web.memory.pick(session, found) if editable else None
        last, (undo, redo) = latest(session, found), steps(session, found)
        reach = web.memory.reach(session, found)
        why = {one.event_id: one for one in explain(session, found) if one.position is not None}
        two = editable and bool(asks_for_two(session, found))
    context = {
        "seat": seat,
        "issue": found,
        "editable": editable,
        "why": why,
        "care": {one.event_id: one.words for one in sensitive(found)},
        "two": two,
        "first_word": first_word(found) if two else None,
        "reports": reports(picked) if picked else {},
        "missed": left_out(picked, found)[:MISSED_SHOWN] if picked else [],
        "most": max((part["value"] for item in found.items for part in item.parts), default=1.0),
        "undo": undo,
        "redo": redo,
        "last": last,
        "reach": reach,
        "others": others_at(web.service, f"issue {found.id}", seat.editor),
        "can_approve": can_approve(found) and seat.may("publisher", found.region),
        "look": look if look in LOOKS else "phone",
        "looks": LOOKS,
        "shown_in": language if language in languages() else found.language,
        "languages": language_names(),
    }
    response = private(web.pages.render("desk/issue.html", seat.language, **context))
    response.headers["Content-Security-Policy"] = WITH_SCRIPT
    return response


@router.get("/desk/issues/{code}/{week}")
def issue_by_name(web: Web, seat: EditorSeat, code: str, week: str) -> Response:
    """As mails to the editors name it."""
    with web.service.db.reading() as session:
        found = find_issue(session, f"{code}/{week}")
    return see_other(f"{web.pages.root}/desk/issues/{found.id}")


def can_approve(issue: Issue) -> bool:
    return issue.state in (IssueState.DRAFT, IssueState.HELD) and bool(issue.items)
