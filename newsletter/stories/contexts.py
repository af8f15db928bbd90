"""What the words beside a country's name make of it: an amount of money, or part of something else. Pure.

Every pattern is tried at one place of the text and looks at a bounded number of characters.
"""

import re
from enum import StrEnum

from newsletter.regions.terms import Kind


class Role(StrEnum):
    PLAIN = "plain"
    MONEY = "money"  # "40 mln Canadian dollars": the unit of an amount
    NAMED = "named"  # "Cyprus Minerals Co": part of a company's name
    OFFICIAL = "official"  # "Canadian Foreign Minister Ana Roy": a people's name as sure as its country's
    FLAG = "flag"  # "a Panamanian tanker": where a ship is registered, which says little of where anything happens
    ASIDE = "aside"  # "the Tokyo-based firm", "better than Mexico's": it says something of something else


_SEEN_BEFORE = 60  # characters before a mention that can matter
_UNITS = (
    r"dlr|dollar|cent|franc|peso|pound|yen\b|won\b|yuan\b|renminbi\b|rupee|rupiah\b|real\b|reais\b|kron[aeo]|crown|mark|"
    r"lira|lire\b|rand\b|ringgit\b|baht\b|dinar|dirham|shilling|peseta|escudo|guilder|schilling|cruzado|austral\b|rial|"
    r"riyal|bol[ií]var|sol\b|sucre|quetzal|lempira|c[oó]rdoba|zloty|forint"
)
_UNIT = re.compile(rf"[ -](?P<word>{_UNITS})(?P<plural>r|s|es)?\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"(?:\d|\b(?:mln|bln|millions?|billions?|trillion|thousand|hundred|one|every|each|per|in|of|for)) ?(?:of )?$",
    re.IGNORECASE,
)
# "in [U.S.] funds", "in [New Zealand] or U.S. dollars"
_IN_FUNDS = re.compile(r" funds\b")
_OR_ANOTHER = re.compile(rf" (?:or|and) (?:[A-Z][\w.]{{1,12}} ){{1,2}}(?i:{_UNITS})s\b")
_PAPER = re.compile(r" (?:(?:euro)?-?bond|note|cd|frn|debt|issue|loan|deposit|commercial paper)", re.IGNORECASE)
_SPANISH_UNITS = re.compile(
    r"\b(?:d[oó]lares|pesos|francos|libras|yenes|yuanes|reales|coronas|marcos|rupias|soles|bol[ií]vares) $",
    re.IGNORECASE,
)
_YARDSTICKS = frozenset(("dlr", "dollar"))

_LEGAL_FORMS = (
    r"(?:Corp|Corporation|Inc|Co|Company|Ltd|Limited|Plc|PLC|LLC|AG|SA|S\.A\.|NV|N\.V\.|BV|SpA|GmbH|AB|Bhd|Pty|"
    r"Holdings?|Airlines?|Airways)"
)
# "[Swiss] Bank Corp", "[Tokyo] International Ltd", "[British] and Commonwealth Holdings PLC"
_COMPANY = re.compile(rf"(?:(?: and| &| of)? [A-Z][\w&'-]{{1,20}}){{0,4}} {_LEGAL_FORMS}\b(?!-)")
# "[CYPRUS] MINERALS <CYPM>", "[Utah] Power (NYSE: UPL)"
_TICKER = re.compile(r"(?: [A-Z][\w&.'-]{0,20}){0,4} (?:<[A-Z.]{1,10}>|\((?:NYSE|Nasdaq|NASDAQ|LSE|TSX|BMV|ASX):)")

_ATTRIBUTE = re.compile(
    r"[- ]based\b"
    r"|-(?:backed|born|bred|built|controlled|designed|flagged|funded|led|listed|made|owned|produced|registered|sponsored|"
    r"style|supplied|trained)\b"
    r"|(?:['’]s)? (?:embassy|embassies|ambassador|consulate|consul|envoy)\b"
    r"|(?:['’]s)? (?:[a-z-]{1,20} ){0,2}(?:units?|subsidiary|subsidiaries|affiliates?|parent|branch)\b"
    r"| (?:interbank|bank[ -]bill)\b"  # rates that loans elsewhere are measured by
    r"|(?:['’]s)? (?:news agency|newspapers?|magazine|state media|state television|television|broadcaster|journalists?|"
    r"reporters|publication)\b",
    re.IGNORECASE,
)
# "a [Liberian]-flag vessel", "the [Panamanian] bulk carrier"; one ship alone: "[Norwegian] tankers" are a trade
_FLAG = re.compile(
    r"-flag(?:ged)?\b| flag(?:ged)? (?:tanker|freighter|carrier|ship|vessel)s?\b"
    r"|(?: [a-z-]{1,20}){0,2} (?:tanker|freighter|bulk carrier|ship|vessel)(?! of)\b",
    re.IGNORECASE,
)
# "[Britain]'s Dixons Group PLC" is the same as "Dixons Group PLC of Britain"
_OWN_COMPANY = re.compile(
    rf"['’]s (?:state[ -]owned )?<?(?:[A-Z][\w&.'-]{{1,20}} ){{0,4}}[A-Z][\w&'-]{{1,20}}"
    rf"(?: {_LEGAL_FORMS}\b| <[A-Z.]{{1,10}}>)"
)
# "the [Paris] Club", "the [Minsk] agreements"
_DEAL = re.compile(
    r" (?:club|accords?|agreements?|pact|treaty|convention|protocol|declaration|consensus)\b", re.IGNORECASE
)

