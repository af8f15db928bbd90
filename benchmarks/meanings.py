"""What a static model of meanings finds that names don't, and what it costs.

    make bench-meanings MODEL=folder
    make bench-meanings MODEL=folder HEADS=5000 FILE=labelled.jsonl    # lines as for `newsletter evaluate events`

Each line is one event's head, told once in each language. It prints JSON: at each cut how many pairs were found and
how many of them are right; what names, numbers and places find of the same; and processor time and memory for so many
heads, those of the file again and again. With other stories in the file, of events that no other line has, it says what
is found among strangers.
"""

import argparse
import json
import os
import resource
import sys
import time
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from newsletter.errors import NewsletterError
from newsletter.events.crossing import Head, marks_of, matches
from newsletter.events.embedder import Embedder
from newsletter.events.facts.fact import Report
from newsletter.events.meaning import Told, one_by_meaning
from newsletter.events.names import Names
from newsletter.events.terms import terms_of
from newsletter.stories.tagging import countries_about, tag

LABELLED = Path(__file__).parent.parent / "tests" / "data" / "editorial" / "two-languages.jsonl"
CUTS = (1.1, 1.15, 1.2, 1.25, 1.3, 1.4, 1.5)
NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)


def main() -> None:
    arguments = _arguments()
    stories = [json.loads(line) for line in arguments.file.read_text("utf-8").splitlines()]
    embedder = Embedder(arguments.model, CUTS[0])
    try:
        result = {
            "heads": len(stories),
            "told_in_two_languages": _expected(stories),
            "by_names": _counted(stories, _by_names(stories)),
            "by_meaning": _by_cut(stories, embedder),
            "cost": _cost(stories, embedder, arguments.heads),
        }
    except NewsletterError as error:
        sys.exit(str(error))
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


def _expected(stories: list[dict[str, Any]]) -> int:
    languages: dict[str, set[str]] = {}
    for story in stories:
        languages.setdefault(story["event"], set()).add(story["language"])
    return sum(len(told) > 1 for told in languages.values())


def _by_names(stories: list[dict[str, Any]]) -> set[tuple[int, int]]:
    terms = [terms_of(story["title"], story["summary"], story["language"]) for story in stories]
    names = Names(terms)
    heads = [Head(at, story["language"], marks_of([terms[at]], names)) for at, story in enumerate(stories)]
    return {(min(match.one, match.other), max(match.one, match.other)) for match in matches(heads, heads)}


def _by_cut(stories: list[dict[str, Any]], embedder: Embedder) -> dict[str, dict[str, int]]:
    told = [_told(at, story) for at, story in enumerate(stories)]
    vectors = embedder.vectors([one.text for one in told])
    everything = range(len(told))
    found = {cut: one_by_meaning(told, vectors, everything, set(), cut) for cut in CUTS}
    return {str(cut): _counted(stories, {(pair.one, pair.other) for pair in pairs}) for cut, pairs in found.items()}


def _counted(stories: list[dict[str, Any]], pairs: set[tuple[int, int]]) -> dict[str, int]:
    right = sum(stories[one]["event"] == stories[other]["event"] for one, other in pairs)
    return {"found": len(pairs), "right": right}


def _cost(stories: list[dict[str, Any]], embedder: Embedder, heads: int) -> dict[str, float]:
    """Seconds of processor time: once for all heads, as after a start, and then for one that comes in."""
    many = list(islice(cycle(stories), heads))
    told = [_told(at, story | {"title": f"{story['title']} {at}"}) for at, story in enumerate(many)]
    began = time.process_time()
    vectors = embedder.vectors([one.text for one in told])
    encoded = time.process_time()
    one_by_meaning(told, vectors, {0}, set(), embedder.cut)
    once = time.process_time()
    one_by_meaning(told, vectors, range(len(told)), set(), embedder.cut)
    every = time.process_time()
    embedder.vectors([one.text for one in told])
    known = time.process_time()
    return {
        "heads": len(told),
        "vectors": round(encoded - began, 3),
        "the_same_again": round(known - every, 3),
        "pairs_of_one": round(once - encoded, 4),
        "pairs_of_all": round(every - once, 2),
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _told(at: int, story: dict[str, Any]) -> Told:
    title, summary, language = story["title"], story["summary"], story["language"]
    countries = frozenset(countries_about(tag(title, summary, language=language)))
    return Told(at, language, NOW, NOW, countries, Report(at, title, summary, language, NOW))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=Path(os.environ.get("MODEL") or "model"))
    parser.add_argument("--heads", type=int, default=int(os.environ.get("HEADS") or 5000))
    parser.add_argument("--file", type=Path, default=Path(os.environ.get("FILE") or LABELLED))
    return parser.parse_args()


if __name__ == "__main__":
    main()
