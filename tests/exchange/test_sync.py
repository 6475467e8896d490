"""In step with the exchange: each purchase once, whatever happens on the way."""

from functools import partial

import pytest

from jifen.engine.message import say
from jifen.exchange import sync as syncing
from jifen.exchange.adapter import AccountState, Bought, ExchangeSilentError
from jifen.exchange.chosen import exchange
from jifen.exchange.models import Account, OrderEntry, Purchase, SyncCursor
from jifen.exchange.simulated import SimulatedExchange
from jifen.exchange.sync import sync, sync_member
from jifen.exchange.tasks import sync_exchanges
from jifen.payouts.freezing import freeze
from tests.exchange.mall import POINT, Mall
from tests.members.people import in_parallel


class Silent(SimulatedExchange):
    """An exchange that answers so many questions for purchases, and then none."""

    def __init__(self, answers: int) -> None:
        self.answers = answers

    def purchases_since(self, *, programme_id: int, number: int, limit: int) -> list[Bought]:
        self.answers -= 1
        if self.answers < 0:
            raise ExchangeSilentError(say("the feed does not answer"))
        return super().purchases_since(programme_id=programme_id, number=number, limit=limit)


def test_purchases_become_entries_and_the_moment_is_kept(mall: Mall) -> None:
    mall.buy("Ann", "ticket", POINT)
    mall.buy("Bob", "ticket", 2 * POINT)

    synced = sync(mall.programme.pk)

    assert (synced.captured, synced.entered) == (2, 2)
    assert SyncCursor.objects.get().synced_at is not None
    assert sorted(OrderEntry.objects.values_list("quantity", flat=True)) == [POINT, 2 * POINT]


def test_running_again_brings_nothing_twice(mall: Mall) -> None:
    mall.buy("Ann", "ticket", POINT)
    sync(mall.programme.pk)

    again = sync(mall.programme.pk)
    SyncCursor.objects.update(number=0)  # even when the cursor is lost
    lost = sync(mall.programme.pk)

    assert (again.captured, again.entered, lost.entered) == (0, 0, 0)
    assert (Purchase.objects.count(), OrderEntry.objects.count()) == (1, 1)


def test_a_run_that_is_cut_off_goes_on_where_it_stopped(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncing, "PAGE", 2)
    for _ in range(5):
        mall.buy("Ann", "ticket", POINT)
    monkeypatch.setattr(syncing, "exchange", lambda: Silent(answers=2))
    with pytest.raises(ExchangeSilentError):
        sync(mall.programme.pk)
    cursor = SyncCursor.objects.get()
    assert (Purchase.objects.count(), cursor.failed_at is not None, cursor.failure != "") == (4, True, True)

    monkeypatch.setattr(syncing, "exchange", exchange)
    synced = sync(mall.programme.pk)

    assert (synced.captured, Purchase.objects.count(), OrderEntry.objects.count()) == (1, 5, 5)
    assert SyncCursor.objects.get().failure == ""


def test_the_exchange_learns_who_is_frozen_here(mall: Mall) -> None:
    account = mall.trader("Ann")
    freeze(member_id=account.pk, operator_id=mall.operators["operator"].pk, reason="a doubt")

    sync(mall.programme.pk)

    assert exchange().state(account.code) == AccountState(verified=True, frozen=True, tickets=0)
    assert Account.objects.get().frozen


def test_a_freeze_that_only_the_exchange_has_goes(mall: Mall) -> None:
    account = mall.trader("Ann")
    exchange().freeze(account.code)

    sync_member(account.pk)

    assert not exchange().state(account.code).frozen


def test_the_job_says_what_failed_and_goes_on(busy_mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncing, "exchange", lambda: Silent(answers=0))

    sync_exchanges(timestamp=0)

    assert SyncCursor.objects.get().failure != ""


def test_two_runs_at_once_bring_each_purchase_once(busy_mall: Mall) -> None:
    for _ in range(30):
        busy_mall.buy("Ann", "ticket", POINT)

    answers = in_parallel([partial(sync, busy_mall.programme.pk)] * 4)

    assert [one for one in answers if isinstance(one, Exception)] == []
    assert (Purchase.objects.count(), OrderEntry.objects.count()) == (30, 30)


def test_purchases_made_meanwhile_are_never_passed_over(busy_mall: Mall) -> None:
    accounts = ["Ann", "Bob", "Cem"]
    for name in accounts:
        busy_mall.trader(name)
    keys = [busy_mall.key() for _ in range(15)]

    def buy_or_sync(turn: int) -> object:
        if turn < len(keys):
            return busy_mall.buy(accounts[turn % 3], "ticket", POINT, key=keys[turn])
        return sync(busy_mall.programme.pk)

    in_parallel([partial(buy_or_sync, turn) for turn in range(len(keys) + 3)])
    sync(busy_mall.programme.pk)

    assert Purchase.objects.count() == 15
