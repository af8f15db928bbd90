"""Commands: who reads what."""

from typing import Annotated, Any

import typer

from newsletter.cli import lists
from newsletter.cli.context import service
from newsletter.cli.output import print_json, print_table, say
from newsletter.errors import NotAllowedError
from newsletter.feedback.personal_data import erase as erase_all
from newsletter.regions.catalogue import find, name_of
from newsletter.sending.asking import ask
from newsletter.sending.settling import settle
from newsletter.subscribers.adding import add_confirmed
from newsletter.subscribers.addresses import normalise
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.finding import by_address, consents, counted, listed
from newsletter.subscribers.joining import chosen_regions
from newsletter.subscribers.leaving import leave as leave_all
from newsletter.subscribers.models import Consent, Subscriber, SubscriberState
from newsletter.subscribers.reasons import counted_reasons
from newsletter.subscribers.suppression import suppress as never_mail
from newsletter.subscribers.suppression import suppressed

app = typer.Typer(no_args_is_help=True)
app.command("import")(lists.import_)
app.command("export")(lists.export)
app.command("export-suppressions")(lists.export_suppressions)

Address = Annotated[str, typer.Argument(help="An e-mail address.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
InRegion = Annotated[
    str | None, typer.Option("--region", metavar="CODE", help="Only those who have this region.", show_default=False)
]


@app.command()
def add(
    address: Address,
    region: Annotated[
        list[str], typer.Option(metavar="CODE", help="A region to read; again for more, in order.", show_default=False)
    ],
    confirmed: Annotated[
        bool, typer.Option("--confirmed", help="Their consent is on record: no confirmation mail is sent.")
    ] = False,
    language: Annotated[
        str | None, typer.Option(metavar="TAG", help="Language of letters. Default: the first region's.")
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Where they live. Default: the first region's.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add a reader, or regions to one: by confirmation mail, or at once where consent is on record.

    Someone who has left, or whose address is suppressed, can't be added.

    \b
    Examples:
      newsletter subscribers add ana@readers.example --region MX --region ES --confirmed
      newsletter subscribers add ana@readers.example --region MX --time-zone America/Tijuana
    """
    codes = [find(code).code for code in region]
    subscriber = (_add_confirmed if confirmed else _ask)(address, codes, language, time_zone)
    if as_json:
        print_json(subscriber)
    else:
        regions = ", ".join(name_of(code) for code in codes)
        say(f"Reads {regions}." if confirmed else f"A mail asks for confirmation of {regions}.")


@app.command("list")
def list_(
    region: InRegion = None,
    state: Annotated[SubscriberState | None, typer.Option(help="Only those in this state.", show_default=False)] = None,
    as_json: AsJson = False,
) -> None:
    """List subscribers with their regions, in their order.

    \b
    Examples:
      newsletter subscribers list --region MX --state confirmed
      newsletter subscribers list --json
    """
    code = find(region).code if region else None
    with service().db.reading() as session:
        rows = [_as_data(subscriber) for subscriber in listed(session, region_code=code, state=state)]
    if as_json:
        print_json(rows)
        return
    columns = ("address", "state", "regions", "language", "time_zone")
    print_table(
        ("Address", "State", "Regions", "Language", "Time zone"),
        ([" ".join(row[c]) if c == "regions" else row[c] for c in columns] for row in rows),
    )


@app.command()
def show(address: Address, as_json: AsJson = False) -> None:
    """Show one subscriber, with what they agreed to and took back; with --json also the keyed hash of where from.

    \b
    Examples:
      newsletter subscribers show ana@readers.example
      newsletter subscribers show ana@readers.example --json
    """
    with service().db.reading() as session:
        subscriber = by_address(session, address)
        data = _as_data(subscriber)
        data["suppressed"] = bool(suppressed(session, [subscriber.normalised], service().secret_keys))
        data["consents"] = [_consent_as_data(consent) for consent in consents(session, subscriber)]
    if as_json:
        print_json(data)
        return
    history = data.pop("consents")
    data["regions"], data["waiting"] = " ".join(data["regions"]), " ".join(data["waiting"])
    print_table(("", ""), [(key.replace("_", " "), value) for key, value in data.items()])
    rows = ((row["at"], row["act"], row["way"], " ".join(row["regions"]), row["wording"]) for row in history)
    print_table(("at", "act", "way", "regions", "what they agreed to"), rows)


@app.command()
def leave(address: Address) -> None:
    """Take a reader off the letter, as their own click would; only they can come back.

    \b
    Example:
      newsletter subscribers leave ana@readers.example
    """
    with service().db.writing() as session:
        subscriber = by_address(session, address)
        left = leave_all(session, subscriber, Way.COMMAND, service().clock.now())
    settle(service().db, subscriber.id)
    say("Left: nothing more is sent to them." if left else "They had left already.")


@app.command()
def suppress(
    address: Address,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, in a few words.", show_default=False)],
) -> None:
    """Never mail an address again, whatever else is asked later. Only a keyed hash of it is kept.

    \b
    Example:
      newsletter subscribers suppress ana@readers.example --reason "asked by letter"
    """
    with service().db.writing() as session:
        new = never_mail(session, normalise(address).normalised, reason, service().secret_keys, service().clock.now())
    say("Suppressed: nothing more is sent there." if new else "It was suppressed already.")


@app.command()
def erase(
    address: Address, yes: Annotated[bool, typer.Option("--yes", help="Do not ask: it cannot be undone.")] = False
) -> None:
    """Erase everything about a reader who asks for it; a keyed hash stays, so that nobody mails them again.

    \b
    Example:
      newsletter subscribers erase ana@readers.example --yes
    """
    with service().db.reading() as session:
        subscriber_id = by_address(session, address).id
    if not yes:
        typer.confirm("Erase everything about this reader for good?", abort=True, err=True)
    with service().db.writing() as session:
        erase_all(session, by_address(session, address), service().secret_keys, service().clock.now())
    settle(service().db, subscriber_id)
    say("Erased. Nobody mails this address again.")


@app.command()
def count(region: InRegion = None, as_json: AsJson = False) -> None:
    """Count subscribers by state.

    \b
    Examples:
      newsletter subscribers count
      newsletter subscribers count --region MX --json
    """
    with service().db.reading() as session:
        numbers = counted(session, region_code=find(region).code if region else None)
    if as_json:
        print_json({state.value: number for state, number in numbers.items()})
    else:
        print_table(("State", "Subscribers"), numbers.items())


def _add_confirmed(address: str, codes: list[str], language: str | None, time_zone: str | None) -> dict[str, Any]:
    with service().db.writing() as session:
        subscriber = add_confirmed(
            session,
            address,
            codes,
            language=language,
            time_zone=time_zone,
            way=Way.COMMAND,
            keys=service().secret_keys,
            now=service().clock.now(),
        )
        return _as_data(subscriber)


def _ask(address: str, codes: list[str], language: str | None, time_zone: str | None) -> dict[str, Any]:
    with service().db.writing() as session:
        joined = ask(
            session,
            address,
            codes,
            language=language or chosen_regions(session, codes)[0].language,
            time_zone=time_zone,
            way=Way.COMMAND,
            keys=service().secret_keys,
            now=service().clock.now(),
        )
        if joined is None:
            raise NotAllowedError("This address is suppressed; it must not be mailed.")
        return _as_data(joined.subscriber)


def _as_data(subscriber: Subscriber) -> dict[str, Any]:
    return {
        "address": subscriber.address,
        "state": subscriber.state,
        "regions": [s.region.code for s in subscriber.subscriptions if s.confirmed_at is not None],
        "waiting": [s.region.code for s in subscriber.subscriptions if s.confirmed_at is None],
        "language": subscriber.language,
        "time_zone": subscriber.time_zone,
        "asked_at": subscriber.asked_at,
        "confirmed_at": subscriber.confirmed_at,
        "left_at": subscriber.left_at,
    }


def _consent_as_data(consent: Consent) -> dict[str, Any]:
    return {
        "at": consent.at,
        "act": consent.act,
        "way": consent.way,
        "wording": consent.wording,
        "regions": consent.regions,
        "network_digest": consent.network_digest,
    }


@app.command()
def reasons(as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False) -> None:
    """Count why people left, of those who cared to say. Nobody's name stands with it.

    \b
    Examples:
      newsletter subscribers reasons
      newsletter subscribers reasons --json
    """
    with service().db.reading() as session:
        counted = counted_reasons(session)
    if as_json:
        print_json(counted)
        return
    print_table(("Reason", "How often"), counted.items())
