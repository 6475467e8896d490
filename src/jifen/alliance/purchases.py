"""Stores buy points: online, by bank with two operators, or at their branch, whose owner approves (S3-03, S3-28)."""

from typing import NamedTuple

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from jifen.alliance.errors import (
    AllianceError,
    DealKeyReusedError,
    DealStateError,
    NotYourStoreError,
    SecondOperatorError,
    TransferUsedError,
    given,
)
from jifen.alliance.models import WAITING, Purchase, PurchaseState, PurchaseStep, PurchaseWay
from jifen.alliance.paying import Money, receive
from jifen.alliance.people import BRANCH, locked_store, own_store
from jifen.alliance.purchase_models import COST_MAX, POINTS_MAX
from jifen.alliance.terms import AllianceTerms, terms_now
from jifen.engine.message import Message, say
from jifen.engine.rules.point_sale import Buyer
from jifen.facts.acts import note_act
from jifen.facts.days import waiting
from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.programmes.terms import in_force
from jifen.sales.transfers import release_transfer, use_transfer
from jifen.stores.models import Store

WAITING_MAX = 5  # purchases of one store that nobody has decided on


class PriceMovedError(AllianceError):
    """The price list of today asks another price than the one that was shown."""

    def __init__(self) -> None:
        super().__init__(say("the price has changed since it was asked; refuse it, so that the store can ask anew"))


class Quote(NamedTuple):
    """What points (minor units) cost a store now, in fen, by which price (CNY a point, exact) of which price list."""

    points: int
    cost: int
    buyer: Buyer
    price: str
    branch: Store | None  # who sells; None: head office


class By(NamedTuple):
    """Who acts on a purchase: an operator of head office, or a member."""

    operator_id: int | None = None
    member_id: int | None = None


def quote(*, store_id: int, points: int) -> Quote:
    """Return what points cost a store; raises AllianceError where the price list has nothing for it (S3-Q5)."""
    return _quote(Store.objects.select_related("branch").get(pk=store_id), points)


def buy_online(*, store_id: int, member_id: int, points: int, key: str, provider: str) -> Purchase:
    """Buy points at head office with money that a provider saw come; the same key answers with the same purchase.

    Raises NotYourStoreError, AllianceError for what head office does not sell to this store, facts.record.RefusedError
    and facts.days.NotNowError.
    """
    assert provider
    with waiting(), transaction.atomic():
        store, known = _begin(store_id, member_id, key)
        if known is not None:
            return _the_same(known, points, PurchaseWay.ONLINE)
        quoted = _quote(store, points)
        if quoted.branch is not None:
            raise AllianceError(
                say("your store buys from its branch {branch}; apply there", branch=quoted.branch.title)
            )
        purchase = _new(store, member_id, quoted, PurchaseWay.ONLINE, key)
        purchase.provider = provider
        _count(purchase, By(member_id=member_id))
    return purchase


def apply(*, store_id: int, member_id: int, points: int, key: str, note: str = "") -> Purchase:
    """Apply to buy points: at head office by bank transfer, or at the store's branch; nothing is counted yet.

    The same key answers with the same purchase. Raises NotYourStoreError, and AllianceError where too many wait.
    """
    with transaction.atomic():
        store, known = _begin(store_id, member_id, key)
        quoted = _quote(store, points)
        way = PurchaseWay.BANK if quoted.branch is None else PurchaseWay.BRANCH
        if known is not None:
            return _the_same(known, points, way)
        if Purchase.objects.filter(store=store, state__in=WAITING).count() >= WAITING_MAX:
            raise AllianceError(say("{count} of your purchases wait already; cancel one first", count=WAITING_MAX))
        purchase = _new(store, member_id, quoted, way, key)
        purchase.note = note.strip()[:200]
        purchase.save(force_insert=True)
        _note(purchase, By(member_id=member_id), purchase.note)
    return purchase


