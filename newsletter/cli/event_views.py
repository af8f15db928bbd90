"""How commands show events."""

from typing import Any

from rich.markup import escape

from newsletter.cli.output import out, print_table


def print_event(data: dict[str, Any]) -> None:
    out.print(f"[bold]Event {data['id']}[/], {data['language']}", highlight=False)
    if data["merged_into"]:
        out.print(f"It was merged into event {data['merged_into']}.", highlight=False)
    print_table(
        ("Report", "Source", "Title", "Dated", "Why it is here"),
        ([row[name] for name in ("id", "source", "title", "dated_at", "why")] for row in data["reports"]),
    )
    for row in data["doubts"]:
        other = row["other"] if row["one"] == data["id"] else row["one"]
        out.print(f"Check: one event with {other}? {escape(row['why'])}", highlight=False)
    for row in data["in_other_languages"]:
        out.print(
            f"Told in another language as event {row['event']}: {escape(row['title'])}. {escape(row['why'])}",
            highlight=False,
        )
    for row in data["decisions"]:
        reports = ", ".join(map(str, row["reports"][:10]))
        out.print(
            f"{row['at']:%Y-%m-%d %H:%M} {escape(row['by'])}: {row['kind']}, reports {reports} of event {row['from']}, "
            f"event {row['to']}",
            highlight=False,
        )
