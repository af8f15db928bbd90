"""Keys from files: every wrong one stops the start with a sentence that says what to do."""

import stat
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from newsletter.bootstrap import bootstrap
from newsletter.errors import NotAllowedError, SettingsError
from newsletter.sending.dkim import Algorithm
from newsletter.sending.dkim_keys import make_key, read_key


def pem(key, form: PrivateFormat = PrivateFormat.PKCS8, lock: KeySerializationEncryption | None = None) -> bytes:
    return key.private_bytes(Encoding.PEM, form, lock or NoEncryption())


def small_rsa() -> bytes:
    """512 bits, which the library no longer makes."""
    return (Path(__file__).parents[2] / "data" / "dkim" / "rsa512.pem").read_bytes()


GOOD = {
    "RSA": lambda: pem(rsa.generate_private_key(65537, 2048)),
    "RSA as OpenSSL wrote it once": lambda: pem(
        rsa.generate_private_key(65537, 2048), PrivateFormat.TraditionalOpenSSL
    ),
    "RSA with the fewest bits that verifiers accept": lambda: pem(rsa.generate_private_key(65537, 1024)),  # noqa: S505
    "Ed25519": lambda: pem(Ed25519PrivateKey.generate()),
}

BAD = {
    "an empty file": (lambda: b"", "holds no private key"),
    "another file": (lambda: b"\x00\xff" * 50, "holds no private key"),
    "a public key": (
        lambda: Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "holds no private key",
    ),
    "half a key": (lambda: pem(Ed25519PrivateKey.generate())[:80], "holds no private key"),
    "a locked key": (
        lambda: pem(Ed25519PrivateKey.generate(), lock=BestAvailableEncryption(b"secret")),
        "is locked with a password",
    ),
    "a key of another kind": (lambda: pem(ec.generate_private_key(ec.SECP256R1())), "must be an RSA or an Ed25519 key"),
    "too few bits": (small_rsa, "1024 to 4096 bits"),
}


@pytest.mark.parametrize("content", GOOD.values(), ids=GOOD)
def test_a_key_is_read(content, tmp_path):
    (file := tmp_path / "key.pem").write_bytes(content())
    assert pem(read_key(file)).startswith(b"-----BEGIN PRIVATE KEY-----")


@pytest.mark.parametrize(("content", "told"), BAD.values(), ids=BAD)
def test_what_is_no_usable_key_stops_the_start_with_a_sentence(content, told, tmp_path):
    (file := tmp_path / "key.pem").write_bytes(content())
    with pytest.raises(SettingsError, match=told) as refusal:
        bootstrap(data_dir=tmp_path, dkim_key_file=file, dkim_selector="s2026")
    assert str(file) in str(refusal.value)


def test_a_missing_key_stops_the_start(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        bootstrap(data_dir=tmp_path, dkim_key_file=tmp_path / "none.pem", dkim_selector="s2026")


def test_the_domain_that_signs_is_the_senders_unless_one_is_set(tmp_path):
    make_key(file := tmp_path / "key.pem", Algorithm.ED25519)
    settings = {"data_dir": tmp_path, "dkim_key_file": file, "dkim_selector": "s2026"}
    with closing(bootstrap(**settings, from_address="weekly@bücher.example")) as service:
        own = service.signer
    with closing(bootstrap(**settings, dkim_domain="Büro.example")) as service:
        other = service.signer
    assert (own.domain, other.domain) == ("xn--bcher-kva.example", "xn--bro-hoa.example")
    assert own.selector == "s2026"


def test_without_a_key_nothing_is_signed(tmp_path):
    with closing(bootstrap(data_dir=tmp_path)) as service:
        assert service.signer is None


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_new_key_is_for_its_owner_alone_and_never_replaces_one(algorithm, tmp_path):
    key = make_key(file := tmp_path / "dkim" / "s2026.pem", algorithm)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert pem(read_key(file)) == pem(key)
    before = file.read_bytes()
    with pytest.raises(NotAllowedError, match="another selector"):
        make_key(file, algorithm)
    assert file.read_bytes() == before
