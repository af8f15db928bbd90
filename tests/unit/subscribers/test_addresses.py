"""What counts as an address, and as the same one."""

import pytest

from newsletter.errors import InvalidInputError
from newsletter.subscribers.addresses import normalise

GOOD = {
    "plain": ("ana@readers.example", "ana@readers.example", "ana@readers.example"),
    "spaces around": ("  ana@readers.example\t", "ana@readers.example", "ana@readers.example"),
    "its own case is kept for the mail": ("Ana@Readers.Example", "Ana@readers.example", "ana@readers.example"),
    "a tag stays": ("ana+news@readers.example", "ana+news@readers.example", "ana+news@readers.example"),
    "a domain beyond ASCII": ("ana@bücher.example", "ana@xn--bcher-kva.example", "ana@xn--bcher-kva.example"),
    "an ideographic full stop": ("ana@readers。example", "ana@readers.example", "ana@readers.example"),
    "a local part beyond ASCII": ("Åsa@readers.example", "Åsa@readers.example", "åsa@readers.example"),
    "both beyond ASCII": ("用户@例え.example", "用户@xn--r8jz45g.example", "用户@xn--r8jz45g.example"),
    "a letter with a compatibility form of its own script": ("คำ@readers.example",) * 3,
    "an accent of its own": ("asa\u030a@readers.example", "aså@readers.example", "aså@readers.example"),
    "for rehearsals": ("ana@readers.test", "ana@readers.test", "ana@readers.test"),
}

BAD = {
    "nothing": "",
    "no at sign": "ana.readers.example",
    "two at signs": "ana@b@readers.example",
    "no local part": "@readers.example",
    "no domain": "ana@",
    "no dot in the domain": "ana@localhost",
    "a comment in the domain": "a@evil(x)@good.example",
    "an accent without a letter": "\u0301a@readers.example",
    "a wide at sign": "ana＠readers.example",
    "a wide at sign after the plain one": "ana@evil＠readers.example",
    "a wide at sign in the local part": "ana＠evil.example@readers.example",
    "wide letters": "ａｎａ@readers.example",
    "a ligature": "ﬁn@readers.example",
    "a raised digit": "ana²@readers.example",
    "33 letters of two octets each": "é" * 33 + "@readers.example",
    "a quoted local part": '"ana b"@readers.example',
    "a comment": "ana(home)@readers.example",
    "a name before it": "Ana <ana@readers.example>",
    "two addresses": "ana@readers.example,bo@readers.example",
    "an address literal": "ana@[127.0.0.1]",
    "a local part of 65": "a" * 65 + "@readers.example",
    "longer than 254": "a" * 60 + "@" + "b" * 60 + "." + "c" * 60 + "." + "d" * 60 + "." + "e" * 60 + ".example",
    "longer than 254 only as A-labels": "a" * 60 + "@" + ".".join(["ü" * 40] * 4) + ".example",
    "a megabyte": "a" * 1_000_000 + "@readers.example",
    "a header after CR LF": "ana@readers.example\r\nBcc: all@readers.example",
    "LF": "ana@readers.example\n",
    "CR": "ana\r@readers.example",
    "NUL": "ana\0@readers.example",
    "a line separator": "ana@readers.example\u2028",
    "a mark that turns the text": "ana\u202e@readers.example",
    "a mark that cannot be seen": "ana@read\u200bers.example",
}


@pytest.mark.parametrize(("text", "address", "normalised"), GOOD.values(), ids=GOOD)
def test_an_address_is_kept_in_two_forms(text, address, normalised):
    found = normalise(text)
    assert (found.address, found.normalised) == (address, normalised)


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_what_is_no_address_is_refused_with_a_sentence(text):
    with pytest.raises(InvalidInputError) as refusal:
        normalise(text)
    sentence = str(refusal.value)
    assert sentence.startswith("This ")
    assert sentence.endswith(".")
    assert len(sentence) < 300
