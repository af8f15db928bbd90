"""Which stories tell one event. Pure.

Groups grow by average linkage (`linkage`), the most similar first, from stories near in words and time (`nearness`),
twice: strictly at first, by terms that are rare among stories; then with less asked, by terms that are rare among the
groups that came of it. Guards forbid what names, numbers and facts speak against (`guarding`), a large group in which
two events came together is taken apart (`splitting`), and what strayed into one leaves it (`straying`).
Nobody's reports of two languages meet here.

Stories that are in an event already stay there: a group holds at most one such event. How the thresholds were chosen
is in docs/decisions/0012-events-of-one-kind.md and 0104-whom-it-is-about.md.
"""

import heapq
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from newsletter.events.groups import Group, counts_of, group_of, mean_similarity
from newsletter.events.guarding import Reason, Refusal, Strictness, guard
from newsletter.events.linkage import link
from newsletter.events.names import Names
from newsletter.events.nearness import WINDOW, near_pairs
from newsletter.events.splitting import split
from newsletter.events.straying import strays
from newsletter.events.terms import Terms, is_number, is_place
from newsletter.events.weighing import Rarity, by_groups, by_stories, product, vector

__all__ = [
    "CUT",
    "WINDOW",
    "Document",
    "Doubt",
    "Joined",
    "Joining",
    "Knowledge",
    "Member",
    "Shared",
    "join",
    "join_all",
]

CUT = 0.15  # the average similarity from which on groups are one event
SHARED_TERMS = 6  # kept as the explanation of a join
_FIRST_CUT = 0.12
_FIRST = Strictness(evidence=2.2, alone=3.0, nearness=0.5)
_SECOND = Strictness(evidence=1.1, alone=2.0, nearness=0.42)
_DOUBTFUL = (
    Reason.COUNTRIES,
    Reason.MAGNITUDE,
    Reason.NAMES,
    Reason.UNDOING,
)  # refusals that an editor may want to look at


@dataclass(frozen=True, slots=True)
class Document:
    """A story as far as joining looks at it."""

    id: int
    at: datetime
    terms: Terms
    event: int | None = None  # where it is already


@dataclass(frozen=True, slots=True)
class Shared:
    """A term that ties a story to the rest of its event."""

    written: str
    share: float  # of the similarity
    kind: str  # "name", "place", "number" or "word"


@dataclass(frozen=True, slots=True)
class Member:
    id: int
    similarity: float | None  # to the rest of its group; None for the story that began it
    shared_terms: list[Shared]  # weightiest first


@dataclass(frozen=True, slots=True)
class Joined:
    event: int | None  # the event that it goes on with; None for a new one
    members: list[Member]  # the stories that join now, oldest first


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two groups that were kept apart though their words are alike: "check: one event?"."""

    one: int  # a story of the one
    other: int  # and of the other
    similarity: float
    reason: Reason
    words: tuple[tuple[str, ...], tuple[str, ...]]  # what speaks for two: of the one, of the other


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What all the stories of a week tell about its words: with it, some can be joined as if all were there."""

    names: Names
    among_stories: Rarity
    among_groups: Rarity


@dataclass(frozen=True, slots=True)
class Joining:
    joined: list[Joined]
    doubts: list[Doubt]
    knowledge: Knowledge


def join(documents: Sequence[Document]) -> list[Joined]:
    """Group documents of one language; those that are in an event already draw others to it, and are not moved."""
    return join_all(documents).joined


def join_all(documents: Sequence[Document], knowledge: Knowledge | None = None) -> Joining:
    """The same, with what was kept apart though it is alike.

    `knowledge` is of an earlier joining of the same week, where `documents` are only a part of it: newcomers with the
    stories near to them. It is handed on as it is.
    """
    return _Joining(documents, knowledge).run()