def note_money(*, purchase_id: int, operator_id: int, bank_reference: str) -> Purchase:
    """Note that the money of an application at head office has come; another operator then approves it.

    Noting it again changes nothing. Raises DealStateError, and TransferUsedError for a transfer that was counted.
    """
    reference = given(bank_reference)
    with transaction.atomic():
        purchase = _locked(purchase_id)
        if purchase.state == PurchaseState.PAID and purchase.paid_by_id == operator_id:
            return purchase
        if purchase.state != PurchaseState.APPLIED or purchase.way != PurchaseWay.BANK:
            raise DealStateError
        purchase.state, purchase.paid_by_id, purchase.bank_reference = PurchaseState.PAID, operator_id, reference
        _save_once(purchase)
        _note(purchase, By(operator_id=operator_id), reference)
    return purchase


def approve(*, purchase_id: int, operator_id: int, reason: str = "") -> Purchase:
    """Approve a purchase at head office whose money has come: points and money count in one transaction.

    Approving again changes nothing. Raises SecondOperatorError for who noted the money, DealStateError and
    PriceMovedError.
    """
    with waiting(), transaction.atomic():
        purchase = _locked(purchase_id)
        if purchase.state == PurchaseState.COUNTED and purchase.approved_by_id == operator_id:
            return purchase
        if purchase.state != PurchaseState.PAID:
            raise DealStateError
        if purchase.paid_by_id == operator_id:
            raise SecondOperatorError
        purchase.approved_by_id = operator_id
        _count(purchase, By(operator_id=operator_id), reason.strip())
    return purchase


def approve_at_branch(*, purchase_id: int, member_id: int, reason: str = "") -> Purchase:
    """Approve what a store of one's branch buys there: the points move from the branch to it, money between the two.

    Approving again changes nothing. Raises NotYourStoreError for everybody but the owner of the branch,
    facts.record.RefusedError where the branch holds less.
    """
    with waiting(), transaction.atomic():
        purchase = _locked_at_branch(purchase_id, member_id)
        if purchase.state == PurchaseState.COUNTED:
            return purchase
        if purchase.state != PurchaseState.APPLIED:
            raise DealStateError
        purchase.seller_id = member_id
        _count(purchase, By(member_id=member_id), reason.strip())
    return purchase


def refuse(*, purchase_id: int, by: By, reason: str) -> Purchase:
    """Refuse a purchase that waits, for head office or as the owner of the branch; the store reads the reason."""
    reason = given(reason)
    with transaction.atomic():
        if by.member_id is not None:
            purchase = _locked_at_branch(purchase_id, by.member_id)
        else:
            purchase = _locked(purchase_id)
            if purchase.branch_id is not None:
                raise DealStateError
        _end(purchase, PurchaseState.REFUSED, by, reason)
    return purchase


def cancel(*, purchase_id: int, member_id: int) -> Purchase:
    """Take one's own application back before its money was noted; again changes nothing."""
    with transaction.atomic():
        purchase = _locked(purchase_id)
        if purchase.store.owner_id != member_id:
            raise NotYourStoreError
        if purchase.state == PurchaseState.PAID:
            raise DealStateError
        _end(purchase, PurchaseState.CANCELLED, By(member_id=member_id), "")
    return purchase


def payment_key(purchase: Purchase) -> str:
    """Return what the transfer of a purchase's money is called in the ledger."""
    return f"{purchase.programme.code}/purchase/{purchase.number}/payment"


def _begin(store_id: int, member_id: int, key: str) -> tuple[Store, Purchase | None]:
    """Return the member's own store under its lock, and the purchase that the key already names."""
    own_store(store_id, member_id)
    store = locked_store(store_id)
    return store, Purchase.objects.select_related("programme").filter(store=store, key=key).first()


def _the_same(known: Purchase, points: int, way: PurchaseWay) -> Purchase:
    if (known.points, known.way) != (points, way):
        raise DealKeyReusedError
    return known


def _quote(store: Store, points: int) -> Quote:
    now = terms_now(store.programme_id)
    if not 1 <= points <= POINTS_MAX:
        raise AllianceError(
            say("buy between {least} and {most} points", least=now.shown(1), most=now.shown(POINTS_MAX))
        )
    buyer = buyer_of(store)
    assert now.terms.point_sale is not None  # where stores hold points they buy them
    cost = now.terms.point_sale.cost_of(buyer, points, now.decimals)
    if isinstance(cost, Message):
        raise AllianceError(cost)
    if cost.cost > COST_MAX:
        raise AllianceError(say("that is too much for one purchase; buy it in parts"))
    return Quote(points, cost.cost, buyer, str(cost.price), store.branch)


