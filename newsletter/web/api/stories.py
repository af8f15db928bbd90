"""Stories: what came in, those that a program adds, and what it corrects or takes out. All regions tell them.

A key that is limited to regions changes none that an open issue of another region tells.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.errors import InvalidInputError
from newsletter.issues import withdrawing
from newsletter.sending.withdrawing import withdraw
from newsletter.stories.correcting import FIELDS, MOST_REGIONS, WHY_LENGTH, story_for_change, story_of
from newsletter.stories.handing_over import hand_over, tag_given
from newsletter.stories.intake import read_given
from newsletter.stories.models import Story, StoryRegion
from newsletter.stories.reading import stories
from newsletter.stories.sources import own_source
from newsletter.web.api.calling import Caller, ReporterChanges, ReporterEdits, ReporterReads
from newsletter.web.api.paging import Page, Window, instant_in, page
from newsletter.web.api.problems import problems
from newsletter.web.api.regions import region_of
from newsletter.web.api.shapes import Absent, Given, Id, Line, Words
from newsletter.web.desk_access import ForbiddenError

router = APIRouter(tags=["stories"])

FieldName = Literal["title", "summary", "url", "published_at", "regions"]

_COLUMNS = (
    *("id", "url", "title", "summary", "author", "image_url", "language"),
    *("published_at", "seen_at", "dated_at", "changed_at"),
    *("overruled", "withdrawn_at", "withdrawn_by", "withdrawn_why"),
)


class StoryRegionView(BaseModel):
    code: str
    confidence: float = Field(description="From 0 to 1; from 0.5 on it is about the country, below it mentions it.")
    words: list[str] = Field(description="What in its text said so.")

    @classmethod
    def of(cls, region: StoryRegion) -> "StoryRegionView":
        words = [str(span.get("text", "")) for span in region.spans]
        return cls(code=region.code, confidence=region.confidence, words=words)


class StoryView(BaseModel):
    id: int
    source: int
    url: str
    title: str
    summary: str
    author: str | None
    image_url: str | None
    language: str
    published_at: datetime | None
    seen_at: datetime
    dated_at: datetime = Field(description="What the week goes by.")
    changed_at: datetime | None
    regions: list[StoryRegionView]
    overruled: dict[str, Any] = Field(description="What its source says where an editor's word stands, by field.")
    withdrawn_at: datetime | None = Field(description="null: letters may tell it.")
    withdrawn_by: str | None
    withdrawn_why: str | None

    @classmethod
    def of(cls, story: Story) -> "StoryView":
        regions = sorted(story.regions, key=lambda region: (-region.confidence, region.code))
        values = {column: getattr(story, column) for column in _COLUMNS}
        return cls(source=story.source_id, regions=[StoryRegionView.of(one) for one in regions], **values)


_ANSWERS: dict[str, Any] = {"response_model": StoryView, "responses": problems(404, 412, 428)}


class StoryFilter(Window):
    text: str = Field("", max_length=200, pattern=r"^[^\x00]*$", description="Words in its title or summary.")
    region: str | Absent = Field(
        None, max_length=40, description="About the countries of this region.", examples=["MX"]
    )
    source: Annotated[int, Field(ge=1, le=2**53)] | Absent = None


class StoryGiven(Given):
    title: Line
    url: str = Field(max_length=2000, pattern=r"^[^\x00]+$", examples=["https://news.example/one"])
    summary: Words = ""
    language: Line = Field("", examples=["es"])
    region: Line = Field("", description="What it is about; without one, its words say it.", examples=["MX"])
    published_at: datetime | None = Field(None, strict=False)


class CorrectionGiven(Given):
    """What is left out stays."""

    title: Line = ""
    summary: Words = ""
    url: str = Field("", max_length=2000, pattern=r"^[^\x00]+$", examples=["https://news.example/one"])
    published_at: datetime | None = Field(None, strict=False, description="null: not known.")
    regions: list[Line] = Field([], max_length=MOST_REGIONS, description="All that it is about.", examples=[["MX-OAX"]])


class FieldsGiven(Given):
    fields: list[FieldName] = Field(min_length=1, max_length=len(FIELDS))


class WhyGiven(Given):
    why: str = Field(min_length=1, max_length=WHY_LENGTH, pattern=r"^[^\x00]*$", description="Whoever looks reads it.")


@router.get("/stories", operation_id="listStories", response_model=Page[StoryView], responses=problems(404))
def list_stories(caller: ReporterReads, wanted: Annotated[StoryFilter, Query()]) -> Page[StoryView]:
    """The latest first."""
    with caller.web.service.db.reading() as session:
        found = stories(
            session,
            region=region_of(session, caller, wanted.region).code if wanted.region is not None else None,
            source_id=wanted.source,
            text=wanted.text,
            before=instant_in(wanted),
            limit=wanted.limit + 1,
        )
        return page(found, wanted, StoryView.of, lambda story: (story.dated_at, story.id))


@router.get(
    "/stories/{story_id}", operation_id="getStory", response_model=StoryView, responses={304: {}, **problems(404)}
)
def show_story(request: Request, caller: ReporterReads, story_id: Id) -> Response:
    with caller.web.service.db.reading() as session:
        return caller.show(request, StoryView.of(story_of(session, story_id)))


@router.post("/stories", operation_id="addStory", response_model=StoryView, status_code=201, responses=problems(404))
def add_story(caller: ReporterChanges, given: StoryGiven) -> Response:
    """One story, as if a person had added it. For many there is `POST /api/stories`, with the key of a source."""
    sent = given.model_dump(mode="json", exclude_defaults=True)
    read = read_given(sent, caller.web.service.settings.base_url)

    def do(session: Session) -> StoryView:
        source = own_source(session, "By hand", caller.now)
        [result] = hand_over(session, source, read, caller.now, tag_given(session, source, read))
        if result.story_id is None:
            raise InvalidInputError(result.reason or "This story cannot be used.")
        details = {"outcome": result.outcome, "title": result.title}
        subject = f"story {result.story_id}"
        record(session, actor=caller.by, action="story added", subject=subject, details=details, now=caller.now)
        session.flush()
        return StoryView.of(story_of(session, result.story_id))

    return caller.change(do, status=201)


@router.patch("/stories/{story_id}", operation_id="patchStory", **_ANSWERS)
def correct_story(caller: ReporterEdits, story_id: Id, given: CorrectionGiven) -> Response:
    """It stands whatever its source says later; issues that were picked before keep their words. Needs If-Match."""

    def do(session: Session, story: Story) -> None:
        words = {name: getattr(given, name) for name in given.model_fields_set}
        withdrawing.correct(session, story, words, by=caller.by, now=caller.now)

    return _changed(caller, story_id, do, is_match_needed=True)


@router.post("/stories/{story_id}/take-back", operation_id="takeBackCorrections", **_ANSWERS)
def take_back(caller: ReporterEdits, story_id: Id, given: FieldsGiven) -> Response:
    """Let the source's own word on these fields stand again."""
    return _changed(
        caller,
        story_id,
        lambda session, story: withdrawing.take_back(session, story, given.fields, by=caller.by, now=caller.now),
    )


