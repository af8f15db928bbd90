"""What a person asks for, in their words."""

import pytest

from newsletter.feedback.intents import regions_in, regions_in_tag, wish_in
from newsletter.feedback.mime import read_mail

CODES = ["MX", "ES", "US", "GB", "BR", "NG", "NE", "DE", "latin-america"]


def mail(subject: str, body: str = "") -> bytes:
    return f"Subject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{body}\n".encode()


@pytest.mark.parametrize(
    ("words", "regions"),
    [
        ("Mexico", ["MX"]),
        ("México y España", ["MX", "ES"]),
        ("news of the United Kingdom, please", ["GB"]),
        ("Reino Unido, Alemania", ["GB", "DE"]),
        ("América Latina", ["latin-america"]),
        ("Nigeria and Niger", ["NG", "NE"]),
        ("NIGERIA", ["NG"]),
        ("MX, ES", ["MX", "ES"]),
        ("MX", ["MX"]),
        ("mx", []),  # in a sentence, words of two letters are words
        ("I am in no way sure", []),
        ("France", []),  # not switched on
        ("Mexico Mexico", ["MX"]),
        ("", []),
    ],
)
def test_regions_are_found_by_their_names_in_english_and_spanish(words: str, regions: list[str]) -> None:
    assert list(regions_in(words, CODES)) == regions


@pytest.mark.parametrize(
    ("tag", "regions"), [("mx", ["MX"]), ("mx+es", ["MX", "ES"]), ("latin-america", ["latin-america"]), ("zz", [])]
)
def test_a_tag_names_regions_by_code(tag: str, regions: list[str]) -> None:
    assert list(regions_in_tag(tag, CODES)) == regions


LEAVING = [
    "unsubscribe", "Unsubscribe", "UNSUBSCRIBE.", "please unsubscribe me", "remove me from this list",
    "stop", "baja", "Darme de baja", "cancelar suscripción", "quiero darme de baja", "descadastrar", "abmelden",
    "désinscription", "إلغاء الاشتراك", "הסרה",
]  # fmt: skip


@pytest.mark.parametrize("words", LEAVING)
def test_a_wish_to_leave_is_understood_in_the_subject_and_in_the_body(words: str) -> None:
    assert wish_in(read_mail(mail(words)), CODES).leaves
    assert wish_in(read_mail(mail("Re: This week", words + "\n\n> quoted")), CODES).leaves


@pytest.mark.parametrize(
    "body",
    ["I do not want to leave Mexico, stop asking", "", "> unsubscribe", "On Friday somebody wrote:\nunsubscribe"],
)
def test_what_only_holds_the_word_is_no_wish_to_leave(body: str) -> None:
    assert not wish_in(read_mail(mail("Re: Unsubscribe link in the letter of this week is broken", body)), CODES).leaves


def test_a_wish_to_join_and_its_language() -> None:
    wish = wish_in(read_mail(mail("Suscribirme", "Quiero noticias de México")), CODES)
    assert (wish.joins, wish.regions, wish.language) == (True, ("MX",), "es")
    assert wish_in(read_mail(mail("subscribe", "Mexico")), CODES).joins


def test_the_address_speaks_before_the_words() -> None:
    assert wish_in(read_mail(mail("subscribe", "Spain")), CODES, "mx").regions == ("MX",)
