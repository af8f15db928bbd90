"""Who may do what: one rule for people at the desk and for programs with a key. Pure."""

from collections.abc import Sequence
from typing import Protocol

from newsletter.editors.models import Role
from newsletter.regions.models import Region

ROLES = list(Role)  # each may do what the ones before it may


class Hand(Protocol):
    """A person, or a program's key. No regions: all of them."""

    @property
    def role(self) -> Role: ...

    @property
    def active(self) -> bool: ...

    @property
    def regions(self) -> Sequence[Region]: ...


def may(hand: Hand, needed: Role, region: Region | None = None) -> bool:
    """True where the hand's role is `needed` or one after it, and the region, if any, is one of theirs."""
    return hand.active and ROLES.index(hand.role) >= ROLES.index(needed) and is_theirs(hand, region)


def is_theirs(hand: Hand, region: Region | None) -> bool:
    return region is None or is_everywhere(hand) or any(theirs.id == region.id for theirs in hand.regions)


def is_everywhere(hand: Hand) -> bool:
    """Whether no region is closed to the hand: what concerns all regions at once needs that."""
    return not hand.regions
