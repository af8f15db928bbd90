"""What it takes to find the regions of stories: building the lexicon of names once, then stories a second on one core.

    make bench-regions
    make bench-regions STORIES=50000 FILE=labelled.jsonl    # any lines with language, title and summary

It prints JSON. Memory is what the process grew by, with what it imports; the stories are those of the labelled set in
tests/data, told again and again with other numbers, so that no two are the same text.
"""

import argparse
import json
import os
import resource
import sys
import time
from itertools import cycle, islice
from pathlib import Path

LABELLED = Path(__file__).parent.parent / "tests" / "data" / "editorial" / "regions.jsonl"
LANGUAGES = ("en", "es", "fr", "pt", "ar")


def main() -> None:
    arguments = _arguments()
    before, started = _megabytes(), time.process_time()
    from newsletter.regions.placenames import lexicon  # the import is part of what is measured

    built: dict[str, float] = {}
    for language in LANGUAGES:
        lexicon(language)
        built[language] = round(time.process_time() - started, 3)
    grown = _megabytes() - before
    stories = [json.loads(line) for line in arguments.file.read_text("utf-8").splitlines()]
    many = list(islice(cycle(stories), arguments.stories))
    result = {
        "seconds_until_built": built,  # one after the other; the first includes the imports
        "names": {language: sum(map(len, lexicon(language).everything.values())) for language in LANGUAGES},
        "megabytes": round(grown, 1),
        "stories": len(many),
        "characters_a_story": round(sum(len(story["title"] + story["summary"]) for story in many) / len(many)),
        "stories_a_second": round(len(many) / _tagging(many)),
    }
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


def _tagging(stories: list[dict[str, str]]) -> float:
    """Seconds of processor time."""
    from newsletter.stories.tagging import tag

    started = time.process_time()
    for number, story in enumerate(stories):
        tag(story["title"], f"{story['summary']} It was report {number}.", home="MX", language=story["language"])
    return time.process_time() - started


def _megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=int(os.environ.get("STORIES") or 20_000))
    parser.add_argument("--file", type=Path, default=Path(os.environ.get("FILE") or LABELLED))
    return parser.parse_args()


if __name__ == "__main__":
    main()
