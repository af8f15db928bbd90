"""Editions: the pieces of a reader's issues joined into one mail. Pure, and only joins, so cheap by the thousand."""

from collections.abc import Iterator, Sequence
from html import escape

from newsletter.errors import InvalidInputError
from newsletter.rendering.edition import Section, fit, plan
from newsletter.rendering.pieces import Composed, IssuePieces, Pair, fill
from newsletter.rendering.subjects import SEPARATOR, announced, preheader
from newsletter.rendering.wrapping import wrap

# Gmail shows no more than 102 KB of a mail and hides the rest with the way to unsubscribe; filled slots, and a
# relay that adds a line or two, need some room as well.
HTML_LIMIT = 80_000  # bytes
_FILLED = 4_000  # bytes: what at most fills the holes

_Chosen = Sequence[tuple[IssuePieces, Section]]


def compose(pieces: Sequence[IssuePieces], language: str) -> Composed:
    """One letter of one or more issues, in the order given, all rendered in `language`."""
    if not pieces or any(issue.language != language for issue in pieces):
        raise InvalidInputError(f"An edition needs at least one issue, and all of them rendered in {language!r}.")
    chosen = list(zip(pieces, _sections(pieces), strict=True))
    title, hidden = _announcements(chosen)
    regions = [f"{issue.flag}\u00a0{issue.region_name}" for issue in pieces]
    joined = list(_joined(chosen))
    top, bottom = pieces[0].top, pieces[0].bottom
    shown = {"title": escape(title), "preheader": escape(hidden), "regions": escape(SEPARATOR.join(regions))}
    html = [fill(top.html, shown), *(fill(pair.html, {"note": escape(note)}) for pair, note in joined)]
    written = {"title": title, "preheader": hidden, "regions": wrap(SEPARATOR.join(regions))}
    text = [fill(top.text, written), *(fill(pair.text, {"note": wrap(note)}) for pair, note in joined)]
    return Composed(
        subject=title,
        html="".join(html) + fill(bottom.html, {}),
        text="\n\n".join(part for part in [*text, fill(bottom.text, {})] if part) + "\n",
        language=language,
    )


def _sections(pieces: Sequence[IssuePieces]) -> list[Section]:
    sections = plan([[item.event_id for item in issue.items] for issue in pieces])
    frame = sum(_size(pair) for issue in pieces for pair in (issue.opening, issue.more, issue.closing))
    frame += _size(pieces[0].top) + _size(pieces[0].bottom)
    sizes = [[_size(pair) for pair in _told(issue, section)] for issue, section in zip(pieces, sections, strict=True)]
    return fit(sections, sizes, HTML_LIMIT - frame - _FILLED)


def _size(pair: Pair) -> int:
    return sum(len(literal.encode()) for literal in pair.html[::2])


def _joined(chosen: _Chosen) -> Iterator[tuple[Pair, str]]:
    """The pieces between top and bottom, each with the note that its hole gets."""
    for issue, section in chosen:
        yield issue.opening, ""
        for pair in _told(issue, section):
            yield pair, ""
        if section.left:
            yield issue.more, issue.more_notes[section.left - 1]
        elif not section.told:
            yield issue.more, issue.told_note
        yield issue.closing, ""


def _told(issue: IssuePieces, section: Section) -> list[Pair]:
    """The section's items, the first as its lead."""
    items = [issue.items[place] for place in section.told]
    return [item.plain if rank else item.lead for rank, item in enumerate(items)]


def _announcements(chosen: _Chosen) -> tuple[str, str]:
    """Subject and preheader: what the subject has no room for, the preheader goes on with.

    An editor's subject stands alone in a letter of one region, and for the region's lead in others.
    """
    led = [(issue, issue.items[section.told[0]].headline) for issue, section in chosen if section.told]
    if len(chosen) == 1 and chosen[0][0].subject:
        phrases = [chosen[0][0].subject]
    else:
        phrases = announced([issue.subject or headline for issue, headline in led])
    title = SEPARATOR.join(filter(None, phrases)) or SEPARATOR.join(issue.region_name for issue, _ in chosen)
    leads = [headline for number, (issue, headline) in enumerate(led) if issue.subject or number >= len(phrases)]
    others = [
        (rank, issue.items[place].headline) for issue, section in chosen for rank, place in enumerate(section.told)
    ]
    return title, preheader(leads + [headline for rank, headline in sorted(others, key=lambda pair: pair[0]) if rank])
