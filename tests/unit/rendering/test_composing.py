import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from newsletter.errors import InvalidInputError
from newsletter.issues.models import Issue
from newsletter.rendering.composing import HTML_LIMIT, compose
from newsletter.rendering.pieces import Composed, IssuePieces, ItemPieces, Pair
from newsletter.rendering.slots import Slot
from newsletter.rendering.subjects import SUBJECT_LIMIT
from tests.unit.rendering.parts import briefs, headings, html_links, shown_text, text_links, told, told_text, tree
from tests.unit.rendering.samples import also, egypt, make_issue, make_item, mexico, pieces_of, spain

LETTERS = {
    "one region": lambda: ([mexico()], "en"),
    "three regions, mixed directions": lambda: ([mexico(), spain(), egypt()], "en"),
    "Arabic": lambda: ([egypt(), mexico()], "ar"),
    "Spanish": lambda: ([spain(), mexico()], "es"),
    "no summaries": lambda: ([make_issue([make_item(1, "Bare", summary="")])], "en"),
}


def letter_of(*issues: Issue, language: str = "en") -> Composed:
    return compose([pieces_of(issue, language) for issue in issues], language)


@pytest.fixture(params=LETTERS)
def letter(request: pytest.FixtureRequest) -> Composed:
    issues, language = LETTERS[request.param]()
    return letter_of(*issues, language=language)


def test_both_parts_have_the_same_links_in_the_same_order(letter: Composed) -> None:
    assert html_links(letter) == text_links(letter)


def test_both_parts_have_the_same_titles_in_the_same_order(letter: Composed) -> None:
    text, start = told_text(letter), 0
    for heading in headings(letter, "h1", "h2", "h3"):
        start = text.index(heading, start) + len(heading)


def test_both_parts_have_the_same_words(letter: Composed) -> None:
    html = set(re.findall(r"\w+", shown_text(letter)))
    text = set(re.findall(r"\w+", re.sub(r"https?://\S+", "", letter.text)))
    assert html - {Slot.PREFERENCES, Slot.UNSUBSCRIBE} == text - {Slot.PREFERENCES, Slot.UNSUBSCRIBE}


def test_every_line_of_the_text_fits_a_terminal(letter: Composed) -> None:
    assert all(cell_len(line) <= 78 for line in letter.text.splitlines() if not line.startswith("https://"))


def test_every_letter_has_the_ways_out_and_the_postal_address(letter: Composed) -> None:
    for part in (letter.html, letter.text):
        assert part.count(Slot.UNSUBSCRIBE) == part.count(Slot.PREFERENCES) == part.count(Slot.ADDRESS) == 1
        assert "12 Harbour Lane, Bristol BS1 4ND" in part


def test_no_hole_and_no_mark_is_left(letter: Composed) -> None:
    assert not re.search("mark[0-9a-f]{16}", letter.html + letter.text + letter.subject)


def test_there_is_one_h1_and_an_h2_for_each_region() -> None:
    letter = letter_of(mexico(), spain())
    assert headings(letter, "h1") == ["Regional Weekly"]
    assert headings(letter, "h2") == ["🇲🇽 Mexico", "🇪🇸 Spain"]


def test_regions_and_items_stand_in_the_readers_order() -> None:
    regions = [headings(letter_of(*issues), "h2") for issues in ((mexico(), spain()), (spain(), mexico()))]
    assert regions[0] == regions[1][::-1]


def test_an_event_that_two_regions_carry_is_told_once() -> None:
    letter = letter_of(mexico(), spain())
    assert "Senate passes the shorter working week, to start in 2027" in headings(letter, "h3")
    assert "México aprueba la semana de cuarenta horas" not in letter.html + letter.text


def test_the_first_item_that_is_not_told_above_becomes_the_lead() -> None:
    first, second = make_issue([1, 2, 3]), make_issue([1, 4, 5], code="ES", id=2)
    leads = [heading.text_content() for heading in tree(letter_of(first, second)).find_class("lead")]
    assert leads == ["Event number 1", "Event number 4"]


def test_a_region_whose_events_are_all_told_above_says_so_and_leads_to_the_web() -> None:
    letter = letter_of(make_issue([1, 2]), make_issue([2, 1], code="ES", id=2, number=5))
    assert "All of this week’s stories from Spain are told above" in letter.text
    assert html_links(letter).count("https://weekly.example/regions/ES/issues/5") == 3


@pytest.mark.parametrize(
    ("regions", "note"), [(1, None), (2, "1 more story from Mexico"), (3, "2 more stories from Mexico")]
)
def test_what_is_left_out_is_counted_and_linked(regions: int, note: str | None) -> None:
    codes = ["MX", "ES", "EG"][:regions]
    issues = [make_issue(range(n * 20, n * 20 + 10), code=code, id=n) for n, code in enumerate(codes)]
    letter = letter_of(*issues)
    assert (note in letter.text) if note else ("more stor" not in letter.text)
    assert len(told(letter)) == regions * {1: 8, 2: 6, 3: 5}[regions]
    assert len(briefs(letter)) == regions * {1: 2, 2: 3, 3: 3}[regions]


