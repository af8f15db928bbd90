"""What became of issues after they were sent: read from the rows, by issue. Nothing here says what one reader did."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager

from newsletter.feedback.models import FeedbackEvent, FeedbackKind
from newsletter.feedback.openings import clicks_of
from newsletter.feedback.refused_letters import PROVIDER as RELAY
from newsletter.issues.models import Issue, IssueState, OpinionCount, OpinionKind
from newsletter.regions.models import Region
from newsletter.sending.models import EditionIssue, Letter, LetterState, Round, Tally
from newsletter.subscribers.consenting import Act
from newsletter.subscribers.models import CHANGES, Consent

LEAVES_WITHIN = timedelta(days=7)  # of a letter: later, another one may have been the reason
EARLIER = 8  # issues of the same region that one is compared with
NOT_KNOWN = "not known"  # a refusal that nobody has weighed yet, or that came without words


@dataclass(frozen=True)
class Figures:
    """Letters that carried an issue, and what came back. Reasons are those of reasons.py."""

    issue_id: int
    region: str
    week: str
    number: int | None
    letters: Mapping[LetterState, int] = field(default_factory=dict)
    refused_for: Mapping[str, int] = field(default_factory=dict)
    bounced_for: Mapping[str, int] = field(default_factory=dict)
    hard: int = 0  # of the letters that came back: mail will never arrive there
    soft: int = 0  # it did not arrive this time
    complaints: int = 0
    left: int = 0  # readers who left the list or the region within a week of their letter
    too_much: int = 0
    not_my_region: int = 0
    clicks_by_item: Mapping[int, int] = field(default_factory=dict)  # by position; empty where none was counted
    is_rolled_up: bool = False  # its letters are deleted: what came back is not known by issue any more

    def count(self, state: str) -> int:
        return self.letters.get(LetterState(state), 0)

    @property
    def audience(self) -> int:
        return sum(self.letters.values())

    @property
    def open(self) -> int:
        return self.audience - sum(self.count(state) for state in ("accepted", "refused", "unknown", "skipped"))

    @property
    def bounced(self) -> int:
        return sum(self.bounced_for.values())

    @property
    def clicks(self) -> int:
        return sum(self.clicks_by_item.values())

    def share(self, name: str) -> float | None:
        """Of the letters that were accepted, or of all for what ended otherwise; None: of nothing.

        From 0 to 1, but for clicks, of which there may be several to a letter.
        """
        whole = self.audience if name in _ENDS else self.count("accepted")
        return self[name] / whole if whole else None

    def __getitem__(self, name: str) -> int:
        """One of MEASURES."""
        return self.count(name) if name in _ENDS else int(getattr(self, name))


_ENDS = ("accepted", "refused", "unknown", "skipped")
MEASURES = (*_ENDS, "bounced", "complaints", "left", "too_much", "not_my_region", "clicks")


def usual(earlier: Iterable[Figures], name: str) -> float | None:
    """The median share of a measure among earlier issues; None where there are none."""
    shares = [share for one in earlier if (share := one.share(name)) is not None]
    return median(shares) if shares else None


def figures_with_earlier(session: Session, issue: Issue) -> tuple[Figures, Sequence[Figures]]:
    """Those of an issue, and of the region's issues before it that went out, the latest first."""
    query = select(Issue).where(Issue.region_id == issue.region_id, Issue.state == IssueState.OUT)
    earlier = session.scalars(query.where(Issue.week < issue.week).order_by(Issue.week.desc()).limit(EARLIER)).all()
    this, *others = figures_of(session, [issue, *earlier])
    return this, others


def issues_of_letters(session: Session, round: Round) -> Sequence[Issue]:
    """All issues that the letters of a round carry, by region."""
    carried = select(EditionIssue.issue_id).join(Tally, Tally.edition_id == EditionIssue.edition_id)
    query = select(Issue).join(Issue.region).options(contains_eager(Issue.region))
    return session.scalars(
        query.where(Issue.id.in_(carried.where(Tally.round_id == round.id))).order_by(Region.code)
    ).all()


def figures_of(session: Session, issues: Sequence[Issue]) -> list[Figures]:
    """In the order of `issues`, by as many statements for fifty of them as for one."""
    ids = [issue.id for issue in issues]
    since = min((issue.out_at for issue in issues if issue.out_at), default=None)
    letters, rolled_up = _letters(session, ids)
    came_back = _came_back(session, ids, since) if since else {}
    left = _left(session, {issue.id: issue.region.code for issue in issues}, since) if since else Counter()
    said, clicks = _said(session, ids), clicks_of(session, ids)
    return [
        replace(
            _figures(issue, letters.get(issue.id, {}), came_back.get(issue.id, []), left[issue.id], said, rolled_up),
            clicks_by_item=clicks[issue.id],
        )
        for issue in issues
    ]


@dataclass(frozen=True)
class _Back:
    """So many letters of which the same was told last."""

    kind: FeedbackKind
    is_refusal: bool
    reason: str
    hard: bool | None
    letters: int


