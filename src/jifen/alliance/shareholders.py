"""Shareholders pay a fee on the phone, bring stores, and see what that brings them (S3-20 … S3-23, S3-31)."""

from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from jifen.alliance.errors import AllianceError, given
from jifen.alliance.models import PurchaseState, ShareholderFee
from jifen.alliance.paying import Money, receive
from jifen.alliance.terms import shareholders_of
from jifen.engine.amounts import MONEY_DECIMALS, to_minor
from jifen.engine.message import say
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.shareholder_income import ShareholderIncome
from jifen.facts.acts import note_act
from jifen.facts.days import open_day, waiting
from jifen.facts.new import NewAction
from jifen.facts.record import Recorded, record_action
from jifen.ledger.models import Entry
from jifen.members.invites import read_invite_code
from jifen.members.models import Member, Standing
from jifen.programmes.terms import in_force, load
from jifen.stores.models import Store

INCOME_KEY = "/shareholder_income/"  # in the keys of what shareholders are credited, and of what refunds take back


class NoShareholderError(AllianceError):
    """The member is no shareholder."""

    def __init__(self) -> None:
        super().__init__(say("you are no shareholder yet"))


class Referred(NamedTuple):
    """A store that a shareholder brought (level 1), or that came through members below him: what it bought."""

    store: Store
    level: int
    purchases: int
    paid: int  # fen, to head office


class Income(NamedTuple):
    """What shareholders' income a member was credited, less what refunds took back; minor units of `kind`."""

    kind: str
    decimals: int
    total: int
    this_month: int
    months: list[tuple[date, int]]  # the newest first
    stores: list[Referred]


def terms_of_shareholders(programme_id: int) -> ShareholderIncome:
    """Return fee, base and rates in force; raises NoShareholdersError where a programme has none."""
    return shareholders_of(load(in_force(programme_id, open_day(programme_id)).pk))


def fee_of(programme_id: int) -> int:
    """Return what it costs to become a shareholder, in fen."""
    return to_minor(terms_of_shareholders(programme_id).fee, MONEY_DECIMALS)


def is_shareholder(member_id: int) -> bool:
    """Return whether a member is a shareholder now."""
    return Standing.objects.filter(member_id=member_id, shareholder=True).exists()


def become(*, member_id: int, key: str, provider: str = "") -> ShareholderFee:
    """Be a shareholder for a fee that a provider saw come; the same key answers with the same fee (S3-20).

    Raises NoShareholdersError, and facts.record.RefusedError for who is one already.
    """
    with waiting(), transaction.atomic():
        member = (
            Member.objects.select_for_update(no_key=True, of=("self",)).select_related("programme").get(pk=member_id)
        )
        known = ShareholderFee.objects.filter(member=member, key=key).first()
        if known is not None:
            return known
        fee = fee_of(member.programme_id)
        assert provider or not fee
        recorded = _record(member, "become_shareholder", f"M{member_id}")
        paid = ShareholderFee(
            programme=member.programme,
            member=member,
            amount=fee,
            key=key,
            provider=provider,
            paid_at=timezone.now(),
            fact_id=recorded.fact_id,
            business_date=recorded.business_date,
        )
        paid.save(force_insert=True)
        if fee:
            money = Money(
                member.programme_id, member_id, recorded.business_date, payment_key(paid),
                f"shareholder {paid.pk}", provider=provider,
            )  # fmt: skip
            paid.reserved = receive(money, fee, version_id=in_force(member.programme_id, paid.business_date).pk)
            paid.save(update_fields=["reserved"])
    return paid


def end(*, member_id: int, operator_id: int, reason: str) -> ShareholderFee:
    """Let a member be no shareholder any more; the fee stays with head office. Again changes nothing (S3-31)."""
    reason = given(reason)
    with waiting(), transaction.atomic():
        member = Member.objects.select_for_update(no_key=True).get(pk=member_id)
        last = ShareholderFee.objects.filter(member=member).order_by("-pk").first()
        if last is None:
            raise NoShareholderError
        if last.left_on is None:
            recorded = _record(member, "leave_shareholders", f"operator/{operator_id}", reason)
            last.left_fact_id, last.left_on = recorded.fact_id, recorded.business_date
            last.ended_by_id, last.reason = operator_id, reason
            last.save()
            note_act(operator_id=operator_id, act="end_shareholder", subject=f"M{member_id}", reason=reason)
    return last


def shareholder_by(programme_id: int, invite_code: str) -> Member | None:
    """Return the shareholder whose link has this invite code; None where nobody's has."""
    rows = Member.objects.filter(programme_id=programme_id, invite_code=read_invite_code(invite_code))
    return rows.filter(standing__shareholder=True).first()


def income_of(member_id: int) -> Income:
    """Return what a shareholder was credited, by month, and the stores that bring it (S3-21)."""
    programme_id = Member.objects.values_list("programme_id", flat=True).get(pk=member_id)
    today = open_day(programme_id)
    return income_under(member_id, load(in_force(programme_id, today).pk), today)


def income_under(member_id: int, terms: Terms, today: date) -> Income:
    """Return the same under terms and on a day that the caller knows."""
    rule = shareholders_of(terms)
    lines = Entry.objects.filter(owner=member_id, transfer__key__contains=INCOME_KEY, account__kind=rule.kind)
    by_month = lines.annotate(month=TruncMonth("business_date")).values("month").annotate(sum=Sum("amount"))
    months = [(row["month"], row["sum"]) for row in by_month.order_by("-month")]
    this = today.replace(day=1)
    return Income(
        kind=rule.kind,
        decimals=terms.kinds[rule.kind].decimals,
        total=sum(amount for _, amount in months),
        this_month=dict(months).get(this, 0),
        months=months,
        stores=referred_stores(member_id, levels=len(rule.rates)),
    )


def referred_stores(member_id: int, *, levels: int = 1) -> list[Referred]:
    """Return the stores that a shareholder is paid for, nearest level first, with what they bought at head office."""
    counted = Q(purchases__state=PurchaseState.COUNTED, purchases__branch__isnull=True)
    found = []
    path = "referrer_id"
    for level in range(1, levels + 1):
        rows = Store.objects.filter(**{path: member_id}).annotate(
            bought=Count("purchases", filter=counted), paid=Sum("purchases__cost", filter=counted, default=0)
        )
        found += [Referred(store, level, store.bought, store.paid) for store in rows.order_by("joined_tick")]
        path = f"referrer__{path}"
    return found


def payment_key(fee: ShareholderFee) -> str:
    """Return what the transfer of a fee is called in the ledger."""
    return f"{fee.programme.code}/shareholder/{fee.pk}/payment"


def _record(member: Member, action: str, actor: str, reason: str = "") -> Recorded:
    return record_action(
        NewAction(programme_id=member.programme_id, action=action, member_id=member.pk, actor=actor, reason=reason)
    )
