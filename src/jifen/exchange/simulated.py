"""The simulated exchange: tables of its own, the same answers to the same questions, no network and no money."""

from decimal import Decimal

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from jifen.engine.message import say
from jifen.exchange.adapter import QUANTITY_MAX, AccountState, Bought, ExchangeSilentError, Quote, Wanted
from jifen.exchange.errors import ExchangeError
from jifen.exchange.models import SimAccount, SimPrice, SimPurchase, SimTransfer
from jifen.members.phones import blind_index, blind_indexes
from jifen.programmes.models import Programme

FIRST_PRICE = Decimal(1)  # CNY a ticket, until an operator sets another
NOBODY_S_SEQUENCE = slice(14, 17)  # of an ID number; 000 is given to nobody
_LOCK_CLASS = 1_165_515_624  # beyond programme ids, with which the ledger's own locks begin


class FrozenAtExchangeError(ExchangeError):
    """The account may not trade until an operator allows it again (S0-80)."""

    def __init__(self) -> None:
        super().__init__(say("the account at the exchange is frozen; ask the operator why"))


class NotVerifiedError(ExchangeError):
    """The account may not trade before its real name was checked."""

    def __init__(self) -> None:
        super().__init__(say("the exchange sells to people whose real name it has checked; register first"))


class NotSoldError(ExchangeError):
    """Nobody buys nothing, or more than there is."""

    def __init__(self) -> None:
        super().__init__(say("choose how many, at least one and not more than there are"))


class SimulatedExchange:
    """Satisfies adapter.Exchange."""

    sandbox = True

    def register(self, *, programme_id: int, phone: str) -> str:
        """Open the account of a phone, or return the one there is, with whichever key its index was made."""
        indexes = blind_indexes(phone, programme_id=programme_id)
        known = SimAccount.objects.filter(programme_id=programme_id, phone_index__in=indexes).first()
        if known is not None:
            return known.code
        index = blind_index(phone, programme_id=programme_id)
        code = f"S{programme_id}-{index.hex()[:16]}"
        account, _new = SimAccount.objects.get_or_create(
            programme_id=programme_id, phone_index=index, defaults={"code": code}
        )
        return account.code

    def check_identity(self, *, account: str, name: str, number: str) -> bool:
        """Accept every real name but those with a number whose sequence is 000, which nobody has."""
        passed = bool(name) and number[NOBODY_S_SEQUENCE] != "000"
        if passed:
            SimAccount.objects.filter(code=account).update(verified=True)
        return passed

    def state(self, account: str) -> AccountState:
        """Return how an account stands."""
        found = _known(account)
        return AccountState(found.verified, found.frozen, found.tickets)

    def place_order(self, *, account: str, wanted: Wanted) -> Bought:
        """Buy at the price that was agreed; tickets are in the account at once."""
        if not 1 <= wanted.quantity <= QUANTITY_MAX:
            raise NotSoldError
        with transaction.atomic():
            found = SimAccount.objects.select_for_update(no_key=True).get(code=account)
            known = SimPurchase.objects.filter(account=found, key=wanted.key).first()
            if known is not None:
                return _bought(known, found)
            if not found.verified:
                raise NotVerifiedError
            if found.frozen:
                raise FrozenAtExchangeError
            _lock_counter(found.programme_id)
            made = SimPurchase.objects.create(
                programme_id=found.programme_id,
                account=found,
                key=wanted.key,
                item=wanted.item,
                quantity=wanted.quantity,
                paid=wanted.paid,
                at=timezone.now(),
            )
        return _bought(made, found)

    def purchases_since(self, *, programme_id: int, number: int, limit: int) -> list[Bought]:
        """Return the purchases after a number, the oldest first."""
        found = SimPurchase.objects.filter(programme_id=programme_id, id__gt=number).select_related("account")
        return [_bought(one, one.account) for one in found.order_by("id")[:limit]]

    def purchases_of(self, *, account: str, limit: int) -> list[Bought]:
        """Return an account's purchases, the newest first."""
        found = SimPurchase.objects.filter(account__code=account).select_related("account")
        return [_bought(one, one.account) for one in found.order_by("-id")[:limit]]

    def price(self, programme_id: int) -> Quote:
        """Return the price that was set last."""
        last = SimPrice.objects.filter(programme_id=programme_id).order_by("-id").first()
        if last is not None:
            return Quote(last.price, last.at)
        return Quote(FIRST_PRICE, Programme.objects.values_list("created_at", flat=True).get(id=programme_id))

    def freeze(self, account: str) -> None:
        """Stop an account's trade."""
        SimAccount.objects.filter(code=account).update(frozen=True)

    def unfreeze(self, account: str) -> None:
        """Allow an account's trade again."""
        SimAccount.objects.filter(code=account).update(frozen=False)

    def transfer_in(self, *, account: str, tickets: int, key: str) -> None:
        """Put tickets into an account, once for each key."""
        with transaction.atomic():
            found = SimAccount.objects.select_for_update(no_key=True).get(code=account)
            _transfer, new = SimTransfer.objects.get_or_create(account=found, key=key, defaults={"tickets": tickets})
            if new:
                SimAccount.objects.filter(id=found.id).update(tickets=F("tickets") + tickets)


def set_price(*, programme_id: int, price: Decimal) -> SimPrice:
    """Let the simulated exchange sell at another price from now on."""
    return SimPrice.objects.create(programme_id=programme_id, price=price)


def _known(account: str) -> SimAccount:
    found = SimAccount.objects.filter(code=account).first()
    if found is None:
        raise ExchangeSilentError(say("the exchange does not know this account"))
    return found


def _bought(purchase: SimPurchase, account: SimAccount) -> Bought:
    return Bought(purchase.pk, account.code, purchase.item, purchase.quantity, purchase.paid, purchase.at)


def _lock_counter(programme_id: int) -> None:
    """Let numbers appear in their order: whoever lists purchases never skips one that is still being written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, programme_id])
