"""A browser, and pages of two sizes in it."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.running import Server

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Yield Chromium; without it the story is skipped, in CI it fails.

    While Playwright lives it runs a loop in this thread, in which Django refuses to work unless told otherwise. So it
    lives no longer than the stories of a file.
    """
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        missing = "Chromium is missing: apt-get install chromium fonts-wqy-microhei"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=found, args=arguments)
        yield started
        started.close()


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Page]:
    """Yield a page of the size of a phone, with nobody logged in; a fault in a page's scripts fails the story."""
    yield from _page(browser, server, viewport=PHONE, is_mobile=True, has_touch=True)


@pytest.fixture
def desktop(browser: Browser, server: Server) -> Iterator[Page]:
    """Yield a page of the size of a desk, with nobody logged in; a fault in a page's scripts fails the story."""
    yield from _page(browser, server, viewport=DESKTOP)


def _page(browser: Browser, server: Server, **shape: Any) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(base_url=server.address, locale="zh-CN", **shape)
    context.set_default_timeout(15_000)
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
    yield page
    context.close()
    assert faults == []