class _Joining:
    def __init__(self, documents: Sequence[Document], knowledge: Knowledge | None) -> None:
        self.documents = documents
        self.stories = [document.terms for document in documents]
        self.knowledge = knowledge
        self.names = knowledge.names if knowledge else Names(self.stories)
        self.refusals: dict[tuple[int, int], tuple[float, Refusal]] = {}

    def run(self) -> Joining:
        among_stories = self.knowledge.among_stories if self.knowledge else by_stories(self.stories)
        vectors = self._vectors(among_stories)
        copies = list(_copies(self.documents))
        pairs = self._near(vectors, [group[0] for group in copies])
        groups = link([self._group(members, vectors) for members in copies], pairs, _FIRST_CUT, self._forbids(_FIRST))
        among_groups = self.knowledge.among_groups if self.knowledge else by_groups(counts_of(groups))
        vectors = self._vectors(among_groups)
        groups = [self._group(group.members, vectors) for group in groups]
        groups = link(groups, pairs, CUT, self._forbids(_SECOND))
        groups = self._without_strays(list(self._split(groups, vectors)), pairs, vectors)
        groups.sort(key=self._began)
        joined = [found for group in groups if (found := self._explained(group, vectors)) is not None]
        return Joining(joined, list(self._doubts(groups)), Knowledge(self.names, among_stories, among_groups))

    def _began(self, group: Group) -> tuple[datetime, int]:
        """Events are numbered in the order in which they began."""
        return min((self.documents[number].at, self.documents[number].id) for number in group.members)

    def _vectors(self, rarity: Rarity) -> list[dict[str, float]]:
        return [vector(story, rarity) for story in self.stories]

    def _group(self, members: Sequence[int], vectors: Sequence[dict[str, float]]) -> Group:
        event = next((self.documents[number].event for number in members if self.documents[number].event), None)
        return group_of(members, self.stories, vectors, event)

    def _near(self, vectors: Sequence[dict[str, float]], first: Sequence[int]) -> "_Pairs":
        """Pairs of stories that are compared; copies are compared through the first of them."""
        found = near_pairs([vectors[number] for number in first], [self.documents[number].at for number in first])
        return _Pairs((first[one], first[other]) for one, other in found)

    def _forbids(self, strictness: Strictness) -> "_Forbids":
        return _Forbids(self, strictness)

    def _split(self, groups: Iterable[Group], vectors: Sequence[dict[str, float]]) -> Iterator[Group]:
        waiting = list(groups)
        while waiting:
            group = waiting.pop()
            if (found := split(group, self.stories, vectors, self.names)) is None:
                yield group
                continue
            one, other, why = found
            self.refusals[one.members[0], other.members[0]] = (
                mean_similarity(one, other),
                Refusal(Reason.NAMES, (why.one.term,), (why.other.term,)),
            )
            waiting += [one, other]

    def _without_strays(
        self, groups: Sequence[Group], pairs: Iterable[tuple[int, int]], vectors: Sequence[dict[str, float]]
    ) -> list[Group]:
        """Strays become groups of their own, those of one text together, and a doubt for the editors."""
        free = {number for number, document in enumerate(self.documents) if document.event is None}
        found = strays(groups, pairs, vectors, free)
        kept: list[Group] = []
        for group in groups:
            gone = [number for number in group.members if number in found]
            staying = [number for number in group.members if number not in found]
            if not gone or not staying:
                kept.append(group)
                continue
            alone: dict[tuple[str, ...], list[int]] = {}
            for number in gone:
                alone.setdefault(self.stories[number].terms, []).append(number)
            kept += [self._group(members, vectors) for members in (staying, *alone.values())]
            for number in gone:
                similarity = product(vectors[number], group.total) / len(group)
                self.refusals[number, staying[0]] = (similarity, Refusal(Reason.BETWEEN))
        return kept

    def _explained(self, group: Group, vectors: Sequence[dict[str, float]]) -> Joined | None:
        """The group's newcomers with what ties each to the rest; None if it has none."""
        ordered = sorted(group.members, key=lambda number: (self.documents[number].at, self.documents[number].id))
        members = []
        for place, number in enumerate(ordered):
            if self.documents[number].event is None:
                begins = group.event is None and place == 0
                members.append(self._member(number, {} if begins else _rest(group, vectors[number]), vectors, begins))
        return Joined(group.event, members) if members else None

    def _member(
        self, number: int, rest: Mapping[str, float], vectors: Sequence[dict[str, float]], begins: bool
    ) -> Member:
        document = self.documents[number]
        if begins:
            return Member(document.id, None, [])
        shares = {term: weight * rest[term] for term, weight in vectors[number].items() if rest[term] > 1e-9}
        weightiest = heapq.nlargest(SHARED_TERMS, shares.items(), key=lambda share: share[1])
        top = [Shared(document.terms.written_as(term), round(share, 4), self._kind(term)) for term, share in weightiest]
        return Member(document.id, round(sum(shares.values()), 4), top)

    def _kind(self, term: str) -> str:
        if is_place(term):
            return "place"
        if is_number(term):
            return "number"
        return "name" if term in self.names else "word"

    def _doubts(self, groups: Sequence[Group]) -> Iterator[Doubt]:
        """Each pair of groups once, with its last and thereby fullest refusal."""
        group_of_story = {member: number for number, group in enumerate(groups) for member in group.members}
        last: dict[tuple[int, int], tuple[int, int]] = {}
        for one, other in self.refusals:
            pair = tuple(sorted((group_of_story[one], group_of_story[other])))
            if pair[0] != pair[1]:
                last[pair[0], pair[1]] = (one, other)
        for one, other in last.values():
            similarity, refusal = self.refusals[one, other]
            words = (
                self._written([one, *groups[group_of_story[one]].members], refusal.one),
                self._written([other, *groups[group_of_story[other]].members], refusal.other),
            )
            yield Doubt(self.documents[one].id, self.documents[other].id, round(similarity, 4), refusal.reason, words)

    def _written(self, numbers: Sequence[int], terms: Iterable[str]) -> tuple[str, ...]:
        """As the first of the stories that has it writes it."""
        stories = [self.stories[number] for number in numbers]
        return tuple(next((s for s in stories if term in s.terms), stories[0]).written_as(term) for term in terms)