def buyer_of(store: Store) -> Buyer:
    """Return by which price list a store buys (S3-27)."""
    if store.type == BRANCH:
        return "branch"
    return "direct" if store.branch_id is None else "branch_store"


def _new(store: Store, member_id: int, quoted: Quote, way: PurchaseWay, key: str) -> Purchase:
    now: AllianceTerms = terms_now(store.programme_id)
    return Purchase(
        programme=store.programme,
        number=f"P{timezone.now():%Y%m%d}-{_next_number():06}",
        store=store,
        branch=quoted.branch,
        kind=now.kind,
        points=quoted.points,
        buyer=quoted.buyer,
        price=quoted.price,
        cost=quoted.cost,
        way=way,
        key=key,
        member_id=member_id,
        asked_at=timezone.now(),
    )


def _count(purchase: Purchase, by: By, reason: str = "") -> None:
    """Let a purchase count at the price that was shown: the fact, and the money that head office gets."""
    now = _quote(purchase.store, purchase.points)
    if (now.cost, now.branch) != (purchase.cost, purchase.branch):
        raise PriceMovedError
    recorded = record_action(
        NewAction(
            programme_id=purchase.programme_id,
            action="buy_points",
            member_id=None,
            store_id=purchase.store_id,
            kind=purchase.kind,
            amount=purchase.points,
            actor=f"operator/{by.operator_id}" if by.operator_id is not None else f"M{by.member_id}",
            reason=purchase.number,
        )
    )
    purchase.state, purchase.fact_id = PurchaseState.COUNTED, recorded.fact_id
    purchase.business_date = recorded.business_date
    if purchase.branch_id is None:
        money = Money(
            purchase.programme_id, purchase.member_id, recorded.business_date, payment_key(purchase),
            f"purchase {purchase.number}", by.operator_id, purchase.provider,
        )  # fmt: skip
        version = in_force(purchase.programme_id, recorded.business_date)
        purchase.reserved = receive(money, purchase.cost, version_id=version.pk)
    purchase.save()
    _note(purchase, by, reason)


def _end(purchase: Purchase, state: PurchaseState, by: By, reason: str) -> None:
    """Refuse or cancel a locked purchase that waits; doing so again changes nothing."""
    if purchase.state == state:
        return
    if purchase.state not in WAITING:
        raise DealStateError
    purchase.state = state
    purchase.save(update_fields=["state"])
    release_transfer(programme_id=purchase.programme_id, subject=_subject(purchase))
    _note(purchase, by, reason)


def _locked(purchase_id: int) -> Purchase:
    rows = Purchase.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("programme", "store", "store__branch", "branch").get(pk=purchase_id)


def _locked_at_branch(purchase_id: int, member_id: int) -> Purchase:
    """Return a purchase at the member's own branch under its lock."""
    mine = Purchase.objects.filter(pk=purchase_id, branch__owner_id=member_id)
    if not mine.exists():
        raise NotYourStoreError
    return _locked(purchase_id)


def _save_once(purchase: Purchase) -> None:
    """Save a payment, unless the bank's transfer was counted before."""
    try:
        with transaction.atomic():
            purchase.save()
    except IntegrityError as error:
        if "purchase_transfer_once" not in str(error):
            raise
        raise TransferUsedError from error
    subject = _subject(purchase)
    if not use_transfer(programme_id=purchase.programme_id, reference=purchase.bank_reference, subject=subject):
        raise TransferUsedError


def _note(purchase: Purchase, by: By, reason: str) -> None:
    """Add to the history, and to the audit what an operator did."""
    PurchaseStep.objects.create(
        purchase=purchase,
        state=purchase.state,
        at=timezone.now(),
        member_id=by.member_id,
        operator_id=by.operator_id,
        reason=reason,
    )
    if by.operator_id is not None:
        act = f"purchase_{purchase.state}"
        note_act(operator_id=by.operator_id, act=act, subject=_subject(purchase), reason=reason)


def _subject(purchase: Purchase) -> str:
    return f"purchase {purchase.number}"


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('alliance_purchase_number')")
        return int(cursor.fetchone()[0])
