"""Picks: `{week, region, ids}` in an editor's order, and the stories that they were picked from.

One file holds both: lines with a "title" are stories, lines with a "week" are picks. The ids may also be called
"stories", "story_ids" or "picks"; a list of whole stories there is taken as well. "since" and "until" say which
stories could be picked; without them it is the week and the four days before it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from newsletter.errors import InvalidInputError
from newsletter.evaluation.events import grouped
from newsletter.evaluation.lines import BadLineError, LabelledStory, identity, instant, read, story, text, texts
from newsletter.evaluation.metrics import mean
from newsletter.evaluation.ranking import AT, ndcg, recall
from newsletter.evaluation.report import Meter, Progress, Report, at_once
from newsletter.picking.candidates import Candidate, CandidateStory, Letter
from newsletter.picking.pick import pick
from newsletter.regions.catalogue import catalogue, covers, name_of
from newsletter.stories.tagging import tag

LEAST_CONFIDENCE = 0.3  # a country that is less sure is named in passing
BEFORE_THE_WEEK = timedelta(days=4)  # a letter of Friday tells what came after the last one
_IDS = ("ids", "stories", "story_ids", "picks", "items")

Ranking = list[tuple[str, ...]]  # events, the best first, each as the ids of its stories


@dataclass(frozen=True, slots=True)
class Told:
    """A story that could be picked."""

    story: LabelledStory
    countries: frozenset[str] | None  # as labelled; None: the tagger says


@dataclass(frozen=True, slots=True)
class Picked:
    """What an editor picked."""

    week: str
    region: str
    ids: tuple[str, ...]
    stories: tuple[Told, ...]  # those given in the line itself
    since: datetime
    until: datetime


def evaluate(name: str, lines: Iterable[bytes], *, progress: Progress = at_once) -> Report:
    """Raises InvalidInputError with the lines that can't be used."""
    parsed = read(name, lines, _line)
    picks = [one for one in parsed if isinstance(one, Picked)]
    known = {told.story.id: told for one in parsed for told in (one.stories if isinstance(one, Picked) else (one,))}
    _check(name, picks, known)
    meter = Meter()
    results = [_result(one, known.values()) for one in progress(picks, "Picking")]
    cost = meter.read(len(picks), "picks")
    figures: dict[str, Any] = {"picks": len(picks), "stories": len(known)}
    for measure, of in ((f"ndcg_at_{AT}", ndcg), (f"recall_at_{AT}", recall)):
        figures[measure] = {
            order: mean(of(rankings[order], one.ids) for one, rankings in zip(picks, results, strict=True))
            for order in ("ours", "source_count_only", "newest_first")
        }
    return Report("picks", figures, [_prediction(*pair) for pair in zip(picks, results, strict=True)], cost)


def _line(data: dict[str, Any]) -> Told | Picked:
    if "week" in data and any(key in data for key in _IDS):
        return _picked(data)
    if "title" not in data:
        raise BadLineError('it must be a story with a "title", or a pick with "week", "region" and "ids".')
    return _told(data)


def _told(data: dict[str, Any]) -> Told:
    countries = texts(data, "countries") if data.get("countries") is not None else None
    return Told(story(data), countries)


def _picked(data: dict[str, Any]) -> Picked:
    region = text(data, "region")
    code = region.upper() if region.upper() in catalogue() else region.lower()
    if code not in catalogue():
        raise BadLineError(f"region: there is no region {region!r}.")
    given = next(data[key] for key in _IDS if key in data)
    if not isinstance(given, list):
        raise BadLineError("ids must be a list of ids, in the editor's order.")
    stories = tuple(_told(one) for one in given if isinstance(one, dict))
    ids = tuple(identity(one.get("id") if isinstance(one, dict) else one, "ids") for one in given)
    since, until = _week(text(data, "week"))
    since, until = instant(data.get("since"), "since") or since, instant(data.get("until"), "until") or until
    return Picked(text(data, "week"), code, ids, stories, since, until)


