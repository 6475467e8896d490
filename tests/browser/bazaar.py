"""An alliance as the stories of the counter need it: a store with points and cards, a branch with a store, members."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jifen.cli.online.migrate import migrate
from tests.browser.platform import served
from tests.counter.market import LOGIN, PHONES, grant, open_market
from tests.databases import clone_database, connected_to, drop_database
from tests.running import Server


@contextmanager
def bazaar(folder: Path) -> Iterator[Server]:
    """Run a platform with the alliance: 150 coins at the store, a member with a card, another with prepaid money."""
    name = f"jifen_bazaar_{os.getpid()}"
    drop_database(name)
    clone_database(name)
    with connected_to(name):
        migrate()
        market = open_market()
        market.fill("shop", 150)
        grant(market, 5_000)
        market.prepay("li", 300)
    with served(name, folder) as address:
        yield Server(name, PHONES["wang"], ("qian", "zhou"), LOGIN, address)
    drop_database(name)


def sales_of(server: Server) -> list[tuple[str, int, bool]]:
    """Return who bought for how much (fen) at the counter, and whether the store took the money; the oldest first."""
    from jifen.sales.models import Order

    with connected_to(server.database):
        found = Order.objects.filter(rung_up=True).select_related("member").order_by("pk")
        return [(one.member.name, one.amount, one.taken_by_store) for one in found]
