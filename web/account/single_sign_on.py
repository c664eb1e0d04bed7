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
from starlette.responses import RedirectResponse, Response

from models.database import writing
from models.errors import NotFound
from models.settings import Settings
from reporting.access.accounts import account_of_claims
from reporting.access.passwords import new_secret
from reporting.access.sessions import SignInRefused, open_session
from web.account.oidc_provider import Provider, ProviderFails, SignInRequest
from web.account.sign_in import signed_in_answer
from web.auth import inside, is_https
from web.context import Edge, EdgeDep
from web.rate_limit import count_attempt, source
from web.rendering import Pages, PagesDep

router = APIRouter(prefix="/sign-in/provider", include_in_schema=False)
COOKIE = "dondoc_provider"
HOLDS = timedelta(minutes=10)
MOST, WINDOW = 30, timedelta(minutes=5)


@router.get("")
def away(request: Request, edge: EdgeDep, pages: PagesDep, next: str = "/") -> Response:
    """To the provider, which sends the browser back to `back`."""
    now = edge.now
    count_attempt(edge, "provider", source(request), MOST, WINDOW, now)
    seed = new_secret()
    try:
        address = _provider(request).address(_wish(edge.settings, seed), now)
    except ProviderFails:
        return _refused(pages, 503)
    answer = RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
    answer.set_cookie(
        _cookie(edge.settings),
        f"{seed}.{quote(inside(next), safe='')}",
        max_age=int(HOLDS.total_seconds()),
        secure=is_https(edge.settings),
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get("/back")
def back(
    request: Request, edge: EdgeDep, pages: PagesDep, code: str = "", state: str = "", iss: str = ""
) -> Response:
    now = edge.now
    count_attempt(edge, "provider", source(request), MOST, WINDOW, now)
    provider = _provider(request)
    seed, _, where = request.cookies.get(_cookie(edge.settings), "").partition(".")
    wish = _wish(edge.settings, seed)
    asked = bool(seed) and hmac.compare_digest(state.encode("utf-8", "replace"), wish.state.encode())
    if not asked or not code or iss not in ("", provider.issuer):
        return _ended(edge, _refused(pages, 400))
    try:
        claims = provider.claims(code, wish, now)
        with writing(edge.engine) as session:
            account = account_of_claims(session, provider.issuer, claims, now)
            secret = open_session(session, account, now, request.headers.get("user-agent", ""))
    except ProviderFails:
        return _ended(edge, _refused(pages, 502))
    except SignInRefused:
        return _ended(edge, _refused(pages, 403))
    return _ended(edge, signed_in_answer(request, edge, secret, unquote(where)))


def _provider(request: Request) -> Provider:
    found: Provider | None = request.app.state.provider
    if found is None:
        raise NotFound("no sign-in provider is set here; sign in with a password")
    return found


def _wish(settings: Settings, seed: str) -> SignInRequest:
    def made(what: str) -> str:
        key = settings.secret_key.get_secret_value().encode()
        octets = hmac.digest(key, f"dondoc-provider-{what}:{seed}".encode(), sha256)
        return urlsafe_b64encode(octets).decode().rstrip("=")

    back_to = f"{settings.base_url.rstrip('/')}/sign-in/provider/back"
    return SignInRequest(made("state"), made("nonce"), made("verifier"), back_to)


def _cookie(settings: Settings) -> str:
    return f"__Host-{COOKIE}" if is_https(settings) else COOKIE


def _ended(edge: Edge, answer: Response) -> Response:
    """An attempt is good for one answer."""
    name, secure = _cookie(edge.settings), is_https(edge.settings)
    answer.delete_cookie(name, secure=secure, httponly=True, samesite="lax")
    return answer


def _refused(pages: Pages, status: int) -> Response:
    said = {
        400: (
            "Lần đăng nhập này đã hết hạn hoặc không phải từ đây.",
            "This attempt has ended, or was none of ours.",
        ),
        403: (
            "Chưa có tài khoản cho người vừa đăng nhập. Đề nghị quản trị của cơ quan mở tài khoản.",
            "No account is open for whoever signed in there. Ask your administrator to open one.",
        ),
    }
    otherwise = (
        "Dịch vụ đăng nhập của cơ quan không trả lời đúng. Hãy thử lại, hoặc dùng mật khẩu.",
        "The office's sign-in service did not answer as it should. Try again, or use a password.",
    )
    return pages.show("sign_in_refused.html", status, words=said.get(status, otherwise))
