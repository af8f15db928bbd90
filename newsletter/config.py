"""Settings, from the environment and a `.env` file; each has a sensible default and a description.

The reference in docs/ is made from the descriptions. `load_settings` is called once, by `bootstrap`; nothing else in
the project reads the environment.
"""

import re
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AliasChoices,
    BeforeValidator,
    EmailStr,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from newsletter.colours import COLOUR, problem_with
from newsletter.errors import SettingsError
from newsletter.relay_urls import RelayUrl, parse_relay_urls

PREFIX = "NEWSLETTER_"
SELECTOR = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")  # of a DKIM key: one label of the DNS
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")  # as browsers write it (RFC 6454, section 6.2)
CANARY = re.compile(r"([0-9]{1,7})|([0-9]{1,2}(?:\.[0-9]{1,3})?|100)\s*%")  # so many letters, or a share of the readers


def _split(value: Any) -> Any:
    """A list written as `a, b`."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _rates(value: Any) -> Any:
    """A table written as `a=1, b=0.5`."""
    if not isinstance(value, str):
        return value
    parts = [part.partition("=") for part in _split(value)]
    if any(not domain.strip() or not sign for domain, sign, _ in parts):
        raise ValueError("must look like example.com=5, example.org=0.5")
    return {domain.strip().lower(): rate.strip() for domain, _, rate in parts}


def is_safe_address(url: str) -> bool:
    """Whether nobody on the way can read or change what is sent there: by TLS, or on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1"))


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    # Where things are kept
    data_dir: Path = Field(Path("data"), description="Folder for what the service keeps: database, outbox, keys.")
    database_url: str = Field(
        "",
        validation_alias=AliasChoices("DATABASE_URL", f"{PREFIX}DATABASE_URL"),
        description="Postgres as postgresql://user:password@host/name. Empty: SQLite in the data folder.",
    )
    redis_url: str = Field(
        "",
        validation_alias=AliasChoices("REDIS_URL", f"{PREFIX}REDIS_URL"),
        description="Redis as redis://host:6379/0. Empty: one that the service starts itself.",
    )
    secret_keys: Annotated[list[SecretStr], NoDecode, BeforeValidator(_split)] = Field(
        default_factory=list,
        description="Keys that sign the links in mails, newest first, separated by commas, each of at least 32 "
        "characters. Old ones stay in the list so that old links keep working. Empty: one made in the data folder.",
    )

    # Who sends the letter
    site_name: str = Field("Regional Weekly", description="Name of the newsletter, in every letter and page.")
    site_url: HttpUrl | None = Field(
        None, description="Public address of the pages. Empty: http://127.0.0.1 with the port that they listen on."
    )
    publisher: str = Field("The newsroom", description="Who publishes the letter, named in its footer.")
    postal_address: str = Field(
        "Set NEWSLETTER_POSTAL_ADDRESS to your postal address",
        description="Postal address of the publisher; the law of many countries wants it in each letter.",
    )
    from_address: EmailStr = Field(
        "weekly@newsletter.example", description="Sender of every mail; its domain also names the lists."
    )
    reply_to: EmailStr | None = Field(None, description="Where answers of readers go. Empty: to the sender.")
    bounce_domain: str = Field(
        "",
        description="Domain whose mail comes to us, such as bounces.news.example: the return path of every mail is "
        "then an address of its own there, which says which mail came back. Empty: the sender.",
    )
    inbound_domain: str = Field(
        "",
        description="Domain whose mail comes to us from readers, such as news.example, which may be the same as the "
        "bounces': subscribe+mx@ asks for a region, unsubscribe@ leaves, an answer to the confirmation confirms. "
        "Empty: no such addresses stand in mails.",
    )
    inbound_smtp_port: int = Field(
        0, ge=0, le=65535, description="Port where `newsletter inbound` takes mail by SMTP, as an MX does. 0: none."
    )
    inbound_lmtp_port: int = Field(
        0, ge=0, le=65535, description="Port where it takes mail by LMTP, from a mail server of yours. 0: none."
    )
    inbound_host: str = Field("127.0.0.1", description="Address that both of them listen on.")
    inbound_tls_certificate: Path | None = Field(
        None, description="File with the certificate (PEM, with its chain) by which SMTP offers STARTTLS. Empty: none."
    )
    inbound_tls_key: Path | None = Field(None, description="File with its key. Both are read anew when they change.")
    inbound_max_bytes: int = Field(
        5_000_000, ge=100_000, le=50_000_000, description="Largest mail that is taken; a larger one is refused."
    )
    inbound_mailbox: SecretStr | None = Field(
        None,
        description="A mailbox to empty instead: imaps://user:password@host/INBOX or pop3s://user:password@host. "
        "imap+tls:// and pop3+tls:// begin with STARTTLS. Mails are deleted there when they are kept here.",
    )
    inbound_poll_minutes: float = Field(2, gt=0, description="How often that mailbox is looked into.")
    keep_raw_days: int = Field(30, ge=1, description="How long the text of a bounce or complaint is kept.")
    keep_inbound_days: int = Field(180, ge=1, description="How long mail that was kept for an editor is kept.")
    hook_ses_topics: Annotated[list[str], NoDecode, BeforeValidator(_split)] = Field(
        default_factory=list,
        description="SNS topics (ARN) that bounces and complaints of Amazon SES come by, to /hooks/ses. Empty: none.",
    )
    hook_postmark: SecretStr | None = Field(
        None, description="user:password that Postmark's webhooks give at /hooks/postmark. Empty: the hook is off."
    )
    hook_sendgrid_key: str = Field(
        "", description="Verification key of SendGrid's signed event webhook, at /hooks/sendgrid. Empty: off."
    )
    hook_mailgun_key: SecretStr | None = Field(
        None, description="Webhook signing key of Mailgun, whose hooks come to /hooks/mailgun. Empty: off."
    )
    dkim_key_file: Path | None = Field(
        None,
        description="Private key (RSA of 1024 bits or more, or Ed25519; PEM) that signs every mail. Empty: mails are "
        "left for the relay to sign.",
    )
    dkim_selector: str = Field("", description="Name under which the DNS holds the public key, such as s2026.")
    dkim_domain: str = Field("", description="Domain that signs. Empty: the sender's.")
    language: str = Field("en", description="Language of pages and mails where nothing else says one.")

    # How letters and pages look
    brand_color: str = Field(
        "#8c1d18",
        description="Colour of rules, buttons and links, as #rrggbb. Text in it must be readable on the paper; the "
        "dark scheme gets a lighter shade of it by itself.",
    )
    brand_paper: str = Field("#fffdf8", description="Ground of letters and pages in the light, as #rrggbb.")
    brand_type: Literal["serif", "sans"] = Field("serif", description="Letters with serifs, or without.")
    brand_logo_url: HttpUrl | None = Field(
        None, description="Picture that stands for the name at the top, PNG or JPEG, at a public address. Empty: none."
    )
    brand_logo_width: int = Field(240, ge=16, le=280, description="Width in pixels at which the logo is shown.")
    brand_logo_height: int = Field(60, ge=16, le=300, description="Its height in pixels.")
    templates_dir: Path | None = Field(
        None,
        description="Folder of templates of your own, laid out as ours (email/letter/body.html, web/front.html): each "
        "takes the place of ours with its name. They are read and checked at the start.",
    )

    # The relay
    relay_url: SecretStr | None = Field(
        None,
        description="SMTP server that takes our mail: smtp://user:password@host:587 (STARTTLS where offered), "
        "smtp+tls://… (STARTTLS or nothing), smtps://… (TLS from the start). Several with commas between them. "
        "Options: ?weight=2&connections=8&max_rate_per_second=50&starttls=never&auth=xoauth2&password_file=/run/token. "
        "Empty: the outbox, which keeps every mail and shows it in the browser.",
    )
    relay_connections: int = Field(
        4, ge=1, le=200, description="Connections at one time to each relay whose URL does not say `connections`."
    )
    relay_timeout_seconds: float = Field(60, gt=0, description="How long a relay may take for one answer.")
    domain_rates: Annotated[dict[str, Annotated[float, Field(gt=0)]], NoDecode, BeforeValidator(_rates)] = Field(
        default_factory=dict,
        description="The most letters a second, by all workers together, to recipients of a domain, such as "
        "example.com=5, example.org=0.5. Other domains have no limit.",
    )
    retry_for_hours: float = Field(24, ge=0, description="How long a letter that the relay put off is tried again.")
    pause_at_error_share: float = Field(
        0.1,
        ge=0,
        le=1,
        description="A round pauses by itself, and the editors are told, when more than this share of the letters that "
        "ended last were refused (5xx) or are unknown. 1: never.",
    )
    pause_letters: int = Field(
        200, ge=50, le=10_000, description="So many letters that ended last are looked at for that; 50 at the least."
    )
    canary: str = Field(
        "0",
        description="Letters of a round that leave first, as a number (200) or a share of the readers (1%); the others "
        "wait to see how those fare. 0: none.",
    )
    canary_minutes: float = Field(15, ge=0, le=1440, description="How long the others wait after the canary's end.")
    canary_then: Literal["go-on", "hold"] = Field(
        "go-on",
        description="After a canary with no more errors than the above: go on by itself, or hold until a person has "
        "looked.",
    )
    batch_size: int = Field(500, ge=1, le=2000, description="Letters that a worker takes at one time.")
    keep_letters_days: int = Field(
        400,
        ge=30,
        description="How long after a round's end its letters are kept; then only their sums.",
    )
    lease_seconds: int = Field(
        120, ge=2, description="After so long without a sign of life a worker's batch is taken over."
    )

    # Pages and the outbox
    web_host: str = Field("127.0.0.1", description="Address that the pages listen on.")
    web_port: int = Field(8000, ge=1, le=65535, description="Port of the pages.")
    trusted_proxies: Annotated[list[IPv4Network | IPv6Network], NoDecode, BeforeValidator(_split)] = Field(
        default_factory=list,
        description="Networks of the proxies before the pages, separated by commas, such as 172.16.0.0/12: what they "
        "say in X-Forwarded-For is believed. Without it all readers behind a proxy share one rate limit.",
    )
    outbox_smtp_port: int = Field(8025, ge=1, le=65535, description="Loopback port where the outbox takes mail.")
    outbox_web_port: int = Field(8026, ge=1, le=65535, description="Loopback port where the outbox shows it.")
    confirm_days: int = Field(14, ge=1, description="How long the link in a confirmation mail is good for.")
    remind_days: int = Field(
        3, ge=0, description="Days after which someone who asked and did not confirm is reminded, once. 0: never."
    )
    erase_unconfirmed_days: int = Field(
        30, ge=1, description="Days after which the address of someone who did not confirm is erased."
    )
    box_sites: Annotated[list[str], NoDecode, BeforeValidator(_split)] = Field(
        default_factory=list,
        description="Sites whose pages may use the script of the box, separated by commas, such as "
        "https://www.news.example. Plain forms and frames need none of it.",
    )
    api_keys: Annotated[list[SecretStr], NoDecode, BeforeValidator(_split)] = Field(
        default_factory=list,
        description="Keys of the newsroom's own systems that may ask people to join (`POST /api/v1/subscribers`), "
        "separated by commas, each of at least 32 characters.",
    )
    api_per_minute: int = Field(600, ge=1, description="Requests that one key of the API may make in a minute.")
    import_megabytes: int = Field(2000, ge=1, description="Largest list of readers that is imported.")
    preferences_days: int = Field(90, ge=1, description="How long the preferences link of a letter is good for.")

    # Signing in to the desk by the newsroom's own accounts (OpenID Connect)
    oidc_issuer: str = Field(
        "",
        description="Address of the single sign-on, exactly as it names itself, such as https://login.news.example. "
        "Its answers come to /desk/sign-in/single/answer. Empty: editors sign in by mail and passkeys alone.",
    )
    oidc_client_id: str = Field("", description="What we are called there.")
    oidc_client_secret: SecretStr | None = Field(None, description="Our password there. Empty: we are a public client.")
    oidc_name: str = Field("the newsroom's account", description='What the button says after "Sign in with".')
    oidc_new_editors: Literal["", "reporter", "editor", "publisher"] = Field(
        "",
        description="Role of people who sign in there and are no editors yet. Empty: only those who were added are let "
        "in. An admin is always made by hand.",
    )
    oidc_domains: Annotated[list[str], NoDecode, BeforeValidator(_split)] = Field(
        default_factory=list,
        description="Domains of the addresses that may become editors so, separated by commas, such as news.example.",
    )

    # What readers open
    count_clicks: bool = Field(
        False,
        description="Whether the stories of a letter are opened through us, so that it is counted how often each is: "
        "all readers together, nobody by name. What a region's readers opened then weighs in picking.",
    )

    # Approving
    second_editor: Annotated[
        list[Literal["suicide", "sexual-violence", "minors", "death"]], NoDecode, BeforeValidator(_split)
    ] = Field(
        default_factory=list,
        description="What asks for a second editor, separated by commas: suicide, sexual-violence, minors, death. An "
        "issue with an item that tells of it is approved by two people. Empty: one is enough.",
    )

    # Picking
    weights_dir: Path | None = Field(
        None,
        description="Folder that says what counts how much in picking: default.toml, and MX.toml for one region. Not "
        "set: everything counts as usual.",
    )

    # Events in two languages
    embeddings_model: Path | None = Field(
        None,
        description="Folder with a static model of what words mean (Model2Vec: config.json, tokenizer.json, "
        "model.safetensors), by which events in two languages are matched where no name ties them. It needs the extra "
        "`embeddings` (`make embeddings`); nothing is ever fetched. Not set: by names, numbers and places alone.",
    )
    embeddings_cut: float = Field(
        1.25,
        gt=1,
        le=10,
        description="How many times as near to each other in meaning as to the events next to them two events must be. "
        "`make bench-meanings` shows what a model finds at which.",
    )

    # Fetching
    refresh_minutes: int = Field(15, ge=1, description="How often a source is asked for news.")
    fetch_seconds: float = Field(60, gt=0, description="How long one fetch may take altogether.")
    fetch_max_bytes: int = Field(10_000_000, ge=1000, description="Largest feed that is read, after decompression.")
    fetch_max_redirects: int = Field(5, ge=0, le=20, description="Redirects that one fetch follows.")
    fetch_allow: Annotated[list[IPv4Network | IPv6Network], NoDecode, BeforeValidator(_split)] = Field(
        default_factory=list,
        description="Private networks that feeds may come from, separated by commas, such as 10.1.0.0/16. Empty: "
        "only public addresses are asked.",
    )
    webhook_allow: Annotated[list[IPv4Network | IPv6Network], NoDecode, BeforeValidator(_split)] = Field(
        default_factory=list,
        description="Private networks that webhooks may be in, separated by commas; there they may do without TLS. "
        "Empty: only public addresses are called, by https.",
    )
    keep_webhook_calls_days: int = Field(30, ge=1, description="How long calls of webhooks are kept, to call again.")

    # Running
    tick_seconds: float = Field(60, ge=0.2, description="How often beat looks for work that is due.")
    worker_threads: int = Field(4, ge=1, le=64, description="Feeds that a worker reads at one time.")
    log_style: Literal["console", "json"] = Field("console", description="Form of the log lines.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least important line kept.")
    clock_file: Path | None = Field(
        None, description="For rehearsals: take the time from this file instead of the system's clock."
    )

    @field_validator("box_sites")
    @classmethod
    def _origins(cls, sites: list[str]) -> list[str]:
        if any(not ORIGIN.fullmatch(site) for site in sites):
            raise ValueError("must be origins, such as https://www.news.example, without a path")
        return sites

    @field_validator("secret_keys", "api_keys")
    @classmethod
    def _long_enough(cls, keys: list[SecretStr]) -> list[SecretStr]:
        if any(len(key.get_secret_value()) < 32 for key in keys):
            raise ValueError("each key needs at least 32 characters; `openssl rand -hex 32` makes one")
        return keys

    @field_validator("relay_url")
    @classmethod
    def _known_relays(cls, urls: SecretStr | None) -> SecretStr | None:
        if urls is not None:
            parse_relay_urls(urls.get_secret_value())
        return urls

    @field_validator("canary")
    @classmethod
    def _known_size(cls, size: str) -> str:
        if not CANARY.fullmatch(size):
            raise ValueError("must be a number of letters, such as 200, or a share of the readers, such as 1%")
        return size

    @field_validator("from_address", "reply_to")
    @classmethod
    def _for_every_relay(cls, address: str | None) -> str | None:
        if address is not None and not address.rpartition("@")[0].isascii():
            raise ValueError("must be ASCII before the @, for not every mail server can be told other addresses")
        return address

    @field_validator("bounce_domain", "dkim_domain", "inbound_domain")
    @classmethod
    def _in_a_labels(cls, domain: str) -> str:
        if not domain:
            return ""
        try:
            return validate_email(f"a@{domain}", check_deliverability=False, test_environment=True).ascii_domain
        except EmailNotValidError as error:
            raise ValueError("must be a domain, such as news.example") from error

    @field_validator("dkim_selector")
    @classmethod
    def _known_selector(cls, selector: str) -> str:
        if selector and not SELECTOR.fullmatch(selector):
            raise ValueError("must be letters, digits and hyphens, such as s2026")
        return selector

    @model_validator(mode="after")
    def _key_has_a_name(self) -> Self:
        if self.dkim_key_file and not self.dkim_selector:
            raise ValueError(f"with {PREFIX}DKIM_KEY_FILE, {PREFIX}DKIM_SELECTOR must be set too")
        return self

    @field_validator("oidc_issuer")
    @classmethod
    def _safe_issuer(cls, url: str) -> str:
        if url and not is_safe_address(url):
            raise ValueError("must be an https:// address (http:// only on this machine)")
        return url

    @model_validator(mode="after")
    def _single_sign_on_is_whole(self) -> Self:
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError(f"with {PREFIX}OIDC_ISSUER, {PREFIX}OIDC_CLIENT_ID must be set too")
        if self.oidc_new_editors and not self.oidc_domains:
            raise ValueError(
                f"with {PREFIX}OIDC_NEW_EDITORS, {PREFIX}OIDC_DOMAINS must be set too, or whoever has an account there "
                "would be an editor"
            )
        return self

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, url: str) -> str:
        if url and not url.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must look like redis://host:6379/0, rediss://… or unix:///path/of/a/socket")
        return url

    @field_validator("language")
    @classmethod
    def _known_language(cls, tag: str) -> str:
        from babel import Locale, UnknownLocaleError  # slow to import, and of use only where another is set

        try:
            Locale.parse(tag.replace("-", "_"))
        except (ValueError, UnknownLocaleError) as error:
            raise ValueError("must be a language tag such as en, es or pt-BR") from error
        return tag

    @field_validator("brand_color", "brand_paper")
    @classmethod
    def _known_colour(cls, colour: str) -> str:
        if not COLOUR.fullmatch(colour.lower()):
            raise ValueError("must be a colour such as #8c1d18")
        return colour.lower()

    @model_validator(mode="after")
    def _colours_can_be_read(self) -> Self:
        if problem := problem_with(self.brand_color, self.brand_paper):
            raise ValueError(f"{PREFIX}BRAND_COLOR and {PREFIX}BRAND_PAPER: {problem}")
        return self

    @field_validator("site_name", "publisher", "postal_address", "oidc_name")
    @classmethod
    def _one_line(cls, text: str) -> str:
        return " ".join(text.split())

    @model_validator(mode="after")
    def _keys_are_shared(self) -> Self:
        if self.database_url and not self.database_url.startswith("sqlite") and not self.secret_keys:
            raise ValueError(
                f"with a database of its own, {PREFIX}SECRET_KEYS must be set too, so that all processes sign alike"
            )
        return self

    @property
    def base_url(self) -> str:
        """The public address without a slash at its end; where none is set, that of the pages on this machine."""
        return str(self.site_url or HttpUrl(f"http://127.0.0.1:{self.web_port}")).rstrip("/")

    @property
    def relays(self) -> tuple[RelayUrl, ...]:
        """The relays that are set; none where mail goes to the outbox."""
        return parse_relay_urls(self.relay_url.get_secret_value()) if self.relay_url else ()

    @property
    def connections(self) -> int:
        """Connections at one time to all relays together."""
        return sum(url.connections or self.relay_connections for url in self.relays) or self.relay_connections

    @property
    def takes_mail(self) -> bool:
        """Whether a process of ours has mail to take in."""
        return bool(self.inbound_smtp_port or self.inbound_lmtp_port or self.inbound_mailbox)

    @property
    def list_domain(self) -> str:
        """The sender's domain: what List-Id and Message-ID end in."""
        return self.from_address.rpartition("@")[2]


def variable_name(field: str) -> str:
    """The environment variable that sets a field."""
    return {"database_url": "DATABASE_URL", "redis_url": "REDIS_URL"}.get(field, PREFIX + field.upper())


def load_settings(**overrides: Any) -> Settings:
    """The settings of this process. Raises SettingsError with a sentence for each wrong one."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        problems = [
            f"{_variable_of(problem['loc'])}: {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors(include_input=False)
        ]
        raise SettingsError("These settings are wrong.\n  " + "\n  ".join(problems)) from error


def _variable_of(location: tuple[int | str, ...]) -> str:
    if not location:
        return "settings"
    first = str(location[0])
    return first if first.isupper() else variable_name(first)
