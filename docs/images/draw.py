"""Draws the pictures of the newsroom's guide, score.svg and join.svg, from a week of the sample world.

python docs/images/draw.py           write them beside this file
python docs/images/draw.py FOLDER    write them somewhere else

What they show is what the service finds: the sample stories are stored, joined and picked here as they are in the
demonstration, and told by the function that `newsletter explain` prints.
"""

import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

from newsletter.db import Base, Database
from newsletter.demo.world import Newsroom, sample_world
from newsletter.events.gathering import gather
from newsletter.issues.drafting import draft
from newsletter.issues.explaining import Explanation, Join, explain
from newsletter.migrations import tables as _tables  # noqa: F401 - registers every table
from newsletter.regions.service import switch_on
from newsletter.stories.parsed import ParsedStory
from newsletter.stories.sources import own_source
from newsletter.stories.storing import store

MOMENT = datetime(2026, 5, 14, 17, tzinfo=UTC)  # when the drafts of the second week are made
WEEK = "2026-W20"
REGION = "MX"

WIDTH, LINE, LEFT = 940, 26, 340  # pixels
COLOURS = {
    "sources": "#1f5f8b", "region": "#2e8b6f", "severity": "#b3472d", "reach": "#c98a1b", "freshness": "#6a8f2e",
    "lasting": "#8d6cab", "weight": "#6b7785", "opened": "#3aa0a0", "repeat": "#8a8a8a",
}  # fmt: skip
STYLE = "font-family='Helvetica,Arial,sans-serif' font-size='14'"


def explanations() -> list[Explanation]:
    """The letter of the sample world's second week, item by item, and what missed it."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{folder}/world.sqlite3")
        Base.metadata.create_all(db.engine)
        with db.writing() as session:
            region = switch_on(session, REGION)
            for key, newsroom in sample_world().newsrooms.items():
                source = own_source(session, newsroom.name, MOMENT - timedelta(days=14))
                source.home, source.language, source.weight = newsroom.home, newsroom.language, newsroom.weight
                store(session, source, _stories(key, newsroom), MOMENT)
            gather(session, MOMENT)
            draft(session, region, "2026-W19", MOMENT - timedelta(days=7))
            found = explain(session, draft(session, region, WEEK, MOMENT))
        db.close()
    return found


def score_picture(found: Sequence[Explanation]) -> str:
    """A bar for each item: its parts one after another, and what was taken away in grey."""
    most = max(sum(part["value"] for part in one.parts if part["value"] > 0) for one in found)
    scale = (WIDTH - LEFT - 70) / most
    lines = []
    for row, one in enumerate(found):
        y = 60 + row * LINE
        name = "missed" if one.position is None else str(one.position)
        lines.append(_text(10, y + 14, name, "#555"))
        lines.append(_text(64, y + 14, _shortened(one.headline, 36)))
        x = float(LEFT)
        for part in one.parts:
            if part["value"] > 0:
                width = part["value"] * scale
                title = f"{part['name']} {part['value']:+.2f}: {part['reason']}"
                lines.append(_bar(x, y, width, COLOURS[part["name"]], title))
                x += width
        lines.append(_text(x + 8, y + 14, f"{one.score:.2f}", "#111"))
    shown = [
        name
        for name in COLOURS
        if any(part["name"] == name and part["value"] > 0 for one in found for part in one.parts)
    ]
    legend, x = [], 10
    for name in shown:
        legend += [f"<rect x='{x}' y='20' width='12' height='12' fill='{COLOURS[name]}'/>", _text(x + 17, 31, name)]
        x += 40 + 8 * len(name)
    return _svg(60 + len(found) * LINE + 12, [*legend, *lines])


def join_picture(one: Explanation) -> str:
    """Each report of an event with the words that it shares, and its likeness against the cut."""
    scale = WIDTH - LEFT - 90
    lines, y = [_text(10, 26, f"One event: {_shortened(one.headline, 90)}", "#111")], 52
    cut = one.joins[0].cut
    for join in one.joins:
        lines.append(_text(10, y + 14, f"{join.source}:"))
        lines.append(_text(10, y + 34, _shortened(join.title, 44), "#555"))
        if join.likeness is None:
            lines.append(_text(LEFT, y + 14, "the first report; the others were joined to it", "#555"))
        else:
            lines.append(_bar(LEFT, y, join.likeness * scale, "#1f5f8b", join.sentence))
            lines.append(_text(LEFT + join.likeness * scale + 8, y + 14, f"{join.likeness:.2f}", "#111"))
            lines.append(_text(LEFT, y + 34, _shortened(_words(join), 84), "#555"))
        y += 54
    x = LEFT + cut * scale
    lines.append(f"<line x1='{x:.1f}' y1='44' x2='{x:.1f}' y2='{y}' stroke='#b3472d' stroke-dasharray='4 3'/>")
    lines.append(_text(x - 60, y + 18, f"the cut, {cut:.2f}", "#b3472d"))
    return _svg(y + 30, lines)


def _stories(key: str, newsroom: Newsroom) -> list[ParsedStory]:
    return [
        ParsedStory(
            title=report.title,
            summary=report.text,
            url=f"https://{key}.example/{report.slug}",
            canonical_url=f"https://{key}.example/{report.slug}",
            published_at=report.published_at,
            language=newsroom.language,
        )
        for report in sample_world().published(key, MOMENT)
        if report.link is None
    ]


def _words(join: Join) -> str:
    return "shares " + ", ".join(f"“{word[0]}”" for word in join.shared)


def _bar(x: float, y: float, width: float, colour: str, title: str) -> str:
    rect = f"<rect x='{x:.1f}' y='{y}' width='{width:.1f}' height='18' fill='{colour}'>"
    return f"{rect}<title>{escape(title)}</title></rect>"


def _text(x: float, y: float, words: str, colour: str = "#333") -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' fill='{colour}' {STYLE}>{escape(words)}</text>"


def _shortened(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _svg(height: float, lines: Sequence[str]) -> str:
    size = f"width='{WIDTH}' height='{height:.0f}' viewBox='0 0 {WIDTH} {height:.0f}'"
    body = "\n".join(["<rect width='100%' height='100%' fill='#fff'/>", *lines])
    return f"<svg xmlns='http://www.w3.org/2000/svg' {size} role='img'>\n{body}\n</svg>\n"


def main(folder: Path) -> None:
    found = explanations()
    joined = max((one for one in found if len(one.joins) > 1), key=lambda one: len(one.joins))
    (folder / "score.svg").write_text(score_picture(found[:14]), "utf-8")
    (folder / "join.svg").write_text(join_picture(joined), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
