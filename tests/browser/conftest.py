"""A real browser on really served pages: Debian's Chromium, and the application on a port of its own.

The clock of the served application is the test's and can be moved. Every path is walked in Vietnamese unless
the test asks for another language.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import Engine

from models.settings import Settings
from tests.conftest import at
from tests.reporting.world import World
from tests.web.cast import NOBODY, open_with_cast
from tests.web.cast import browser as signed_in_browser
from tests.web.conftest import MovedClock
from web.app import create_app, listen
from web.auth import COOKIE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# Without these, Chromium looks for its maker's servers, which no test should.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = (1280, 900), (360, 740)
NOW = "2024-02-10 09:00"


@pytest.fixture(
    scope="module"
)  # while it is open an event loop runs, in which no other test could run its own
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs a browser: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def fits(page: Page) -> None:
    """Fails where the page is wider than its window.

    After a click the new document may be committed and still empty, so its load is waited for.
    """
    page.wait_for_load_state()
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], page.url


def open_menu(page: Page) -> None:
    """Opens the menu where a narrow screen has it behind a button."""
    button = page.locator("header summary")
    if button.is_visible():
        button.click()


@dataclass
class Served:
    """The province of tests/reporting/world.py, served; February's reports are open."""

    address: str
    world: World
    settings: Settings
    engine: Engine
    clock: MovedClock
    chromium: Browser
    contexts: list[BrowserContext]

    def visit(
        self,
        who: str = NOBODY,
        *,
        size: tuple[int, int] = DESKTOP,
        javascript: bool = True,
        locale: str = "vi-VN",
        language: str = "vi",
    ) -> Page:
        """A page in a browser of its own for one of the cast."""
        context = self.chromium.new_context(
            base_url=self.address,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=javascript,
            locale=locale,
            timezone_id="Asia/Ho_Chi_Minh",
        )
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        cookies = [("dondoc_language", language)]
        if who != NOBODY:
            at_work = signed_in_browser(self.app, self.engine, self.settings, who, NOW)
            cookies.append((COOKIE, str(at_work.client.cookies[COOKIE])))
            at_work.client.close()
        context.add_cookies([{"name": name, "value": value, "url": self.address} for name, value in cookies])
        return context.new_page()

    @property
    def app(self) -> Any:
        return create_app(self.settings, self.engine, self.clock)


@pytest.fixture
def served(world: World, engine: Engine, settings: Settings, chromium: Browser) -> Iterator[Served]:
    open_with_cast(world)
    clock = MovedClock(at(NOW))
    with serving(engine, settings, clock) as own:
        found = Served(str(own.base_url), world, own, engine, clock, chromium, [])
        yield found
        for context in found.contexts:
            context.close()


@contextmanager
def serving(engine: Engine, settings: Settings, clock: MovedClock) -> Iterator[Settings]:
    """Serve the application on a port of its own; the settings have its address."""
    with listen(0) as listening:
        own = settings.model_copy(update={"base_url": f"http://127.0.0.1:{listening.getsockname()[1]}"})
        server = uvicorn.Server(
            uvicorn.Config(create_app(own, engine, clock), log_level="warning", access_log=False)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield own
        server.should_exit = True
        thread.join(20)


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Fails for each rule of WCAG A and AA that axe-core finds broken on the page."""

    def check(page: Page) -> None:
        page.wait_for_load_state()
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
        assert found.violations_count == 0, found.generate_report()

    return check
