"""What an editor's program does to the content of an issue: the same as the desk, version for version."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import Field
from sqlalchemy.orm import Session

from newsletter.issues import choosing, editing, illustrating
from newsletter.issues.acknowledging import acknowledge
from newsletter.issues.models import Issue
from newsletter.issues.repicking import repick
from newsletter.web.api.calling import Caller, EditorEdits
from newsletter.web.api.issue_views import IssueView, issue_of
from newsletter.web.api.problems import problems
from newsletter.web.api.shapes import Empty, Given, Id, Line, Number, Whole, Words
from newsletter.web.desk_issue_reading import item_of, order_after

router = APIRouter(tags=["issues"])

_ANSWERS: dict[str, Any] = {"response_model": IssueView, "responses": problems(404, 412, 428)}
Pixels = Annotated[int, Field(ge=1, le=10_000), Whole]
Change = Callable[[Session, Issue], object]


class WordsGiven(Given):
    """What is left out stays; null takes a text away."""

    subject: Line | None = None
    preheader: Line | None = None
    intro: Words | None = None


class ItemGiven(Given):
    """What is left out stays."""

    headline: Line = ""
    summary: Words = ""
    pinned: bool = Field(False, description="Whether a fresh pick must keep it.")
    story: Number | None = Field(None, description="The report of its event that leads; its words come with it.")


class OrderGiven(Given):
    events: list[Number] = Field(max_length=300)


class PictureGiven(Given):
    url: str = Field(max_length=2000, pattern=r"^https://[!-~]+$", examples=["https://pictures.example/1.jpg"])
    alt: Line
    width: Pixels
    height: Pixels


class FactGiven(Given):
    shown: bool = Field(description="Whether readers are told that reports differ.")


@router.patch("/issues/{issue_id}", operation_id="patchIssue", **_ANSWERS)
def write_frame(caller: EditorEdits, issue_id: Id, given: WordsGiven) -> Response:
    """Subject, preheader and intro. Needs If-Match."""
    edits = {"subject": editing.set_subject, "preheader": editing.set_preheader, "intro": editing.set_intro}

    def change(session: Session, issue: Issue) -> None:
        for field in edits:
            if field in given.model_fields_set:
                edits[field](session, issue, getattr(given, field), **_who(caller))

    return _changed(caller, issue_id, change, is_match_needed=True)


@router.put("/issues/{issue_id}/order", operation_id="putIssueOrder", **_ANSWERS)
def order(caller: EditorEdits, issue_id: Id, given: OrderGiven) -> Response:
    """The events of its items in another order; one that is not named stays behind what it stood behind."""

    def change(session: Session, issue: Issue) -> None:
        present = [item.event_id for item in issue.items]
        positions = [present.index(event) + 1 for event in order_after(present, given.events)]
        editing.reorder(session, issue, positions, **_who(caller))

    return _changed(caller, issue_id, change)


@router.patch("/issues/{issue_id}/items/{event}", operation_id="patchIssueItem", **_ANSWERS)
def write_item(caller: EditorEdits, issue_id: Id, event: Id, given: ItemGiven) -> Response:
    """Needs If-Match. The lead story first, for its words come with it."""

    def change(session: Session, issue: Issue) -> None:
        position, sent, who = item_of(issue, event).position, given.model_fields_set, _who(caller)
        if given.story is not None:
            choosing.lead_with(session, issue, position, given.story, **who)
        if "headline" in sent:
            editing.retitle(session, issue, position, given.headline, **who)
        if "summary" in sent:
            editing.rewrite(session, issue, position, given.summary, **who)
        if "pinned" in sent:
            choosing.pin(session, issue, position, pinned=given.pinned, **who)

    return _changed(caller, issue_id, change, is_match_needed=True)


@router.post("/issues/{issue_id}/items/{event}/shorten", operation_id="shortenIssueItem", **_ANSWERS)
def shorten_item(caller: EditorEdits, issue_id: Id, event: Id) -> Response:
    """Cut its summary after a sentence; 409 where none ends sooner."""

    def change(session: Session, issue: Issue) -> None:
        editing.shorten_summary(session, issue, item_of(issue, event).position, **_who(caller))

    return _changed(caller, issue_id, change)


@router.put("/issues/{issue_id}/items/{event}", operation_id="putIssueItem", **_ANSWERS)
def take_in(caller: EditorEdits, issue_id: Id, event: Id, given: Empty) -> Response:
    """Add an event that the pick left out, as the last item."""
    return _changed(caller, issue_id, lambda session, issue: choosing.take_in(session, issue, event, **_who(caller)))


@router.delete("/issues/{issue_id}/items/{event}", operation_id="deleteIssueItem", **_ANSWERS)
def drop(caller: EditorEdits, issue_id: Id, event: Id) -> Response:
    def change(session: Session, issue: Issue) -> None:
        editing.drop(session, issue, item_of(issue, event).position, **_who(caller))

    return _changed(caller, issue_id, change)


@router.put("/issues/{issue_id}/items/{event}/picture", operation_id="putIssuePicture", **_ANSWERS)
def illustrate(caller: EditorEdits, issue_id: Id, event: Id, given: PictureGiven) -> Response:
    """The mail loads it from there; it is shown where the item leads."""

    def change(session: Session, issue: Issue) -> None:
        illustrating.illustrate(session, issue, item_of(issue, event).position, **given.model_dump(), **_who(caller))

    return _changed(caller, issue_id, change)


@router.delete("/issues/{issue_id}/items/{event}/picture", operation_id="deleteIssuePicture", **_ANSWERS)
def unillustrate(caller: EditorEdits, issue_id: Id, event: Id) -> Response:
    def change(session: Session, issue: Issue) -> None:
        illustrating.unillustrate(session, issue, item_of(issue, event).position, **_who(caller))

    return _changed(caller, issue_id, change)


@router.put("/issues/{issue_id}/items/{event}/facts/{number}", operation_id="putIssueFact", **_ANSWERS)
def acknowledge_fact(
    caller: EditorEdits, issue_id: Id, event: Id, number: Annotated[int, Path(ge=1, le=1000)], given: FactGiven
) -> Response:
    """Say that somebody has looked at a fact on which reports differ (counted from 1)."""

    def change(session: Session, issue: Issue) -> None:
        acknowledge(session, issue, item_of(issue, event).position, number, shown=given.shown, **_who(caller))

    return _changed(caller, issue_id, change)


@router.post("/issues/{issue_id}/undo", operation_id="undoIssue", **_ANSWERS)
def undo(caller: EditorEdits, issue_id: Id) -> Response:
    return _changed(caller, issue_id, lambda session, issue: editing.undo(session, issue, **_who(caller)))


@router.post("/issues/{issue_id}/redo", operation_id="redoIssue", **_ANSWERS)
def redo(caller: EditorEdits, issue_id: Id) -> Response:
    return _changed(caller, issue_id, lambda session, issue: editing.redo(session, issue, **_who(caller)))


@router.post("/issues/{issue_id}/pick", operation_id="pickIssue", **_ANSWERS)
def pick(caller: EditorEdits, issue_id: Id) -> Response:
    """A fresh pick, which keeps what a person decided."""
    return _changed(caller, issue_id, lambda session, issue: repick(session, issue, **_who(caller)))


def _changed(caller: Caller, issue_id: int, change: Change, *, is_match_needed: bool = False) -> Response:
    def do(session: Session) -> IssueView:
        issue = issue_of(session, caller, issue_id, for_change=True)
        caller.check_etag(IssueView.of(issue), is_needed=is_match_needed)
        change(session, issue)
        session.flush()
        return IssueView.of(issue)

    return caller.change(do)


def _who(caller: Caller) -> dict[str, Any]:
    return {"by": caller.by, "now": caller.now}
