"""Member pages in process: what the server needs for them, every middleware and the session included."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import psycopg
from django.conf import settings
from django.test import Client

from benchmarks.report import Figures, seconds
from benchmarks.service.targets import Target, at_most
from benchmarks.service.town import Town
from benchmarks.trees import tree
from jifen.engine.forest import Forest
from jifen.members.login import session_mark
from jifen.members.models import Member
from jifen.web.sessions import MEMBERS

PAGES = {"home": "", "statement": "statement", "team": "team"}
WANTED = {"home": 0.1, "statement": 0.1}
WARM_UP, OK = 3, 200


@dataclass
class Page:
    """One page: seconds by member, queries, bytes."""

    times: list[float] = field(default_factory=list)
    large: float = 0  # of the member with the largest team
    queries: int = 0
    size: int = 0


@dataclass
class Pages:
    """All pages, and how large the largest team is."""

    team: int
    pages: dict[str, Page]

    def table(self, members: int) -> Figures:
        """Return them as a table."""
        readers = len(self.pages["home"].times)
        heads = ("page", "median", "slowest", f"with a team of {self.team:,}", "queries", "KB")
        title = f"Member pages at {members:,} members: server time of {readers} members, each page for the first time"
        table = Figures(title, heads)
        for name, page in self.pages.items():
            figures = (median(page.times), max(page.times), page.large)
            table.rows.append((name, *map(seconds, figures), str(page.queries), f"{page.size / 1000:.0f}"))
        return table

    def targets(self, members: str) -> list[Target]:
        """Return what is wanted of them."""
        return [
            at_most(f"member {name}, {members}, median", WANTED[name], median(self.pages[name].times))
            for name in WANTED
        ] + [
            at_most(f"member {name}, {members}, largest team", WANTED[name], self.pages[name].large) for name in WANTED
        ]


def measure_pages(town: Town, readers: int) -> Pages:
    """Measure every page for members picked at random and for the one with the largest team."""
    largest, team = _largest_team(town)
    random = np.random.default_rng(3)
    others = random.choice(town.ids, min(readers + WARM_UP, len(town.ids)), replace=False).tolist()
    found = Pages(team, {name: Page() for name in PAGES})
    for number, member_id in enumerate([*others[:WARM_UP], largest, *others[WARM_UP:]]):
        browser = _browser(town, member_id)
        for name, path in PAGES.items():
            page = found.pages[name]
            with _counted() as queries:
                started = perf_counter()
                answer = browser.get(f"/release/{path}")
                taken = perf_counter() - started
            assert answer.status_code == OK, answer
            if number >= WARM_UP:
                page.times.append(taken)
            if member_id == largest:
                page.large, page.queries, page.size = taken, len(queries), len(answer.content)
    return found


def _browser(town: Town, member_id: int) -> Any:
    """Return a browser in which the member has logged in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[MEMBERS] = {str(town.programme_id): [member_id, session_mark(Member.objects.get(pk=member_id))]}
    session.save()
    browser = Client(SERVER_NAME="localhost")
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return browser


def _largest_team(town: Town) -> tuple[int, int]:
    """Return the member with the largest team, and its size."""
    layout = Forest(tree("power-law", len(town.ids))).layout
    position = int(np.argmax(layout.size))
    return int(town.ids[layout.member[position]]), int(layout.size[position]) - 1


@contextmanager
def _counted() -> Iterator[list[object]]:
    """Note every query, Django's and the ledger's: both run through this method of psycopg."""
    queries: list[object] = []
    execute = psycopg.Cursor.execute

    def counted(self: Any, query: Any, *values: Any, **named: Any) -> Any:
        queries.append(query)
        return execute(self, query, *values, **named)

    psycopg.Cursor.execute = counted  # type: ignore[method-assign]  # for the duration of the block
    try:
        yield queries
    finally:
        psycopg.Cursor.execute = execute  # type: ignore[method-assign]  # as it was
