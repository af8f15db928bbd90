"""An event on the desk: which reports tell it and why, and a person's word on it: split, merge, move, two or one."""

from collections.abc import Callable, Collection
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from sqlalchemy.orm import Session

from newsletter.errors import InvalidInputError
from newsletter.events import deciding
from newsletter.events.models import Decision, Difference, Event
from newsletter.issues import regrouping
from newsletter.issues.event_data import doubt_rows, event_data
from newsletter.issues.models import Issue
from newsletter.web.desk_access import EditorSeat, Seat
from newsletter.web.desk_issue_reading import issue_for
from newsletter.web.forms import Form, Posted
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import private, see_other

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]
DOUBTS_SHOWN = 50
Word = Callable[[Session], Decision]


@router.get("/desk/events/doubts")
def doubts(web: Web, seat: EditorSeat) -> Response:
    """Events that may be one, the most alike first."""
    with web.service.db.reading() as session:
        rows = doubt_rows(session, DOUBTS_SHOWN)
    return private(web.pages.render("desk/doubts.html", seat.language, seat=seat, doubts=rows))


@router.get("/desk/events/{event_id}")
def event(web: Web, seat: EditorSeat, event_id: Id, issue: str = "") -> Response:
    with web.service.db.reading() as session:
        found = event_data(session, event_id)
        back = issue_for(session, seat, int(issue)) if _is_number(issue) else None
        differences = session.get_one(Event, event_id).differences
        carrying = [(one.id, one.region.code, one.week) for one in regrouping.open_issues_with(session, [event_id])]
        others = _others(found, back)
        told = [_told(difference) for difference in differences]
    context = {"event": found, "back": back, "others": others, "differences": told, "carrying": carrying}
    return private(web.pages.render("desk/event.html", seat.language, seat=seat, **context))


@router.post("/desk/events/{event_id}/split")
def split(web: Web, seat: EditorSeat, event_id: Id, form: Posted) -> Response:
    """The reports that were ticked become an event of their own."""
    reports = _numbers(form.many("report"))
    return _decided(
        web, seat, form, [event_id], lambda session: regrouping.split(session, event_id, reports, **_who(web, seat))
    )


@router.post("/desk/events/{event_id}/move")
def move(web: Web, seat: EditorSeat, event_id: Id, form: Posted) -> Response:
    """The reports that were ticked go into another event."""
    seat.check(form)
    reports, to = _numbers(form.many("report")), _other(form)
    if not reports:
        raise InvalidInputError("Tick the reports that go into the other event.")

    def moved(session: Session) -> Decision:
        return [regrouping.move(session, report, to, **_who(web, seat)) for report in reports][-1]

    return _decided(web, seat, form, [event_id, to], moved)


@router.post("/desk/events/{event_id}/merge")
def merge(web: Web, seat: EditorSeat, event_id: Id, form: Posted) -> Response:
    """All reports of another event come into this one."""
    seat.check(form)
    other = _other(form)
    return _decided(
        web,
        seat,
        form,
        [event_id, other],
        lambda session: regrouping.merge(session, other, event_id, **_who(web, seat)),
    )


@router.post("/desk/events/{event_id}/apart")
def apart(web: Web, seat: EditorSeat, event_id: Id, form: Posted) -> Response:
    """They are two, though they are alike; nobody is asked again."""
    seat.check(form)
    other = _other(form)
    return _decided(
        web,
        seat,
        form,
        [event_id, other],
        lambda session: deciding.keep_apart(session, event_id, other, **_who(web, seat)),
    )


def _decided(web: Parts, seat: Seat, form: Form, events: Collection[int], word: Word) -> Response:
    """Keep the decision, unless an issue of another editor's region would change by it; and show the event."""
    seat.check(form)
    with web.service.db.writing() as session:
        for issue in regrouping.open_issues_with(session, events):
            seat.check_region(issue.region)
        word(session)
    if form.one("then") == "doubts":
        return see_other(f"{web.pages.root}/desk/events/doubts")
    back = form.one("issue")
    query = f"?issue={int(back)}" if _is_number(back) else ""
    return see_other(f"{web.pages.root}/desk/events/{next(iter(events))}{query}")


def _others(event: dict[str, Any], issue: Issue | None) -> list[tuple[int, str]]:
    """Numbers and titles of events that this one may have to do with: those in doubt, then those of the issue."""
    near = [
        (row["other"], row["other_title"]) if row["one"] == event["id"] else (row["one"], row["one_title"])
        for row in event["doubts"]
    ]
    if issue is not None:
        near += [(item.event_id, item.headline) for item in issue.items]
        near += [(missed["event"], missed["headline"]) for missed in issue.near_misses]
    return [(number, title) for number, title in dict(near).items() if number != event["id"]]


def _told(difference: Difference) -> dict[str, Any]:
    return {"attribute": difference.attribute, "subject": difference.subject, "values": difference.values}


def _other(form: Form) -> int:
    """The other event: by its number where one was typed, else as chosen."""
    given = form.one("number").strip() or form.one("other")
    if not _is_number(given):
        raise InvalidInputError("Choose the other event, or type its number: it stands at the top of its page.")
    return int(given)


def _numbers(given: Collection[str]) -> list[int]:
    return [int(one) for one in given if _is_number(one)]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16


def _who(web: Parts, seat: Seat) -> dict[str, Any]:
    return {"by": seat.editor.name, "now": web.service.clock.now()}