@router.post("/stories/{story_id}/withdraw", operation_id="withdrawStory", **_ANSWERS)
def withdraw_story(caller: ReporterEdits, story_id: Id, given: WhyGiven) -> Response:
    """No letter picks it any more, and every issue that tells it and is not out yet is held."""
    return _changed(
        caller, story_id, lambda session, story: withdraw(session, story, why=given.why, by=caller.by, now=caller.now)
    )


@router.post("/stories/{story_id}/restore", operation_id="restoreStory", **_ANSWERS)
def restore(caller: ReporterEdits, story_id: Id) -> Response:
    """Undo of a withdrawal. What was held for it stays so until somebody releases it."""
    return _changed(
        caller, story_id, lambda session, story: withdrawing.restore(session, story, by=caller.by, now=caller.now)
    )


def _changed(
    caller: Caller, story_id: int, change: Callable[[Session, Story], object], *, is_match_needed: bool = False
) -> Response:
    """Raises ForbiddenError where an open issue of a region that is not the key's tells it."""

    def do(session: Session) -> StoryView:
        story = story_for_change(session, story_id)
        if not all(caller.sees(issue.region) for issue in withdrawing.open_issues_of(session, story)):
            raise ForbiddenError("An open issue of a region that your key is not for tells this story.")
        caller.check_etag(StoryView.of(story), is_needed=is_match_needed)
        change(session, story)
        session.flush()
        return StoryView.of(story)

    return caller.change(do, then=caller.web.bell.ring)
