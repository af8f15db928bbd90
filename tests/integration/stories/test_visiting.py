"""Whether pages are still there."""

from newsletter.stories.visiting import visit
from tests.support.feeds import Page
from tests.support.world import NOW


def test_what_became_of_each_page_is_told_in_order(feeds, fetcher):
    feeds.pages |= {
        "/there": Page(b"<html>"),
        "/gone": Page(b"", 410),
        "/moved": Page(status=301, headers={"Location": "/there"}),
        "/broken": Page(b"", 500),
    }
    paths = ("/there", "/gone", "/missing", "/moved", "/broken")
    visits = visit(fetcher, [*map(feeds.url, paths), "http://10.1.2.3/"], NOW)
    assert [(found.is_gone, found.trouble is None) for found in visits] == [
        (False, True),
        (True, False),
        (True, False),
        (False, True),
        (False, False),
        (False, False),
    ]
    assert "404" in visits[2].trouble
    assert "public" in visits[5].trouble
