from collections import defaultdict
from datetime import timedelta

from newsletter.demo.world import EPOCH, sample_world


def test_the_world_is_as_large_as_promised():
    world = sample_world()
    assert len(world.newsrooms) >= 12
    assert len(world.reports) >= 130
    assert {room.language for room in world.newsrooms.values()} == {"es", "en", "ar"}
    assert {room.home for room in world.newsrooms.values()} == {"MX", "GB", "EG", "latin-america"}
    assert {room.form for room in world.newsrooms.values()} == {"rss092", "rss2", "rdf", "atom", "json"}


def test_the_stories_spread_over_three_weeks():
    reports = sample_world().reports
    assert reports[-1].published_at - reports[0].published_at > timedelta(days=18)
    for week in range(3):
        start = EPOCH + timedelta(days=7 * week)
        assert sum(start <= report.published_at < start + timedelta(days=7) for report in reports) >= 20


def test_every_report_belongs_to_a_newsroom_and_has_a_page_of_its_own():
    world = sample_world()
    assert {report.newsroom for report in world.reports} <= set(world.newsrooms)
    assert len({(report.newsroom, report.slug) for report in world.reports}) == len(world.reports)


def test_several_newsrooms_of_one_language_tell_the_same_events():
    world = sample_world()
    tellers = defaultdict(set)
    for report in world.reports:
        tellers[report.event].add(report.newsroom)
    assert sum(len(newsrooms) > 1 for newsrooms in tellers.values()) >= 20
    for newsrooms in tellers.values():
        assert len({world.newsrooms[key].language for key in newsrooms}) == 1


def test_a_newsroom_has_published_only_what_its_clock_has_reached():
    world = sample_world()
    first = world.reports[0]
    assert world.published(first.newsroom, first.published_at - timedelta(minutes=1)) == []
    assert world.published(first.newsroom, first.published_at) == [first]
