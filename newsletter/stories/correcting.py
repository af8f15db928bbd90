"""An editor's word on a story: its text, link, date and countries corrected, or all of it withdrawn.

What an editor wrote stands until it is taken back, whatever the source says; what the source says of the same field
is kept beside it, as it says it now (`Story.overruled`). Takes a session and never commits; who did it, and what it
means for issues, is for the callers.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.orm import Session, selectinload

from newsletter.errors import InvalidInputError, NotAllowedError, NotFoundError
from newsletter.regions.catalogue import country_of, find
from newsletter.stories.canonical import canonical_url, link
from newsletter.stories.cleaning import one_line, summary_of, title_of
from newsletter.stories.dates import sane
from newsletter.stories.errors import UnusableStoryError
from newsletter.stories.models import SourceKind, Story, StoryRegion
from newsletter.stories.region_rows import LEAST_CONFIDENCE, Told, region_rows, rows_as_said, said_in

FIELDS = ("title", "summary", "url", "published_at", "regions")
WHY_LENGTH = 300
MOST_REGIONS = 20


class Change(NamedTuple):
    """What is another now, field by field, as `words_of` has it."""

    before: dict[str, Any]
    after: dict[str, Any]


def story_of(session: Session, story_id: int) -> Story:
    """With its source and regions. Raises NotFoundError."""
    return _found(session, _by_id(story_id), story_id)


def story_for_change(session: Session, story_id: int) -> Story:
    """As the database has it now, and nobody else changes it until this session ends. Raises NotFoundError."""
    query = _by_id(story_id).with_for_update(of=Story, key_share=True)
    return _found(session, query.execution_options(populate_existing=True), story_id)


def words_of(story: Story) -> dict[str, Any]:
    """What can be corrected, as JSON has it: regions are the codes that letters go by, the surest first."""
    return {
        "title": story.title,
        "summary": story.summary,
        "url": story.url,
        "published_at": story.published_at.isoformat() if story.published_at else None,
        "regions": [region.code for region in _by_confidence(story.regions) if region.confidence >= LEAST_CONFIDENCE],
    }


def state_of(story: Story) -> str:
    """Another where anything of it is another that a person may change: for whoever changes what they have read."""
    state = {**words_of(story), "overruled": story.overruled, "withdrawn": story.withdrawn_at is not None}
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:32]


def correct(session: Session, story: Story, given: Mapping[str, Any], now: datetime) -> Change:
    """Write some of FIELDS; `published_at` is an instant or None, `regions` codes of countries or their divisions.

    Raises InvalidInputError for what no story can say, NotFoundError for an unknown region, NotAllowedError for the
    link of another story.
    """
    before = words_of(story)
    wanted = {name: _READERS[name](given[name], now) for name in FIELDS if name in given}
    for name, value in wanted.items():
        if value != before[name]:
            said = _said_by_source(story, name)
            _put(session, story, name, value)
            _keep_said(story, name, said)
    return _changed(session, story, before, now)


def take_back(session: Session, story: Story, fields: Collection[str], now: datetime) -> Change:
    """Let the source's own word on these of FIELDS stand again."""
    before = words_of(story)
    for name in FIELDS:
        if name in fields and name in story.overruled:
            said = story.overruled[name]
            story.overruled = {one: value for one, value in story.overruled.items() if one != name}
            if name == "regions":
                _put_rows(session, story, region_rows(_told(story, said)))
            else:
                _put(session, story, name, said)
    return _changed(session, story, before, now)


def withdraw(story: Story, *, why: str, by: str, now: datetime) -> None:
    """No letter picks it any more. Raises InvalidInputError without a reason, NotAllowedError where it is done."""
    reason = one_line(why, WHY_LENGTH)
    if not reason:
        raise InvalidInputError("Say why it is withdrawn: everyone who looks at the story will read it.")
    if story.withdrawn_at is not None:
        raise NotAllowedError(f"The story {story.id} is withdrawn already, by {story.withdrawn_by}.")
    story.withdrawn_at, story.withdrawn_by, story.withdrawn_why = now, by[:200], reason
    story.changed_at = now  # so that its event is compared without it


def restore(story: Story, now: datetime) -> None:
    """Undo of a withdrawal. Raises NotAllowedError where there is none."""
    if story.withdrawn_at is None:
        raise NotAllowedError(f"The story {story.id} is not withdrawn.")
    story.withdrawn_at = story.withdrawn_by = story.withdrawn_why = None
    story.changed_at = now


def _by_id(story_id: int) -> Select[Story]:
    return select(Story).where(Story.id == story_id).options(selectinload(Story.regions), selectinload(Story.source))


