"""Settings as they may be shown, where each comes from, and whether a value would do; no secret is ever part of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_core import PydanticUndefined
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource
from sqlalchemy.engine import make_url

from newsletter.config import PREFIX, Settings, variable_name

SECRET = "(secret)"  # noqa: S105 - what is shown in place of one
LONGEST = 5000  # characters of a value that somebody tries


@dataclass(frozen=True)
class ShownSetting:
    field: str
    variable: str
    value: Any  # plain, or SECRET
    default: Any
    origin: str  # environment, file or default
    what_for: str
    is_secret: bool
    wants: str | None = None  # what is wrong with it as it stands, in a sentence


def shown_settings(settings: Settings, origins: Mapping[str, str] | None = None) -> list[ShownSetting]:
    """All of them, in the order of the reference."""
    origins = where_from() if origins is None else origins
    wanted = wants(settings)
    return [
        ShownSetting(
            field=name,
            variable=variable_name(name),
            value=shown(getattr(settings, name)),
            default=None if (value := _default(name)) is PydanticUndefined else shown(value),
            origin=origins.get(name, "default"),
            what_for=field.description or "",
            is_secret=is_secret(name),
            wants=wanted.get(name),
        )
        for name, field in Settings.model_fields.items()
    ]


def shown(value: Any) -> Any:
    """A value as it may be shown: of a secret only that there is one, of an address with a password all but that."""
    if isinstance(value, SecretStr):
        return SECRET
    if isinstance(value, list | tuple):
        return ", ".join(str(shown(one)) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}={shown(one)}" for name, one in value.items())
    if isinstance(value, str) and "@" in value and "://" in value:
        return make_url(value).render_as_string(hide_password=True)
    return value if isinstance(value, int | float | None) else str(value)


def is_secret(field: str) -> bool:
    """Whether its values are never shown, nor said back to whoever typed one."""
    return "SecretStr" in str(Settings.model_fields[field].annotation) or field in ("database_url", "redis_url")


def where_from(file: str = ".env") -> dict[str, str]:
    """Field to "environment" or "file", for those that are set; the environment wins, and empty is not set."""
    found: dict[str, str] = {}
    sources = (("file", DotEnvSettingsSource(Settings, env_file=file)), ("environment", EnvSettingsSource(Settings)))
    for origin, source in sources:
        given = {name.upper() for name in source()}
        found |= {
            field: origin
            for field in Settings.model_fields
            if given & {field.upper(), variable_name(field), PREFIX + field.upper()}
        }
    return found


@dataclass(frozen=True)
class NoSetting:
    """A variable that looks like a setting of ours and is none: most often one that is misspelled."""

    variable: str  # its name; what it is set to may be a secret
    nearest: str | None  # the setting that was perhaps meant

    def __str__(self) -> str:
        meant = f" Did you mean {self.nearest}?" if self.nearest else ""
        return f"{self.variable} is no setting, and nothing follows from it.{meant}"


def no_settings(file: str = ".env") -> list[NoSetting]:
    """Variables of the environment and the file that begin as ours do and that nothing reads, by name."""
    sources = (DotEnvSettingsSource(Settings, env_file=file), EnvSettingsSource(Settings))
    given = {name.upper() for source in sources for name in source.env_vars if name.upper().startswith(PREFIX)}
    known = {variable_name(field) for field in Settings.model_fields}
    unknown = sorted(given - known - {PREFIX + field.upper() for field in Settings.model_fields})
    return [NoSetting(name, next(iter(get_close_matches(name, known, n=1, cutoff=0.8)), None)) for name in unknown]


def problem_with_value(settings: Settings, field: str, text: str) -> str | None:
    """What is wrong with a value for a field beside all others as they are, in a sentence; None: it would do.

    Empty is what is not set. Raises KeyError for what is no field.
    """
    Settings.model_fields[field]
    if len(text) > LONGEST or "\0" in text:
        return f"A value has at most {LONGEST} characters, and no NUL among them."
    values: dict[str, Any] = {name: getattr(settings, name) for name in Settings.model_fields}
    values[field] = text
    if not text:
        del values[field]
    try:
        Settings(_env_file=None, **values)
    except ValidationError as error:
        return "; ".join(_in_words(problem) for problem in error.errors(include_input=False, include_url=False))
    return None


def wants(settings: Settings) -> dict[str, str]:
    """By field: what a service with these settings lacks before it may mail readers."""
    found = {}
    if settings.postal_address == _default("postal_address"):
        found["postal_address"] = "The law of many countries wants a postal address in each letter."
    if settings.from_address == _default("from_address"):
        found["from_address"] = "This is a sample; letters need a sender of your own domain."
    if not settings.base_url.startswith("https://"):
        found["site_url"] = "Mail providers want one-click unsubscribing by https."
    if not settings.relays:
        found["relay_url"] = "Mail goes to the outbox, and to nobody else, until a relay is set."
    elif not settings.bounce_domain:
        found["bounce_domain"] = "Without it, what comes back is known only if a provider's hook tells it."
    return found


def _default(field: str) -> Any:
    return Settings.model_fields[field].get_default(call_default_factory=True, validated_data={})


def _in_words(problem: Mapping[str, Any]) -> str:
    return str(problem["msg"]).removeprefix("Value error, ")
