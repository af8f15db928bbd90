"""What an editor does to an issue on the desk. Each is a form of its own, so that all of it works without a script."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from sqlalchemy.orm import Session

from newsletter.errors import NotFoundError
from newsletter.issues import choosing, editing, holding
from newsletter.issues.acknowledging import acknowledge
from newsletter.issues.models import Issue
from newsletter.issues.repicking import repick
from newsletter.issues.versions import latest
from newsletter.web.desk_access import EditorSeat, Seat
from newsletter.web.desk_issue_reading import OtherHandError, Written, changes, issue_for, item_of, order_after
from newsletter.web.forms import Form, Posted
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import private, see_other

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]
Change = Callable[[Session, Issue], object]


@router.post("/desk/issues/{issue_id}/items/{event}/words")
def write_item(web: Web, seat: EditorSeat, issue_id: Id, event: Id, form: Posted) -> Response:
    """Headline and summary of an item."""

    def change(session: Session, issue: Issue) -> None:
        _write(web, seat, session, issue, event, _written(form, headline="Headline", summary="Summary"))

    return _changed(web, seat, issue_id, form, change, f"item-{event}", f"items/{event}/words")


@router.post("/desk/issues/{issue_id}/items/{event}/shorten")
def shorten_item(web: Web, seat: EditorSeat, issue_id: Id, event: Id, form: Posted) -> Response:
    """The summary as it stands in the form, cut after a sentence; the headline as it stands there."""

    def change(session: Session, issue: Issue) -> None:
        sent = _written(form, headline="Headline", summary="Summary")
        sent["summary"] = replace(sent["summary"], now=editing.shortened(sent["summary"].now))
        _write(web, seat, session, issue, event, sent)

    return _changed(web, seat, issue_id, form, change, f"item-{event}", f"items/{event}/words")


@router.post("/desk/issues/{issue_id}/words")
def write_frame(web: Web, seat: EditorSeat, issue_id: Id, form: Posted) -> Response:
    """Subject, preheader and intro."""
    edits = {"subject": editing.set_subject, "preheader": editing.set_preheader, "intro": editing.set_intro}

    def change(session: Session, issue: Issue) -> None:
        sent = _written(form, subject="Subject", preheader="Preheader", intro="Intro")
        for text in changes([(sent[field], getattr(issue, field)) for field in edits]):
            edits[text.field](session, issue, text.now, **_who(web, seat))

    return _changed(web, seat, issue_id, form, change, "words", "words")


@router.post("/desk/issues/{issue_id}/order")
def order(web: Web, seat: EditorSeat, issue_id: Id, form: Posted) -> Response:
    """All events in the order that they were dragged into."""

    def change(session: Session, issue: Issue) -> None:
        wanted = [int(event) for event in form.many("event") if event.isdecimal() and len(event) < 16]
        present = [item.event_id for item in issue.items]
        positions = [present.index(event) + 1 for event in order_after(present, wanted)]
        editing.reorder(session, issue, positions, **_who(web, seat))

    return _changed(web, seat, issue_id, form, change, at="items")


@router.post("/desk/issues/{issue_id}/items/{event}/move")
def move(web: Web, seat: EditorSeat, issue_id: Id, event: Id, form: Posted) -> Response:
    """One place up or down; at an end it stays."""

    def change(session: Session, issue: Issue) -> None:
        position = item_of(issue, event).position
        to = position - 1 if form.one("to") == "up" else position + 1
        if 1 <= to <= len(issue.items):
            editing.move_item(session, issue, position, to, **_who(web, seat))

    return _changed(web, seat, issue_id, form, change, at=f"item-{event}")


@router.post("/desk/issues/{issue_id}/items/{event}/drop")
def drop(web: Web, seat: EditorSeat, issue_id: Id, event: Id, form: Posted) -> Response:
    def change(session: Session, issue: Issue) -> None:
        editing.drop(session, issue, item_of(issue, event).position, **_who(web, seat))

    return _changed(web, seat, issue_id, form, change, at="items")


@router.post("/desk/issues/{issue_id}/items/{event}/pin")
def pin(web: Web, seat: EditorSeat, issue_id: Id, event: Id, form: Posted) -> Response:
    def change(session: Session, issue: Issue) -> None:
        pinned = form.one("pinned") == "yes"
        choosing.pin(session, issue, item_of(issue, event).position, pinned=pinned, **_who(web, seat))

    return _changed(web, seat, issue_id, form, change, at=f"item-{event}")


@router.post("/desk/issues/{issue_id}/items/{event}/lead")
def lead(web: Web, seat: EditorSeat, issue_id: Id, event: Id, form: Posted) -> Response:
    """Tell the item by another report."""

    def change(session: Session, issue: Issue) -> None:
        story = form.one("story")
        story_id = int(story) if story.isdecimal() and len(story) < 16 else 0
        choosing.lead_with(session, issue, item_of(issue, event).position, story_id, **_who(web, seat))

    return _changed(web, seat, issue_id, form, change, at=f"item-{event}")


@router.post("/desk/issues/{issue_id}/items/{event}/facts/{number}")
def acknowledge_fact(web: Web, seat: EditorSeat, issue_id: Id, event: Id, number: Id, form: Posted) -> Response:
    """An editor has looked at a fact on which reports differ, and says whether readers are told."""

    def change(session: Session, issue: Issue) -> None:
        position = item_of(issue, event).position
        acknowledge(session, issue, position, number, shown=form.one("shown") == "yes", **_who(web, seat))

    return _changed(web, seat, issue_id, form, change, at=f"item-{event}")


@router.post("/desk/issues/{issue_id}/take/{event}")
def take(web: Web, seat: EditorSeat, issue_id: Id, event: Id, form: Posted) -> Response:
    """Add an event that the pick left out."""

    def change(session: Session, issue: Issue) -> None:
        choosing.take_in(session, issue, event, **_who(web, seat))

    return _changed(web, seat, issue_id, form, change, at=f"item-{event}")


@router.post("/desk/issues/{issue_id}/{act}")
def act(web: Web, seat: EditorSeat, issue_id: Id, act: str, form: Posted) -> Response:
    """Undo, redo, hold, release, skip, pick again."""

    def change(session: Session, issue: Issue) -> None:
        who = _who(web, seat)
        why = form.one("why")
        acts: dict[str, Callable[[], object]] = {
            "undo": lambda: editing.undo(session, issue, **who),
            "redo": lambda: editing.redo(session, issue, **who),
            "hold": lambda: holding.hold(session, issue, reason=why, **who),
            "release": lambda: holding.release(session, issue, **who),
            "skip": lambda: holding.skip(session, issue, reason=why, **who),
            "pick": lambda: repick(session, issue, **who),
        }
        acts[act]()

    if act not in ("undo", "redo", "hold", "release", "skip", "pick"):
        raise NotFoundError("There is no such act.")
    return _changed(web, seat, issue_id, form, change)


def _write(web: Parts, seat: Seat, session: Session, issue: Issue, event: int, sent: dict[str, Written]) -> None:
    """Headline and summary of an item. Raises OtherHandError."""
    item = item_of(issue, event)
    for text in changes([(sent["headline"], item.headline), (sent["summary"], item.summary)]):
        edit = editing.retitle if text.field == "headline" else editing.rewrite
        edit(session, issue, item.position, text.now, **_who(web, seat))


def _changed(
    web: Parts, seat: Seat, issue_id: int, form: Form, change: Change, at: str = "", action: str = ""
) -> Response:
    """Make the change and show the issue at `at`; `action` is the form's own path, for a second try."""
    seat.check(form)
    try:
        with web.service.db.writing() as session:
            change(session, issue_for(session, seat, issue_id, for_change=True))
    except OtherHandError as error:
        return _both(web, seat, issue_id, action, error)
    return see_other(f"{web.pages.root}/desk/issues/{issue_id}{'#' if at else ''}{at}")


def _both(web: Parts, seat: Seat, issue_id: int, action: str, error: OtherHandError) -> Response:
    """What the two wrote, side by side; the person decides."""
    with web.service.db.reading() as session:
        issue = issue_for(session, seat, issue_id)
        last = latest(session, issue)
    context = {"action": action, "texts": error.texts, "by": last.by if last else ""}
    page = web.pages.render("desk/both.html", seat.language, seat=seat, issue=issue, **context)
    return private(page, status=409)


def _written(form: Form, **labels: str) -> dict[str, Written]:
    return {field: Written(field, label, form.one(f"was_{field}"), form.one(field)) for field, label in labels.items()}


def _who(web: Parts, seat: Seat) -> dict[str, Any]:
    return {"by": seat.editor.name, "now": web.service.clock.now()}
