"""Where calls may go."""

import pytest

from newsletter.errors import InvalidInputError
from newsletter.webhooks.posting import Poster, check_url


@pytest.mark.parametrize(
    "url",
    [
        "ftp://hooks.example/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "hooks.example/x",
        "https://",
        "https://user:secret@hooks.example/",
        "https://hooks.example/" + "x" * 2000,
        "",
        "https://[::1",
    ],
)
def test_an_address_that_no_call_can_go_to_is_refused(url):
    with pytest.raises(InvalidInputError):
        check_url(url)


def test_an_address_is_kept_as_it_is_asked():
    assert check_url(" https://Hooks.example/a?b=c#d ") == "https://hooks.example/a?b=c"


INSIDE = ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "::1", "::ffff:127.0.0.1", "fd00::1", "224.0.0.1"]


@pytest.mark.parametrize("address", INSIDE)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_call_reaches_into_the_house(address, scheme):
    answer = Poster([], "test", resolver=lambda _host, _port: [address]).post(f"{scheme}://hooks.example/", {}, b"{}")
    assert answer.status is None
    assert "not public" in answer.said


def test_without_tls_nothing_leaves_the_house():
    answer = Poster([], "test", resolver=lambda _host, _port: ["203.0.114.1"]).post("http://hooks.example/", {}, b"{}")
    assert answer.status is None
    assert "without TLS" in answer.said
