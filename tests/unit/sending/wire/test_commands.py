import pytest

from newsletter.errors import InvalidInputError
from newsletter.sending.mailboxes import UnmailableAddressError
from newsletter.sending.wire.commands import Offer, envelope, stuffed
from newsletter.sending.wire.errors import UnsendableError
from newsletter.sending.wire.extensions import Extensions

SENDER, ANN, ASA = "weekly@newsletter.example", "ann@readers.example", "åsa@bücher.example"
ALL = Extensions(frozenset({"SIZE", "8BITMIME", "SMTPUTF8"}))


@pytest.mark.parametrize(
    ("recipient", "message", "extensions", "mail", "rcpt"),
    [
        (ANN, b"hello\r\n", Extensions(), b"MAIL FROM:<weekly@newsletter.example>", b"RCPT TO:<ann@readers.example>"),
        (ANN, b"hello\r\n", ALL, b"MAIL FROM:<weekly@newsletter.example> SIZE=7", b"RCPT TO:<ann@readers.example>"),
        (
            ANN,
            "åh\r\n".encode(),
            ALL,
            b"MAIL FROM:<weekly@newsletter.example> SIZE=5 BODY=8BITMIME",
            b"RCPT TO:<ann@readers.example>",
        ),
        (
            ASA,
            b"hello\r\n",
            ALL,
            b"MAIL FROM:<weekly@newsletter.example> SIZE=7 SMTPUTF8",
            "RCPT TO:<åsa@xn--bcher-kva.example>".encode(),
        ),
        (
            "ann@bücher.example",
            b"hello\r\n",
            Extensions(),
            b"MAIL FROM:<weekly@newsletter.example>",
            b"RCPT TO:<ann@xn--bcher-kva.example>",
        ),
    ],
    ids=["plain", "size", "eight bits", "beyond ASCII", "a domain in another script"],
)
def test_an_envelope_asks_for_what_the_message_needs_and_the_relay_offers(
    recipient: str, message: bytes, extensions: Extensions, mail: bytes, rcpt: bytes
) -> None:
    assert envelope(Offer.of(SENDER, recipient, message), extensions) == (mail + b"\r\n", rcpt + b"\r\n")


def test_an_address_beyond_ascii_is_refused_where_the_relay_cannot_hear_it() -> None:
    with pytest.raises(UnmailableAddressError, match="SMTPUTF8"):
        envelope(Offer.of(SENDER, ASA, "To: åsa\r\n".encode()), Extensions(frozenset({"8BITMIME"})))


def test_a_message_of_eight_bits_is_refused_where_the_relay_takes_seven() -> None:
    with pytest.raises(UnsendableError, match="8BITMIME"):
        envelope(Offer.of(SENDER, ANN, "åh\r\n".encode()), Extensions())


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a b@readers.example",
        "a@b@readers.example",
        "a@readers.example\r\nRCPT TO:<eve@evil.example>",
        "a\r\n@readers.example",
        "a\0@readers.example",
        "a\u2028@readers.example",
        "a@readers.example>",
        "<a@readers.example",
        "a@evil(x)@good.example",
        '"a b"@readers.example',
        "a@[127.0.0.1]",
        "a" * 10_000 + "@readers.example",
        "a@" + "b" * 10_000 + ".example",
        "å" * 10_000 + "@readers.example",
    ],
)
@pytest.mark.parametrize("place", ["sender", "recipient"])
def test_an_address_that_could_say_anything_else_is_refused(address: str, place: str) -> None:
    sender, recipient = (address, ANN) if place == "sender" else (SENDER, address)
    with pytest.raises(InvalidInputError):
        envelope(Offer.of(sender, recipient, b"hello\r\n"), ALL)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (b"", b"\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b"a\r\n", b"a\r\n.\r\n"),
        (b".", b"..\r\n.\r\n"),
        (b".\r\n", b"..\r\n.\r\n"),
        (b"a\r\n.b\r\n..c\r\n", b"a\r\n..b\r\n...c\r\n.\r\n"),
        (b"a\r\n.\r\nMAIL FROM:<eve@evil.example>\r\n", b"a\r\n..\r\nMAIL FROM:<eve@evil.example>\r\n.\r\n"),
        (b"\r\n.\r\n.\r\n", b"\r\n..\r\n..\r\n.\r\n"),
        (b"a\n.\r\nMAIL FROM:<eve@evil.example>\r\n", b"a\n..\r\nMAIL FROM:<eve@evil.example>\r\n.\r\n"),
        (b"a\r.\r\n", b"a\r.\r\n.\r\n"),
        (b"a.\r\nb.c\r\n", b"a.\r\nb.c\r\n.\r\n"),
    ],
)
def test_no_line_of_a_message_can_end_it(message: bytes, expected: bytes) -> None:
    assert stuffed(message) == expected


@pytest.mark.parametrize(
    ("answer", "keywords", "mechanisms"),
    [
        (b"relay.example", set(), ()),
        (b"relay.example\nPIPELINING\nSIZE 1000\n8bitmime", {"PIPELINING", "SIZE", "8BITMIME"}, ()),
        (b"PIPELINING\nHELP", {"HELP"}, ()),
        (b"relay.example\nAUTH PLAIN LOGIN\nAUTH=LOGIN PLAIN XOAUTH2", {"AUTH"}, ("PLAIN", "LOGIN", "XOAUTH2")),
        (b"relay.example\n\n \n\xff\xfe", {"", "\ufffd\ufffd"}, ()),
        (b"relay.example\nXPIPELINING\nX-AUTH PLAIN", {"XPIPELINING", "X-AUTH"}, ()),
    ],
)
def test_what_a_relay_offers_is_read_from_its_answer(
    answer: bytes, keywords: set[str], mechanisms: tuple[str, ...]
) -> None:
    assert Extensions.of(answer) == Extensions(frozenset(keywords), mechanisms)
