"""Which addresses lead to one mailbox. Pure.

Many servers drop `+tag`, and the largest drops dots as well. An address is never changed by this; it only says whose
mail is counted together, so that nobody is bombed under variants of their address. Two people whose addresses differ
in a dot alone share a count: the second of them asks again the next day.
"""

import hashlib

_ONE_SERVER = {"googlemail.com": "gmail.com"}


def mailbox_of(normalised: str) -> str:
    """ "ana.b+news@readers.example" -> "anab@readers.example"."""
    local, _, domain = normalised.rpartition("@")
    plain = local.partition("+")[0].replace(".", "")
    return f"{plain or local}@{_ONE_SERVER.get(domain, domain)}"


def mailbox_mark(normalised: str) -> str:
    """A name of fixed length for the mailbox, to count under. It hides nothing: it stands beside the address."""
    return hashlib.sha256(mailbox_of(normalised).encode()).hexdigest()