def _found(session: Session, query: Select[Story], story_id: int) -> Story:
    story = session.scalar(query)
    if story is None:
        raise NotFoundError(f"There is no story {story_id}.")
    return story


def _title(value: Any, _now: datetime) -> str:
    """Text and no HTML, as everything that people write at the desk: what stands there comes back as it is."""
    title = title_of(str(value), is_html=False)
    if not title:
        raise InvalidInputError("A story needs a title.")
    return title


def _summary(value: Any, _now: datetime) -> str:
    return summary_of(str(value), is_html=False)


def _url(value: Any, _now: datetime) -> str:
    try:
        return link(str(value))
    except UnusableStoryError as error:
        raise InvalidInputError(str(error)) from error


def _published_at(value: Any, now: datetime) -> str | None:
    """An instant without a zone is taken as UTC."""
    if value is None:
        return None
    instant = sane(value if value.tzinfo else value.replace(tzinfo=UTC))
    if instant is None or instant > now:
        raise InvalidInputError("A story was published between 1995 and now.")
    return instant.isoformat()


def _regions(value: Any, _now: datetime) -> list[str]:
    """Codes as the catalogue writes them, each once, in the order given."""
    codes = list(dict.fromkeys(find(str(code).strip()).code for code in value))
    if len(codes) > MOST_REGIONS:
        raise InvalidInputError(f"A story is about at most {MOST_REGIONS} countries.")
    if groups := [code for code in codes if country_of(code) is None]:
        raise InvalidInputError(f"A story is about countries; {groups[0]} is a group of them.")
    return codes


_READERS = {"title": _title, "summary": _summary, "url": _url, "published_at": _published_at, "regions": _regions}


def _said_by_source(story: Story, name: str) -> Any:
    if name in story.overruled:
        return story.overruled[name]
    if name == "regions":
        return said_in((region.code, region.spans) for region in story.regions)
    return words_of(story)[name]


def _keep_said(story: Story, name: str, said: Any) -> None:
    """Nothing is overruled by the source's own words."""
    kept = {one: value for one, value in story.overruled.items() if one != name}
    is_another = name == "regions" or words_of(story)[name] != said
    story.overruled = kept | {name: said} if is_another else kept


def _put(session: Session, story: Story, name: str, value: Any) -> None:
    if name == "regions":
        _put_rows(session, story, rows_as_said(value))
    elif name == "published_at":
        story.published_at = datetime.fromisoformat(value) if value else None
        story.dated_at = story.published_at or story.seen_at
    else:
        if name == "url":
            _move(session, story, value)
        setattr(story, name, value)


def _move(session: Session, story: Story, url: str) -> None:
    """What a story is known by goes with its link where people gave it; a source would bring it in once more."""
    try:
        canonical = canonical_url(url)
    except UnusableStoryError as error:
        raise InvalidInputError(str(error)) from error
    other = session.scalar(select(Story.id).where(Story.canonical_url == canonical, Story.id != story.id))
    if other is not None:
        raise NotAllowedError(f"The story {other} has this link.")
    if story.source.kind is SourceKind.API and story.source.key_digest is None:
        story.canonical_url = canonical


def _changed(session: Session, story: Story, before: Mapping[str, Any], now: datetime) -> Change:
    """What its words say of its regions follows its words; and its event is looked at again."""
    after = words_of(story)
    changed = [name for name in FIELDS if before[name] != after[name]]
    if {"title", "summary"} & set(changed) and "regions" not in story.overruled:
        said = said_in((region.code, region.spans) for region in story.regions)
        _put_rows(session, story, region_rows(_told(story, said)))
        after = words_of(story)
        changed = [name for name in FIELDS if before[name] != after[name]]
    if changed:
        story.changed_at = now
        session.flush()
    return Change({name: before[name] for name in changed}, {name: after[name] for name in changed})


def _told(story: Story, said: str | None) -> Told:
    return Told(story.title, story.summary, story.language, story.source.home, said)


def _put_rows(session: Session, story: Story, rows: Mapping[str, Mapping[str, Any]]) -> None:
    session.execute(delete(StoryRegion).where(StoryRegion.story_id == story.id))
    if rows:
        session.execute(
            insert(StoryRegion), [{"story_id": story.id, "code": code, **row} for code, row in rows.items()]
        )
    session.expire(story, ["regions"])


def _by_confidence(regions: Collection[StoryRegion]) -> list[StoryRegion]:
    return sorted(regions, key=lambda region: (-region.confidence, region.code))
