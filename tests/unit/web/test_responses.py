"""Public answers are compressed for browsers that take it, and asked for again by a tag that all forms share."""

import gzip

import pytest
from fastapi import Request

from newsletter.web.responses import public

PAGE = "<p>The reservoirs above Monterrey are full.</p>" * 100


def asked(**headers: str) -> Request:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": named})


@pytest.mark.parametrize("takes", ["gzip", "br, gzip;q=0.5", "gzip, deflate", "deflate,gzip;q=1.0"])
def test_a_page_is_compressed_for_who_takes_it(takes):
    answer = public(asked(accept_encoding=takes), PAGE)
    assert gzip.decompress(answer.body).decode() == PAGE
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(answer.body) < len(PAGE) / 5
    assert answer.headers["vary"] == "Accept-Language, Accept-Encoding"


@pytest.mark.parametrize("takes", ["", "br", "gzip;q=0", "gzip; q=0.0, br", "x-gzipped"])
def test_and_for_nobody_else(takes):
    answer = public(asked(accept_encoding=takes), PAGE)
    assert answer.body.decode() == PAGE
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Language, Accept-Encoding"  # a cache must know that there is another


@pytest.mark.parametrize(("body", "media_type"), [("short", "text/html"), (b"\x89PNG" + bytes(5000), "image/png")])
def test_what_would_gain_nothing_stays_as_it_is(body, media_type):
    answer = public(asked(accept_encoding="gzip"), body, media_type=media_type)
    assert "content-encoding" not in answer.headers


def test_a_browser_that_has_either_form_is_sent_nothing():
    plain, small = public(asked(), PAGE), public(asked(accept_encoding="gzip"), PAGE)
    assert plain.headers["etag"] == small.headers["etag"]
    again = public(asked(accept_encoding="gzip", if_none_match=plain.headers["etag"]), PAGE)
    assert (again.status_code, again.body) == (304, b"")
