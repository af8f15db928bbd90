"""A small OpenID Connect provider on loopback: discovery, keys, codes with PKCE, signed tokens. It lies if told to."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT, SECRET = "desk", "a secret of the desk"


@cache
def key(name: str = "first") -> ECKey:
    return ECKey.generate_key("P-256", {"kid": name, "use": "sig", "alg": "ES256"})


@dataclass
class Provider:
    """`claims`: of whoever signs in, over the usual ones; None takes one away. `header`, `signer`: of their token."""

    url: str
    now: Callable[[], datetime]
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "ES256", "kid": "first"})
    signer: Any = field(default_factory=key)
    published: list[ECKey] = field(default_factory=lambda: [key()])
    says: dict[str, Any] = field(default_factory=dict)  # of itself, over the usual
    userinfo: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # paths
    is_silent: bool = False
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def consent(self, address: str) -> str:
        """What a person does there who signs in and agrees: the query of the way back."""
        given = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert given["response_type"] == "code"
        assert given["code_challenge_method"] == "S256"
        assert set(given["scope"].split()) == {"openid", "email", "profile"}
        code = f"code-{len(self._codes)}"
        self._codes[code] = given
        return urlencode({"code": code, "state": given["state"]})

    def discovery(self) -> dict[str, Any]:
        places = {"authorization": "/authorize", "token": "/token", "userinfo": "/userinfo"}
        ends = {f"{name}_endpoint": f"{self.url}{path}" for name, path in places.items()}
        return {"issuer": self.url, "jwks_uri": f"{self.url}/keys"} | ends | self.says

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """RFC 6749, section 4.1.3, and RFC 7636, section 4.6: a code is good once, for who asked for it."""
        asked = self._codes.pop(form.get("code", ""), None)
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or authorization != expected
            or form.get("redirect_uri") != asked["redirect_uri"]
            or base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "access", "token_type": "Bearer", "id_token": self._id_token(asked)}

    def _id_token(self, asked: dict[str, str]) -> str:
        at = int(self.now().timestamp())
        usual = {"iss": self.url, "aud": CLIENT, "sub": "7", "iat": at, "exp": at + 300, "nonce": asked["nonce"]}
        person = {"email": "ada@newsroom.example", "email_verified": True, "name": "Ada L."}
        claims = {name: value for name, value in (usual | person | self.claims).items() if value is not None}
        return jwt.encode(self.header, claims, self.signer, algorithms=[self.header["alg"]])


@contextmanager
def provider(now: Callable[[], datetime]) -> Iterator[Provider]:
    """A provider that runs; tokens are made at `now`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            keys = {"keys": [one.as_dict(private=False) for one in made.published]}
            pages = {"/.well-known/openid-configuration": made.discovery(), "/keys": keys, "/userinfo": made.userinfo}
            self._answer(*((500, {}) if made.is_silent else (200, pages[self.path])))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(*made.token(form, self.headers.get("Authorization", "")))

        def _answer(self, status: int, said: dict[str, Any]) -> None:
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    made = Provider(f"http://127.0.0.1:{server.server_port}", now)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
