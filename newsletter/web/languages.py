"""Which of our languages a browser is answered in. Pure."""

from collections.abc import Sequence

from starlette.requests import Request

from newsletter.rendering.translations import languages, spoken


def accepted(header: str, otherwise: str, among: Sequence[str] | None = None) -> str:
    """Our language that an Accept-Language header (RFC 9110, section 12.5.4) likes best, else `otherwise`.

    `among`: those of our languages that are asked for; none: all.
    """
    for tag in _in_order(header):
        language = spoken(tag, otherwise="")
        if language and (among is None or language in among):
            return language
    return spoken(otherwise)


def wanted(request: Request, otherwise: str) -> str:
    """Our language that the address asks for (`?lang=fr`), else `otherwise`."""
    return chosen(request.query_params.get("lang", ""), otherwise)


def chosen(tag: str, otherwise: str, among: Sequence[str] | None = None) -> str:
    """The language of a form field, if it is one of ours (of `among`, where given)."""
    return tag if tag in (languages() if among is None else among) else otherwise


def _in_order(header: str) -> list[str]:
    wanted: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        tag, _, quality = part.partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if tag.strip() and weight > 0:
            wanted.append((-weight, tag.strip().lower()))
    return [tag for _, tag in sorted(wanted, key=lambda pair: pair[0])]
