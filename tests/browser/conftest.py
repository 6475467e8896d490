"""A running platform and a browser for all stories, and pages in it that notice every fault.

Models are imported when a story runs: pytest reads this file before the address of the database is known.
"""

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.visits import DESKTOP, PATIENCE_MILLISECONDS, PHONE, Visits

if TYPE_CHECKING:
    from tests.running import Sample, Server


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return where Chromium lies; without it the stories are skipped, in CI they fail."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        missing = "Chromium is missing: apt-get install chromium fonts-wqy-microhei"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


@pytest.fixture(scope="package")
def platform(
    chromium: str, sample: "Sample", django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["Server"]:
    """Run web server and worker on a copy of the sample, which the stories share."""
    from tests.browser.platform import platform_on

    with django_db_blocker.unblock(), platform_on(sample, tmp_path_factory.mktemp("platform")) as running:
        yield running


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """Yield a browser.

    While Playwright lives it runs a loop in this thread, in which Django refuses to work unless told otherwise. So it
    lives no longer than the stories of this folder.
    """
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=PATIENCE_MILLISECONDS)
        started = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield started
        started.close()


@pytest.fixture
def visits(browser: Browser, platform: "Server") -> Iterator[Visits]:
    """Yield the way to pages of any size and language; a fault in any of them fails the story."""
    opened = Visits(browser, platform.address)
    yield opened
    opened.close()
    assert opened.faults == []


@pytest.fixture
def phone(visits: Visits) -> Page:
    """Return a page of the size of a phone, in Chinese, with nobody logged in."""
    return visits.open(**PHONE)


@pytest.fixture
def desktop(visits: Visits) -> Page:
    """Return a page of the size of a desk, in Chinese, with nobody logged in."""
    return visits.open(**DESKTOP)


@pytest.fixture(scope="package")
def parking_lot(
    browser: Browser, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["Server"]:
    """Run web server and worker on a database with the programmes of parking."""
    from tests.browser import lot

    with django_db_blocker.unblock(), lot.parking_lot(tmp_path_factory.mktemp("parking")) as running:
        yield running


@pytest.fixture
def parking_visits(browser: Browser, parking_lot: "Server") -> Iterator[Visits]:
    """Yield the way to pages of the programmes of parking."""
    opened = Visits(browser, parking_lot.address)
    yield opened
    opened.close()
    assert opened.faults == []


@pytest.fixture(scope="package")
def high_street(
    browser: Browser, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["Server"]:
    """Run web server and worker on a database with growth programmes, each with a store."""
    from tests.browser import street

    with django_db_blocker.unblock(), street.high_street(tmp_path_factory.mktemp("street")) as running:
        yield running


@pytest.fixture
def street_visits(browser: Browser, high_street: "Server") -> Iterator[Visits]:
    """Yield the way to pages of the growth programmes."""
    opened = Visits(browser, high_street.address)
    yield opened
    opened.close()
    assert opened.faults == []


@pytest.fixture(scope="package")
def square(
    browser: Browser, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["Server"]:
    """Run web server and worker on a database with the airdrop programmes, each with a store."""
    from tests.browser import square as place

    with django_db_blocker.unblock(), place.square(tmp_path_factory.mktemp("square")) as running:
        yield running


@pytest.fixture
def square_visits(browser: Browser, square: "Server") -> Iterator[Visits]:
    """Yield the way to pages of the airdrop programmes."""
    opened = Visits(browser, square.address)
    yield opened
    opened.close()
    assert opened.faults == []


@pytest.fixture(scope="package")
def bazaar(
    browser: Browser, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["Server"]:
    """Run web server and worker on a database with an alliance: a store, a branch, members."""
    from tests.browser import bazaar as place

    with django_db_blocker.unblock(), place.bazaar(tmp_path_factory.mktemp("bazaar")) as running:
        yield running


@pytest.fixture
def bazaar_visits(browser: Browser, bazaar: "Server") -> Iterator[Visits]:
    """Yield the way to pages of the alliance."""
    opened = Visits(browser, bazaar.address)
    yield opened
    opened.close()
    assert opened.faults == []