# "[Kenyan] Trade Minister", "[Canadian] Prime Minister"
_OFFICE = re.compile(
    r" (?:(?:Vice|Deputy|Prime|Foreign|[A-Z][a-z]{2,12}) ){0,2}"
    r"(?:Minister|President|Premier|Chancellor|Secretary|Ambassador|King|Queen|Emperor)\b"
)
# "el ministro de Comercio [keniano]", "la presidenta [chilena]"
_SPANISH_OFFICE = re.compile(
    r"\b(?:ministr[oa]|viceministr[oa]|president[ea]|vicepresident[ea]|canciller|embajador[a]?|rey|reina)"
    r"(?: de (?:[A-ZÁÉÍÓÚ]\w{2,15} ){1,2}(?:y \w{3,15} )?| )$"
)
_BELONGS_TO = re.compile(
    # "Sharp Corp <SHRP> of [Japan]"
    rf"(?:>|\b{_LEGAL_FORMS}\.?)(?: <[^<>]{{1,12}}>)?(?: \([^()]{{1,20}}\))?,? of (?:the )?$"
    r"|\b(?:listed|quoted|traded|incorporated|registered) (?:in|on) (?:the )?$"
    r"|\b(?:than|unlike|compared (?:with|to)) (?:in |that of |those of |those in )?(?:the )?$"
    r"|\b(?:units?|subsidiary|affiliate|branch|arm) of (?:a |an |the )?$"
    r"|\b(?:owned|controlled) by (?:a |an |the )?(?:(?:[Kk]ingdom|[Rr]epublic|[Ss]tate|government) of (?:the )?)?$"
    r"|\b(?:filial|propiedad) de (?:una |un |la |el )?(?:empresa |firma )?$"
    r"|\b(?:mejor|peor|mayor|menor) que (?:en )?(?:la |el |las |los )?(?:de )?$"
    r"|\b(?:a diferencia de|en comparación con) (?:la |el |las |los )?$"
)
# Before the name of a city that may be a person's or a thing's as well
_TO_CITY = re.compile(
    r"(?:\b(?:in|inside|near|outside|across|en|cerca de)"
    r"|\b(?:mayor|city|town|port|streets|outskirts|suburbs?|residents|university|bishop|archbishop|airport|"
    r"north|south|east|west) of"
    r"|\b(?:alcalde|alcaldesa|ciudad|municipio|ayuntamiento|polic[ií]a|habitantes|vecinos|puerto|universidad|obispo|"
    r"arzobispo|calles|norte|sur|este|oeste|centro|aeropuerto) de) $",
    re.IGNORECASE,
)


def leads_to_city(text: str, start: int) -> bool:
    """Whether the words before `start` are such as stand before a city: "in", "the mayor of", "la policía de"."""
    return _TO_CITY.search(text[max(0, start - 20) : start]) is not None


def role_of(text: str, start: int, end: int, kind: Kind) -> Role:
    """The part that the mention at `text[start:end]` plays."""
    money = _money(text, start, end)
    if money is not None:
        return money
    if _COMPANY.match(text, end) or _TICKER.match(text, end):
        return Role.NAMED
    if kind is Kind.PEOPLE and _FLAG.match(text, end):
        return Role.FLAG
    if _OWN_COMPANY.match(text, end):
        return Role.ASIDE
    if _ATTRIBUTE.match(text, end) or (kind in (Kind.PLACE, Kind.CITY) and _DEAL.match(text, end)):
        return Role.ASIDE
    if _BELONGS_TO.search(text[max(0, start - _SEEN_BEFORE) : start]):
        return Role.ASIDE
    return Role.OFFICIAL if kind is Kind.PEOPLE and _is_office(text, start, end) else Role.PLAIN


def _is_office(text: str, start: int, end: int) -> bool:
    """Whether somebody speaks for the whole country, as one of its people does not."""
    return bool(_OFFICE.match(text, end) or _SPANISH_OFFICE.search(text[max(0, start - _SEEN_BEFORE) : start]))


def _money(text: str, start: int, end: int) -> Role | None:
    """Whether the mention names a currency; "the Mexican peso fell" is news of Mexico all the same."""
    before = text[max(0, start - 20) : start]
    unit = _UNIT.match(text, end)
    if unit is None:
        is_unit = _SPANISH_UNITS.search(before) or _OR_ANOTHER.match(text, end)
        return Role.MONEY if is_unit or (before.endswith("in ") and _IN_FUNDS.match(text, end)) else None
    if unit["plural"] or _AMOUNT.search(before) or _PAPER.match(text, unit.end()):
        return Role.MONEY
    return Role.ASIDE if unit["word"].lower() in _YARDSTICKS else None
