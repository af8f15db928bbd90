"""A story at the desk: its words, as they stand and as its source says them, and a person's hand on them.

All regions tell stories, so whoever works on some of them changes none that an open issue of another region tells.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.editors.log import entries
from newsletter.errors import InvalidInputError, NewsletterError, NotAllowedError
from newsletter.events.models import EventStory
from newsletter.issues import withdrawing
from newsletter.sending.withdrawing import withdraw
from newsletter.stories.correcting import FIELDS, state_of, story_for_change, story_of, words_of
from newsletter.stories.models import Story
from newsletter.web.desk_access import ReporterSeat, Seat
from newsletter.web.errors import status_of
from newsletter.web.forms import Form, Posted
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import private, see_other

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]
ENTRIES_SHOWN = 50


@router.get("/desk/stories/{story_id}")
def show(web: Web, seat: ReporterSeat, story_id: Id) -> Response:
    return _page(web, seat, story_id)


@router.post("/desk/stories/{story_id}")
def correct(web: Web, seat: ReporterSeat, story_id: Id, form: Posted) -> Response:
    """Write what is another than was shown, unless somebody else has changed the story since then."""
    seat.check(form)
    typed = {name: form.one(name).strip() for name in FIELDS}

    def do(session: Session, story: Story) -> None:
        given = _given({name: text for name, text in typed.items() if text != _as_typed(words_of(story))[name]})
        withdrawing.correct(session, story, given, **_who(web, seat))

    return _changed(web, seat, story_id, form, do, typed)


@router.post("/desk/stories/{story_id}/back")
def take_back(web: Web, seat: ReporterSeat, story_id: Id, form: Posted) -> Response:
    """Let what the source says stand again, for the fields that were ticked."""
    fields = form.many("field")
    return _changed(
        web,
        seat,
        story_id,
        form,
        lambda session, story: withdrawing.take_back(session, story, fields, **_who(web, seat)),
    )


@router.post("/desk/stories/{story_id}/withdraw")
def take_out(web: Web, seat: ReporterSeat, story_id: Id, form: Posted) -> Response:
    why = form.one("why")
    return _changed(
        web, seat, story_id, form, lambda session, story: withdraw(session, story, why=why, **_who(web, seat))
    )


@router.post("/desk/stories/{story_id}/restore")
def restore(web: Web, seat: ReporterSeat, story_id: Id, form: Posted) -> Response:
    return _changed(
        web, seat, story_id, form, lambda session, story: withdrawing.restore(session, story, **_who(web, seat))
    )


def _changed(
    web: Parts,
    seat: Seat,
    story_id: int,
    form: Form,
    do: Callable[[Session, Story], object],
    typed: dict[str, str] | None = None,
) -> Response:
    """What cannot be done is said on the story's page, where what was typed still stands."""
    seat.check(form)
    try:
        with web.service.db.writing() as session:
            story = story_for_change(session, story_id)
            for issue in withdrawing.open_issues_of(session, story):
                seat.check_region(issue.region)
            if form.one("seen") != state_of(story):
                raise NotAllowedError("Somebody else has changed this story. Look at it as it is now, then try again.")
            do(session, story)
    except (InvalidInputError, NotAllowedError) as error:
        if status_of(error) == 403:
            raise
        return _page(web, seat, story_id, typed, error)
    web.bell.ring()
    return see_other(f"{web.pages.root}/desk/stories/{story_id}")


def _page(
    web: Parts, seat: Seat, story_id: int, typed: dict[str, str] | None = None, error: NewsletterError | None = None
) -> Response:
    with web.service.db.reading() as session:
        story = story_of(session, story_id)
        event_id = session.scalar(select(EventStory.event_id).where(EventStory.story_id == story.id))
        issues = withdrawing.open_issues_of(session, story)
        context = {
            "story": story,
            "words": _as_typed(words_of(story)),
            "said": _as_typed({**words_of(story), **_said(story)}),
            "seen": state_of(story),
            "event_id": event_id,
            "issues": [(one.id, one.region, one.week) for one in issues],
            "entries": entries(session, subject=withdrawing.subject_of(story), limit=ENTRIES_SHOWN),
        }
        page = web.pages.render(
            "desk/story.html",
            seat.language,
            seat=seat,
            typed=typed or context["words"],
            wrong=str(error or ""),
            **context,
        )
    return private(page, status=status_of(error) if error else 200)


def _said(story: Story) -> dict[str, Any]:
    """What the source says where an editor's word stands; of regions at most the one that it gave itself."""
    regions = story.overruled.get("regions")
    return {**story.overruled, **({"regions": [regions] if regions else []} if "regions" in story.overruled else {})}


def _as_typed(words: dict[str, Any]) -> dict[str, str]:
    return {**words, "published_at": words["published_at"] or "", "regions": ", ".join(words["regions"])}


def _given(typed: dict[str, str]) -> dict[str, Any]:
    read: dict[str, Callable[[str], Any]] = {"published_at": _instant, "regions": _codes}
    return {name: read.get(name, str)(text) for name, text in typed.items()}


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInputError("Write the time as 2026-05-14T09:00:00Z.") from error


def _codes(text: str) -> list[str]:
    return [code for code in text.replace(",", " ").split() if code]


def _who(web: Parts, seat: Seat) -> dict[str, Any]:
    return {"by": seat.editor.name, "now": web.service.clock.now()}
