"""Commands: keys that sign mails, and the DNS records that readers' servers check them by."""

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.output import print_json, say
from newsletter.config import SELECTOR, Settings, load_settings
from newsletter.errors import InvalidInputError, NotFoundError
from newsletter.sending.dkim import Algorithm
from newsletter.sending.dkim_keys import Key, dns_record, make_key, read_key, signing_domain

app = typer.Typer(no_args_is_help=True)

_STRING = 255  # octets in one string of a TXT record (RFC 1035, section 3.3.14)

AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


@app.command()
def new(
    selector: Annotated[
        str, typer.Option(metavar="NAME", help="The key's name in the DNS; one a key.", show_default=False)
    ],
    algorithm: Annotated[
        Algorithm, typer.Option(help="Not every mail server knows Ed25519 (RFC 8463).")
    ] = Algorithm.RSA,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Default: dkim/NAME.pem in the data folder.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key, and print the DNS record to publish and the settings to make.

    An existing key is never overwritten. Publish the record first and set the key when the DNS shows it. To change
    keys, do the same under a new name, and leave the old record for a week: mails on their way are checked by it.

    \b
    Examples:
      newsletter dkim new --selector s2026
      newsletter dkim new --selector s2027 --output /etc/newsletter/s2027.pem
    """
    if not SELECTOR.fullmatch(selector):
        raise InvalidInputError("The selector must be letters, digits and hyphens, such as s2026.")
    settings = load_settings()
    path = output or settings.data_dir / "dkim" / f"{selector}.pem"
    key = make_key(path, algorithm)
    _print(settings, key, selector, path, as_json)
    say("\nWhen the DNS shows it, set:")
    # Not by `say`, which would break a long path where the terminal ends.
    typer.echo(f"  NEWSLETTER_DKIM_KEY_FILE={path}\n  NEWSLETTER_DKIM_SELECTOR={selector}", err=True)


@app.command()
def record(as_json: AsJson = False) -> None:
    """Print the DNS record of the key that is set, as a zone file has it.

    \b
    Examples:
      newsletter dkim record
      newsletter dkim record --json
    """
    settings = load_settings()
    if settings.dkim_key_file is None:
        raise NotFoundError("No key is set; `newsletter dkim new --selector s2026` makes one.")
    _print(settings, read_key(settings.dkim_key_file), settings.dkim_selector, settings.dkim_key_file, as_json)


def _print(settings: Settings, key: Key, selector: str, path: Path, as_json: bool) -> None:
    name, value = f"{selector}._domainkey.{signing_domain(settings)}", dns_record(key)
    if as_json:
        print_json({"name": name, "type": "TXT", "value": value, "key_file": path})
        return
    strings = " ".join(f'"{value[start : start + _STRING]}"' for start in range(0, len(value), _STRING))
    typer.echo(f"{name}. IN TXT ( {strings} )")
    say("Where the DNS is set in a form, the strings are one value, without the quotes and the space between them.")
