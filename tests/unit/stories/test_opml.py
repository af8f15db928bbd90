from pathlib import Path

import pytest

from newsletter.errors import InvalidInputError
from newsletter.stories.opml import Outline, read_opml

_LIST = Path(__file__).parents[2] / "data" / "feeds" / "list.opml"


def test_feeds_are_read_with_their_lines_out_of_all_folders():
    found = read_opml(_LIST.read_bytes())
    assert found.outlines == [
        Outline(6, "https://harbour.example/feed.xml", "The Harbour Post", "en"),
        Outline(7, "https://fish.example/feed?a=1&b=2", "Fish & Chips Weekly"),
        Outline(9, "https://bereg.example/rss", 'Газета "Берег". Главное'),
        Outline(10, "ftp://old.example/feed"),
    ]
    assert found.problem is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"<rss version='2.0'/>", "not a list of feeds", id="a feed"),
        pytest.param(b"hello", "not a list of feeds", id="text"),
        pytest.param(b"<html><body/></html>", "not a list of feeds", id="a page"),
        pytest.param(
            b'<!DOCTYPE opml [<!ENTITY a "b">]><opml><outline xmlUrl="&a;"/></opml>', "entities", id="entities"
        ),
        pytest.param(b"<opml>" + b" " * 5_000_001, "larger than", id="huge"),
    ],
)
def test_what_is_no_list_of_feeds_is_refused_with_a_reason(body, reason):
    with pytest.raises(InvalidInputError, match=reason):
        read_opml(body)


def test_a_list_that_breaks_off_gives_what_it_has():
    found = read_opml(b'<opml><body><outline xmlUrl="https://a.example/"/><outline xmlUrl="https://b')
    assert [outline.url for outline in found.outlines] == ["https://a.example/"]
    assert found.problem is not None


def test_a_list_that_is_malformed_gives_what_stands_before_that():
    found = read_opml(
        b'<opml>\n<outline xmlUrl="https://a.example/"/>\n<![ <outline xmlUrl="https://b.example/"/></opml>'
    )
    assert [outline.url for outline in found.outlines] == ["https://a.example/"]
    assert "line 3" in found.problem


def test_names_are_cleaned_and_may_be_missing():
    found = read_opml('<opml><outline text="a\r\n\u202eb" xmlUrl="https://a.example/"/></opml>'.encode())
    assert found.outlines == [Outline(1, "https://a.example/", "a b")]
