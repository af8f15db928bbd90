"""From a line of a list to a line that is fit to be merged, or the reason why it is not. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from newsletter.errors import InvalidInputError, NotFoundError
from newsletter.regions.catalogue import find, fold, name_of, search
from newsletter.regions.zones import world_zones
from newsletter.subscribers.addresses import normalise
from newsletter.subscribers.lists.cells import restored
from newsletter.subscribers.lists.reading import Broken
from newsletter.subscribers.lists.services import OURS, Service, Standing, folded
from newsletter.subscribers.models import SubscriberState

WAITING = "?"  # behind a region in our export: asked for, not confirmed

# What nearly all addresses are: for these `normalise` only puts the domain into lower case. A test holds both alike.
_PLAIN = re.compile(
    r"[A-Za-z0-9_]+(?:[.+-][A-Za-z0-9_]+)*@(?:(?!..--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"(?:com|net|org|edu|info|de|es|mx|fr|it|uk|br|ar|co|cl|pe|nl|ca|au|in|us|eu|pt|example)",
    re.ASCII,
)


@dataclass(frozen=True)
class Options:
    """What a person says about a list that it does not say itself."""

    regions: Sequence[str] = ()  # for lines that name none
    region_column: str | None = None
    region_map: Mapping[str, str] = field(default_factory=dict)  # what the column says to a code
    language: str | None = None
    time_zone: str | None = None


@dataclass(slots=True)  # one a line: what is frozen takes twice as long to make
class Fit:
    """A line that can be merged. `choice`: codes in order, each with WAITING behind it where it waits."""

    address: str
    normalised: str
    choice: tuple[str, ...]
    state: str
    language: str
    time_zone: str
    asked_at: datetime
    confirmed_at: datetime | None
    left_at: datetime | None
    hour: int | None
    quiet_days: str
    paused_until: datetime | None
    is_blocked: bool = False


@dataclass(frozen=True)
class Home:
    """What a region gives to those who say nothing else."""

    language: str
    time_zone: str


# What stands behind an instant in some exports: " UTC", " +0000 UTC".
_ZONE = re.compile(r"\s+([+-]\d\d:?\d\d)?\s*(?:UTC|GMT)?$")
_FORMS = ("%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y")


class UnfitError(InvalidInputError):
    message = "The line cannot be used."


class Judge:
    """Judges lines of one file. `homes`: the regions that are switched on."""

    def __init__(
        self, columns: Sequence[str], service: Service, options: Options, homes: Mapping[str, Home], now: datetime
    ) -> None:
        self._names = _distinct(columns)
        self._service, self._options, self._homes, self._now = service, options, homes, now
        self._is_ours = service.name == OURS
        self._choices: dict[str, tuple[str, ...]] = {}
        self._map = {fold(said): code for said, code in options.region_map.items()}
        self._region_column = _column(columns, self._names, options.region_column) if options.region_column else ""

    def judge(self, row: Sequence[str] | Broken) -> Fit:
        """Raises InvalidInputError with the reason why the line is refused."""
        if isinstance(row, Broken):
            raise UnfitError(row.reason)
        cells = dict(zip(self._names, row, strict=False))
        if self._is_ours:
            cells = {name: restored(cell) for name, cell in cells.items()}
        address, normalised = _address(cells.get(self._service.address, ""))
        standing = self._service.standing(cells)
        if standing is Standing.UNCONFIRMED and not self._is_ours:
            raise UnfitError("They have not confirmed there: they may subscribe on the page.")
        reads_or_waits = standing in (Standing.READS, Standing.UNCONFIRMED)
        choice = self._choice(cells) if reads_or_waits or self._is_ours else ()
        if not choice and reads_or_waits:
            raise UnfitError("The line names no region: say one with --region or --region-column.")
        home = self._homes[choice[0].removesuffix(WAITING)] if choice else Home("en", "UTC")
        asked_at = min(_instant(cells.get(self._service.asked_at, "")) or self._now, self._now)
        return Fit(
            address=address,
            normalised=normalised,
            choice=choice,
            state=self._state(cells, standing),
            language=(self._is_ours and cells.get("language")) or self._options.language or home.language,
            time_zone=self._zone(cells) or self._options.time_zone or home.time_zone,
            asked_at=asked_at,
            confirmed_at=self._confirmed_at(cells, standing, asked_at),
            left_at=self._left_at(cells, standing),
            hour=_hour(cells.get("hour", "")) if self._is_ours else None,
            quiet_days=_quiet_days(cells.get("quiet_days", "")) if self._is_ours else "",
            paused_until=_instant(cells.get("paused_until", "")) if self._is_ours else None,
            is_blocked=standing is Standing.BLOCKED,
        )

    def _choice(self, cells: Mapping[str, str]) -> tuple[str, ...]:
        column = "regions" if self._is_ours else self._region_column
        said = cells.get(column, "") if column else ""
        if said not in self._choices:
            self._choices[said] = self._read_choice(said)
        return self._choices[said]

    def _read_choice(self, said: str) -> tuple[str, ...]:
        if self._is_ours:
            codes = tuple(dict.fromkeys(said.split()))
        else:
            parts = [part.strip() for part in re.split(r"[,;|]", said) if part.strip()]
            codes = tuple(dict.fromkeys(self._code(part) for part in parts)) or tuple(self._options.regions)
        for code in codes:
            if code.removesuffix(WAITING) not in self._homes:
                raise UnfitError(f"There is no letter for {code[:40]!r}: switch the region on first.")
        return codes

    def _code(self, said: str) -> str:
        mapped = self._map.get(fold(said))
        if mapped:
            return mapped
        try:
            return find(said).code
        except NotFoundError:
            named = [found.code for found in search(said)]
        exact = [code for code in named if fold(said) in self._names_of(code)]
        active = [code for code in named if code in self._homes]
        for codes in (exact, active, named):
            if len(codes) == 1:
                return codes[0]
        raise UnfitError(f"{said[:40]!r} is no region: say which it is with --map.")

    def _names_of(self, code: str) -> set[str]:
        spoken = {"en", *(home.language for home in self._homes.values())}
        return {fold(name_of(code, language)) for language in spoken}

    def _state(self, cells: Mapping[str, str], standing: Standing) -> str:
        if not self._is_ours:
            return _STATES[standing]
        if cells.get("state") not in set(SubscriberState):
            raise UnfitError(f"There is no state {cells.get('state', '')[:20]!r}.")
        return cells["state"]

    def _zone(self, cells: Mapping[str, str]) -> str:
        zone = cells.get("time_zone") or cells.get("timezone") or ""
        return zone if zone in world_zones() else ""

    def _confirmed_at(self, cells: Mapping[str, str], standing: Standing, asked_at: datetime) -> datetime | None:
        if self._is_ours:
            return _instant(cells.get("confirmed_at", "")) or (self._now if standing is Standing.READS else None)
        if standing is not Standing.READS:
            return None
        return min(_instant(cells.get(self._service.confirmed_at, "")) or asked_at, self._now)

    def _left_at(self, cells: Mapping[str, str], standing: Standing) -> datetime | None:
        said = _instant(cells.get(self._service.left_at, "")) if self._service.left_at else None
        if self._is_ours:
            return said or (self._now if standing is Standing.LEFT else None)
        return said or self._now if standing in (Standing.LEFT, Standing.BLOCKED) else None


_STATES = {
    Standing.READS: "confirmed",
    Standing.LEFT: "left",
    Standing.BLOCKED: "left",
    Standing.UNCONFIRMED: "pending",
}


def _distinct(columns: Sequence[str]) -> list[str]:
    """Folded names, of which a second "Region" does not cover the first: Mailchimp writes a REGION of its own."""
    names: list[str] = []
    for column in columns:
        name = folded(column)
        names.append(f"{name}_{len(names)}" if name in names else name)
    return names


def _column(columns: Sequence[str], names: Sequence[str], said: str) -> str:
    """The name of a column as somebody typed it: as it is written goes before as it is folded."""
    if said in columns:
        return names[columns.index(said)]
    if folded(said) not in names:
        raise InvalidInputError(f"There is no column {said!r}; the file has {', '.join(columns[:20])}.")
    return folded(said)


def _address(text: str) -> tuple[str, str]:
    """As `normalise`, without its pains where an address is as plain as most."""
    text = text.strip()
    if len(text) < 60 and _PLAIN.fullmatch(text):
        local, _, domain = text.rpartition("@")
        address = f"{local}@{domain.lower()}"
        return address, address.lower()
    if not text:
        raise UnfitError("The line has no address.")
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise UnfitError("The address is in another encoding than the file: name the file's with --encoding.")
    found = normalise(text)
    return found.address, found.normalised


@lru_cache(maxsize=10_000)
def _instant(text: str) -> datetime | None:
    """ISO 8601, or with the month's English name, in UTC where it names no zone; None for what is none.

    A day such as 3/4/2021 is none: nobody knows which of the two is the month.
    """
    text = _ZONE.sub(r"\1", text.strip())
    if not text:
        return None
    found = next((moment for form in ("", *_FORMS) if (moment := _read(text, form))), None)
    if found is None or not 1990 <= found.year <= 2200:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _read(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007 - set by _instant
    except ValueError:
        return None


def _hour(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 and int(text) < 24 else None


def _quiet_days(text: str) -> str:
    return "".join(sorted(set(text) & set("0123456")))[:3]
