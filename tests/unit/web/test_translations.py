"""Every sentence of the public pages is there in each language that we speak."""

from functools import cache

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment

from newsletter.rendering.templates import template_folder
from newsletter.rendering.translations import SOURCE_LANGUAGE, languages, locale_folder
from newsletter.subscribers import changing_address, leaving, preferences
from newsletter.web import subscription_ask
from newsletter.web.subscribe_form import WORDING

# What the desk says is looked at in test_desk_words.py.
PUBLIC = sorted(path for path in (template_folder() / "web").iterdir() if path.is_file())
FOREIGN = [language for language in languages() if language != SOURCE_LANGUAGE]


def sentences(text):
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    environment.policies["ext.i18n.trimmed"] = True
    found = (message for _, _, message in environment.extract_translations(text))
    # None where a variable is translated; of a plural, what is counted comes as None too.
    return {_pair(message) for message in found if message}


def _pair(message):
    return tuple(form for form in message if form) if isinstance(message, tuple) else message


@cache
def translated(language):
    """What the catalogues of a language translate: sentences, and pairs of singular and plural."""
    found = set()
    for path in (locale_folder() / language).glob("*.po"):
        with path.open("rb") as file:
            found |= {message.id for message in read_po(file, locale=language) if message.string and not message.fuzzy}
    return found


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("template", PUBLIC, ids=lambda path: path.name)
def test_each_sentence_of_a_template_is_translated(template, language):
    assert sentences(template.read_text()) <= translated(language)


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize(
    "sentence",
    [
        WORDING,
        subscription_ask.BAD_ADDRESS,
        subscription_ask.ASKED,
        subscription_ask._NO_REGION,
        subscription_ask._TOO_OFTEN,
        leaving.TOO_LATE,
        preferences.NO_REGION,
        preferences.NO_LANGUAGE,
        preferences.NO_READER,
        preferences.TOO_QUIET,
        changing_address.TAKEN,
        changing_address.USED,
    ],
)
def test_each_sentence_that_the_code_says_to_readers_is_translated(sentence, language):
    assert sentence in translated(language)
