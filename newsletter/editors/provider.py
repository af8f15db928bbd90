"""The single sign-on, asked by OpenID Connect: the code flow with PKCE, a state and a nonce (Core 1.0, section 3.1).

Authlib makes the requests and checks the claims. Its client for httpx is not used: it wants another package and warns
that this one will go; what it needs of one is a few lines.
"""

import hashlib
import threading
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

import httpx
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from newsletter.config import Settings, is_safe_address
from newsletter.editors.identities import Identity
from newsletter.errors import NotAllowedError, UnavailableError

log = structlog.get_logger(__name__)

ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
)  # no secret ones
LEEWAY_SECONDS = 60  # by which their clock may differ from ours
_KEPT = timedelta(hours=1)
_SECONDS = 10.0
_SCOPES = "openid email profile"


class NotVouchedError(NotAllowedError):
    message = "The single sign-on did not vouch for you. Please try again, or sign in by mail."


class SilentProviderError(UnavailableError):
    message = "The single sign-on does not answer as it should. Please sign in by mail."


@dataclass(frozen=True)
class Attempt:
    """One try to sign in there. `state` goes there and comes back; the rest only its browser's secret gives."""

    state: str
    nonce: str  # stands in the token that is made for this try
    verifier: str  # shows that whoever brings the code is who asked for it (RFC 7636)

    @classmethod
    def of(cls, state: str, browser: str) -> Self:
        return cls(
            state, *(hashlib.sha256(f"{use}:{state}:{browser}".encode()).hexdigest() for use in ("nonce", "code"))
        )


@dataclass(frozen=True)
class _Known:
    """What the provider says of itself, and its keys."""

    says: Mapping[str, Any]
    keys: KeySet
    at: datetime


class Provider:
    """Safe to use from several threads. What it says of itself is asked once an hour."""

    def __init__(self, settings: Settings) -> None:
        self._issuer, self._client_id = settings.oidc_issuer, settings.oidc_client_id
        self._secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
        self._redirect_uri = f"{settings.base_url}/desk/sign-in/single/answer"
        self._known: _Known | None = None
        self._asking = threading.Lock()

    def address(self, attempt: Attempt, now: datetime) -> str:
        """Where a browser goes to sign in. Raises SilentProviderError."""
        with httpx.Client(timeout=_SECONDS) as http:
            says = self._asked(http, now).says
            client = self._client(http)
            url, _ = client.create_authorization_url(
                says["authorization_endpoint"], state=attempt.state, nonce=attempt.nonce, code_verifier=attempt.verifier
            )
            return str(url)

    def identity(self, attempt: Attempt, code: str, issuer: str | None, now: datetime) -> Identity:
        """Who signed in, for the `code` that the browser brought; `issuer` is who sent it, if it says so (RFC 9207).

        Raises NotVouchedError, UnverifiedAddressError or SilentProviderError.
        """
        try:
            with httpx.Client(timeout=_SECONDS) as http:
                return Identity.of(self._claims(http, attempt, code, issuer, now))
        except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError) as error:
            log.warning("the single sign-on did not vouch for somebody", error=type(error).__name__)
            raise NotVouchedError from error
        except httpx.HTTPError as error:
            raise SilentProviderError from error

    def _claims(
        self, http: httpx.Client, attempt: Attempt, code: str, issuer: str | None, now: datetime
    ) -> Mapping[str, Any]:
        known = self._asked(http, now)
        needs_issuer = known.says.get("authorization_response_iss_parameter_supported") is True
        if (issuer is not None or needs_issuer) and issuer != self._issuer:
            raise ValueError("the answer is another provider's")
        token = self._client(http).fetch_token(known.says["token_endpoint"], code=code, code_verifier=attempt.verifier)
        claims = self._verified(http, token, attempt.nonce, now)
        if "email" in claims or not known.says.get("userinfo_endpoint"):
            return claims
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        told = _json(http, known.says["userinfo_endpoint"], headers)
        if told["sub"] != claims["sub"]:  # Core, section 5.3.2
            raise ValueError("it told of somebody else")
        return told

    def _verified(self, http: httpx.Client, token: Mapping[str, Any], nonce: str, now: datetime) -> Mapping[str, Any]:
        """The claims of the token, once signature, issuer, audience, times and nonce are right (section 3.1.3.7)."""
        signed = str(token["id_token"])
        try:
            read = jwt.decode(signed, self._asked(http, now).keys, algorithms=ALGORITHMS)
        except InvalidKeyIdError:  # they have a new key
            read = jwt.decode(signed, self._asked(http, now, anew=True).keys, algorithms=ALGORITHMS)
        needed = {"iss": self._issuer, "aud": self._client_id}
        options = {name: {"essential": True, "value": value} for name, value in needed.items()}
        given = {"nonce": nonce, "client_id": self._client_id, "access_token": token.get("access_token")}
        claims = CodeIDToken(read.claims, read.header, options, given)
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_SECONDS)
        return claims  # type: ignore[no-any-return]  # the library has no types; it is a dict

    def _client(self, http: httpx.Client) -> OAuth2Client:
        client = OAuth2Client(
            http,
            client_id=self._client_id,
            client_secret=self._secret,
            scope=_SCOPES,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
        )
        client.client_auth_class = _ClientAuth
        return client

    def _asked(self, http: httpx.Client, now: datetime, *, anew: bool = False) -> _Known:
        with self._asking:
            known = self._known
            if known is None or anew or not timedelta(0) <= now - known.at < _KEPT:
                self._known = known = self._ask(http, now)
            return known

    def _ask(self, http: httpx.Client, now: datetime) -> _Known:
        try:
            says = _json(http, get_well_known_url(self._issuer, external=True))
            endpoints = [says[name] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
            endpoints += [says["userinfo_endpoint"]] if says.get("userinfo_endpoint") else []
            if says["issuer"] != self._issuer or not all(is_safe_address(endpoint) for endpoint in endpoints):
                raise ValueError("it is another issuer, or sends secrets in the open")
            return _Known(says, KeySet.import_key_set(_json(http, says["jwks_uri"])), now)  # type: ignore[arg-type]  # checked there
        except (httpx.HTTPError, JoseError, ValueError, TypeError, KeyError) as error:
            log.error("the single sign-on cannot be used", error=type(error).__name__)
            raise SilentProviderError from error


class _ClientAuth(httpx.Auth, ClientAuth):  # type: ignore[misc]  # the library has no types
    """Says who we are to the token endpoint."""

    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        body = request.content.decode()
        url, headers, body = self.prepare(request.method, str(request.url), dict(request.headers), body)
        headers["content-length"] = str(len(body.encode()))
        yield httpx.Request(request.method, url, headers=headers, content=body)


def _json(http: httpx.Client, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """An object that the provider answers. Raises httpx.HTTPError or ValueError."""
    answer = http.get(url, headers=headers).raise_for_status().json()
    if not isinstance(answer, dict):
        raise ValueError("it answers no object")
    return answer
