import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest

from newsletter.stories.decompressing import body_of
from newsletter.stories.errors import FetchError

_FEED = b"<rss>" + b"words and more words " * 500 + b"</rss>"


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        pytest.param(_FEED, "", id="not packed"),
        pytest.param(_FEED, "identity", id="identity"),
        pytest.param(gzip.compress(_FEED), "gzip", id="gzip"),
        pytest.param(gzip.compress(_FEED), "X-GZIP", id="gzip by its old name"),
        pytest.param(gzip.compress(_FEED[:100]) + gzip.compress(_FEED[100:]), "gzip", id="several members"),
        pytest.param(gzip.compress(_FEED) + b"\0" * 50, "gzip", id="padded"),
        pytest.param(zlib.compress(_FEED), "deflate", id="deflate"),
        pytest.param(_raw_deflate(_FEED), "deflate", id="deflate without its header"),
    ],
)
def test_bodies_are_unpacked_however_they_arrive(packed, encoding, size):
    assert body_of(_pieces(packed, size), encoding, 1_000_000) == _FEED


def _bomb(kind: int, megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=kind)
    block = bytes(1_000_000)
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


@pytest.mark.parametrize(
    ("kind", "encoding"), [(zlib.MAX_WBITS | 16, "gzip"), (zlib.MAX_WBITS, "deflate"), (-zlib.MAX_WBITS, "deflate")]
)
def test_a_bomb_is_given_up_before_it_fills_the_memory(kind, encoding):
    bomb = _bomb(kind, 100)
    tracemalloc.start()
    with pytest.raises(FetchError, match="larger than 1,000,000 bytes"):
        body_of([bomb], encoding, 1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6_000_000


def test_many_small_members_are_one_bomb():
    member = gzip.compress(bytes(100_000))
    with pytest.raises(FetchError, match="larger"):
        body_of([member * 20], "gzip", 1_000_000)


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "zstd"])
def test_a_packing_that_was_not_asked_for_is_refused(encoding):
    with pytest.raises(FetchError, match="not asked for"):
        body_of([b"x"], encoding, 1000)


def test_damage_is_an_error_and_a_missing_end_is_not():
    packed = gzip.compress(_FEED)
    with pytest.raises(FetchError, match="damaged"):
        body_of([packed[:30] + b"\xff\xff" + packed[32:]], "gzip", 1_000_000)
    assert _FEED.startswith(body_of([packed[:-20]], "gzip", 1_000_000))


def test_a_body_may_be_as_large_as_the_limit_and_no_larger():
    assert len(body_of([b"x" * 1000], "", 1000)) == 1000
    with pytest.raises(FetchError):
        body_of([b"x" * 1001], "", 1000)
