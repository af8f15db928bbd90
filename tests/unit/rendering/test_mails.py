"""All mails that are no letters, and what holds for every template."""

import re
from functools import cache

import pytest
from jinja2 import TemplateRuntimeError, UndefinedError
from rich.cells import cell_len

from newsletter.rendering.faults import TemplateFaultError
from newsletter.rendering.letters import frame_context
from newsletter.rendering.pieces import Composed
from newsletter.rendering.service import Rendering
from newsletter.rendering.templates import email_environment, template_folder
from newsletter.rendering.translations import languages
from newsletter.sending.models import NoticeKind
from tests.unit.rendering.parts import html_links, shown_text, text_links, tree
from tests.unit.rendering.samples import CONTEXTS, OPINIONS, SETTINGS, mexico, pieces_of

RENDERING = Rendering(SETTINGS, OPINIONS)
TEMPLATES = sorted(
    path.relative_to(template_folder() / "email").as_posix() for path in (template_folder() / "email").rglob("*.*")
)
FOLDERS = sorted({name.partition("/")[0] for name in TEMPLATES} - {"base"})


@pytest.fixture(params=[(kind, language) for kind in CONTEXTS for language in languages()], ids="-".join)
def mail(request: pytest.FixtureRequest) -> Composed:
    return rendered(*request.param)


@cache
def rendered(kind: str, language: str) -> Composed:
    """The sample mail of a kind, rendered once for all who look at it: nobody can change it."""
    return RENDERING.mail(kind, language, **CONTEXTS[kind])


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_can_be_read(name: str) -> None:
    email_environment("en").get_template(name)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_mail_has_a_subject_and_both_bodies(folder: str) -> None:
    assert {name for name in TEMPLATES if name.startswith(f"{folder}/")} == {
        f"{folder}/{part}" for part in ("subject.txt", "body.txt", "body.html")
    }


def test_every_kind_of_notice_has_a_mail() -> None:
    assert set(CONTEXTS) - {"correction", "relay_test"} == set(NoticeKind) - {NoticeKind.PREVIEW}
    assert set(CONTEXTS) == set(FOLDERS) - {"letter"}


def test_a_subject_is_one_line(mail: Composed) -> None:
    assert len(mail.subject.splitlines()) == 1


def test_every_mail_says_who_sends_it(mail: Composed) -> None:
    for part in (shown_text(mail), " ".join(mail.text.split())):
        assert "Harbour Press · 12 Harbour Lane, Bristol BS1 4ND, United Kingdom" in part


def test_both_parts_of_a_mail_have_the_same_links_and_words(mail: Composed) -> None:
    assert html_links(mail) == text_links(mail)
    words = set(re.findall(r"[^\W\d]+", re.sub(r"https?://\S+", "", mail.text)))
    assert set(re.findall(r"[^\W\d]+", shown_text(mail))) == words


def test_lines_of_a_mail_fit_a_terminal(mail: Composed) -> None:
    assert all(cell_len(line) <= 78 for line in mail.text.splitlines())


def test_a_mail_speaks_its_language(mail: Composed) -> None:
    page = tree(mail)
    assert page.get("lang") == mail.language
    assert page.get("dir") == ("rtl" if mail.language in ("ar", "he") else "ltr")


# From Python 3.12 on, gettext says that a missing number is none before the template says that it is missing.
@pytest.mark.filterwarnings("ignore:Plural value must be an integer:DeprecationWarning")
@pytest.mark.parametrize("kind", CONTEXTS)
def test_a_mail_whose_context_lacks_something_is_an_error(kind: str) -> None:
    for name in CONTEXTS[kind]:
        context = {key: value for key, value in CONTEXTS[kind].items() if key != name}
        with pytest.raises(TemplateFaultError, match=rf"templates/email/({kind}|base)/.*, line \d+: .*undefined"):
            RENDERING.mail(kind, "en", **context)


@pytest.mark.parametrize("form", ["html", "txt"])
@pytest.mark.parametrize("missing", ["content", "why"])
def test_a_mail_cannot_be_made_without_its_words_or_its_reason(form: str, missing: str) -> None:
    blocks = {"content", "why"} - {missing}
    source = f'{{% extends "base/reader.{form}" %}}' + "".join(f"{{% block {b} %}}x{{% endblock %}}" for b in blocks)
    with pytest.raises(TemplateRuntimeError, match=f"Required block '{missing}' not found"):
        email_environment("en").from_string(source).render(
            frame_context("en", SETTINGS) | dict.fromkeys(["subject", "preferences_url", "unsubscribe_url"], "x")
        )


@pytest.mark.parametrize("form", ["html", "txt"])
@pytest.mark.parametrize("missing", ["preferences_url", "unsubscribe_url", "postal_address"])
def test_a_mail_to_a_reader_cannot_be_made_without_its_footer(form: str, missing: str) -> None:
    source = (
        f'{{% extends "base/reader.{form}" %}}{{% block content %}}x{{% endblock %}}{{% block why %}}x{{% endblock %}}'
    )
    context = frame_context("en", SETTINGS) | dict.fromkeys(["subject", "preferences_url", "unsubscribe_url"], "x")
    email_environment("en").from_string(source).render(context)
    del context[missing]
    with pytest.raises(UndefinedError, match=missing):
        email_environment("en").from_string(source).render(context)


def test_hostile_words_in_a_mail_stay_words() -> None:
    mail = RENDERING.mail("held", "en", **CONTEXTS["held"] | {"reason": "<b>{{7*191}}</b>\r\nBcc: x@example.com\u202e"})
    assert "< b>{{7*191}}< /b> Bcc: x@example.com" in mail.text  # nobody is to take it for HTML
    assert "<b>{{7*191}}</b> Bcc: x@example.com" in shown_text(mail)


def test_a_language_that_we_do_not_speak_becomes_english() -> None:
    assert RENDERING.mail("held", "de", **CONTEXTS["held"]).language == "en"
    assert RENDERING.mail("held", "es-MX", **CONTEXTS["held"]).language == "es"


def test_a_preview_is_the_letter_with_a_marked_subject() -> None:
    letter = RENDERING.compose([pieces_of(mexico(), "es")], "es")
    preview = RENDERING.preview(letter)
    assert preview.subject == f"[Vista previa] {letter.subject}"
    assert (preview.html, preview.text) == (letter.html, letter.text)
