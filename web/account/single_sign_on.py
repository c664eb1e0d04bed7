"""To the provider and back: the attempt's secrets live in a cookie of this browser, and nowhere else.

State, nonce and PKCE verifier are made from one random seed in the cookie and the installation's key: an
answer that this browser did not ask for does not fit, so nobody is signed in as somebody else by a link.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from urllib.parse import quote, unquote

from fastapi import APIRouter, Request
from starlette.responses import Response

from messages.catalogue import N_
from models.errors import NotFound
from models.settings import Settings
from reporting.access.accounts import account_of_claims
from reporting.access.passwords import new_secret
from reporting.access.sessions import SignInRefused, enter
from web.account.oidc_provider import Provider, ProviderFails, SignInRequest
from web.account.sign_in import entry_response
from web.auth import VisitorFault, cookie_name, delete_cookie, inside, set_cookie
from web.page import AnyPage, Page, redirect
from web.rate_limit import RateLimit

router = APIRouter(prefix="/sign-in/provider", include_in_schema=False)
COOKIE = "dondoc_provider"
HOLDS = timedelta(minutes=10)
ATTEMPTS = RateLimit("provider", 30, timedelta(minutes=5))


@router.get("")
def away(page: AnyPage, next: str = "/") -> Response:
    """To the provider, which sends the browser back to `back`."""
    ATTEMPTS.count_source(page.request)
    settings, seed = page.settings, new_secret()
    try:
        address = _provider(page.request).address(_sign_in_request(settings, seed), page.now)
    except ProviderFails:
        return _refused(page, 503)
    response = redirect(address, {"Cache-Control": "no-store"})
    value = f"{seed}.{quote(inside(next), safe='')}"
    set_cookie(response, settings, cookie_name(settings, COOKIE), value, int(HOLDS.total_seconds()))
    return response


@router.get("/back")
def back(page: AnyPage, code: str = "", state: str = "", iss: str = "") -> Response:
    """The provider's answer; an attempt is good for one."""
    ATTEMPTS.count_source(page.request)
    response = _sign_in(page, _provider(page.request), code, state, iss)
    delete_cookie(response, page.settings, cookie_name(page.settings, COOKIE))
    return response


def _sign_in(page: Page, provider: Provider, code: str, state: str, iss: str) -> Response:
    request, now = page.request, page.now
    seed, _, where = request.cookies.get(cookie_name(page.settings, COOKIE), "").partition(".")
    attempt = _sign_in_request(page.settings, seed)
    asked = bool(seed) and hmac.compare_digest(state.encode("utf-8", "replace"), attempt.state.encode())
    if not asked or not code or iss not in ("", provider.issuer):
        return _refused(page, 400)
    try:
        claims = provider.claims(code, attempt, now)
        with page.writing() as session:
            account = account_of_claims(session, provider.issuer, claims, now)
            entry = enter(session, account, now, request.headers.get("user-agent", ""))
    except ProviderFails:
        return _refused(page, 502)
    except SignInRefused:
        return _refused(page, 403)
    return entry_response(page, entry, unquote(where))


def _provider(request: Request) -> Provider:
    found: Provider | None = request.app.state.provider
    if found is None:
        raise NotFound(VisitorFault.NO_PROVIDER())
    return found


def _sign_in_request(settings: Settings, seed: str) -> SignInRequest:
    def made(what: str) -> str:
        key = settings.secret_key.get_secret_value().encode()
        octets = hmac.digest(key, f"dondoc-provider-{what}:{seed}".encode(), sha256)
        return urlsafe_b64encode(octets).decode().rstrip("=")

    back_to = f"{settings.base_url.rstrip('/')}/sign-in/provider/back"
    return SignInRequest(made("state"), made("nonce"), made("verifier"), back_to)


def _refused(page: Page, status: int) -> Response:
    said = {
        400: N_("This sign-in has expired, or did not begin here."),
        403: N_("No account is open for the person who signed in there. Ask your administrator to open one."),
    }
    otherwise = N_("The office's sign-in service did not answer as it should. Try again, or use a password.")
    return page.show("sign_in_refused.html", status, words=said.get(status, otherwise))
