import pytest
from itsdangerous import Signer

from newsletter.errors import NotFoundError
from newsletter.issues.click_links import ClickLinks, StoryPlace
from newsletter.issues.opinion_links import OpinionLinks

LINKS = ClickLinks(["k" * 32], "https://news.example")
PLACE = StoryPlace(12, 3, 1)


def token_of(links: ClickLinks, place: StoryPlace = PLACE) -> str:
    return links.url(place).removeprefix("https://news.example/s/")


def test_a_link_says_its_place_and_nothing_else():
    assert token_of(LINKS).startswith("12.3.1.")
    assert len(LINKS.url(PLACE)) < 70
    assert LINKS.read(token_of(LINKS)) == PLACE


def test_a_link_of_an_earlier_key_still_opens():
    rotated = ClickLinks(["n" * 32, "k" * 32], "https://news.example")
    assert rotated.read(token_of(LINKS)) == PLACE
    assert token_of(rotated) != token_of(LINKS)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "12.3.1",
        "https://evil.example/",
        token_of(LINKS).replace("12.3", "13.3", 1),
        token_of(LINKS).replace("3.1", "3.2", 1),
        token_of(LINKS)[:-3],
        token_of(ClickLinks(["e" * 32], "https://news.example")),
        OpinionLinks(["k" * 32], "").url(12, "too-much").removeprefix("/o/"),
        Signer("k" * 32, salt="click").sign("https://evil.example/").decode(),
        "\ud800.\u0660",
    ],
)
def test_what_we_never_made_opens_nothing(token):
    with pytest.raises(NotFoundError):
        LINKS.read(token)
