"""How the commands show regions and schedules: as tables for a person, as plain data for a script."""

from typing import Any

from newsletter.cli.output import print_json, print_table
from newsletter.regions.catalogue import Territory, country_of, find, name_of
from newsletter.regions.models import Region, Schedule
from newsletter.regions.service import WEEKDAYS


def print_territories(
    shown: list[Territory],
    on: dict[str, Region],
    *,
    as_json: bool,
    language: str = "en",
    details: bool = False,
) -> None:
    if as_json:
        print_json([_territory(territory, language) | _settings(on.get(territory.code)) for territory in shown])
    elif details:
        rows = [_row(on[territory.code]) for territory in shown]
        print_table(("region", "code", "language", "time zone", "items", "approval", "schedule"), rows)
    else:
        print_table(
            ("region", "code", "languages", "time zone", "on"),
            (
                (
                    f"{territory.flag} {name_of(territory.code, language)}",
                    territory.code,
                    ", ".join(territory.languages[:3]),
                    territory.time_zones[0],
                    "yes" if territory.code in on else "",
                )
                for territory in shown
            ),
        )


def print_region(region: Region, *, as_json: bool) -> None:
    """A region that is on."""
    territory = find(region.code)
    if as_json:
        print_json(_territory(territory, "en") | _settings(region))
        return
    rows = [
        ("language", region.language),
        ("time zone", region.time_zone),
        ("items", f"{region.minimum_items} to {region.item_count}"),
        ("approval", region.approval.value),
        ("schedule", f"{region.schedule.name}: {_when(region.schedule)}"),
    ]
    print_table((title_of(region.code), "on"), rows + _covered(territory))


def print_territory(territory: Territory, *, as_json: bool) -> None:
    """A region that is not on."""
    if as_json:
        print_json(_territory(territory, "en") | _settings(None))
        return
    rows = [("languages", ", ".join(territory.languages)), ("time zones", ", ".join(territory.time_zones))]
    print_table((title_of(territory.code), "not switched on"), rows + _covered(territory))


def print_schedule(schedule: Schedule, *, as_json: bool) -> None:
    if as_json:
        print_json(_schedule_as_data(schedule))
        return
    print_table(
        (f"schedule {schedule.name}", ""),
        (
            ("letters leave", _when(schedule)),
            ("drafts are made", f"{schedule.lead_hours} hours before the first wave of the world"),
            ("a late wave is sent", f"up to {schedule.window_hours} hours after its time, else held"),
        ),
    )


def _covered(territory: Territory) -> list[tuple[str, str]]:
    if territory.kind == "country":
        return []
    if territory.kind == "division":
        return [("part of", name_of(country_of(territory.code) or territory.code))]
    return [("covers", ", ".join(sorted(name_of(member) for member in territory.members)))]


def _territory(territory: Territory, language: str) -> dict[str, Any]:
    return {
        "code": territory.code,
        "kind": territory.kind,
        "name": name_of(territory.code, language),
        "flag": territory.flag,
        "languages": list(territory.languages),
        "time_zones": list(territory.time_zones),
        "members": sorted(territory.members),
    }


def _settings(region: Region | None) -> dict[str, Any]:
    if region is None:
        return {"on": False}
    return {
        "on": True,
        "language": region.language,
        "time_zone": region.time_zone,
        "items": region.item_count,
        "minimum": region.minimum_items,
        "approval": region.approval,
        "schedule": _schedule_as_data(region.schedule),
    }


def _schedule_as_data(schedule: Schedule) -> dict[str, Any]:
    return {
        "name": schedule.name,
        "weekday": WEEKDAYS[schedule.weekday],
        "hour": schedule.hour,
        "lead_hours": schedule.lead_hours,
        "window_hours": schedule.window_hours,
    }


def _row(region: Region) -> tuple[object, ...]:
    items = f"{region.minimum_items} to {region.item_count}"
    approval, schedule = region.approval.value, _when(region.schedule)
    return title_of(region.code), region.code, region.language, region.time_zone, items, approval, schedule


def title_of(code: str) -> str:
    return f"{find(code).flag} {name_of(code)}"


def _when(schedule: Schedule) -> str:
    return f"{WEEKDAYS[schedule.weekday].capitalize()}, {schedule.hour:02}:00 where the reader is"
