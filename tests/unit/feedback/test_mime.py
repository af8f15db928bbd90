"""Mails that are made to cost time or memory."""

import tracemalloc

import pytest

from newsletter.feedback.mime import TooComplexError, read_mail
from newsletter.feedback.verdicts import judge


def nested(depth: int) -> bytes:
    head = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(depth))
    return b"Subject: bomb\n" + head + b"Content-Type: text/plain\n\nx\n"


BOMBS = {
    "10^5 parts": b'Content-Type: multipart/mixed; boundary="b"\n\n'
    + b"--b\nContent-Type: text/plain\n\nx\n" * 100_000,
    "10^5 parts of a boundary that is named inside": b'Content-Type: multipart/mixed; boundary="a"\n\n--a\n'
    b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 100_000,
    "a thousand parts in parts": nested(1000),
    "ten thousand mails in mails": b"Content-Type: message/rfc822\n\n" * 10_000,
    "mails in mails, folded": b"Content-Type:\n message/rfc822\n\n" * 10_000,
    "endless headers": b"".join(b"X-%d: y\n" % n for n in range(100_000)) + b"\nbody\n",
    "one endless header": b"Subject: " + b"a" * 5_000_000 + b"\n\nbody\n",
    "an endless Content-Type": b"Content-Type: text/plain; x=" + b'";' * 100_000 + b"\n\nbody\n",
    "the same inside": b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain; x='
    + b'";' * 100_000
    + b"\n\nbody\n",
    "no end of headers": b"Subject: x\n" * 50_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_before_it_is_parsed(bomb: str) -> None:
    tracemalloc.start()
    with pytest.raises(TooComplexError):
        read_mail(BOMBS[bomb])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 40_000_000


HARMLESS = {
    "nothing": b"",
    "no headers": b"just words",
    "NUL": b"Subject: a\0b\n\nc\0d",
    "bytes beyond ASCII": b"Subject: caf\xe9 \xff\n\n\xe9",
    "an unknown charset": b"Content-Type: text/plain; charset=nonsense\n\nx",
    "a codec that is none of texts": b"Content-Type: text/plain; charset=zlib\n\nx",
    "a codec that is slow": b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" * 200_000,
    "a subject in a codec that is slow": b"Subject: =?punycode?q?" + b"a-" * 1500 + b"?=\n\nx",
    "a multipart without its boundary": b"Content-Type: multipart/mixed\n\nx",
    "a report without fields": b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
    b"Content-Type: message/delivery-status\n\n\n--b--\n",
    "nonsense fields": b"Content-Type: message/delivery-status\n\nFinal-Recipient\n\nAction: ;\nStatus: 99.9\n",
    "base64 that is none": b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n***",
    "a lone surrogate": b"Subject: =?utf-8?b?7aCA?=\n\nx",
}


@pytest.mark.parametrize("odd", HARMLESS)
def test_odd_mail_gets_some_verdict(odd: str) -> None:
    judge(read_mail(HARMLESS[odd]))


def test_a_subject_is_read_however_it_was_written() -> None:
    assert (
        read_mail(b"Subject: =?utf-8?q?Espa=C3=B1a?=\n =?utf-8?q?_y_m=C3=A1s?=\n\n").header("Subject") == "España y más"
    )
    assert read_mail("Subject: España\n\n".encode()).header("subject") == "España"
