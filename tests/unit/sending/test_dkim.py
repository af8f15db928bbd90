"""Signatures are checked by dkimpy, a verifier that is not ours."""

import re
import time
from functools import cache
from statistics import median

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.rendering.slots import Slot
from newsletter.sending.dkim import Algorithm
from newsletter.sending.dkim_keys import Key, dns_record, signer
from newsletter.sending.headers import Sender
from tests.support.messages import SENT_AT, assert_is_well_formed, letter, notice, parsed, personal

DOMAIN, SELECTOR = "news.example", "s2026"
ALGORITHMS = pytest.mark.parametrize("algorithm", Algorithm)
TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from(" \t\r\n.="), max_size=200)
TOKENS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=400)
RECIPIENTS = st.sampled_from(["ann@readers.example", "ann@bücher.example", "用户@例え.example", "أحمد@readers.example"])


@cache
def key(algorithm: Algorithm) -> Key:
    return Ed25519PrivateKey.generate() if algorithm is Algorithm.ED25519 else generate_private_key(65537, 2048)


def sealer(algorithm: Algorithm):
    return signer(key(algorithm), DOMAIN, SELECTOR)


def is_good(message: bytes, algorithm: Algorithm) -> bool:
    """What a server with dkimpy thinks of the message, with our record in its DNS."""

    def look_up(name: bytes, timeout: int = 5) -> bytes:
        assert name == f"{SELECTOR}._domainkey.{DOMAIN}.".encode()
        return dns_record(key(algorithm)).encode()

    return dkim.verify(message, dnsfunc=look_up)


@ALGORITHMS
@settings(max_examples=200, deadline=None)
@given(subject=TEXTS, name=TEXTS, body=TEXTS, between=TEXTS, leave=TOKENS, choose=TOKENS, recipient=RECIPIENTS)
def test_any_letter_is_signed_so_that_others_find_it_good(
    algorithm, subject, name, body, between, leave, choose, recipient
):
    content = f"{body}{Slot.UNSUBSCRIBE}{between}{Slot.PREFERENCES}{Slot.ADDRESS}{body}"
    sender = Sender(name, "weekly@news.example", "editors@news.example")
    pattern = letter(subject, html=content, text=content, sender=sender, signer=sealer(algorithm))
    message = pattern.fill(personal(recipient=recipient, unsubscribe_url=leave, preferences_url=choose))
    assert is_good(message, algorithm)
    assert_is_well_formed(message)


@ALGORITHMS
def test_every_reader_of_a_pattern_gets_a_good_signature_of_their_own(algorithm):
    pattern = letter(signer=sealer(algorithm))
    messages = {pattern.fill(personal(recipient=f"reader{n}@readers.example")) for n in range(50)}
    assert all(is_good(message, algorithm) for message in messages)
    assert len({message[: message.index(b"\r\nFrom:")] for message in messages}) == 50


@ALGORITHMS
def test_a_notice_is_signed_as_well(algorithm):
    message = notice(signer=sealer(algorithm)).fill(personal())
    assert is_good(message, algorithm)
    assert "auto-submitted" in signed_fields(message)


def test_the_rest_of_the_message_is_what_it_is_without_a_signature():
    signed = letter(signer=sealer(Algorithm.RSA)).fill(personal())
    assert signed.endswith(b"\r\n" + letter().fill(personal()))
    assert parsed(signed).keys()[0] == "DKIM-Signature"


def test_a_signature_says_who_signed_what_and_when():
    line = parsed(letter(signer=sealer(Algorithm.ED25519)).fill(personal()))["DKIM-Signature"]
    tags = dict(tag.strip().split("=", 1) for tag in re.sub(r"\s+", " ", line).split(";"))
    assert {name: tags[name] for name in "vacdst"} == {
        "v": "1",
        "a": "ed25519-sha256",
        "c": "relaxed/relaxed",
        "d": DOMAIN,
        "s": SELECTOR,
        "t": str(int(SENT_AT.timestamp())),
    }
    assert "l" not in tags


def signed_fields(message: bytes) -> list[str]:
    line = parsed(message)["DKIM-Signature"]
    return re.sub(r"\s", "", re.search(r"[; ]h=([^;]*)", line)[1]).lower().split(":")


def test_every_field_that_a_reader_or_a_program_goes_by_is_signed():
    message = letter(signer=sealer(Algorithm.RSA)).fill(personal())
    fields = signed_fields(message)
    assert {name.lower() for name in parsed(message)} - {"dkim-signature"} <= set(fields)
    assert {"from", "to", "subject", "date", "reply-to", "content-type"} <= {n for n in fields if fields.count(n) == 2}


CHANGES = {
    "a word of the body": (b"Good morning", b"Bad morning!"),
    "a link": (b"/p/ann", b"/p/eve"),
    "the subject": (b"Subject: This week", b"Subject: That week"),
    "the recipient": (b"To: ann@", b"To: eve@"),
    "one-click": (b"<https://news.example/u/ann", b"<https://evil.example/u/ann"),
    "the end of the body": (b"--\r\n\r\n", b"--\r\nmore\r\n"),
    "a second sender": (b"\r\nFrom: ", b"\r\nFrom: eve@evil.example\r\nFrom: "),
    "a second subject": (b"\r\nSubject: ", b"\r\nSubject: Evil\r\nSubject: "),
    "a second subject below": (b"\r\nMIME-Version", b"\r\nSubject: Evil\r\nMIME-Version"),
    "a second recipient": (b"\r\nTo: ", b"\r\nTo: eve@evil.example\r\nTo: "),
    "another form of the body": (
        b"\r\nContent-Type: multipart",
        b'\r\nContent-Type: text/html; x="\r\nContent-Type: multipart',
    ),
}


@ALGORITHMS
@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES)
def test_whoever_changes_a_signed_mail_breaks_its_signature(algorithm, old, new):
    message = letter(signer=sealer(algorithm)).fill(personal()) + b"\r\n"
    assert old in message
    assert is_good(message, algorithm)
    assert not is_good(message.replace(old, new, 1), algorithm)


@ALGORITHMS
def test_a_server_may_wrap_lines_anew(algorithm):
    message = letter("A subject of some length", signer=sealer(algorithm)).fill(personal())
    wrapped = message.replace(b"Subject: A subject of", b"subject:  A subject\r\n\tof ").replace(
        b"today\r\n", b"today \r\n"
    )
    assert wrapped != message
    assert is_good(wrapped + b"\r\n\r\n", algorithm)


def test_a_reply_address_cannot_be_added_where_there_was_none():
    message = letter(sender=Sender("Weekly", "weekly@news.example"), signer=sealer(Algorithm.RSA)).fill(personal())
    assert is_good(message, Algorithm.RSA)
    assert not is_good(message.replace(b"\r\nSubject", b"\r\nReply-To: eve@evil.example\r\nSubject", 1), Algorithm.RSA)


def test_the_key_is_not_shown():
    assert "sign=" not in repr(sealer(Algorithm.RSA))


@ALGORITHMS
def test_a_signature_costs_less_than_a_millisecond(algorithm):
    content = "Thirty kilobytes of news. " * 600 + Slot.UNSUBSCRIBE
    pattern = letter(html=content, text=content, signer=sealer(algorithm))
    reader = personal()

    def cost_ms() -> float:
        started = time.thread_time()
        pattern.fill(reader)
        return (time.thread_time() - started) * 1000

    assert median(cost_ms() for _ in range(200)) < 1
