from datetime import UTC, datetime

import pytest

from newsletter.errors import InvalidInputError
from newsletter.stories.intake import STORIES_LIMIT, read_given
from newsletter.stories.parsed import ParsedStory, RejectedEntry

SITE = "https://weekly.example"


def test_a_full_story_is_taken_as_given_and_cleaned():
    (story,) = read_given(
        {
            "title": "Bridge <b>reopens</b>",
            "summary": "<p>At last.</p>",
            "url": "http://news.example/bridge?utm_source=x",
            "published_at": "2026-05-14T10:00:00-06:00",
            "language": "en-US",
            "region": "mx",
            "author": "Ada Quill",
            "image_url": "https://news.example/bridge.jpg",
        },
        SITE,
    )
    assert story == ParsedStory(
        title="Bridge reopens",
        summary="At last.",
        url="http://news.example/bridge?utm_source=x",
        canonical_url="https://news.example/bridge",
        published_at=datetime(2026, 5, 14, 16, tzinfo=UTC),
        author="Ada Quill",
        image_url="https://news.example/bridge.jpg",
        language="en",
        region="MX",
    )


def test_a_story_without_a_link_stands_on_its_regions_page_and_is_known_by_its_title():
    first, same, other = read_given(
        [{"title": t, "region": "Mexico"} for t in ("Bridge reopens", "BRIDGE  reopens", "Bridge closes")], SITE
    )
    assert first.url.startswith(f"{SITE}/regions/MX#story-")
    assert first.canonical_url == same.canonical_url != other.canonical_url


def test_its_identity_outlives_a_move_of_our_site():
    (before,), (after,) = (read_given({"title": "x", "region": "MX"}, site) for site in (SITE, "https://moved.example"))
    assert before.canonical_url == after.canonical_url


@pytest.mark.parametrize(
    ("story", "reason"),
    [
        pytest.param({"url": "https://a.example/"}, "title: field required", id="no title"),
        pytest.param({"title": "<p> </p>", "url": "https://a.example/"}, "no title", id="empty title"),
        pytest.param({"title": "x"}, "neither a url nor a region", id="nowhere to stand"),
        pytest.param({"title": "x", "url": "javascript:x"}, "begins with javascript:", id="hostile link"),
        pytest.param({"title": "x", "region": "Atlantis"}, "There is no region", id="unknown region"),
        pytest.param({"title": "x", "region": "MX", "source_id": 1}, "source_id: no such field", id="unknown field"),
        pytest.param({"title": "x", "region": "MX", "id": 1}, "id: no such field", id="an id of one's own"),
        pytest.param({"title": ["x"], "region": "MX"}, "title: ", id="wrong type"),
        pytest.param({"title": "x" * 3000, "region": "MX"}, "at most 2000 characters", id="too long"),
        pytest.param({"title": "x", "region": "MX", "published_at": "soon"}, "published_at: ", id="no date"),
        pytest.param({"title": "x", "region": "MX", "language": "Spanish!"}, "language", id="no language"),
        pytest.param("x", "JSON object", id="no object"),
        pytest.param(None, "JSON object", id="null"),
    ],
)
def test_a_bad_story_costs_only_itself(story, reason):
    good = {"title": "Good", "region": "MX"}
    first, bad, last = read_given([good, story, good], SITE)
    assert isinstance(bad, RejectedEntry)
    assert reason in bad.reason
    assert isinstance(first, ParsedStory)
    assert isinstance(last, ParsedStory)


@pytest.mark.parametrize("document", ["text", 5, None, True])
def test_another_kind_of_document_is_refused_whole(document):
    with pytest.raises(InvalidInputError, match="JSON object"):
        read_given(document, SITE)


def test_too_many_stories_at_one_time_are_refused():
    with pytest.raises(InvalidInputError, match=f"at most {STORIES_LIMIT}"):
        read_given([{}] * (STORIES_LIMIT + 1), SITE)