class _Forbids:
    """A guard that remembers what it refused."""

    def __init__(self, joining: _Joining, strictness: Strictness) -> None:
        self.guard = guard(joining.names, strictness, joining.stories)
        self.refusals = joining.refusals

    def __call__(self, one: Group, other: Group, similarity: float) -> bool:
        refusal = self.guard(one, other, similarity)
        if refusal is not None and refusal.reason in _DOUBTFUL:
            self.refusals[one.members[0], other.members[0]] = (similarity, refusal)
        return refusal is not None


class _Pairs:
    """Pairs of positions that are gone through twice; a list of tuples would take ten times the memory."""

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        self._flat = array("l")
        for one, other in pairs:
            self._flat.append(one)
            self._flat.append(other)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self._flat[::2], self._flat[1::2], strict=True)


def _copies(documents: Sequence[Document]) -> Iterator[list[int]]:
    """Positions by event; of the others those of one text together, for a wire's report counts once in its work."""
    groups: dict[object, list[int]] = {}
    for number, document in enumerate(documents):
        if document.event is not None:
            key: object = document.event
        elif document.terms.terms:
            key = (document.terms.terms, document.terms.weights)
        else:
            key = (number,)
        group = groups.setdefault(key, [])
        if document.event is None and group and abs(document.at - documents[group[0]].at) > WINDOW:
            groups[number, "later"] = group
            group = groups[key] = []
        group.append(number)
    yield from groups.values()


def _rest(group: Group, vector: Mapping[str, float]) -> Mapping[str, float]:
    """The mean vector of a group without one of its members, in the terms of that member."""
    others = max(1, len(group) - 1)
    return {term: (group.total[term] - weight) / others for term, weight in vector.items()}
