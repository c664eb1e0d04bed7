"""Pictures of our own pages for docs/pictures, taken of the demonstration's year: `make pictures`.

It lives through the year until a September morning in a folder of its own, serves it with the clock standing
there, and photographs each page as the person sees it who works with it.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Engine
from sqlmodel import Session

from models.database import open_engine, reading, writing
from models.settings import Settings
from models.vocabulary import AccessRole, Lifecycle
from notifications.links import Purpose, signed_link
from reporting.access.accounts import grant, open_account
from reporting.access.sessions import find_account, open_session
from reporting.obligations.filters import Selection
from reporting.obligations.listing import owed
from tests.browser.conftest import CHROMIUM, DESKTOP, PHONE, QUIET
from tests.conftest import at
from tests.demonstrations import PLAN, ROOT, dondoc
from tests.web.conftest import MovedClock
from tests.web.drafts import keep_letter
from web.app import create_app, listen
from web.auth import COOKIE
from web.context import LANGUAGE_COOKIE

FOLDER = ROOT / "docs" / "pictures"
UNTIL, NOW, PERIOD = "2024-09-18", "2024-09-18 09:00", "2024-09"
COMMUNE = "32116"
NARROW = (760, 500)
WRONG_PLAN = """title: Báo cáo tháng
number: 12/KH-UBND
issuer: ubnd-tinh
issued_on: 31/02/2024
in_force: {from: 2024-01-01, to: 2024-12-31}
duties:
  - id: monthly
    title: Báo cáo tháng
    every: month
    chain: [{from: {level: commune}, to: district, due: before 32}]
"""
PEOPLE = {
    "clerk": (AccessRole.CLERK, COMMUNE),
    "monitor": (AccessRole.MONITOR, "so-khdt"),
    "administrator": (AccessRole.ADMINISTRATOR, None),
}
"""Who looks: the clerk of a commune that is late, the department that watches the plan, the administrator."""


@dataclass(frozen=True)
class Picture:
    """One page as one person sees it; {report} is the commune's report, {link} its link in the mail."""

    name: str
    path: str
    who: str | None = None
    size: tuple[int, int] = DESKTOP
    language: str = "vi"
    status: int = 200


PICTURES = (
    Picture("sign-in", "/sign-in"),
    Picture("link-phone", "{link}", size=PHONE),
    Picture("link", "{link}"),
    Picture("year", "/year", "clerk"),
    Picture("year-phone", "/year", "clerk", PHONE),
    Picture("feeds", "/feeds", "clerk"),
    Picture("feeds-help", "/feeds/help", "clerk"),
    Picture("month", "/month?plan={plan}", "monitor"),
    Picture("month-phone", "/month", "clerk", PHONE),
    Picture("search", "/search?q=tan+phu", "monitor"),
    Picture("report", "/obligations/{report}", "monitor"),
    Picture("board", "/board", "monitor"),
    Picture("chain", "/plans/{plan}/chain?duty=monthly&period=2024-09", "monitor"),
    Picture("grid", "/grid?plan={plan}&duty=monthly", "monitor"),
    Picture("rates", "/rates?plan={plan}", "monitor"),
    Picture("chase", "/chase?plan={plan}", "monitor"),
    Picture("admin", "/admin", "administrator"),
    Picture("admin-plans", "/admin/plans", "administrator"),
    Picture("admin-plan", "/admin/plans/{plan}", "administrator"),
    Picture("admin-draft", "/admin/plan-drafts/{draft}#words-nhiem-vu-1-due", "administrator"),
    Picture("admin-units", "/admin/units", "administrator"),
    Picture("admin-import", "/admin/unit-import", "administrator"),
    Picture("admin-ladders", "/admin/ladders", "administrator"),
    Picture("admin-outbox", "/admin/outbox", "administrator"),
    Picture("admin-holidays", "/admin/holidays", "administrator"),
    Picture("admin-health", "/admin/health", "administrator"),
    Picture("admin-people", "/admin/people", "administrator"),
)


def sessions(session: Session) -> dict[str, str]:
    """An account for each of the people, signed in; returns the secrets of their sessions."""
    found = {}
    for name, (role, unit) in PEOPLE.items():
        address = f"{name}@anh.example"
        account = find_account(session, address) or open_account(
            session, address, name.title(), at(NOW), "demo"
        )
        grant(session, account, role, unit, date(2024, 1, 1), at(NOW), "demo")
        found[name] = open_session(session, account, at(NOW))
    return found