def _week(week: str) -> tuple[datetime, datetime]:
    try:
        year, _, number = week.upper().partition("-W")
        monday = date.fromisocalendar(int(year), int(number), 1)
    except ValueError as error:
        raise BadLineError(f"week must look like 2026-W20, not {week!r}.") from error
    begin = datetime.combine(monday, time(), UTC)
    return begin - BEFORE_THE_WEEK, begin + timedelta(days=7)


def _check(name: str, picks: Sequence[Picked], known: Mapping[str, Told]) -> None:
    if not picks:
        raise InvalidInputError(f'{name} holds no picks: lines with "week", "region" and "ids".')
    for one in picks:
        strange = [each for each in one.ids if each not in known]
        if strange:
            raise InvalidInputError(
                f"{name}: the pick of {one.region}, {one.week} names {len(strange)} stories that it does not hold, "
                f"such as {strange[0]!r}. Put a line with each story's id, title and summary into the file."
            )


def _result(one: Picked, known: Iterable[Told]) -> dict[str, Ranking]:
    """The events that the week had for the region, in three orders."""
    pool = [told for told in known if told.story.id in one.ids or _is_of_week(told, one)]
    candidates = _candidates(one, pool)
    ids = {
        candidate.event_id: tuple(pool[each.story_id].story.id for each in candidate.stories)
        for candidate in candidates
    }
    by_sources = sorted(candidates, key=lambda each: (-len({s.source_id for s in each.stories}), -_latest(each)))
    by_time = sorted(candidates, key=lambda each: -_latest(each))
    return {
        "ours": [ids[event] for event in _picked_by_us(one, candidates)],
        "source_count_only": [ids[each.event_id] for each in by_sources],
        "newest_first": [ids[each.event_id] for each in by_time],
    }


def _is_of_week(told: Told, one: Picked) -> bool:
    at = told.story.published_at
    return at is None or one.since <= at < one.until


def _picked_by_us(one: Picked, candidates: Sequence[Candidate]) -> Iterator[int]:
    """The events of our letter in its order, then what missed."""
    languages = [candidate.language for candidate in candidates]
    language = max(sorted(set(languages)), key=languages.count, default="en")
    letter = Letter(name_of(one.region), covers(one.region), language, one.until, item_count=AT)
    picked = pick(candidates, letter)
    for scored in (*picked.chosen, *(missed.scored for missed in picked.choice.missed), *picked.other_languages):
        yield scored.candidate.event_id


def _candidates(one: Picked, pool: Sequence[Told]) -> list[Candidate]:
    """Events about the region; those of the editor's stories are among them, whatever the tagger says."""
    sources = {name: number for number, name in enumerate(dict.fromkeys(told.story.source for told in pool))}
    events: dict[int, list[CandidateStory]] = {}
    for number, group in enumerate(grouped([told.story for told in pool])):
        events.setdefault(group, []).append(_story(number, pool[number], one, sources))
    wanted = set(one.ids)
    return [
        Candidate(event, stories[0].language, tuple(stories))
        for event, stories in sorted(events.items())
        if any(each.region_confidence >= LEAST_CONFIDENCE or pool[each.story_id].story.id in wanted for each in stories)
    ]


def _story(number: int, told: Told, one: Picked, sources: Mapping[str, int]) -> CandidateStory:
    of = told.story
    if told.countries is not None:
        tags = dict.fromkeys(told.countries, 1.0)
    else:
        tags = {each.code: each.confidence for each in tag(of.title, of.summary, home=of.home, language=of.language)}
    return CandidateStory(
        story_id=number,
        source_id=sources[of.source],
        source_name=of.source or "A source",
        weight=1.0,
        home=of.home,
        title=of.title,
        summary=of.summary,
        url="",
        dated_at=of.published_at or one.until,
        language=of.language,
        region_confidence=max((value for code, value in tags.items() if code in covers(one.region)), default=0.0),
        countries=frozenset(code for code, value in tags.items() if value >= LEAST_CONFIDENCE),
    )


def _latest(candidate: Candidate) -> float:
    return max(each.dated_at for each in candidate.stories).timestamp()


def _prediction(one: Picked, rankings: Mapping[str, Ranking]) -> dict[str, Any]:
    ours = [list(event) for event in rankings["ours"][:AT]]
    return {"week": one.week, "region": one.region, "ids": [event[0] for event in ours], "events": ours}