def test_a_letter_stays_below_its_size_and_closes_with_read_on() -> None:
    long = [make_item(n, f"Headline {n} " + "w" * 600, summary="é" * 500, also=also(*"abcdef")) for n in range(1, 90)]
    assert len(briefs(letter_of(make_issue(long)))) > 50
    letter = letter_of(make_issue(long))
    assert 70_000 < len(letter.html.encode()) <= HTML_LIMIT
    assert f"{89 - len(told(letter) + briefs(letter))} more stories from Mexico" in letter.text
    assert html_links(letter) == text_links(letter)


REGION = pieces_of(make_issue([make_item(1, "One", also=also("B"))]))
WORDS = st.integers(0, 30_000)  # bytes of an item


def region_of(number: int, sizes: list[int]) -> IssuePieces:
    """A region with items of about these sizes, each with a link that no other has."""
    items = []
    for rank, size in enumerate(sizes):
        url = f"https://news.example/{number}/{rank}"
        told = Pair((f'<h3><a href="{url}">x</a></h3><p>{"w" * size}</p>',), (f"x\n{url}",))
        brief = Pair((f'<li><a href="{url}">{"w" * (size // 4)}</a></li>',), (f"x\n{url}",))
        items.append(ItemPieces(number * 1000 + rank, "x", told, told, brief))
    notes = tuple(f"{count} more" for count in range(1, len(sizes) + 1))
    return replace(REGION, items=tuple(items), more_notes=notes, code=f"X{number}")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=40), min_size=1, max_size=30))
def test_no_letter_is_ever_cut_off(regions: list[list[int]]) -> None:
    letter = compose([region_of(number, sizes) for number, sizes in enumerate(regions)], "en")
    assert len(letter.html.encode()) <= HTML_LIMIT
    assert html_links(letter) == text_links(letter)


@pytest.mark.parametrize("count", [60, 120, 3000])
def test_a_letter_of_very_many_regions_tells_the_first_and_links_the_others(count: int) -> None:
    issues = [replace(region_of(number, [400, 50]), region_name="R" * 50) for number in range(count)]
    letter = compose(issues, "en")
    assert len(letter.html.encode()) <= HTML_LIMIT
    assert len(tree(letter).find_class("place")) == count or (count > 200 and "…\n" in letter.text)
    assert 20 < len(headings(letter, "h2")) <= len(told(letter))
    assert html_links(letter) == text_links(letter)


def test_twelve_stories_weigh_less_than_twenty_kilobytes() -> None:
    summary = "The first sentence tells what happened and where. The second tells why it matters to people there. "
    issue = make_issue([make_item(n, "A headline of the usual length, " * 2, summary=summary * 2) for n in range(12)])
    assert len(letter_of(issue).html.encode()) < 20_000


def kenya() -> Issue:
    return make_issue([make_item(31, "Tea growers agree on one price for the season")], code="KE", id=4)


@pytest.mark.parametrize(
    ("issues", "subject"),
    [
        ([mexico], "Reservoirs above Monterrey fill for the first time in six…"),
        ([mexico, kenya], "Reservoirs above Monterrey… · Tea growers agree on one…"),
        ([mexico, spain, kenya], "Reservoirs above Monterrey… · Tea growers agree on one…"),
        ([mexico, egypt], "Reservoirs above Monterrey fill for the first time in six…"),
        ([lambda: make_issue([1], subject="Our own\r\nBcc: x@example.com")], "Our own Bcc: x@example.com"),
        (
            [lambda: make_issue([1], subject="Our own words"), kenya],
            "Our own words · Tea growers agree on one price for the…",
        ),
        ([lambda: make_issue([make_item(1, "🔥🔥🔥")])], "Mexico"),
    ],
    ids=[
        "lead headline",
        "both leads",
        "leads in two languages",
        "in two directions",
        "an editor's",
        "an editor's and a lead",
        "nothing but pictures",
    ],
)
def test_the_subject_tells_the_leads(issues: list[object], subject: str) -> None:
    letter = letter_of(*(make() for make in issues))
    assert letter.subject == subject
    assert len(letter.subject) <= SUBJECT_LIMIT


def test_the_preheader_tells_what_the_subject_does_not() -> None:
    hidden = re.search('<div class="preheader"[^>]*>(.*?)</div>', letter_of(mexico()).html)
    assert hidden is not None
    assert hidden[1].startswith("Senate passes the shorter working week")


def test_the_preheader_tells_the_lead_when_an_editor_wrote_the_subject() -> None:
    html = letter_of(make_issue([1, 2], subject="Our own")).html
    assert 'display:none">Event number 1 · Event number 2<' in html


def test_a_letter_needs_issues_in_its_own_language() -> None:
    with pytest.raises(InvalidInputError):
        compose([], "en")
    with pytest.raises(InvalidInputError):
        compose([pieces_of(mexico(), "en")], "es")
