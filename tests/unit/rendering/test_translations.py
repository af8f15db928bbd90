import re

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from newsletter.regions.catalogue import catalogue, locale_of, name_of
from newsletter.regions.groups import GROUPS
from newsletter.rendering.templates import template_folder
from newsletter.rendering.translations import direction, languages, locale_folder, spoken, translations, week_in_words

OTHERS = [language for language in languages() if language != "en"]
SAME_IN_ENGLISH = {"es": {"asia"}, "fr": {"balkans", "europe"}, "pt": {"oceania"}}  # they are spelled alike
JINJA = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true"}


def sentences() -> set[object]:
    """Every sentence of the mails, as gettext knows it: a string, or a singular and a plural."""
    templates = extract_from_dir(
        template_folder() / "email",
        method_map=[("**.html", "jinja2.ext:babel_extract"), ("**.txt", "jinja2.ext:babel_extract")],
        options_map={"**.html": JINJA, "**.txt": JINJA},
    )
    code = extract_from_dir(locale_folder().parent / "rendering", method_map=[("**.py", "python")])
    return {found[2] for found in (*templates, *code)}


def pairs(message: Message) -> list[tuple[str, str]]:
    """Each form of a translation with the sentence that it stands for."""
    if not message.pluralizable:
        return [(message.id, message.string)]
    return [(message.id[-1], form) for form in message.string]


def placeholders(sentence: str) -> set[str]:
    """Their names, without those of the count: "two stories" is one word in Arabic and in Hebrew."""
    return set(re.findall(r"%\((\w+)\)s", sentence)) - {"count", "num"}


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_the_mails_is_translated_and_none_is_left_over(language: str) -> None:
    with (locale_folder() / language / "mail.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    translated = {message.id for message in catalogue if message.id and message.string and not message.fuzzy}
    assert translated == sentences()


@pytest.mark.parametrize("language", OTHERS)
def test_every_translation_has_the_placeholders_of_its_sentence(language: str) -> None:
    for path in (locale_folder() / language).glob("*.po"):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        for message in catalogue:
            if message.id:
                assert list(message.check(catalogue)) == []
                for source, translation in pairs(message):
                    assert placeholders(translation) == placeholders(source), translation


@pytest.mark.parametrize(
    ("count", "note"),
    [(1, "خبر آخر من مصر"), (2, "خبران آخران من مصر"), (3, "3 أخبار أخرى من مصر"), (11, "11 خبرًا آخر من مصر")],
)
def test_plural_forms_are_those_of_the_language(count: int, note: str) -> None:
    template = translations("ar").ngettext(
        "%(count)s more story from %(region)s", "%(count)s more stories from %(region)s", count
    )
    assert template % {"count": count, "region": "مصر"} == note


@pytest.mark.parametrize(
    ("tag", "ours"), [("es", "es"), ("es-MX", "es"), ("ar-EG", "ar"), ("de", "en"), ("", "en"), ("../x", "en")]
)
def test_a_language_tag_finds_the_closest_language_that_we_speak(tag: str, ours: str) -> None:
    assert spoken(tag) == ours


@pytest.mark.parametrize(("tag", "way"), [("en", "ltr"), ("ar", "rtl"), ("he", "rtl"), ("ur-PK", "rtl"), ("xx", "ltr")])
def test_a_language_has_a_direction(tag: str, way: str) -> None:
    assert direction(tag) == way


def test_english_is_the_source() -> None:
    assert languages()[0] == "en"
    assert translations("en").gettext("Unsubscribe") == "Unsubscribe"


@pytest.mark.parametrize("language", OTHERS)
def test_the_rule_of_plural_forms_says_what_cldr_says(language: str) -> None:
    """Two numbers take the same form exactly if CLDR puts them into one category; we count no millions."""
    numbers = range(1, 1000)
    forms = translations(language).plural  # type: ignore[attr-defined]  # which GNUTranslations has when parsed
    category = locale_of(language).plural_form
    pairs = {(forms(number), category(number)) for number in numbers}
    assert len(pairs) == len({form for form, _ in pairs}) == len({name for _, name in pairs})


@pytest.mark.parametrize("language", languages())
def test_every_region_has_a_name_in_every_language(language: str) -> None:
    alike = {code for code in catalogue() if name_of(code, language) == name_of(code, "en") and code in GROUPS}
    assert language == "en" or alike <= SAME_IN_ENGLISH.get(language, set())


@pytest.mark.parametrize(
    ("week", "language", "words"),
    [
        ("2026-W20", "en", "week 20 of 2026"),
        ("2026-W53", "en", "week 53 of 2026"),  # in the United States a week 1 of 2027
        ("2027-W01", "fr", "semaine 1 de 2027"),
        ("2026-W20", "ar", "الأسبوع 20 من سنة 2026"),
    ],
)
def test_a_week_is_worded_by_cldr_and_counted_by_iso(week: str, language: str, words: str) -> None:
    assert week_in_words(week, language) == words
