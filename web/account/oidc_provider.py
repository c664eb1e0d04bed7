"""The provider: what it says of itself, the code exchanged for an ID token, and the token verified.

OpenID Connect Core 1.0, section 3.1 (code flow), with PKCE (RFC 7636) and the check of `iss` (RFC 9207).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from models.errors import DondocError
from models.settings import Settings

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signed with a key that only the provider has; never `none`, never our own secret."""
KNOWN_FOR = timedelta(hours=1)
PATIENCE = 10.0
LEEWAY = 60
DISCOVERY = "/.well-known/openid-configuration"


JsonObject = dict[str, Any]
"""What another program sends, as JSON: of any shape, checked where it is used."""


class ProviderFails(DondocError):
    """The provider does not answer, or not as it should."""


@dataclass(frozen=True)
class SignInRequest:
    """The secrets of one attempt: what goes to the provider and must come back."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


class Provider:
    """One per process; what the provider says of itself is asked once an hour."""

    def __init__(self, settings: Settings) -> None:
        assert settings.oidc_issuer is not None
        self.issuer = settings.oidc_issuer
        self.client_id = settings.oidc_client_id or ""
        self._secret = settings.oidc_client_secret
        self._known_metadata: tuple[datetime, JsonObject] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def address(self, attempt: SignInRequest, now: datetime) -> str:
        """Where the browser is sent to sign in. Raises `ProviderFails`."""
        endpoint = self._metadata(now)["authorization_endpoint"]
        with self._client(attempt, now) as client:
            url, _ = client.create_authorization_url(
                endpoint, state=attempt.state, code_verifier=attempt.verifier, nonce=attempt.nonce
            )
        return str(url)

    def claims(self, code: str, attempt: SignInRequest, now: datetime) -> JsonObject:
        """The verified claims behind a code. Raises `ProviderFails`."""
        metadata = self._metadata(now)
        try:
            with self._client(attempt, now) as client:
                tokens = client.fetch_token(
                    metadata["token_endpoint"], code=code, code_verifier=attempt.verifier, state=attempt.state
                )
                claims = self._verified(str(tokens.get("id_token", "")), attempt.nonce, now)
                if "email" not in claims and "userinfo_endpoint" in metadata:
                    claims |= self._userinfo(client, metadata["userinfo_endpoint"], claims["sub"])
        except (OAuthError, JoseError, httpx.HTTPError, ValueError, KeyError) as error:
            raise ProviderFails(
                f"the sign-in provider's answer cannot be used: {type(error).__name__}"
            ) from error
        return claims

    def _client(self, attempt: SignInRequest, now: datetime) -> OAuth2Client:
        methods = self._metadata(now).get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        secret = None if self._secret is None else self._secret.get_secret_value()
        basic = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        return OAuth2Client(
            client_id=self.client_id,
            client_secret=secret,
            token_endpoint_auth_method="none" if secret is None else basic,
            scope="openid email profile",
            redirect_uri=attempt.redirect_uri,
            code_challenge_method="S256",
            timeout=PATIENCE,
            follow_redirects=False,
        )

    def _metadata(self, now: datetime) -> JsonObject:
        if self._known_metadata is None or not timedelta() <= now - self._known_metadata[0] < KNOWN_FOR:
            metadata = _fetched(self.issuer.rstrip("/") + DISCOVERY)
            wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if metadata.get("issuer") != self.issuer or any(name not in metadata for name in wanted):
                raise ProviderFails("the sign-in provider calls itself otherwise; check DONDOC_OIDC_ISSUER")
            self._known_metadata = (now, metadata)
        return self._known_metadata[1]

    def _verified(self, id_token: str, nonce: str, now: datetime) -> JsonObject:
        """The claims of a token that is the provider's, for us, for this attempt, and still good."""
        try:
            token = jwt.decode(id_token, self._key_set(now), algorithms=ALGORITHMS)
        except (JoseError, ValueError):  # keys change now and then: once more with fresh ones
            self._keys = None
            token = jwt.decode(id_token, self._key_set(now), algorithms=ALGORITHMS)
        said = token.claims
        registry = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        registry.validate(said)
        several = isinstance(said["aud"], list) and len(said["aud"]) > 1
        if (several or "azp" in said) and said.get("azp") != self.client_id:
            raise ProviderFails("the sign-in provider's token is for another program")
        return dict(said)

    def _key_set(self, now: datetime) -> KeySet:
        if self._keys is None or not timedelta() <= now - self._keys[0] < KNOWN_FOR:
            keys = KeySet.import_key_set(_fetched(self._metadata(now)["jwks_uri"]))  # type: ignore[arg-type]
            self._keys = (now, keys)
        return self._keys[1]

    def _userinfo(self, client: OAuth2Client, endpoint: str, subject: str) -> JsonObject:
        """Claims that only the userinfo endpoint gives, of the same person."""
        userinfo = client.get(endpoint).raise_for_status().json()
        if userinfo.get("sub") != subject:
            raise ProviderFails("the sign-in provider speaks of two people")
        return {name: userinfo[name] for name in ("email", "email_verified") if name in userinfo}


def _fetched(url: str) -> JsonObject:
    try:
        answer = httpx.get(url, timeout=PATIENCE, follow_redirects=False).raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderFails("the sign-in provider does not answer; try again, or use a password") from error
    if not isinstance(found, dict):
        raise ProviderFails("the sign-in provider does not speak OpenID Connect; check DONDOC_OIDC_ISSUER")
    return found
