"""A browser, and a running platform with a small sample, in a database of its own for each story."""

import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from jifen.cli.children import children, wait_until_it_answers
from jifen.cli.screen import Screen
from jifen.messages import translator
from tests.databases import clone_database, connected_to, drop_database

HOST = "127.0.0.1"
TEMPLATE = "jifen_sample"
MEMBERS, DAYS = 60, 12
OPENS = "of-the-stories-only"  # the logins of a sample
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


@dataclass(frozen=True)
class Server:
    """A platform that runs: its address, its database, and who can log in."""

    address: str
    database: str
    member_phone: str
    operators: tuple[str, str]
    password: str = OPENS


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


class _Shown(NamedTuple):
    phone: str
    operators: tuple[str, str]


@pytest.fixture(scope="session")
def sample(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> _Shown:
    """Prepare the database that servers begin with, once for all processes of a run; return who is shown in it."""
    from jifen.cli.online.demo import OPERATORS

    note = tmp_path_factory.getbasetemp().parent / "jifen-sample"
    with note.with_suffix(".lock").open("w") as lock, django_db_blocker.unblock():
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            note.write_text(_prepare(), "utf-8")
    first, second = OPERATORS
    return _Shown(note.read_text("utf-8"), (first, second))


def _prepare() -> str:
    """Make the template with its sample; return the phone of the member who is shown."""
    from jifen.cli.online.demo import Sample, interesting_member, prepare
    from jifen.members.phones import decrypt

    drop_database(TEMPLATE)
    clone_database(TEMPLATE)
    with connected_to(TEMPLATE):
        programme = prepare(Sample(MEMBERS, DAYS, OPENS), Screen(translator("en"), "en"))
        member = interesting_member(programme)
        return decrypt(bytes(member.phone_cipher), programme_id=programme.pk)


@pytest.fixture
def server(sample: _Shown, django_db_blocker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Run the platform for one story. In the story Django's models are those of the same database."""
    name = f"jifen_story_{os.getpid()}"
    with django_db_blocker.unblock():
        drop_database(name)
        clone_database(name, template=TEMPLATE)
        monkeypatch.setenv("DATABASE_URL", urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}")))
        port = _free_port()
        command = ["serve", "--host", HOST, "--port", str(port), "--workers", "1"]
        with connected_to(name), children([(command, tmp_path / "web.log")]) as running:
            wait_until_it_answers(HOST, port, running)
            yield Server(f"http://{HOST}:{port}", name, sample.phone, sample.operators)
        drop_database(name)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        return int(trial.getsockname()[1])
