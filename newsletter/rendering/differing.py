"""Where reports differ, in one fair line: each value with who says so, and no word on who is right. Pure.

A difference is what `Item.differences` keeps: {"attribute", "subject", "kind", "shown", "values": [{"value", "hedge",
"source", ...}]}; an editor decides by `shown` whether readers see it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from newsletter.regions.catalogue import locale_of
from newsletter.rendering.plain import tidy, web_address
from newsletter.rendering.translations import translations

DISAGREEMENT = "disagreement"
_COMMAS = {"ar": "، "}


@dataclass(frozen=True)
class Said:
    value: str  # as the language writes it, with its hedge
    source: str
    quote: str  # the sentence in which it stands
    url: str


@dataclass(frozen=True)
class Told:
    """A difference as readers see it."""

    named: str  # "people killed", or "age (Maria Lopez)"
    language: str
    values: tuple[Said, ...]

    @property
    def line(self) -> str:
        """In one line, sources that agree together: "people killed: 12 (Gulf Wire), at least 14 (Capital Ledger)"."""
        sources: dict[str, list[str]] = {}
        for said in self.values:
            names = sources.setdefault(said.value, [])
            if said.source not in names:
                names.append(said.source)
        comma = _COMMAS.get(self.language, ", ")
        told = comma.join(f"{value} ({comma.join(names)})" for value, names in sources.items())
        return f"{self.named}: {told}"


def differences_told(differences: Sequence[Mapping[str, Any]], language: str) -> list[Told]:
    """Those that readers see, and in which, once spelled out, not all say the same."""
    told = [_told(one, language) for one in differences if is_shown(one)]
    return [one for one in told if len({said.value for said in one.values}) > 1]


def is_shown(difference: Mapping[str, Any]) -> bool:
    return bool(difference.get("shown", difference.get("kind") == DISAGREEMENT))


def _told(difference: Mapping[str, Any], language: str) -> Told:
    named = translations(language).gettext(_named(difference["attribute"]))
    about = tidy(difference.get("subject") or "")
    values = tuple(
        Said(
            _said(difference["attribute"], value, language),
            tidy(value["source"]),
            tidy(value.get("quote") or ""),
            web_address(value.get("url") or "", instead=""),
        )
        for value in difference["values"]
    )
    return Told(f"{named} ({about})" if about else named, language, tuple(said for said in values if said.value))


def _said(attribute: str, value: Mapping[str, Any], language: str) -> str:
    hedge = tidy(value.get("hedge") or "")
    written = tidy(str(value["value"]))
    spoken = _day(written, language) if attribute == "date" else _number(written, language)
    return f"{hedge} {spoken}".strip()


def _day(written: str, language: str) -> str:
    """An ISO date as the language writes it; what is none stays as it is."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return written
    return format_date(day, "long", locale=locale_of(language))


def _number(written: str, language: str) -> str:
    return format_decimal(int(written), locale=locale_of(language)) if _is_number(written) else written


def _is_number(written: str) -> bool:
    return written.isascii() and written.isdecimal() and len(written) < 16 and not written.startswith("0")


def _named(attribute: str) -> str:
    """What differs, in English, for gettext."""
    return _NAMES.get(attribute, _OTHER)


def _marked(sentence: str) -> str:
    """Marks a sentence that is translated where it is used, so that catalogues know it."""
    return sentence


_: Callable[[str], str] = _marked
_OTHER = _("a detail")
_NAMES = {
    "date": _("the day"),
    "killed": _("people killed"),
    "injured": _("people injured"),
    "arrested": _("people arrested"),
    "missing": _("people missing"),
    "age": _("age"),
    "amount": _("amount"),
    "magnitude": _("magnitude"),
    "place": _("place"),
}
