from typing import Any

import pytest

from newsletter.issues.content import content_hash
from newsletter.issues.models import Issue, Item
from newsletter.regions.models import Region


def an_issue(**values: Any) -> Issue:
    issue = Issue(region=Region(code="MX"), week="2026-W20", number=1, language="en", subject=None, intro=None)
    issue.items = [
        Item(
            position=position,
            headline=f"Headline {position}",
            summary="What happened.",
            url=f"https://news.example/{position}",
            source="El Sol",
            also=[{"source": "La Luna", "url": "https://luna.example/1"}],
            score=1.0,
            parts=[],
        )
        for position in (1, 2)
    ]
    for name, value in values.items():
        setattr(issue, name, value)
    return issue


def change_item(**values: Any):
    def change(issue: Issue) -> None:
        for name, value in values.items():
            setattr(issue.items[0], name, value)

    return change


SEEN = {
    "region": lambda issue: setattr(issue, "region", Region(code="ES")),
    "number": lambda issue: setattr(issue, "number", 2),
    "week": lambda issue: setattr(issue, "week", "2026-W21"),
    "language": lambda issue: setattr(issue, "language", "es"),
    "subject": lambda issue: setattr(issue, "subject", "After the quake"),
    "intro": lambda issue: setattr(issue, "intro", "A week of aftershocks."),
    "headline": change_item(headline="Another"),
    "summary": change_item(summary=""),
    "url": change_item(url="https://news.example/9"),
    "source": change_item(source="El Sol "),
    "another source": change_item(also=[]),
    "a link of another source": change_item(also=[{"source": "La Luna", "url": "https://luna.example/2"}]),
    "order": lambda issue: [setattr(item, "position", 3 - item.position) for item in issue.items],
    "a dropped item": lambda issue: issue.items.pop(),
}
UNSEEN = {
    "score": change_item(score=2.0),
    "reasons": change_item(parts=[{"name": "sources", "value": 2.0, "reason": "Two."}]),
    "note": lambda issue: setattr(issue, "note", "held"),
    "order in memory": lambda issue: issue.items.reverse(),
}


@pytest.mark.parametrize("change", SEEN.values(), ids=SEEN.keys())
def test_the_hash_changes_with_whatever_readers_see(change):
    issue = an_issue()
    change(issue)
    assert content_hash(issue) != content_hash(an_issue())


@pytest.mark.parametrize("change", UNSEEN.values(), ids=UNSEEN.keys())
def test_the_hash_stays_with_what_they_do_not_see(change):
    issue = an_issue()
    change(issue)
    assert content_hash(issue) == content_hash(an_issue())


def test_the_hash_is_the_same_on_every_machine():
    assert content_hash(an_issue()) == "2fc28f1119c770b67b449bfe0766d8e598a627fc98bbffd23040c59d18327c0c"
