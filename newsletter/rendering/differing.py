"""Where reports differ, in one fair line: each value with who says so, and no word on who is right. Pure.

A difference is what `Item.differences` keeps: {"attribute", "subject", "kind", "shown", "values": [{"value", "hedge",
"source", ...}]}; an editor decides by `shown` whether readers see it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from newsletter.regions.catalogue import locale_of
from newsletter.rendering.plain import tidy
from newsletter.rendering.translations import translations

DISAGREEMENT = "disagreement"


def differences_shown(differences: Sequence[Mapping[str, Any]], language: str) -> list[str]:
    """A phrase for each difference that readers see: "people killed: 12 (Gulf Wire), at least 14 (Capital Ledger)"."""
    phrases = [_phrase(one, language) for one in differences if is_shown(one)]
    return [phrase for phrase in phrases if phrase]


def is_shown(difference: Mapping[str, Any]) -> bool:
    return bool(difference.get("shown", difference.get("kind") == DISAGREEMENT))


def _phrase(difference: Mapping[str, Any], language: str) -> str:
    """Empty where, once spelled out, all say the same."""
    sources: dict[str, list[str]] = {}
    for value in difference["values"]:
        said = _said(difference["attribute"], value, language)
        if said and (source := tidy(value["source"])) not in sources.setdefault(said, []):
            sources[said].append(source)
    if len(sources) < 2:
        return ""
    named = translations(language).gettext(_named(difference["attribute"]))
    about = tidy(difference.get("subject") or "")
    told = ", ".join(f"{said} ({', '.join(names)})" for said, names in sources.items())
    return f"{named} ({about}): {told}" if about else f"{named}: {told}"


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