def places(engine: Engine, settings: Settings, address: str) -> dict[str, str]:
    """What the paths' names stand for."""
    with reading(engine) as session:
        selection = Selection(plan=PLAN, unit=COMMUNE)
        rows = owed(session, settings, selection, at(NOW))
    open_ones = [row for row in rows if row.state in (Lifecycle.OPEN, Lifecycle.RETURNED) and row.deadline]
    report = open_ones[0].id
    secret = settings.secret_key.get_secret_value()
    link = signed_link(address, secret, Purpose.FILE, report, at(NOW)).removeprefix(address)
    draft = str(keep_letter(engine, settings))
    return {"plan": PLAN, "report": str(report), "link": link, "draft": draft}


@contextmanager
def a_page(browser: Browser, address: str, picture: Picture, secret: str) -> Iterator[Page]:
    """A browser of its own, in the picture's size and language."""
    width, height = picture.size
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": height}, locale="vi-VN"
    )
    known = {LANGUAGE_COOKIE: picture.language} | ({COOKIE: secret} if secret else {})
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in known.items()])
    yield context.new_page()
    context.close()


def photograph(browser: Browser, address: str, picture: Picture, names: dict[str, str], secret: str) -> None:
    with a_page(browser, address, picture, secret) as page:
        answer = page.goto(picture.path.format(**names), wait_until="networkidle")
        assert answer is not None
        assert answer.status == picture.status, f"{picture.path}: {answer.status}"
        keep(page, picture)


def keep(page: Page, picture: Picture) -> None:
    width, _ = picture.size
    tall = min(int(page.evaluate("document.documentElement.scrollHeight")), 1150)
    page.set_viewport_size({"width": width, "height": tall})
    page.screenshot(path=FOLDER / f"page-{picture.name}.png")
    print(f"docs/pictures/page-{picture.name}.png", file=sys.stderr)


def photograph_languages(
    browser: Browser, address: str, home: Path, names: dict[str, str], secrets: dict[str, str]
) -> None:
    """A page, one that is not there, a refused upload, a mail and a command's refusal, in both languages."""
    wrong = home.parent / "monthly.yaml"
    wrong.write_text(WRONG_PLAN, encoding="utf-8")
    for language in ("vi", "en"):
        for name, path, status in (("report", "/obligations/{report}", 200), ("missing", "/nowhere", 404)):
            picture = Picture(f"{name}-{language}", path, "monitor", NARROW, language, status)
            photograph(browser, address, picture, names, secrets["monitor"])
        picture = Picture(f"refused-{language}", "/admin/plan-upload", "administrator", NARROW, language)
        with a_page(browser, address, picture, secrets["administrator"]) as page:
            page.goto(picture.path)
            page.locator("input[type=file]").set_input_files(wrong)
            page.locator("main button.main").first.click()
            page.wait_for_load_state("networkidle")
            keep(page, picture)
        mail = dondoc(
            home,
            "mail",
            "show",
            "--kind",
            "overdue",
            "--lang",
            language,
            "--format",
            "html",
            "--at",
            f"{UNTIL}T08:00+07:00",
        )
        refusal = dondoc(home, "--lang", language, "plan", "check", str(wrong))
        assert (mail.returncode, refusal.returncode) == (0, 1), (mail.stderr, refusal.stderr)
        for name, html in (
            ("mail", mail.stdout),
            ("command", f"<pre style='white-space: pre-wrap'>{escape(refusal.stderr)}</pre>"),
        ):
            picture = Picture(f"{name}-{language}", "", size=NARROW)
            with a_page(browser, address, picture, "") as page:
                page.set_content(html)
                keep(page, picture)


def main() -> None:
    if CHROMIUM is None:
        sys.exit("needs a browser: apt install chromium")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "var"
        lived = dondoc(home, "demo", "--no-flow", "--until", UNTIL)
        assert lived.returncode == 0, lived.stderr
        _serve_and_photograph(home, CHROMIUM)


def _serve_and_photograph(home: Path, chromium: str) -> None:
    engine = open_engine(f"sqlite:///{home / 'dondoc.sqlite3'}")
    with writing(engine) as session:
        secrets = sessions(session)
    with listen(0) as listening, sync_playwright() as playwright:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = Settings(_env_file=None, home=home, base_url=address)  # type: ignore[call-arg]
        app = create_app(settings, engine, MovedClock(at(NOW)))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        names = places(engine, settings, address)
        for picture in PICTURES:
            photograph(browser, address, picture, names, secrets.get(picture.who or "", ""))
        photograph_languages(browser, address, home, names, secrets)
        browser.close()
        server.should_exit = True
        thread.join(20)


if __name__ == "__main__":
    main()
