"""The one place that chooses adapters: settings in, a service out. The edges (commands, web, workers) start here.

An adapter is imported when it is first asked for: a command that lists rows should not wait for the libraries that
render and send mail, which take more than a second to import.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from newsletter.clock import Clock, FileClock, SystemClock
from newsletter.config import Settings, load_settings
from newsletter.db import Database
from newsletter.errors import SettingsError
from newsletter.events.embedder import KEY as EMBEDDER
from newsletter.events.embedder import Embedder
from newsletter.issues.picking import KEY as OPENED
from newsletter.issues.second_word import KEY as SECOND_EDITOR
from newsletter.issues.sensitivity import Care
from newsletter.issues.weighing import KEY as WEIGHTS
from newsletter.issues.weighing import WeightsFolder
from newsletter.logs import configure_logs
from newsletter.migrations.schema import ensure_schema
from newsletter.redis_server import socket_path
from newsletter.setting_values import no_settings

if TYPE_CHECKING:
    import redis

    from newsletter.editors.provider import Provider
    from newsletter.feedback.clicks import ClickCounter
    from newsletter.feedback.hooks.sns import SnsCertificates
    from newsletter.feedback.reception import Rules
    from newsletter.issues.click_links import ClickLinks
    from newsletter.issues.opinion_links import OpinionLinks
    from newsletter.rendering.service import Rendering
    from newsletter.sending.brakes import Limits
    from newsletter.sending.delivering import Deliverer
    from newsletter.sending.dkim import Signer
    from newsletter.sending.freezing import Freezer
    from newsletter.sending.mailroom import Mailroom
    from newsletter.sending.marks import Marks
    from newsletter.sending.relays import Relays
    from newsletter.sending.return_paths import ReturnPaths
    from newsletter.sending.ticking import Ticker
    from newsletter.stories.fetching import Fetcher
    from newsletter.subscribers.links import Links
    from newsletter.subscribers.mail_addresses import MailAddresses
    from newsletter.webhooks.calling import Caller as WebhookCaller

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Service:
    """Everything that an edge needs, chosen by the settings."""

    settings: Settings
    clock: Clock
    db: Database
    secret_keys: list[str]  # newest first
    signer: Signer | None = None  # of every mail; None: the relay signs

    def close(self) -> None:
        """End the connections to the database and to Redis."""
        self.db.close()
        if "redis" in vars(self):  # else it was never asked for
            self.redis.close()

    def warm_up(self) -> None:
        """Load what sends letters and every table, which takes a second. Call it before threads share the service.

        A thread that asks the database while another is still reading a module of tables finds half of them.
        """
        from sqlalchemy.orm import configure_mappers

        from newsletter.migrations import tables as _tables  # noqa: F401 - registers every table

        configure_mappers()
        _ = self.deliverer

    @property
    def redis_url(self) -> str:
        return redis_url(self.settings)

    @cached_property
    def redis(self) -> redis.Redis:
        import redis
        from redis.backoff import ConstantBackoff
        from redis.retry import Retry

        # By itself the client tries for five seconds. Nobody here has to wait for a Redis that is away: the rows are
        # the truth, and the next tick comes.
        return redis.Redis.from_url(self.redis_url, retry=Retry(ConstantBackoff(0.1), 2))

    @cached_property
    def links(self) -> Links:
        from newsletter.subscribers.links import Links

        return Links(self.secret_keys, self.settings.base_url)

    @cached_property
    def fetcher(self) -> Fetcher:
        from newsletter.stories.fetching import Fetcher
        from newsletter.stories.turns import SharedTurns

        return Fetcher(self.settings, SharedTurns(self.redis_url, lease_seconds=self.settings.fetch_seconds + 30))

    @cached_property
    def opinion_links(self) -> OpinionLinks:
        from newsletter.issues.opinion_links import OpinionLinks

        return OpinionLinks(self.secret_keys, self.settings.base_url)

    @cached_property
    def click_links(self) -> ClickLinks:
        """There also where clicks are not counted: links of letters that are out go on working."""
        from newsletter.issues.click_links import ClickLinks

        return ClickLinks(self.secret_keys, self.settings.base_url)

    @cached_property
    def click_counter(self) -> ClickCounter:
        from newsletter.feedback.clicks import ClickCounter

        return ClickCounter(self.redis)

    @cached_property
    def rendering(self) -> Rendering:
        from newsletter.rendering.service import Rendering

        return Rendering(self.settings, self.opinion_links, self.click_links if self.settings.count_clicks else None)

    @cached_property
    def relays(self) -> Relays:
        from newsletter.sending.relays import Relays

        return Relays.of(self.settings, self.redis)

    @cached_property
    def mailroom(self) -> Mailroom:
        from newsletter.sending.mailroom import Mailroom
        from newsletter.sending.notice_contents import NoticeContents

        contents = NoticeContents(self.rendering, self.links, self.settings, self.signer, self.mail_addresses)
        return Mailroom(self.db, self.relays, contents, self.settings, self.clock, self.secret_keys)

    @cached_property
    def mail_addresses(self) -> MailAddresses | None:
        """None where no mail of readers comes to us."""
        from newsletter.subscribers.mail_addresses import MailAddresses

        domain = self.settings.inbound_domain
        return MailAddresses(self.secret_keys, domain) if domain else None

    @cached_property
    def reception(self) -> Rules:
        from newsletter.feedback.reception import Rules
        from newsletter.feedback.recipients import Recipients
        from newsletter.sending.headers import Sender
        from newsletter.sending.message_ids import MessageIds
        from newsletter.subscribers.mail_addresses import MailAddresses

        settings = self.settings
        own = [address for address in (settings.from_address, settings.reply_to) if address]
        addresses = self.mail_addresses or MailAddresses(self.secret_keys, "")
        return Rules(
            keys=self.secret_keys,
            recipients=Recipients(self.return_paths, addresses, own),
            message_ids=MessageIds(self.secret_keys, Sender.of(settings).domain),
            language=settings.language,
            confirm_days=settings.confirm_days,
            keep_raw=timedelta(days=settings.keep_raw_days),
        )

    @cached_property
    def sns_certificates(self) -> SnsCertificates:
        """Fetched as feeds are, from public addresses alone, and without following a redirect elsewhere."""
        from newsletter.feedback.hooks.sns import SnsCertificates
        from newsletter.stories.fetching import Fetcher

        fetcher = Fetcher(self.settings.model_copy(update={"fetch_max_redirects": 0}))
        return SnsCertificates(lambda url: fetcher.fetch(url, now=self.clock.now()).body)

    @cached_property
    def provider(self) -> Provider | None:
        """The single sign-on of the editors; None where there is none."""
        from newsletter.editors.provider import Provider

        return Provider(self.settings) if self.settings.oidc_issuer else None

    @cached_property
    def webhook_caller(self) -> WebhookCaller:
        from newsletter.webhooks.calling import Caller
        from newsletter.webhooks.posting import Poster

        settings = self.settings
        poster = Poster(settings.webhook_allow, f"RegionalWeekly (+{settings.base_url})")
        return Caller(self.db, poster, self.clock, self.secret_keys)

    @cached_property
    def return_paths(self) -> ReturnPaths:
        from newsletter.sending.return_paths import ReturnPaths

        return ReturnPaths(self.secret_keys, self.settings.bounce_domain, self.settings.from_address)

    @cached_property
    def marks(self) -> Marks:
        from newsletter.sending.marks import Marks

        return Marks(self.redis)

    @cached_property
    def freezer(self) -> Freezer:
        from newsletter.sending.freezing import Freezer

        return Freezer(self.db, self.settings.batch_size)

    @cached_property
    def limits(self) -> Limits:
        from newsletter.sending.brakes import Limits

        return Limits(share=self.settings.pause_at_error_share, letters=self.settings.pause_letters)

    @cached_property
    def ticker(self) -> Ticker:
        from newsletter.sending.flying import CanaryRule
        from newsletter.sending.ticking import Ticker

        settings = self.settings
        canary = CanaryRule(settings.canary, settings.canary_minutes, settings.canary_then)
        return Ticker(
            self.db,
            self.clock,
            self.freezer,
            self.marks,
            settings.batch_size,
            settings.connections,
            canary=canary,
            limits=self.limits,
            keep_letters=timedelta(days=settings.keep_letters_days),
            remind_after=timedelta(days=settings.remind_days) if settings.remind_days else None,
            forget_after=timedelta(days=settings.erase_unconfirmed_days),
        )

    @cached_property
    def deliverer(self) -> Deliverer:
        from newsletter.sending.delivering import Deliverer
        from newsletter.sending.desk import Desk
        from newsletter.sending.headers import Sender
        from newsletter.sending.message_ids import MessageIds
        from newsletter.sending.pacing import Pace
        from newsletter.sending.pattern_building import PatternBuilder
        from newsletter.sending.patterns import Patterns
        from newsletter.sending.wire.loop import Loop

        sender = Sender.of(self.settings)
        desk = Desk(
            db=self.db,
            patterns=Patterns(self.db, PatternBuilder(self.rendering, sender, self.clock, self.signer)),
            links=self.links,
            message_ids=MessageIds(self.secret_keys, sender.domain),
            return_paths=self.return_paths,
            pace=Pace.of(self.relays.all, self.settings.domain_rates, self.redis),
            keys=self.secret_keys,
            retry_for=timedelta(hours=self.settings.retry_for_hours),
            lease=timedelta(seconds=self.settings.lease_seconds),
            clock=self.clock,
            limits=self.limits,
            mail_addresses=self.mail_addresses,
        )
        return Deliverer(desk, self.relays, self.marks, Loop(self.marks.flush))


def bootstrap(settings: Settings | None = None, **overrides: Any) -> Service:
    """A service by `settings`, else by the environment. Raises SettingsError or UnavailableError.

    A SQLite database is made, or brought up to date, on the way; a Postgres one must have been migrated.
    """
    settings = settings or load_settings(**overrides)
    configure_logs(settings.log_style, settings.log_level)
    for unknown in no_settings():
        log.warning("a variable is no setting", variable=unknown.variable, did_you_mean=unknown.nearest)
    if not settings.database_url:
        _make_folder(settings.data_dir)
    _check_templates(settings)
    clock: Clock = FileClock(settings.clock_file) if settings.clock_file else SystemClock()
    keys, signer = _secret_keys(settings), _signer(settings)
    return Service(settings=settings, clock=clock, db=_database(settings), secret_keys=keys, signer=signer)


def _database(settings: Settings) -> Database:
    weights = WeightsFolder(settings.weights_dir)
    weights.check()
    cares = frozenset(map(Care, settings.second_editor))
    given: dict[str, Any] = {WEIGHTS: weights, SECOND_EDITOR: cares}
    if settings.count_clicks:
        from newsletter.feedback.openings import opened_items

        given[OPENED] = opened_items
    if settings.embeddings_model is not None:
        embedder = Embedder(settings.embeddings_model, settings.embeddings_cut)
        embedder.check()
        given[EMBEDDER] = embedder
    db = Database(database_url(settings), given)
    try:
        db.check()
        ensure_schema(db)
    except BaseException:
        db.close()
        raise
    return db


def database_url(settings: Settings) -> str:
    return settings.database_url or f"sqlite:///{settings.data_dir.resolve() / 'newsletter.sqlite3'}"


def redis_url(settings: Settings) -> str:
    return settings.redis_url or f"unix://{socket_path(settings.data_dir)}"


def _signer(settings: Settings) -> Signer | None:
    """Read at the start, so that a key that is wrong stops that and not the first letter."""
    if settings.dkim_key_file is None:
        return None
    from newsletter.sending.dkim_keys import read_key, signer, signing_domain

    return signer(read_key(settings.dkim_key_file), signing_domain(settings), settings.dkim_selector)


def _check_templates(settings: Settings) -> None:
    """Only where a newsroom has some of its own, since the libraries that render take their time to import."""
    if settings.templates_dir is not None:
        from newsletter.rendering.own_templates import check_own_templates

        check_own_templates(settings)


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"NEWSLETTER_DATA_DIR: the folder {path} cannot be made: {error.strerror}.") from error


def _secret_keys(settings: Settings) -> list[str]:
    if settings.secret_keys:
        return [key.get_secret_value() for key in settings.secret_keys]
    return [_own_key(settings.data_dir / "secret.key")]


def _own_key(path: Path) -> str:
    """The key in `path`, made there at the first start; of two processes that start at once, one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = path.read_text().strip()
    if len(key) < 32:
        raise SettingsError(f"The key in {path} is too short; restore it from a backup, or old links stop working.")
    return key
