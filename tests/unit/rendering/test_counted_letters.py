"""Letters whose stories are opened through us, where clicks are counted."""

import re

import pytest

from newsletter.config import Settings
from newsletter.issues.click_links import ClickLinks, StoryPlace
from newsletter.rendering.composing import HTML_LIMIT, compose
from newsletter.rendering.letters import render_issue
from newsletter.rendering.pieces import Composed
from newsletter.rendering.service import Rendering
from tests.unit.rendering.parts import html_links, shown_text, text_links, told_text
from tests.unit.rendering.samples import OPINIONS, SETTINGS, make_issue, make_item, pieces_of

CLICKS = ClickLinks(["k" * 32], SETTINGS.base_url)
STORY = "https://news.example/1?section=world&page=2#top"
NOTE = "How often each story is opened is counted"


def counted(*items, language="en", **columns) -> Composed:
    issue = make_issue(
        items or (make_item(1, "One", url=STORY, also=[{"source": "B", "url": "https://b.example/"}]), 2)
    )
    for item in issue.items:
        item.issue_id = issue.id
    pieces = render_issue(issue, language, SETTINGS, opinions=OPINIONS, look="sample", clicks=CLICKS, **columns)
    return compose([pieces], language)


def places(letter: Composed) -> list[StoryPlace]:
    tokens = re.findall(r"https://weekly\.example/s/(\S+)", "\n".join(html_links(letter)))
    return [CLICKS.read(token) for token in tokens]


def test_each_story_has_a_link_of_its_place_and_no_other_link_changes():
    letter = counted()
    assert places(letter) == [StoryPlace(1, 1), StoryPlace(1, 1, 1), StoryPlace(1, 2)]
    plain = compose([pieces_of(make_issue([make_item(1, "One", url=STORY), 2]))], "en")
    assert {link for link in html_links(letter) if "/s/" not in link} == {
        link for link in html_links(plain) if not link.startswith("https://news.example/")
    }


def test_both_parts_lead_to_the_same_places_and_say_that_clicks_are_counted():
    letter = counted()
    assert html_links(letter) == text_links(letter)
    assert NOTE in shown_text(letter)
    assert NOTE in told_text(letter)
    assert "no se guarda nada sobre quién la abre" in told_text(counted(language="es"))


def test_a_letter_without_counting_says_nothing_of_it_and_leads_there_directly():
    letter = compose([pieces_of(make_issue([make_item(1, "One", url=STORY)]))], "en")
    assert NOTE not in letter.html + letter.text
    assert STORY in html_links(letter)
    assert "/s/" not in letter.html + letter.text


def test_what_leads_to_our_own_page_needs_no_detour():
    letter = counted(make_item(1, "One", url="javascript:alert(1)"))
    assert "/s/" not in letter.html
    assert "https://weekly.example/regions/MX/issues/12" in html_links(letter)


def test_a_letter_of_very_long_addresses_becomes_shorter_and_keeps_its_limit():
    long = "https://news.example/" + "a" * 1800
    items = [make_item(number, f"Event {number}", url=long, summary="word " * 200) for number in range(1, 41)]
    letter = counted(*items)
    assert len(letter.html.encode()) <= HTML_LIMIT
    assert long not in letter.html


@pytest.mark.parametrize("is_counted", [True, False])
def test_switching_it_on_renders_drafts_anew(is_counted):
    looks = {Rendering(Settings(), OPINIONS, CLICKS if on else None).look for on in (is_counted, not is_counted)}
    assert len(looks) == 2
