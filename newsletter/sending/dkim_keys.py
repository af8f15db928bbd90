"""Keys for DKIM: read from a file, made, and their public halves as DNS records.

The only module that knows the library behind them; it is imported where a key is set, for that takes a while.
"""

import base64
import hashlib
import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from newsletter.config import Settings
from newsletter.errors import NotAllowedError, SettingsError
from newsletter.sending.dkim import Algorithm, Signer
from newsletter.sending.headers import Sender

BITS = 2048  # what RFC 8301, section 3.2, advises
_FEWEST_BITS, _MOST_BITS = 1024, 4096  # what the same section has verifiers accept

Key = RSAPrivateKey | Ed25519PrivateKey


def read_key(path: Path) -> Key:
    """The private key in a PEM file. Raises SettingsError with a sentence that says what is wrong with it."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise SettingsError(f"The DKIM key {path} cannot be read: {error.strerror}.") from error
    except TypeError as error:  # the library's word for a key that wants a password
        raise SettingsError(
            f"The DKIM key {path} is locked with a password; `openssl pkey -in {path}` writes one without."
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SettingsError(f"{path} holds no private key in PEM form; `newsletter dkim new` makes one.") from error
    if not isinstance(key, Key):
        raise SettingsError(f"The DKIM key {path} must be an RSA or an Ed25519 key (RFC 6376, RFC 8463).")
    if isinstance(key, RSAPrivateKey) and not _FEWEST_BITS <= key.key_size <= _MOST_BITS:
        raise SettingsError(
            f"The DKIM key {path} has {key.key_size} bits; mail servers accept RSA keys of {_FEWEST_BITS} to "
            f"{_MOST_BITS} bits (RFC 8301)."
        )
    return key


def make_key(path: Path, algorithm: Algorithm) -> Key:
    """A new key, kept in `path` for this user's eyes alone. Raises NotAllowedError where there is a file already."""
    key = Ed25519PrivateKey.generate() if algorithm is Algorithm.ED25519 else generate_private_key(65537, BITS)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
    except FileExistsError as error:
        raise NotAllowedError(f"There is a key in {path} already; choose another selector.") from error
    return key


def signing_domain(settings: Settings) -> str:
    """The domain that signs, in A-labels."""
    return settings.dkim_domain or Sender.of(settings).domain


def signer(key: Key, domain: str, selector: str) -> Signer:
    if isinstance(key, RSAPrivateKey):
        padding, digest = PKCS1v15(), hashes.SHA256()
        return Signer(domain, selector, Algorithm.RSA, lambda data: key.sign(data, padding, digest))
    # RFC 8463, section 3: the key signs the hash of what is signed.
    return Signer(domain, selector, Algorithm.ED25519, lambda data: key.sign(hashlib.sha256(data).digest()))


def dns_record(key: Key) -> str:
    """The text of the TXT record that publishes the key's public half (RFC 6376, section 3.6.1)."""
    public = key.public_key()
    if isinstance(key, RSAPrivateKey):
        kind, octets = "rsa", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        kind, octets = "ed25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw)  # RFC 8463, section 4
    return f"v=DKIM1; k={kind}; p={base64.b64encode(octets).decode()}"
