"""Sentences for the editors about a week that is thin or told in another language. Pure."""

from newsletter.picking.candidates import base_language
from newsletter.picking.pick import Pick
from newsletter.picking.wording import counted, number, sentence
from newsletter.regions.catalogue import locale_of


def note_on_too_few(pick: Pick, region_name: str, minimum: int) -> str:
    """Why this week has no issue."""
    found = len(pick.chosen)
    note = (
        f"Too few stories: {counted(found, 'event')} about {region_name} since the last issue, and a letter needs at "
        f"least {number(minimum)}."
    )
    if pick.other_languages:
        several = len(pick.other_languages) > 1
        note += (
            f" {sentence(number(len(pick.other_languages)))} more {'are' if several else 'is'} told in languages other "
            f"than {language_name(pick.language)}."
        )
    return note


def note_on_language(pick: Pick, wanted: str) -> str | None:
    """What an editor should know where the items are not in the region's language; None where they are."""
    if base_language(pick.language) == base_language(wanted):
        return None
    return (
        f"This issue is in {language_name(pick.language)}: no event since the last one was told in "
        f"{language_name(wanted)}, the language of the region."
    )


def language_name(tag: str) -> str:
    """The language in English: "Spanish" for "es-MX"."""
    base = base_language(tag)
    return str(locale_of("en").languages.get(base, base))
