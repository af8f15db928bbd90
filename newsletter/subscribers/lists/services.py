"""Whose export a list is, by its columns, and what each says of a person's standing there. Pure.

The columns are those that the services write today: listmonk (cmd/subscribers.go), Mailchimp (an audience's three
files), Substack (email_list.csv), Ghost (members), beehiiv (subscriptions), Keila (contacts), and our own.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from newsletter.errors import InvalidInputError


class Standing(StrEnum):
    READS = "reads"
    LEFT = "left"  # kept as one who left, so that nobody brings them back
    BLOCKED = "blocked"  # bounced or complained there: suppressed here
    UNCONFIRMED = "unconfirmed"


Cells = Mapping[str, str]


@dataclass(frozen=True)
class Service:
    name: str
    needs: frozenset[str]  # folded names of columns that tell it from others
    standing: Callable[[Cells], Standing]
    address: str = "email"
    asked_at: str = "created_at"
    confirmed_at: str = "created_at"
    left_at: str = ""
    any_of: frozenset[str] = frozenset()  # one of these too


def _by_status(column: str, **standings: Standing) -> Callable[[Cells], Standing]:
    """What is not in the table is not confirmed: nobody is mailed on a word that we do not know."""
    return lambda cells: standings.get(cells.get(column, "").strip().lower(), Standing.UNCONFIRMED)


def _is_yes(text: str) -> bool:
    return text.strip().lower() in ("true", "yes", "1", "on")


def _mailchimp(cells: Cells) -> Standing:
    if cells.get("clean_time"):
        return Standing.BLOCKED
    if cells.get("unsub_time"):
        return Standing.LEFT
    return Standing.READS if cells.get("confirm_time") or cells.get("optin_time") else Standing.UNCONFIRMED


def _ghost(cells: Cells) -> Standing:
    reads = _is_yes(cells.get("subscribed_to_emails", "")) and not cells.get("deleted_at")
    return Standing.READS if reads else Standing.LEFT


OURS = "regional-weekly"
SERVICES = (
    Service(
        OURS,
        frozenset({"address", "state", "regions", "time_zone", "asked_at"}),
        _by_status("state", confirmed=Standing.READS, left=Standing.LEFT, pending=Standing.UNCONFIRMED),
        address="address",
        asked_at="asked_at",
        confirmed_at="confirmed_at",
        left_at="left_at",
    ),
    Service(
        "listmonk",
        frozenset({"uuid", "email", "attributes", "status"}),
        _by_status("status", enabled=Standing.READS, disabled=Standing.LEFT, blocklisted=Standing.BLOCKED),
    ),
    Service(
        "mailchimp",
        frozenset({"email_address"}),
        _mailchimp,
        address="email_address",
        asked_at="optin_time",
        confirmed_at="confirm_time",
        left_at="unsub_time",
        any_of=frozenset({"member_rating", "leid", "euid"}),
    ),
    Service(
        "substack",
        frozenset({"email", "active_subscription"}),
        lambda cells: Standing.LEFT if _is_yes(cells.get("email_disabled", "")) else Standing.READS,
    ),
    Service("ghost", frozenset({"email", "subscribed_to_emails"}), _ghost, left_at="deleted_at"),
    Service(
        "beehiiv",
        frozenset({"email", "status"}),
        _by_status("status", active=Standing.READS, inactive=Standing.LEFT, unsubscribed=Standing.LEFT),
        any_of=frozenset({"subscription_tier", "utm_source", "referral_code", "referring_site"}),
    ),
    Service(
        "keila",
        frozenset({"email", "status"}),
        _by_status("status", active=Standing.READS, unsubscribed=Standing.LEFT, unreachable=Standing.BLOCKED),
        any_of=frozenset({"external_id", "first_name"}),
    ),
)
_PLAIN_COLUMNS = ("email", "email_address", "e_mail", "mail", "address", "correo", "correo_electronico")


def folded(column: str) -> str:
    """ "Email Address" -> "email_address"."""
    return re.sub(r"[^a-z0-9]+", "_", column.strip().lower()).strip("_")


def recognised(columns: Sequence[str], *, service: str | None = None, address_column: str | None = None) -> Service:
    """The service whose export has these columns; one that was named, or a column, goes before a guess.

    Raises InvalidInputError where no column holds addresses.
    """
    names = {folded(column) for column in columns}
    found = _named(service) if service else next((one for one in SERVICES if _fits(one, names)), None)
    address = folded(address_column) if address_column else found.address if found else _first(_PLAIN_COLUMNS, names)
    if address not in names:
        raise InvalidInputError(
            f"No column holds addresses: the file has {', '.join(columns[:12]) or 'no columns'}. "
            "Name it with --address-column."
        )
    if found is None:
        return Service("a plain list", frozenset(), lambda cells: Standing.READS, address=address)
    return replace(found, address=address)


def _fits(service: Service, names: set[str]) -> bool:
    return service.needs <= names and (not service.any_of or bool(service.any_of & names))


def _named(name: str) -> Service:
    for service in SERVICES:
        if service.name == name:
            return service
    raise InvalidInputError(f"There is no service {name!r}; known are {', '.join(one.name for one in SERVICES)}.")


def _first(wanted: Sequence[str], names: set[str]) -> str:
    return next((name for name in wanted if name in names), "")
