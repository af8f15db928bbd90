"""What a reader costs among a million, beside one among ten thousand; and with ten thousand editions, beside one.

    make bench-scale                                    # 10,000 and 1,000,000 readers of one edition
    make bench-scale READERS=1000000 EDITIONS=1,10000   # editions
    make bench-scale LETTERS=20000                      # so many are sent of each round, after all were frozen

Each row has a Postgres, a Redis and a sink of its own, and two workers with ten connections between them. Prints JSON:

    processor_microseconds    of each kind of process for a letter: what a busy machine can tell
    freeze_microseconds       Postgres' processor time of freezing, for a letter
    first_message_seconds     from the tick that finds everyone's wave due to the first letter that was accepted
    worker_megabytes          of the largest worker, after the letters
    cost_over_first           processor time of sending and freezing a letter, over that of the first row
"""

import argparse
import json
import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.send import Bench, first_message, ours_run, prepare
from benchmarks.servers import database, sink
from newsletter.redis_server import RedisServer


def main() -> None:
    arguments = _arguments()
    rows: list[dict[str, Any]] = []
    for readers in arguments.readers:
        for editions in arguments.editions:
            rows.append(measure(readers, editions, arguments.letters))
            cost, first = (sum(row["processor_microseconds"].values()) for row in (rows[-1], rows[0]))
            cost, first = cost + rows[-1]["freeze_microseconds"], first + rows[0]["freeze_microseconds"]
            rows[-1]["cost_over_first"] = round(cost / first, 2)
            print(json.dumps(rows[-1]), flush=True)


def measure(readers: int, editions: int, letters: int) -> dict[str, Any]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-scale-")))
        url = stack.enter_context(database("postgres"))
        port, sink_pid, _ = stack.enter_context(sink())
        redis = RedisServer(folder)
        redis.start()
        stack.callback(redis.stop)
        chosen = argparse.Namespace(recipients=readers, editions=editions, workers=2, connections=10, delay=0.0)
        bench = Bench(chosen, url, redis, port, sink_pid, folder)
        prepare(bench)
        first = first_message(bench)
        run = ours_run(bench, chosen.workers, chosen.connections, letters=letters)
        return {
            "readers": readers,
            "editions": editions,
            "letters_sent": min(letters, readers),
            "processor_microseconds": {name: round(spent) for name, spent in run["cpu"].items()},
            "freeze_microseconds": round(run["freeze"], 1),
            "letters_per_second": round(run["rate"]),
            "first_message_seconds": first,
            "worker_megabytes": round(run["memory"]),
        }


def _numbers(text: str) -> Sequence[int]:
    return [int(number) for number in text.split(",")]


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=_numbers, default=os.environ.get("READERS") or "10000,1000000")
    parser.add_argument("--editions", type=_numbers, default=os.environ.get("EDITIONS") or "1")
    parser.add_argument("--letters", type=int, default=int(os.environ.get("LETTERS") or 10_000))
    return parser.parse_args()


if __name__ == "__main__":
    main()
