"""Stories that a newsroom hands over itself, in a file or by the API. Pure.

They are held to the same cleaning as a feed's. A story without a link stands on the page of the region that it is for,
and is known by its title and region.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from newsletter.errors import InvalidInputError, NotFoundError
from newsletter.regions.catalogue import find, fold, name_of, search
from newsletter.stories.cleaning import plain
from newsletter.stories.dates import sane
from newsletter.stories.entries import RAW_LIMIT, Entry, rejected, story_of
from newsletter.stories.errors import UnusableStoryError
from newsletter.stories.languages import primary
from newsletter.stories.parsed import ParsedStory, RejectedEntry

STORIES_LIMIT = 500  # of one call or file
_SAME_STORY = "urn:regional-weekly"


class GivenStory(BaseModel):
    """One story as a newsroom writes it. Title and summary may be text or HTML; markup is taken out."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=2000)
    summary: str = Field("", max_length=100_000)
    url: str | None = Field(None, max_length=2000)
    published_at: datetime | None = None
    language: str | None = Field(None, max_length=35)
    region: str | None = Field(None, max_length=60, validation_alias=AliasChoices("region", "home"))
    author: str | None = Field(None, max_length=500)
    image_url: str | None = Field(None, max_length=2000)


def read_given(document: Any, base_url: str) -> list[ParsedStory | RejectedEntry]:
    """One result for each story of a document (an object, or a list of them), in its order.

    `base_url` is where our own pages stand. Raises InvalidInputError for a document of another shape.
    """
    stories = [document] if isinstance(document, dict) else document
    if not isinstance(stories, list):
        raise InvalidInputError("Give one story as a JSON object, or a list of such objects.")
    if len(stories) > STORIES_LIMIT:
        raise InvalidInputError(f"Give at most {STORIES_LIMIT} stories at one time; these are {len(stories)}.")
    return [_read(story, base_url) for story in stories]


def split(results: Sequence[ParsedStory | RejectedEntry]) -> tuple[list[ParsedStory], list[RejectedEntry]]:
    """The stories, and what was refused."""
    stories = [result for result in results if isinstance(result, ParsedStory)]
    return stories, [result for result in results if isinstance(result, RejectedEntry)]


def canonical_prefix(region: str) -> str:
    """How the canonical URLs of the stories begin that stand on a region's page and nowhere else."""
    return f"{_SAME_STORY}:{region}:"


def anchor_on(region: str, canonical_url: str) -> str | None:
    """The id of a story that stands on the region's page and nowhere else; None for any other story."""
    prefix = canonical_prefix(region)
    return _anchor(canonical_url.removeprefix(prefix)) if canonical_url.startswith(prefix) else None


def _read(story: Any, base_url: str) -> ParsedStory | RejectedEntry:
    if not isinstance(story, dict):
        return rejected("A story is a JSON object.", json.dumps(story, ensure_ascii=False)[:RAW_LIMIT])
    try:
        return _story(GivenStory.model_validate(story), base_url)
    except ValidationError as error:
        reason = "; ".join(_said(problem) for problem in error.errors(include_url=False, include_input=False))
    except (UnusableStoryError, NotFoundError) as error:
        reason = str(error)
    return rejected(reason, json.dumps(story, ensure_ascii=False, default=str)[:RAW_LIMIT])


def _story(given: GivenStory, base_url: str) -> ParsedStory:
    region = _region(given.region) if given.region else None
    if given.language and primary(given.language) is None:
        raise UnusableStoryError("Its language is none; write it as es or pt-BR.")
    page = f"{base_url}/regions/{region}" if region and not given.url else None
    if not given.url and page is None:
        raise UnusableStoryError("It has neither a url nor a region on whose page it could stand.")
    story = story_of(
        Entry(
            title=given.title,
            summary=given.summary,
            url=given.url or page or "",
            published_at=_published(given.published_at),
            author=given.author or "",
            image_url=given.image_url or "",
            language=given.language,
            region=region,
        )
    )
    return _on_page(story, page) if page else story


def _on_page(story: ParsedStory, page: str) -> ParsedStory:
    """A story without a link of its own, at its place on a region's page."""
    digest = hashlib.sha256(fold(story.title).encode()).hexdigest()[:16]
    canonical_url = f"{canonical_prefix(story.region or '')}{digest}"
    return replace(story, url=f"{page}#{_anchor(digest)}", canonical_url=canonical_url)


def _anchor(digest: str) -> str:
    return f"story-{digest}"


def _region(given: str) -> str:
    """The code of a region that is given by its code, or by its name in English. Raises NotFoundError."""
    for territory in search(given)[:5]:
        if fold(name_of(territory.code)) == fold(given):
            return territory.code
    return find(given).code


def _published(given: datetime | None) -> datetime | None:
    """An instant without a zone is taken as UTC."""
    if given is None:
        return None
    return sane(given if given.tzinfo else given.replace(tzinfo=UTC))


def _said(problem: Any) -> str:
    where = ".".join(plain(str(part))[:60] for part in problem["loc"]) or "story"
    if problem["type"] == "extra_forbidden":
        return f"{where}: no such field; known are {', '.join(GivenStory.model_fields)}"
    return f"{where}: {problem['msg'].removeprefix('Value error, ').rstrip('.').lower()}"
