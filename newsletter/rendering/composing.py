"""Editions: the pieces of a reader's issues joined into one mail. Pure, and only joins, so cheap by the thousand."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from newsletter.errors import InvalidInputError
from newsletter.rendering.calm import telling_first
from newsletter.rendering.edition import Section, Sizes, fit, plan
from newsletter.rendering.pieces import Composed, IssuePieces, Pair, fill
from newsletter.rendering.plain import direction_of
from newsletter.rendering.subjects import SEPARATOR, announced, preheader
from newsletter.rendering.wrapping import wrap

# Gmail shows no more than 102 KB of a mail and hides the rest with the way to unsubscribe; filled slots, and a
# relay that adds a line or two, need some room as well.
HTML_LIMIT = 80_000  # bytes
_FILLED = 4_000  # bytes: what at most fills the holes
_NAMED = HTML_LIMIT // 2  # bytes: what the masthead's links may take; more than two hundred regions
OFFERED = 8  # regions that the box names
ASKED = 12  # regions up to which each section asks for a word; a letter of more has other worries

_Chosen = Sequence[tuple[IssuePieces, Section]]
_Joined = Iterator[tuple[Pair, Mapping[str, str]]]  # pieces with what fills their holes


def compose(pieces: Sequence[IssuePieces], language: str) -> Composed:
    """One letter of one or more issues, in the order given, all rendered in `language`."""
    if not pieces or any(issue.language != language for issue in pieces):
        raise InvalidInputError(f"An edition needs at least one issue, and all of them rendered in {language!r}.")
    chosen = _sections(pieces)
    title, hidden = _announcements(chosen)
    joined = [*_joined(chosen, asked=len(pieces) <= ASKED), *_offer(pieces), (pieces[0].bottom, {})]
    html = [fill(pair.html, {hole: escape(value) for hole, value in filled.items()}) for pair, filled in joined]
    text = [fill(pair.text, {hole: wrap(value) for hole, value in filled.items()}) for pair, filled in joined]
    head_html, head_text = _head(pieces, title, hidden)
    return Composed(
        subject=title,
        html=head_html + "".join(html),
        text="\n\n".join(part for part in (head_text, *text) if part) + "\n",
        language=language,
    )


def _head(pieces: Sequence[IssuePieces], title: str, hidden: str) -> tuple[str, str]:
    """The masthead in both forms, with the letter's regions."""
    first = pieces[0]
    named = _named(pieces)
    cut = " …" if len(named) < len(pieces) else ""
    places = SEPARATOR.join(fill(issue.place.html, {}) for issue in named) + cut
    top = fill(first.top.html, {"title": escape(title), "preheader": escape(hidden)})
    texts = [first.top.text, *(issue.place.text for issue in named)]
    told = [*(fill(text, {}) for text in texts), cut.strip(), fill(first.head.text, {})]
    return top + places + fill(first.head.html, {}), "\n".join(filter(None, told))


def _named(pieces: Sequence[IssuePieces]) -> Sequence[IssuePieces]:
    """The regions that the masthead names: all, but where somebody reads hundreds."""
    room = _NAMED
    for count, issue in enumerate(pieces):
        room -= _place(issue)
        if room < 0:
            return pieces[:count]
    return pieces


def _place(issue: IssuePieces) -> int:
    return _size(issue.place) + len(SEPARATOR.encode())


def _sections(pieces: Sequence[IssuePieces]) -> _Chosen:
    """The regions that get a section, with what it tells. The others, if very many, stand in the masthead alone."""
    room = HTML_LIMIT - _FILLED - sum(map(_size, (pieces[0].top, pieces[0].head, pieces[0].offer, pieces[0].bottom)))
    room -= sum(map(_place, _named(pieces)))
    asked = len(pieces) <= ASKED
    shown = _with_room_for_a_lead(pieces, room, asked)
    sections = plan([[item.event_id for item in issue.items] for issue in shown])
    chosen = list(zip(shown, sections, strict=True))
    room -= sum(_frame(issue, asked) for issue in shown)
    for issue, section in chosen:
        room -= sum(map(_size, (issue.briefs.before, issue.briefs.after))) if section.briefs else 0
    sizes = [
        Sizes(list(map(_size, _told(issue, section))), list(map(_size, _briefs(issue, section))))
        for issue, section in chosen
    ]
    return list(zip(shown, fit(sections, sizes, room), strict=True))


