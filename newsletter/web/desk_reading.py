"""What the desk shows, read with few queries."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from newsletter.editors.models import LogEntry
from newsletter.issues.models import Issue, Item
from newsletter.sending.models import Round
from newsletter.sending.progress import Progress, progress
from newsletter.sending.tallying import counts_of
from newsletter.stories.models import Rejection, Source

ROUNDS_SHOWN = 6
WEEKS_SHOWN = 3
ENTRIES_SHOWN = 200


def recent_rounds(session: Session) -> list[tuple[Round, Progress]]:
    """The latest rounds, newest first, and how each goes."""
    query = select(Round).options(joinedload(Round.schedule)).order_by(Round.first_wave_at.desc(), Round.id.desc())
    rounds = session.scalars(query.limit(ROUNDS_SHOWN)).all()
    counts = counts_of(session, [found.id for found in rounds])
    return [(found, progress(counts.get(found.id, {}))) for found in rounds]


def recent_issues(session: Session) -> list[tuple[Issue, int]]:
    """The issues of the latest weeks with their number of items, newest week first, by region."""
    weeks = session.scalars(select(Issue.week).distinct().order_by(Issue.week.desc()).limit(WEEKS_SHOWN)).all()
    items = select(func.count()).select_from(Item).where(Item.issue_id == Issue.id).correlate(Issue).scalar_subquery()
    query = select(Issue, items).options(joinedload(Issue.region)).where(Issue.week.in_(weeks))
    rows = session.execute(query.order_by(Issue.week.desc(), Issue.region_id))
    return [(found, number) for found, number in rows]


def rejections_by_source(session: Session) -> dict[int, int]:
    query = select(Rejection.source_id, func.count()).group_by(Rejection.source_id)
    return dict(session.execute(query).all())


def sources(session: Session) -> Sequence[Source]:
    """All of them: those in trouble first, then by name."""
    return session.scalars(select(Source).order_by(Source.trouble.is_(None), Source.name, Source.id)).all()


def log_entries(session: Session) -> Sequence[LogEntry]:
    """Who did what, newest first."""
    query = select(LogEntry).order_by(LogEntry.at.desc(), LogEntry.id.desc())
    return session.scalars(query.limit(ENTRIES_SHOWN)).all()
