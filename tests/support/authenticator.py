"""An authenticator in software: it makes passkeys and signs as devices do (Web Authentication, level 3), and lies where
a test wants it to.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.encode_cbor import encode_cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey. `counts`: its counter goes up with each use, as that of a key that is not synced."""

    origin: str
    rp_id: str
    handle: str = ""
    flags: int = PRESENT | VERIFIED
    counts: bool = False
    uses: int = 0
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    _key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict) -> str:
        """The answer to `navigator.credentials.create`, as JSON."""
        self.handle = options["user"]["id"]
        data = self._client_data("webauthn.create", options["challenge"])
        length = len(self.credential).to_bytes(2, "big")
        attested = bytes(16) + length + self.credential + encode_cbor(self._cose())
        authenticator = self._authenticator_data(self.flags | ATTESTED) + attested
        statement = encode_cbor({"fmt": "none", "attStmt": {}, "authData": authenticator})
        return self._answer({"clientDataJSON": data, "attestationObject": statement})

    def sign(self, options: dict) -> str:
        """The answer to `navigator.credentials.get`, as JSON."""
        self.uses += self.counts
        data = self._client_data("webauthn.get", options["challenge"])
        authenticator = self._authenticator_data(self.flags)
        signature = self._key.sign(authenticator + hashlib.sha256(data).digest(), ec.ECDSA(SHA256()))
        response = {"clientDataJSON": data, "authenticatorData": authenticator, "signature": signature}
        return self._answer(response, userHandle=self.handle)

    def _answer(self, response: dict[str, bytes], **more: str) -> str:
        name = bytes_to_base64url(self.credential)
        said = {key: bytes_to_base64url(value) for key, value in response.items()} | more
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": said})

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _authenticator_data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _cose(self) -> dict[int, object]:
        """RFC 9053, section 7.1.1: ES256."""
        numbers = self._key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
