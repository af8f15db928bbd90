"""Sentences of mails and pages in other languages: gettext catalogues, read from their .po files as they are.

`newsletter/locale/<language>/*.po` are merged; English is the source and needs none. To add a language, add a folder.
"""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

import newsletter
from newsletter.regions.catalogue import locale_of

SOURCE_LANGUAGE = "en"
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")


@cache
def languages() -> tuple[str, ...]:
    """The languages that mails and pages speak, English first."""
    return (SOURCE_LANGUAGE, *sorted(folder.name for folder in locale_folder().iterdir() if folder.is_dir()))


@cache
def desk_languages() -> tuple[str, ...]:
    """Those of them that the editors' desk is translated into, English first."""
    return tuple(tag for tag in languages() if tag == SOURCE_LANGUAGE or (locale_folder() / tag / "desk.po").is_file())


def spoken(language: str, otherwise: str = SOURCE_LANGUAGE) -> str:
    """The one of our languages that comes closest to a tag: "es" for "es-MX"."""
    for tag in (language, language.partition("-")[0]):
        if tag in languages():
            return tag
    return otherwise


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; the empty one, which gives back the English, where we do not speak it."""
    if language == SOURCE_LANGUAGE or language not in languages():
        return NullTranslations()
    files = sorted((locale_folder() / language).glob("*.po"))
    merged, *others = (_read(file, language) for file in files)  # the first brings the rule of plural forms
    for other in others:
        merged.merge(other)
    return merged


def direction(language: str) -> str:
    """ "ltr" or "rtl", as HTML writes it."""
    return locale_of(language).text_direction


def week_in_words(week: str, language: str) -> str:
    """The ISO week "2026-W20" as CLDR words it: "week 20 of 2026". A lone capital W in Arabic or Hebrew looks like
    shouting to filters. The number stays ISO's, whatever weeks the language's countries count. What is no week of ours
    stays as it is.
    """
    found = _WEEK.fullmatch(str(week))  # what a template lacks says so itself
    if found is None:
        return week
    pattern = locale_of(language).datetime_skeletons["yw"]
    return str(pattern.format) % {"w": int(found[2]), "Y": found[1]}


def _read(file: Path, language: str) -> Translations:
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(file.read_bytes()), locale=language))
    compiled.seek(0)
    return Translations(compiled)


def locale_folder() -> Path:
    return Path(newsletter.__file__).parent / "locale"
