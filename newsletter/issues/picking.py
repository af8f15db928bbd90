"""Picking for a region's issue: what it could carry, read from the rows, weighed as the region's file says."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from newsletter.issues.considering import Window, candidates, carried
from newsletter.issues.weighing import weights_of
from newsletter.picking.candidates import Letter, Opened
from newsletter.picking.pick import Pick, pick
from newsletter.picking.score import Scored
from newsletter.picking.weights import Weights
from newsletter.regions.catalogue import covers, name_of
from newsletter.regions.models import Region

MOST_NEAR_MISSES = 20  # kept with an issue

# What teaches the part "opened" of a score: items that a region's readers had before an instant, with how often they
# were opened. A stage after this one knows it; bootstrap hands it over, where clicks are counted.
OpenedItems = Callable[[Session, Region, datetime], Sequence[Opened]]
KEY = "opened"  # in the info of sessions


def pick_for(
    session: Session, region: Region, window: Window, apart_from: int | None, weights: Weights | None = None
) -> Pick:
    """The pick for one issue, whose id is `apart_from`; None for the weights: those of the region."""
    opened: OpenedItems = session.info.get(KEY, _nothing)
    letter = Letter(
        region_name=name_of(region.code),
        covers=covers(region.code),
        language=region.language,
        until=window.until,
        item_count=region.item_count,
        carried=tuple(carried(session, region, window.until, apart_from=apart_from)),
        opened=tuple(opened(session, region, window.until)),
    )
    weights = weights if weights is not None else weights_of(session, region.code).weights
    return pick(candidates(session, region, window, apart_from=apart_from), letter, weights)


def near_misses(picked: Pick) -> list[dict[str, Any]]:
    """What missed, best first, as an issue keeps it."""
    return [_missed(one.scored, one.reason) for one in picked.choice.missed[:MOST_NEAR_MISSES]]


def _missed(scored: Scored, reason: str) -> dict[str, Any]:
    return {
        "event": scored.candidate.event_id,
        "story": scored.lead.story_id,
        "headline": scored.lead.title,
        "source": scored.lead.source_name,
        "score": scored.score,
        "parts": [{"name": part.name, "value": part.value, "reason": part.reason} for part in scored.parts],
        "reason": reason,
    }


def _nothing(_session: Session, _region: Region, _before: datetime) -> Sequence[Opened]:
    return ()
