"""The database: one declarative base, and sessions for reading and for writing.

Only an edge (a web request, a command, a task) opens a session, and leaving `writing()` is what commits it; code in
the stages takes a session and never commits. Around SMTP the sender says claim-commit, send, record-commit instead.

Times are stored in UTC and come back as aware datetimes on every database.
"""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Enum,
    Integer,
    MetaData,
    Text,
    any_,
    create_engine,
    event,
    func,
    literal,
    select,
)
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session, sessionmaker
from sqlalchemy.types import TypeDecorator, TypeEngine

from newsletter.errors import SettingsError, UnavailableError

BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only for INTEGER keys


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware on the way in and out, UTC in the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone was about to be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_column(kind: type[StrEnum]) -> Enum:
    """A column that stores the values of `kind` as readable text."""
    return Enum(
        kind,
        native_enum=False,
        length=20,
        create_constraint=False,
        values_callable=lambda members: [member.value for member in members],
    )


def among(
    session: Session, column: InstrumentedAttribute[Any], values: Collection[int] | Collection[str]
) -> ColumnElement[bool]:
    """`column.in_(values)` for many values: one parameter holds them all.

    So the statement is the same each time, and is neither built nor planned anew, and no limit on parameters is met.
    """
    sqlite = is_sqlite(session)
    return is_among(column, literal(values, listing(column, is_sqlite=sqlite)), is_sqlite=sqlite)


def is_among(column: InstrumentedAttribute[Any], values: ColumnElement[Any], *, is_sqlite: bool) -> ColumnElement[bool]:
    """The same for statements that are kept: `values` is a parameter of the type `listing`."""
    if is_sqlite:
        return column.in_(select(func.json_each(values).table_valued("value").c.value))
    return column == any_(values)


def listing(column: InstrumentedAttribute[Any], *, is_sqlite: bool) -> TypeEngine[Any]:
    """The type of a parameter that holds many values of a column."""
    return _JsonListing() if is_sqlite else _ArrayListing(column.type)


class _JsonListing(TypeDecorator[Collection[int] | Collection[str]]):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Collection[int] | Collection[str] | None, dialect: Dialect) -> str:
        return json.dumps(list(value or ()))


class _ArrayListing(TypeDecorator[Collection[int] | Collection[str]]):
    """An array that is written as one text, which Postgres reads. The driver takes twenty times as long to write it."""

    impl = ARRAY
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        return lambda values: "{" + ",".join(map(_element, values)) + "}"


_BACKSLASHED = str.maketrans({"\\": "\\\\", '"': '\\"'})


def _element(value: int | str) -> str:
    if isinstance(value, int) or (value.isalnum() and len(value) > 4):  # digests; NULL would be a word of its own
        return str(value)
    return f'"{value.translate(_BACKSLASHED)}"'


def is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UTCDateTime()}


class Database:
    """A connection pool and the two kinds of sessions.

    On SQLite a writing session takes the write lock at its start (BEGIN IMMEDIATE), so that it waits for its turn
    instead of failing when it first writes; a reading session never waits (WAL).
    """

    def __init__(self, url: str, info: dict[Any, Any] | None = None) -> None:
        """`info` comes with every session, as `session.info`: what a stage must be handed by who starts it."""
        self.engine = _create_engine(url)
        writer: Any = self.engine.execution_options(newsletter_writes=True)
        self._reading = sessionmaker(self.engine, expire_on_commit=False, autoflush=False, info=info)
        self._writing = sessionmaker(writer, expire_on_commit=False, info=info)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the data; whatever it changed is thrown away."""
        with self._reading() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are committed at the end, all of them or, after an exception, none."""
        with self._writing.begin() as session:
            yield session

    def check(self) -> None:
        """Raises UnavailableError where the database does not answer."""
        try:
            with self.engine.connect():
                pass
        except OperationalError as error:
            raise UnavailableError(
                f"The database {self.engine.url.render_as_string(hide_password=True)} does not answer: is it "
                "started, and is DATABASE_URL right?"
            ) from error

    def close(self) -> None:
        self.engine.dispose()


def normalize_url(url: str) -> str:
    """`url` with the driver that this project uses (psycopg 3 for Postgres). Raises SettingsError."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise SettingsError(
            "DATABASE_URL must look like postgresql://user:password@host/name or sqlite:////path/to/file."
        ) from error
    backend = parsed.get_backend_name()
    if backend in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    elif backend != "sqlite":
        raise SettingsError(f"DATABASE_URL names the database {backend}; only postgresql and sqlite are supported.")
    return parsed.render_as_string(hide_password=False)


def _create_engine(url: str) -> Engine:
    url = normalize_url(url)
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("newsletter_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