def _figures(
    issue: Issue,
    letters: Mapping[LetterState, int],
    back: Sequence[_Back],
    left: int,
    said: Mapping[tuple[int, OpinionKind], int],
    rolled_up: set[int],
) -> Figures:
    bounces = [one for one in back if one.kind is FeedbackKind.BOUNCE and not one.is_refusal]
    refused_for = _by_reason(one for one in back if one.kind is FeedbackKind.BOUNCE and one.is_refusal)
    not_weighed = letters.get(LetterState.REFUSED, 0) - refused_for.total()
    if not_weighed > 0:
        refused_for[NOT_KNOWN] += not_weighed
    return Figures(
        issue_id=issue.id,
        region=issue.region.code,
        week=issue.week,
        number=issue.number,
        letters=letters,
        refused_for=dict(refused_for.most_common()),
        bounced_for=dict(_by_reason(bounces).most_common()),
        hard=sum(one.letters for one in bounces if one.hard is True),
        soft=sum(one.letters for one in bounces if one.hard is False),
        complaints=sum(one.letters for one in back if one.kind is FeedbackKind.COMPLAINT),
        left=left,
        too_much=said.get((issue.id, OpinionKind.TOO_MUCH), 0),
        not_my_region=said.get((issue.id, OpinionKind.NOT_MY_REGION), 0),
        is_rolled_up=issue.id in rolled_up,
    )


def _by_reason(back: Iterable[_Back]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for one in back:
        counts[one.reason] += one.letters
    return counts


def _letters(session: Session, ids: Sequence[int]) -> tuple[dict[int, dict[LetterState, int]], set[int]]:
    """By issue and state, from the tally; and the issues whose letters themselves are gone."""
    query = (
        select(EditionIssue.issue_id, Tally.state, func.sum(Tally.letters), func.max(Round.rolled_up_at))
        .join(Tally, Tally.edition_id == EditionIssue.edition_id)
        .join(Round, Round.id == Tally.round_id)
        .where(EditionIssue.issue_id.in_(ids), Round.correction_id.is_(None))
        .group_by(EditionIssue.issue_id, Tally.state)
    )
    found: dict[int, dict[LetterState, int]] = defaultdict(dict)
    rolled_up = set()
    for issue_id, state, letters, gone_at in session.execute(query):
        if letters:
            found[issue_id][state] = int(letters)
        if gone_at is not None:
            rolled_up.add(issue_id)
    return found, rolled_up


def _came_back(session: Session, ids: Sequence[int], since: datetime) -> dict[int, list[_Back]]:
    """Each letter counts once: for what was told of it last."""
    is_refusal = (FeedbackEvent.provider == RELAY).label("is_refusal")
    last = (
        select(func.max(FeedbackEvent.id).label("id"))
        .where(FeedbackEvent.at >= since, FeedbackEvent.letter_id.is_not(None))
        .group_by(FeedbackEvent.letter_id, FeedbackEvent.kind, FeedbackEvent.provider == RELAY)
        .subquery()
    )
    key = (EditionIssue.issue_id, FeedbackEvent.kind, is_refusal, FeedbackEvent.reason, FeedbackEvent.hard)
    query = (
        select(*key, func.count())
        .select_from(last)
        .join(FeedbackEvent, FeedbackEvent.id == last.c.id)
        .join(Letter, Letter.id == FeedbackEvent.letter_id)
        .join(EditionIssue, EditionIssue.edition_id == Letter.edition_id)
        .join(Round, Round.id == Letter.round_id)
        .where(EditionIssue.issue_id.in_(ids), Round.correction_id.is_(None))
        .group_by(*key)
    )
    found: dict[int, list[_Back]] = defaultdict(list)
    for issue_id, kind, refusal, reason, hard, letters in session.execute(query):
        found[issue_id].append(_Back(kind, bool(refusal), reason.value, hard, letters))
    return found


def _left(session: Session, regions: Mapping[int, str], since: datetime) -> Counter[int]:
    """By issue: readers of its letters whose last act within a week of it was to leave the list, or its region."""
    carrying = select(EditionIssue.edition_id).where(EditionIssue.issue_id.in_(regions))
    rounds = select(Round.id).where(Round.correction_id.is_(None), Round.last_wave_at >= since)
    query = (
        select(EditionIssue.issue_id, Letter.ended_at, Consent.subscriber_id, Consent.at, Consent.act, Consent.regions)
        .select_from(Consent)
        .join(Letter, Letter.subscriber_id == Consent.subscriber_id)
        .join(EditionIssue, EditionIssue.edition_id == Letter.edition_id)
        .where(
            CHANGES,
            Consent.at >= since,
            Letter.round_id.in_(rounds),
            Letter.edition_id.in_(carrying),
            Letter.state.in_((LetterState.ACCEPTED, LetterState.UNKNOWN)),
            EditionIssue.issue_id.in_(regions),
            Letter.ended_at <= Consent.at,
        )
        .order_by(Consent.id)
    )
    gone: dict[tuple[int, int], bool] = {}
    for issue_id, ended_at, subscriber_id, at, act, still in session.execute(query):
        if ended_at is not None and at - ended_at <= LEAVES_WITHIN:
            gone[issue_id, subscriber_id] = act == Act.LEFT or (act == Act.CHANGED and regions[issue_id] not in still)
    return Counter(issue_id for (issue_id, _), has_left in gone.items() if has_left)


def _said(session: Session, ids: Sequence[int]) -> dict[tuple[int, OpinionKind], int]:
    query = select(OpinionCount.issue_id, OpinionCount.kind, OpinionCount.count).where(OpinionCount.issue_id.in_(ids))
    return {(issue_id, kind): count for issue_id, kind, count in session.execute(query)}
