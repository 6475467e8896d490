"""Keeps us in step with the exchange: purchases are captured page by page, accounts brought up to date (S0-72, S0-84).

A page and the cursor behind it are one transaction: a run that is killed goes on where it stopped, and a purchase that
was captured before is passed over. The row of the cursor lets one run at a time take a page.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from jifen.exchange.adapter import AccountState, Bought, Exchange
from jifen.exchange.chosen import exchange
from jifen.exchange.entries import enter_captured
from jifen.exchange.errors import ExchangeError
from jifen.exchange.models import Account, Purchase, SyncCursor
from jifen.members.models import Standing

PAGE = 100


@dataclass(frozen=True)
class Synced:
    """What one run brought: purchases captured, entries made of them."""

    captured: int
    entered: int


def sync(programme_id: int) -> Synced:
    """Bring a programme in step with the exchange.

    Raises ExchangeError where the exchange fails; what was captured before stays.
    """
    there = exchange()
    SyncCursor.objects.get_or_create(programme_id=programme_id)
    captured = 0
    try:
        while page := _take_page(there, programme_id):
            captured += page
        entered = enter_captured(programme_id)
        for account in Account.objects.filter(programme_id=programme_id).order_by("pk").iterator():
            refresh(account.pk)
    except ExchangeError as error:
        SyncCursor.objects.filter(programme_id=programme_id).update(failed_at=timezone.now(), failure=str(error)[:200])
        raise
    SyncCursor.objects.filter(programme_id=programme_id).update(synced_at=timezone.now(), failure="")
    return Synced(captured, entered)


def sync_member(member_id: int) -> Account | None:
    """Bring one member in step on the member's own request: new purchases, and the account."""
    there = exchange()
    programme_id = Account.objects.values_list("programme_id", flat=True).get(pk=member_id)
    SyncCursor.objects.get_or_create(programme_id=programme_id)
    while _take_page(there, programme_id):
        pass
    enter_captured(programme_id, member_id)
    return refresh(member_id)


def refresh(member_id: int) -> Account | None:
    """Bring one account up to date: what the exchange says of it, and the freeze that we say of it."""
    there = exchange()
    with transaction.atomic():
        account = Account.objects.select_for_update(no_key=True).filter(pk=member_id).first()
        if account is None:
            return None
        state = _same_freeze(there, account)
        account.frozen, account.tickets, account.synced_at = state.frozen, state.tickets, timezone.now()
        account.save(update_fields=["frozen", "tickets", "synced_at"])
    return account


def _same_freeze(there: Exchange, account: Account) -> AccountState:
    """Let the exchange freeze whom we have frozen, and nobody else."""
    state = there.state(account.code)
    wanted = Standing.objects.values_list("frozen", flat=True).get(pk=account.pk)
    if state.frozen == wanted:
        return state
    (there.freeze if wanted else there.unfreeze)(account.code)
    return there.state(account.code)


def _take_page(there: Exchange, programme_id: int) -> int:
    """Capture the next purchases behind the cursor, and move it: all or nothing; return how many they were."""
    with transaction.atomic():
        cursor = SyncCursor.objects.select_for_update(no_key=True).get(pk=programme_id)
        found = there.purchases_since(programme_id=programme_id, number=cursor.number, limit=PAGE)
        if found:
            Purchase.objects.bulk_create([_captured(programme_id, one) for one in found], ignore_conflicts=True)
            cursor.number = max(one.number for one in found)
            cursor.save(update_fields=["number"])
        return len(found)


def _captured(programme_id: int, bought: Bought) -> Purchase:
    return Purchase(
        programme_id=programme_id,
        number=bought.number,
        account=bought.account,
        item=bought.item,
        quantity=bought.quantity,
        paid=bought.paid,
        bought_at=bought.at,
    )
