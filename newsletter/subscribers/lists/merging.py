"""Merging staged lines into subscribers, piece by piece, by the database itself: a few statements for any number."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    and_,
    case,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from newsletter.db import Base, among, is_sqlite
from newsletter.subscribers.consenting import Act, Way
from newsletter.subscribers.lists.models import ImportChoice, ImportLine, ImportRun
from newsletter.subscribers.lists.staging import BLOCKED
from newsletter.subscribers.lists.verdicts import Verdict, of_existing
from newsletter.subscribers.models import Consent, Subscriber, SubscriberState, Subscription, Suppression
from newsletter.subscribers.suppression import suppress, suppressed

_READS = SubscriberState.CONFIRMED.value
_TAKEN = ("address", "normalised", "key", "language", "time_zone", "asked_at", "confirmed_at", "left_at")
_TIED = ("subscriber_id", "region_id", "position", "confirmed_at")
_TIMES = ("hour", "quiet_days", "paused_until")


def merge(session: Session, run: ImportRun, until: int, keys: Sequence[str], now: datetime) -> Mapping[str, int]:
    """Merge the lines after `run.merged_line` and up to `until`; how many came to each verdict."""
    here = (ImportLine.run_id == run.id, ImportLine.line > run.merged_line, ImportLine.line <= until)
    _find_suppressed(session, here, keys)
    blocked = _block(session, here, keys, now)
    known = _judge_known(session, here)
    new = _add_subscribers(session, here)
    _add_regions(session, here)
    if known or new < _unknown(session, here):  # the second: somebody stands in the list twice
        _confirm_waiting(session, here, now)
        _add_regions_of_known(session, here, now)
    _add_consents(session, here, run.consent, now)
    run.merged_line = until
    return _counts(session, here, new, blocked)


def _find_suppressed(session: Session, here: Sequence[ColumnElement[bool]], keys: Sequence[str]) -> None:
    if session.scalar(select(Suppression.id).limit(1)) is None:
        return
    addresses = session.scalars(select(ImportLine.normalised).where(*here))
    found = suppressed(session, addresses, keys)
    if found:
        rows = update(ImportLine).where(*here, among(session, ImportLine.normalised, found))
        session.execute(_quietly(rows.values(verdict=Verdict.SUPPRESSED)))


def _block(session: Session, here: Sequence[ColumnElement[bool]], keys: Sequence[str], now: datetime) -> int:
    """Whoever bounced or complained elsewhere is not mailed from here either."""
    addresses = session.scalars(select(ImportLine.normalised).where(*here, ImportLine.verdict == BLOCKED)).all()
    for address in addresses:
        suppress(session, address, "import", keys, now)
    if addresses:
        rows = update(ImportLine).where(*here, ImportLine.verdict == BLOCKED)
        session.execute(_quietly(rows.values(verdict=Verdict.BLOCKED)))
    return len(addresses)


def _judge_known(session: Session, here: Sequence[ColumnElement[bool]]) -> int:
    """How many lines are of people who are here already."""
    rows = update(ImportLine).where(*here, ImportLine.verdict.is_(None), Subscriber.normalised == ImportLine.normalised)
    result = session.execute(_quietly(rows.values(verdict=of_existing())))
    assert isinstance(result, CursorResult)  # noqa: S101 - so says SQLAlchemy of a statement that returns no rows
    return result.rowcount


def _unknown(session: Session, here: Sequence[ColumnElement[bool]]) -> int:
    query = select(func.count()).select_from(ImportLine).where(*here, ImportLine.verdict.is_(None))
    return session.scalar(query) or 0


def _add_subscribers(session: Session, here: Sequence[ColumnElement[bool]]) -> int:
    columns = (*_TAKEN, *_TIMES, "state")
    lines = select(*(getattr(ImportLine, name) for name in columns)).where(*here, ImportLine.verdict.is_(None))
    return _insert_from(session, Subscriber, columns, lines.order_by(ImportLine.line))


def _confirm_waiting(session: Session, here: Sequence[ColumnElement[bool]], now: datetime) -> None:
    """The consent on record is the word of those who had asked here and not confirmed."""
    waiting = select(Subscriber.id).join(ImportLine, ImportLine.normalised == Subscriber.normalised)
    waiting = waiting.where(*here, ImportLine.verdict == Verdict.CONFIRMED)
    changed = {"state": SubscriberState.CONFIRMED, "confirmed_at": now}
    session.execute(_quietly(update(Subscriber).where(Subscriber.id.in_(waiting)).values(changed)))


def _add_regions(session: Session, here: Sequence[ColumnElement[bool]]) -> None:
    """Those of new readers, as they stand in the line."""
    query = select(Subscriber.id, ImportChoice.region_id, ImportChoice.position, _given())
    rows = _with_choice(query, here).where(Subscriber.key == ImportLine.key, ImportLine.verdict.is_(None))
    _insert_from(session, Subscription, _TIED, rows)


def _add_regions_of_known(session: Session, here: Sequence[ColumnElement[bool]], now: datetime) -> None:
    """What readers lack, after what they have; a region that waited for their word has it by the consent on record."""
    last = select(func.max(Subscription.position)).where(Subscription.subscriber_id == Subscriber.id).scalar_subquery()
    position = func.coalesce(last, 0) + ImportChoice.position
    of_known = _with_choice(select(Subscriber.id, ImportChoice.region_id, position, _given()), here)
    reads = (
        ImportLine.state == _READS,
        Subscriber.state == SubscriberState.CONFIRMED,
        Subscriber.key != ImportLine.key,
    )
    passing = or_(ImportLine.verdict.is_(None), ImportLine.verdict.in_((Verdict.KNOWN, Verdict.CONFIRMED)))
    _insert_from(session, Subscription, _TIED, of_known.where(*reads, passing))
    consented = _with_choice(select(ImportLine.line), here).where(
        *reads,
        passing,
        ~ImportChoice.is_waiting,
        Subscriber.id == Subscription.subscriber_id,
        ImportChoice.region_id == Subscription.region_id,
    )
    words = update(Subscription).where(Subscription.confirmed_at.is_(None), consented.correlate(Subscription).exists())
    session.execute(_quietly(words.values(confirmed_at=now)))


def _given() -> ColumnElement[Any]:
    """When a reader gave their word on a region; NULL while they have not."""
    waits = or_(ImportChoice.is_waiting, ImportLine.state == SubscriberState.PENDING.value)
    return case((waits, null()), else_=func.coalesce(ImportLine.confirmed_at, ImportLine.asked_at))


def _add_consents(session: Session, here: Sequence[ColumnElement[bool]], wording: str, now: datetime) -> None:
    """A row for each new reader, and for each who had asked here and is confirmed by it."""
    act = case(
        (ImportLine.state == _READS, literal(Act.CONFIRMED.value)),
        (ImportLine.state == SubscriberState.PENDING.value, literal(Act.ASKED.value)),
        else_=literal(Act.LEFT.value),
    )
    codes = select(ImportChoice.codes).where(
        ImportChoice.run_id == ImportLine.run_id, ImportChoice.choice == ImportLine.choice, ImportChoice.position == 1
    )
    none: ColumnElement[Any] = literal_column("'[]'" if is_sqlite(session) else "'[]'::json")
    regions = func.coalesce(codes.scalar_subquery(), none)
    at = literal(now, Consent.at.type)
    rows = select(Subscriber.id, at, act, literal(Way.IMPORT.value), literal(wording), regions)
    rows = rows.select_from(ImportLine).join(Subscriber, Subscriber.normalised == ImportLine.normalised)
    changed = or_(
        and_(Subscriber.key == ImportLine.key, ImportLine.verdict.is_(None)), ImportLine.verdict == Verdict.CONFIRMED
    )
    columns = ("subscriber_id", "at", "act", "way", "wording", "regions")
    _insert_from(session, Consent, columns, rows.where(*here, changed))


def _with_choice(query: Select[Any], here: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return (
        query.select_from(ImportLine)
        .join(Subscriber, Subscriber.normalised == ImportLine.normalised)
        .join(ImportChoice, and_(ImportChoice.run_id == ImportLine.run_id, ImportChoice.choice == ImportLine.choice))
        .where(*here)
    )


def _counts(session: Session, here: Sequence[ColumnElement[bool]], new: int, blocked: int) -> dict[str, int]:
    rows = select(ImportLine.verdict, ImportLine.state, func.count()).where(*here)
    counts: dict[str, int] = {}
    for verdict, state, number in session.execute(rows.group_by(ImportLine.verdict, ImportLine.state)):
        name = verdict or (Verdict.KEPT_LEFT if state == SubscriberState.LEFT.value else Verdict.NEW)
        counts[name] = counts.get(name, 0) + number
    repeated = counts.get(Verdict.NEW, 0) + counts.get(Verdict.KEPT_LEFT, 0) - new
    if repeated:
        counts[Verdict.REPEATED] = repeated
        counts[Verdict.NEW] = counts.get(Verdict.NEW, 0) - repeated
    return counts


def _insert_from(session: Session, table: type[Base], columns: Sequence[str], rows: Select[Any]) -> int:
    """Rows that break a unique key are there already."""
    dialect: Any = sqlite if is_sqlite(session) else postgresql
    if is_sqlite(session):
        rows = rows.where(literal(1) == 1)  # else SQLite takes ON CONFLICT for the join's
    statement = dialect.insert(table.__table__).from_select(columns, rows, include_defaults=False)
    result = session.execute(statement.on_conflict_do_nothing(), execution_options={"preserve_rowcount": True})
    assert isinstance(result, CursorResult)  # noqa: S101 - so says SQLAlchemy of a statement that returns no rows
    return result.rowcount


def _quietly(statement: Any) -> Any:
    """What the session holds is not compared with: it holds none of these rows."""
    return statement.execution_options(synchronize_session=False)
