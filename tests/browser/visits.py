"""Pages in a browser that notice what goes wrong behind them: scripts, requests, and requests to elsewhere."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
NARROW: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PATIENCE_MILLISECONDS = 15_000
LEFT_BEHIND = "net::ERR_ABORTED"  # what a page still asked for when it was left


class Visits:
    """Everybody who comes to the platform in one story, each with cookies of their own."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.faults: list[str] = []
        self.contexts: list[BrowserContext] = []

    def open(self, *, locale: str = "zh-CN", **shape: Any) -> Page:
        """Open a page for somebody new."""
        context = self.browser.new_context(base_url=self.address, locale=locale, **shape)
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)
        return page

    def close(self) -> None:
        """Close all pages."""
        for context in self.contexts:
            context.close()

    def _console(self, told: ConsoleMessage) -> None:
        if told.type == "error" and not told.text.startswith("Failed to load resource"):  # a response: see below
            self.faults.append(f"{told.location['url']}: {told.text}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).scheme != "data" and not request.url.startswith(f"{self.address}/"):
            self.faults.append(f"asked elsewhere: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT_BEHIND:
            self.faults.append(f"{request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        """Only a page itself may be refused, and say so; nothing may fail."""
        page = response.request.is_navigation_request()
        if response.status >= (HTTPStatus.INTERNAL_SERVER_ERROR if page else HTTPStatus.BAD_REQUEST):
            self.faults.append(f"{response.url}: {response.status}")