def _with_room_for_a_lead(pieces: Sequence[IssuePieces], room: int, asked: bool) -> Sequence[IssuePieces]:
    """The first regions, until a section with no more than its lead would not fit in `room` (bytes); at least one."""
    for count, issue in enumerate(pieces):
        room -= _frame(issue, asked) + _size(issue.items[0].lead)
        if room < 0:
            return pieces[: max(count, 1)]
    return pieces


def _frame(issue: IssuePieces, asked: bool) -> int:
    """What a section weighs without its items, in bytes."""
    notes = escape("\n".join((*issue.more_notes, issue.told_note))).encode()  # escaped one by one they take much longer
    note = max(map(len, notes.split(b"\n")))
    around = (issue.opening, issue.more, issue.corrections, issue.close)
    return sum(map(_size, around)) + note + (_size(issue.say) if asked else 0)


def _size(pair: Pair) -> int:
    return sum(len(literal.encode()) for literal in pair.html[::2])


def _joined(chosen: _Chosen, *, asked: bool) -> _Joined:
    """The pieces between the masthead and the box, each with what its holes get."""
    for issue, section in chosen:
        yield issue.opening, {}
        for pair in _told(issue, section):
            yield pair, {}
        if section.briefs:
            yield issue.briefs.before, {}
            for pair in _briefs(issue, section):
                yield pair, {}
            yield issue.briefs.after, {}
        if section.left:
            yield issue.more, {"note": issue.more_notes[section.left - 1]}
        elif not section.told:
            yield issue.more, {"note": issue.told_note}
        yield issue.corrections, {}
        if asked:
            yield issue.say, {}
        yield issue.close, {}


def _offer(pieces: Sequence[IssuePieces]) -> _Joined:
    """The box of regions that this letter does not have; none where it has all there are."""
    there = {issue.code for issue in pieces}
    labels = [offered.label for offered in pieces[0].offered if offered.code not in there]
    if labels:
        yield pieces[0].offer, {"offered": SEPARATOR.join(labels[:OFFERED]) + (" …" if len(labels) > OFFERED else "")}


def _told(issue: IssuePieces, section: Section) -> list[Pair]:
    """The section's items, the first as its lead."""
    items = [issue.items[place] for place in section.told]
    return [item.plain if rank else item.lead for rank, item in enumerate(items)]


def _briefs(issue: IssuePieces, section: Section) -> list[Pair]:
    return [issue.items[place].brief for place in section.briefs]


def _announcements(chosen: _Chosen) -> tuple[str, str]:
    """Subject and preheader: what the subject has no room for, the preheader goes on with.

    An editor's subject stands alone in a letter of one region, and for the region's lead in others. Leads in another
    language than the first, or that run the other way, are left to the preheader: half a headline in each of two
    languages tells less than a whole one, lists of mails jumble a line of both directions, and filters suspect either.
    """
    led = [(issue, _headlines(issue, section)) for issue, section in chosen if section.told]
    if len(chosen) == 1 and chosen[0][0].subject:
        phrases, told = [chosen[0][0].subject], {chosen[0][0].subject}
    else:
        leads = [(issue.speaks, issue.subject or telling_first(headlines)) for issue, headlines in led]
        ways = [(spoken, direction_of(lead, "")) for spoken, lead in leads]
        alike = [lead for way, (_, lead) in zip(ways, leads, strict=True) if way == ways[0]]
        phrases = announced(alike)
        told = set(alike[: len(phrases)])
    title = SEPARATOR.join(filter(None, phrases)) or SEPARATOR.join(issue.region_name for issue, _ in chosen)
    if len(chosen) == 1 and chosen[0][0].preheader:
        return title, chosen[0][0].preheader
    by_rank = [(rank, headline) for _, headlines in led for rank, headline in enumerate(headlines)]
    others = [headline for _, headline in sorted(by_rank, key=lambda pair: pair[0]) if headline not in told]
    return title, preheader(others)


def _headlines(issue: IssuePieces, section: Section) -> list[str]:
    return [issue.items[place].headline for place in section.told]
