"""Who may say which mail came back: only a return path that we made."""

import base64
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.sending.return_paths import BadReturnPathError, OfLetter, OfNotice, ReturnPaths
from newsletter.subscribers.addresses import normalise
from newsletter.subscribers.links import Links

KEY, NEWER = "k" * 40, "n" * 40
DOMAIN = "bounces.news.example"
PATHS = ReturnPaths([KEY], DOMAIN, "weekly@news.example")
LARGEST = (2**32 - 1, 2**63 - 1, 2**16 - 1)
NAMES = st.tuples(*(st.integers(0, largest) for largest in LARGEST))


def token_of(address: str) -> str:
    return address.removeprefix("bounce+").removesuffix(f"@{DOMAIN}")


@settings(max_examples=300)
@given(NAMES)
def test_what_a_return_path_names_is_read_from_it(name):
    assert PATHS.read(PATHS.letter(*name)) == OfLetter(*name)
    assert PATHS.read(PATHS.notice(name[1])) == OfNotice(name[1])


def test_a_return_path_is_an_address_that_any_server_can_carry():
    made = PATHS.letter(*LARGEST)
    assert normalise(made).address == made  # plain, and its case folded already
    assert len(made.partition("@")[0]) <= 64


def test_a_server_that_changes_the_case_does_no_harm():
    made = PATHS.letter(7, 1_000_000, 1)
    assert PATHS.read(made.upper()) == PATHS.read(made.title()) == OfLetter(7, 1_000_000, 1)


def test_letters_and_readers_have_return_paths_of_their_own():
    made = {PATHS.letter(1, 2, 1), PATHS.letter(2, 1, 1), PATHS.letter(1, 2, 2), PATHS.notice(1), PATHS.notice(2)}
    assert len(made) == 5
    assert PATHS.letter(1, 2, 1) == PATHS.letter(1, 2, 1)


def test_without_a_domain_that_takes_bounces_the_sender_is_the_return_path():
    paths = ReturnPaths([KEY], "", "weekly@news.example")
    assert paths.letter(1, 2, 1) == paths.notice(3) == "weekly@news.example"


# Forgery


def test_no_letter_of_a_return_path_can_be_another():
    made = PATHS.letter(7, 1_000_000, 1)
    token = token_of(made)
    for place, letter in enumerate(token):
        for other in set("abcdefghijklmnopqrstuvwxyz234567") - {letter}:
            with pytest.raises(BadReturnPathError):
                PATHS.read(f"bounce+{token[:place]}{other}{token[place + 1 :]}@{DOMAIN}")


def test_no_part_of_a_return_path_can_be_missing():
    made = PATHS.letter(7, 1_000_000, 1)
    token = token_of(made)
    for length in range(len(token)):
        for part in (token[:length], token[len(token) - length :]):
            with pytest.raises(BadReturnPathError):
                PATHS.read(f"bounce+{part}@{DOMAIN}")


def test_a_signature_is_good_for_its_name_alone():
    letter = base64.b32decode(token_of(PATHS.letter(7, 8, 1)).upper() + "====")
    other = base64.b32decode(token_of(PATHS.letter(7, 9, 1)).upper() + "====")
    mixed = base64.b32encode(letter[:-12] + other[-12:]).decode().rstrip("=").lower()
    with pytest.raises(BadReturnPathError):
        PATHS.read(f"bounce+{mixed}@{DOMAIN}")


def test_a_signature_for_a_notice_names_no_letter():
    notice = base64.b32decode(token_of(PATHS.notice(7)).upper() + "======")
    for kind in (b"\x01", b"\x00", b"\x03", b"\xff"):
        forged = base64.b32encode(kind + notice[1:]).decode().rstrip("=").lower()
        with pytest.raises(BadReturnPathError):
            PATHS.read(f"bounce+{forged}@{DOMAIN}")


@pytest.mark.parametrize("purpose", [b"", b"message-id:", b"address:", b"return-path"])
def test_what_the_same_key_signed_for_another_purpose_is_no_return_path(purpose):
    name = base64.b32decode(token_of(PATHS.notice(7)).upper() + "======")[:-12]
    signature = hmac.digest(KEY.encode(), purpose + name, "sha256")[:12]
    forged = base64.b32encode(name + signature).decode().rstrip("=").lower()
    with pytest.raises(BadReturnPathError):
        PATHS.read(f"bounce+{forged}@{DOMAIN}")


def test_a_signed_link_is_no_return_path():
    link = Links([KEY], "https://news.example").unsubscribe("abc").rsplit("/", 1)[1]
    with pytest.raises(BadReturnPathError):
        PATHS.read(f"bounce+{link}@{DOMAIN}")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "weekly@news.example",
        f"bounce@{DOMAIN}",
        f"bounce+@{DOMAIN}",
        f"bounce+aaaa=@{DOMAIN}",
        f"bounce+{'a' * 44}@{DOMAIN}",
        f"bounce+{'a' * 1_000_000}@{DOMAIN}",
        f"{PATHS.letter(1, 2, 1)}\n",
        f" {PATHS.letter(1, 2, 1)}",
        f"<{PATHS.letter(1, 2, 1)}>",
        PATHS.letter(1, 2, 1).replace("bounce+", "bounce-"),
        f"bounce+{'é' * 44}@{DOMAIN}",
        "bounce+\0@x",
    ],
)
def test_what_is_none_of_ours_is_refused(address):
    with pytest.raises(BadReturnPathError):
        PATHS.read(address)


def test_letters_that_become_ours_in_another_case_are_not_ours():
    made = next(made for made in map(PATHS.notice, range(1000)) if "k" in token_of(made))
    forged = made.replace("k", "\N{KELVIN SIGN}")
    assert forged.lower() == made
    with pytest.raises(BadReturnPathError):
        PATHS.read(forged)


@settings(max_examples=300)
@given(st.text("abcdefghijklmnopqrstuvwxyz234567", max_size=60))
def test_no_guess_is_read(token):
    with pytest.raises(BadReturnPathError):
        PATHS.read(f"bounce+{token}@{DOMAIN}")


# Keys


def test_the_newest_key_signs_and_all_keys_read():
    rotated = ReturnPaths([NEWER, KEY], DOMAIN, "weekly@news.example")
    assert rotated.read(PATHS.letter(7, 8, 1)) == OfLetter(7, 8, 1)
    assert rotated.letter(7, 8, 1) == ReturnPaths([NEWER], DOMAIN, "").letter(7, 8, 1)
    with pytest.raises(BadReturnPathError):
        PATHS.read(rotated.letter(7, 8, 1))


def test_a_key_that_has_gone_reads_nothing():
    with pytest.raises(BadReturnPathError):
        ReturnPaths([NEWER], DOMAIN, "").read(PATHS.letter(7, 8, 1))


def test_a_changed_domain_does_not_lose_the_bounces_on_their_way():
    assert ReturnPaths([KEY], "elsewhere.example", "").read(PATHS.letter(7, 8, 1)) == OfLetter(7, 8, 1)


def test_keys_are_not_shown():
    assert KEY not in repr(PATHS)
