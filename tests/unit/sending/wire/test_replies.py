import pytest

from newsletter.sending.wire.errors import NonsenseError
from newsletter.sending.wire.replies import RawReply, Reply, ReplyReader

# What a relay sends, and the answers in it.
STREAMS = {
    "one line": (b"250 2.0.0 Ok\r\n", [(250, b"2.0.0 Ok")]),
    "a bare code": (b"354\r\n", [(354, b"")]),
    "a code and a space": (b"250 \r\n", [(250, b"")]),
    "several lines": (b"250-one\r\n250-two\r\n250 three\r\n", [(250, b"one\ntwo\nthree")]),
    "lines without text": (b"550-\r\n550-\r\n550 \r\n", [(550, b"\n\n")]),
    "several answers": (b"250 a\r\n250-b\r\n250 c\r\n354 d\r\n", [(250, b"a"), (250, b"b\nc"), (354, b"d")]),
    "no carriage returns": (b"250-a\n250 b\n", [(250, b"a\nb")]),
    "text that looks like a code": (b"250-250 a\r\n250 550 b\r\n", [(250, b"250 a\n550 b")]),
    "bytes of no encoding": (b"550 \xff\xfe\0\r\n", [(550, b"\xff\xfe\0")]),
    "a carriage return within": (b"250 a\rb\r\n", [(250, b"a\rb")]),
    "a long line": (b"250 " + b"x" * 4000 + b"\r\n", [(250, b"x" * 4000)]),
}

NONSENSE = {
    "no code": b"hello\r\n",
    "an empty line": b"\r\n",
    "two digits": b"25\r\n",
    "four digits": b"2500 ok\r\n",
    "a code that SMTP has not": b"150 soon\r\n",
    "a code beyond all": b"650 no\r\n",
    "digits of another script": "٢٥٠ ok\r\n".encode(),
    "another separator": b"250+ok\r\n",
    "a space before": b" 250 ok\r\n",
    "lines of two codes": b"250-ok\r\n550 no\r\n",
    "text between lines": b"250-ok\r\nand so on\r\n250 ok\r\n",
    "a line too long": b"250 " + b"x" * 5000 + b"\r\n",
    "a line without an end": b"250 " + b"x" * 5000,
    "lines without an end": b"250-x\r\n" * 200,
    "a web server": b"HTTP/1.1 400 Bad Request\r\n\r\n",
}


def read(*chunks: bytes) -> list[RawReply]:
    reader, found = ReplyReader(), []
    for chunk in chunks:
        reader.feed(chunk)
        while (reply := reader.next()) is not None:
            found.append(reply)
    assert reader.is_empty
    return found


@pytest.mark.parametrize("name", STREAMS)
def test_answers_are_read_however_their_bytes_are_cut(name: str) -> None:
    stream, expected = STREAMS[name]
    expected = [RawReply(*reply) for reply in expected]
    assert read(stream) == expected
    assert read(*(bytes([byte]) for byte in stream)) == expected
    for cut in range(1, len(stream)):
        assert read(stream[:cut], stream[cut:]) == expected


@pytest.mark.parametrize("name", NONSENSE)
def test_what_is_not_smtp_is_refused_however_its_bytes_are_cut(name: str) -> None:
    stream = NONSENSE[name]
    for chunks in ([stream], [bytes([byte]) for byte in stream], [stream[:5], stream[5:]]):
        with pytest.raises(NonsenseError):
            read(*chunks)


def test_what_nobody_asked_for_is_noticed() -> None:
    reader = ReplyReader()
    reader.feed(b"220 go\r\n250")
    assert reader.next() == RawReply(220, b"go")
    assert not reader.is_empty


@pytest.mark.parametrize(
    ("text", "enhanced"),
    [
        ("5.1.1 No such user", (5, 1, 1)),
        ("4.7.25 Client host rejected", (4, 7, 25)),
        ("2.0.0", (2, 0, 0)),
        ("5.1.1: no", None),
        ("3.1.1 no class", None),
        ("5.1.1234 too long", None),
        ("5.1 short", None),
        ("1.2.3.4 is listed", None),
        ("Sorry 5.1.1", None),
        ("", None),
    ],
)
def test_an_enhanced_code_is_known_where_the_relay_gives_one(text: str, enhanced: tuple[int, int, int] | None) -> None:
    assert Reply(550, text).enhanced == enhanced


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"<ann@readers.example> unknown", "<<address>> unknown"),
        (b"two\nlines\0and a NUL", "two lines and a NUL"),
        (b"\xff", "\ufffd"),
        (b"x" * 600, "x" * 500),
    ],
)
def test_an_answer_is_kept_on_one_line_short_and_without_addresses(raw: bytes, text: str) -> None:
    assert Reply.of(550, raw).text == text
