"""What a person wants who writes to us: words in a subject, or in the first lines of a mail. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from newsletter.feedback.mime import Mail
from newsletter.regions.catalogue import catalogue, fold, name_of
from newsletter.regions.tables import other_names

SPOKEN = ("en", "es")  # languages in which a region may be named
_MORE_NAMES = {"america latina": "latin-america", "latinoamerica": "latin-america"}
_LINES = 6
_LONGEST_COMMAND = 60
_LONGEST_NAME = 6  # words

_REPLY = re.compile(r"^\s*(?:(?:re|aw|sv|rv|fw|fwd|wg|tr|odp|r|rif)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE)
_QUOTED = re.compile(
    r"^\s*(?:>|--\s*$|_{5,}|-{3,} ?\w|on .{5,90}wrote:|el .{5,90}escribi[óo]:|le .{5,90}écrit|am .{5,90}schrieb)",
    re.IGNORECASE,
)
_LEAVE = re.compile(
    r"""
    (?:please\ |por\ favor,?\ |quiero\ |i\ (?:want|would\ like)\ to\ )*
    (?:
        un-?subscribe | remove(?:\ me)? | take\ me\ off | leave | opt[ -]?out | sign\ ?off | cancel | stop | end | quit
        | (?:d[ae]r?(?:me|se)?\ de\ )?baja | cancelar | anular | desuscrib\w* | eliminar(?:me)? | borrar(?:me)?
        | descadastrar | sair | (?:me\ )?d[eé]sinscri\w+ | (?:me\ |se\ )?d[eé]sabonne\w*
        | abmelden | abbestellen | austragen | الغاء\ الاشتراك | إلغاء\ الاشتراك | הסרה | הסר | ביטול
    )
    (?:
        \ (?:me|it|all|everything|please|por\ favor)
        | \ (?:from\ )?(?:this\ |the\ |your\ |my\ )?(?:list|mailing\ list|newsletter|letter|subscription|mails?)
        | \ (?:a\ |la\ |mi\ |de\ la\ |del\ |minha\ |mon\ )?
          (?:suscripci[óo]n|bolet[íi]n|lista|inscri[çc][ãa]o|assinatura|abonnement)
    )*
    [.!]*
    """,
    re.VERBOSE,
)
_JOIN = re.compile(
    r"^(?:please |por favor,? |quiero |i (?:want|would like) to |deseo )*"
    r"(?:subscribe|sign ?(?:me )?up|join|add me|suscri\w*|inscri\w*|alta|darme de alta|apuntar(?:me)?)\b"
)
_SPANISH = re.compile(
    r"\b(?:quiero|suscri\w*|alta|noticias|por favor|hola|baja|bolet[íi]n|recibir|gracias|para|sobre)\b"
)
_CODES = re.compile(r"[A-Z]{2}(?:[\s,;/+&]+[A-Z]{2})*")


@dataclass(frozen=True)
class Wish:
    """What somebody asks for."""

    leaves: bool = False
    joins: bool = False
    regions: tuple[str, ...] = ()
    language: str = ""  # in which they wrote, as far as it shows


def wish_in(mail: Mail, codes: Sequence[str], tag: str = "") -> Wish:
    """`codes` are the regions that can be asked for; `tag` is what stands behind the plus of the address."""
    subject = _REPLY.sub("", mail.header("Subject")).strip()
    lines = first_lines(mail.text)
    leaves = any(_is_command(_LEAVE, text) for text in (subject, *lines[:2]))
    joins = any(_JOIN.match(text.lower()) for text in (subject, *lines[:2]))
    written = "\n".join((subject, *lines))
    regions = regions_in_tag(tag, codes) or regions_in(written, codes)
    language = "es" if _SPANISH.search(written.lower()) else ""
    return Wish(leaves, joins, regions, language)


def first_lines(text: str) -> list[str]:
    """The lines that the person wrote themselves: none that are quoted, and nothing after those."""
    found: list[str] = []
    for line in text.split("\n")[:40]:
        if _QUOTED.match(line[:200]):
            break
        if line.strip():
            found.append(" ".join(line.split())[:300])
        if len(found) == _LINES:
            break
    return found


def regions_in_tag(tag: str, codes: Sequence[str]) -> tuple[str, ...]:
    """Of `subscribe+mx+latin-america@`: codes with a plus or a dot between them."""
    known = {code.lower(): code for code in codes}
    return tuple(dict.fromkeys(known[part] for part in re.split(r"[+.=]", tag.lower()) if part in known))


def regions_in(text: str, codes: Sequence[str]) -> tuple[str, ...]:
    """Those of `codes` that are named in English or Spanish, in the order in which they are; or by codes alone."""
    named = _names()
    words = re.findall(r"[^\W_]+(?:['’.-][^\W_]+)*", text)
    found: dict[str, None] = {}
    place = 0
    while place < len(words):
        length = next(
            (n for n in range(min(_LONGEST_NAME, len(words) - place), 0, -1) if _at(words, place, n) in named), 0
        )
        if length and (code := named[_at(words, place, length)]) in codes:
            found[code] = None
        place += max(1, length)
    if not found:
        lines = [line.strip() for line in text.split("\n")]
        shouted = [line for line in lines if _CODES.fullmatch(line)]
        found = dict.fromkeys(code for line in shouted for code in re.findall("[A-Z]{2}", line) if code in codes)
    return tuple(found)


def _at(words: Sequence[str], place: int, length: int) -> str:
    return fold(" ".join(words[place : place + length]).replace("-", " "))


def _is_command(pattern: re.Pattern[str], text: str) -> bool:
    return len(text) <= _LONGEST_COMMAND and bool(pattern.fullmatch(" ".join(text.lower().split())))


@cache
def _names() -> Mapping[str, str]:
    """Every name of a region that people may write, folded, to its code; none of two letters, such as "no" and "in"."""
    names = dict(_MORE_NAMES)
    for code, territory in catalogue().items():
        written = {name_of(code, language) for language in SPOKEN} | set(other_names().get(code, ()))
        if territory.kind == "group":
            written.add(code)
        for name in written:
            folded = fold(name.replace("-", " ").replace(",", " "))
            if len(folded) > 2 and folded != "america":
                names.setdefault(folded, code)
    return names
