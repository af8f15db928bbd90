"""What the pre-flight report says of a letter, a row for each thing that may be wrong with it."""

import pytest
from pydantic import HttpUrl

from newsletter.config import Settings
from newsletter.issues.models import Issue, Item
from newsletter.rendering.pieces import Composed
from newsletter.rendering.slots import Slot
from newsletter.sending.preflight import Verdict, links_of, preflight

SOUND = Settings(_env_file=None, site_url=HttpUrl("https://news.example"), postal_address="1 Sample Street")
HTML = f'<a href="https://a.example/1">A</a><a href="{Slot.UNSUBSCRIBE}">Leave</a><a href="#top">Top</a>'
TEXT = f"A\nhttps://a.example/1\nLeave: {Slot.UNSUBSCRIBE}\n"


def report(
    html=HTML,
    text=TEXT,
    subject="After the quake",
    readers=3,
    settings=SOUND,
    is_outbox=False,
    differences=(),
    headline="A",
    preheader=None,
):
    item = Item(url="https://a.example/1", also=[], position=1, headline=headline, summary="")
    item.differences = list(differences)
    letter = Composed(subject=subject, html=html, text=text, language="en")
    return preflight(
        Issue(items=[item], language="en", preheader=preheader), letter, readers, settings, is_outbox=is_outbox
    )


def not_good(**changes):
    return [(check.verdict, check.said) for check in report(**changes) if check.verdict is not Verdict.GOOD]


def test_of_a_sound_letter_all_is_good():
    assert not_good() == []
    assert len(report()) >= 6


BAD, LOOK = Verdict.BAD, Verdict.LOOK
DIFFERING = {"kind": "disagreement", "acknowledged_by": None}


@pytest.mark.parametrize(
    ("changes", "verdict", "said"),
    [
        ({"html": HTML + " " * 90_000}, LOOK, "88 KB"),
        ({"html": HTML + " " * 120_000}, BAD, "117 KB"),
        ({"subject": "x" * 61}, LOOK, "61 characters"),
        ({"preheader": "x" * 91}, LOOK, "91 characters"),
        ({"html": f'<p style="color:#777">{HTML}'}, BAD, "“A” has a contrast of 4.48"),
        ({"text": f"{Slot.UNSUBSCRIBE}"}, LOOK, "1 links"),
        ({"html": '<a href="https://a.example/1">A</a>'}, BAD, "leave"),
        ({"html": HTML + '<img src="https://a.example/x.png">'}, BAD, "1 of 1 pictures"),
        ({"readers": 0}, LOOK, "Nobody"),
        ({"differences": [DIFFERING, DIFFERING]}, LOOK, "2 facts"),
        ({"headline": "Actor took his own life"}, LOOK, "suicide (“took his own life”)"),
        ({"is_outbox": True}, LOOK, "relay"),
        ({"settings": SOUND.model_copy(update={"postal_address": ""})}, BAD, "postal"),
        ({"settings": SOUND.model_copy(update={"site_url": HttpUrl("http://news.example")})}, LOOK, "http:"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_wrong_is_said(changes, verdict, said):
    [(found, sentence)] = not_good(**changes)
    assert found is verdict
    assert said in sentence


@pytest.mark.parametrize("differences", [[DIFFERING | {"acknowledged_by": "Ada"}], [DIFFERING | {"kind": "update"}]])
def test_a_difference_that_was_looked_at_or_is_an_update_is_none(differences):
    assert not_good(differences=differences) == []


def test_a_picture_with_words_is_good_even_if_it_says_that_it_tells_nothing():
    assert not_good(html=HTML + '<img src="https://a.example/x.png" alt="">') == []


def test_what_is_bad_comes_first():
    verdicts = [check.verdict for check in report(html="", readers=0)]
    assert verdicts == sorted(verdicts, key=[BAD, LOOK, Verdict.GOOD].index)


def test_the_pages_of_an_issue_are_named_once_each_in_their_order():
    items = [
        Item(url="https://a.example/1", also=[{"source": "B", "url": "https://b.example/1"}]),
        Item(url="https://c.example/1", also=[{"source": "A", "url": "https://a.example/1"}]),
    ]
    assert links_of(Issue(items=items)) == ["https://a.example/1", "https://b.example/1", "https://c.example/1"]
