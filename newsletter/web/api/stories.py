"""Stories: what came in, and those that a program adds. They are told in all regions."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.errors import InvalidInputError, NotFoundError
from newsletter.stories.handing_over import hand_over, tag_given
from newsletter.stories.intake import read_given
from newsletter.stories.models import Story, StoryRegion
from newsletter.stories.reading import stories
from newsletter.stories.sources import own_source
from newsletter.web.api.calling import ReporterChanges, ReporterReads
from newsletter.web.api.paging import Page, Window, instant_in, page
from newsletter.web.api.problems import problems
from newsletter.web.api.regions import region_of
from newsletter.web.api.shapes import Absent, Given, Id, Line, Words

router = APIRouter(tags=["stories"])

_COLUMNS = (
    *("id", "url", "title", "summary", "author", "image_url", "language"),
    *("published_at", "seen_at", "dated_at", "changed_at"),
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

    @classmethod
    def of(cls, story: Story) -> "StoryView":
        regions = sorted(story.regions, key=lambda region: (-region.confidence, region.code))
        values = {column: getattr(story, column) for column in _COLUMNS}
        return cls(source=story.source_id, regions=[StoryRegionView.of(one) for one in regions], **values)


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
        return caller.show(request, StoryView.of(_story(session, story_id)))


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
        return StoryView.of(_story(session, result.story_id))

    return caller.change(do, status=201)


def _story(session: Session, story_id: int) -> Story:
    story = session.get(Story, story_id)
    if story is None:
        raise NotFoundError(f"There is no story {story_id}.")
    return story
