"""The relays as the settings write them: URLs with options. Pure.

smtp+tls://user:password@smtp.example.org:587?weight=2&connections=8&max_rate_per_second=50
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit


class Security(StrEnum):
    """The scheme of a relay's URL."""

    OFFERED = "smtp"  # STARTTLS where the relay offers it
    STARTTLS = "smtp+tls"  # STARTTLS or nothing
    TLS = "smtps"  # TLS from the first byte
    NEVER = "smtp+plain"  # for a relay nearby whose STARTTLS does not work; not a scheme, but `starttls=never`


class Mechanism(StrEnum):
    """How to log in (RFC 4954)."""

    PLAIN = "plain"  # RFC 4616
    LOGIN = "login"  # never written down as a standard, and still the only one of some servers
    XOAUTH2 = "xoauth2"  # of Google and Microsoft; the password is an access token


_SCHEMES = (Security.OFFERED, Security.STARTTLS, Security.TLS)
_STARTTLS = {"offered": Security.OFFERED, "required": Security.STARTTLS, "never": Security.NEVER}
_PORTS = {Security.OFFERED: 25, Security.STARTTLS: 587, Security.TLS: 465, Security.NEVER: 25}
_SUBMISSION = 587  # where a relay takes mail from those who log in (RFC 6409)
_OPTIONS = ("weight", "connections", "max_rate_per_second", "starttls", "auth", "password_file")
_NEXT = re.compile(r"[,\s]+(?=[A-Za-z][A-Za-z+]*://)")  # a comma within a password separates nothing
_FORM = "must look like smtp://user:password@host:587, smtp+tls://… or smtps://…"


@dataclass(frozen=True)
class RelayUrl:
    host: str
    port: int
    security: Security = Security.OFFERED
    user: str = ""
    password: str = field(default="", repr=False)
    password_file: Path | None = None  # read at each login: for passwords and tokens that change
    auth: Mechanism | None = None  # None: whichever the relay offers
    weight: float = 1.0
    connections: int | None = None  # None: what the settings say for all
    max_rate_per_second: float | None = None


def parse_relay_urls(text: str) -> tuple[RelayUrl, ...]:
    """One URL or several, with commas or spaces between them. Raises ValueError with words for the operator."""
    urls = tuple(_parse(url) for url in _NEXT.split(text.strip(", \t\r\n")))
    if len({(url.host, url.port) for url in urls}) < len(urls):
        raise ValueError("names one relay twice; `connections` and `weight` say how much one is used")
    return urls


def _parse(text: str) -> RelayUrl:
    try:
        parts = urlsplit(text)
    except ValueError:
        raise ValueError(_FORM) from None  # its own words would show the password
    if parts.scheme not in _SCHEMES or not parts.hostname or parts.path not in ("", "/") or parts.fragment:
        raise ValueError(_FORM)
    options = _options(parts)
    security = _security(Security(parts.scheme), options)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isprintable():
        raise ValueError("a user name or password cannot hold control characters")
    return RelayUrl(
        host=parts.hostname,
        port=_port(parts) or (_SUBMISSION if user and security is not Security.TLS else _PORTS[security]),
        security=security,
        user=user,
        password=password,
        password_file=Path(options["password_file"]) if "password_file" in options else None,
        auth=_auth(options),
        weight=_number(options, "weight") or 1.0,
        connections=_count(options, "connections"),
        max_rate_per_second=_number(options, "max_rate_per_second"),
    )


def _options(parts: SplitResult) -> dict[str, str]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if options.keys() - set(_OPTIONS):  # unnamed here: it may be a part of a password with a `?`
        raise ValueError(f"has an unknown option; there are {', '.join(_OPTIONS)}")
    return options


def _security(scheme: Security, options: dict[str, str]) -> Security:
    if (wish := options.get("starttls")) is None:
        return scheme
    if wish not in _STARTTLS or scheme is not Security.OFFERED:
        raise ValueError(f"starttls= is one of {', '.join(_STARTTLS)}, and goes with smtp:// alone")
    return _STARTTLS[wish]


def _auth(options: dict[str, str]) -> Mechanism | None:
    if "auth" not in options:
        return None
    try:
        return Mechanism(options["auth"].lower())
    except ValueError as error:
        raise ValueError(f"auth= is one of {', '.join(Mechanism)}") from error


def _number(options: dict[str, str], name: str) -> float | None:
    if name not in options:
        return None
    try:
        number = float(options[name])
    except ValueError as error:
        raise ValueError(f"{name}= must be a number") from error
    if not 0 < number < 1e6:
        raise ValueError(f"{name}= must be above 0 and below a million")
    return number


def _count(options: dict[str, str], name: str) -> int | None:
    if name not in options:
        return None
    if not options[name].isascii() or not options[name].isdigit() or not 1 <= int(options[name][:6]) <= 200:
        raise ValueError(f"{name}= must be a number from 1 to 200")
    return int(options[name])


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError as error:
        raise ValueError("the port must be a number up to 65535") from error
