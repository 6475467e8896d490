"""Shares of stores: a member buys or gives them up; one operator proposes, another approves (S1-32 … S1-36).

What is paid comes by bank and goes into the reserve as the operator's own money, so that nothing shows it as income.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from jifen.engine.amounts import MONEY
from jifen.engine.message import say
from jifen.engine.rules.store_shares import INITIATOR
from jifen.facts.acts import note_act
from jifen.facts.new import NewAction
from jifen.facts.record import Recorded, record_action
from jifen.members.models import Member
from jifen.payouts.bringing_in import Brought, bring_in
from jifen.payouts.models import ProposalState
from jifen.payouts.proposals import ProposalKeyReusedError, approve, decided_as, locked, reject
from jifen.storefront.errors import StoreError, given
from jifen.storefront.models import WHOLE, ShareAction, ShareProposal
from jifen.storefront.terms import shares_rule, terms_now
from jifen.stores.models import Shareholding, Store

PAID_MAX = 10**12  # fen


class SharesNotValidError(StoreError):
    """Shares that cannot be sold or given up so."""


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """Who buys how much (hundredths of a percent) of which store, and what was paid by bank, in fen."""

    store_id: int
    member_id: int
    share_bp: int
    amount: int
    initiator: bool = False


def propose_purchase(*, purchase: Purchase, reason: str, operator_id: int, key: str) -> ShareProposal:
    """Propose that a member buys shares; nothing counts before another operator approves it."""
    wanted = ShareProposal(
        store_id=purchase.store_id,
        member_id=purchase.member_id,
        action=ShareAction.BUY,
        share_bp=purchase.share_bp,
        initiator=purchase.initiator,
        amount=purchase.amount,
    )
    return _propose(wanted, reason=given(reason), operator_id=operator_id, key=key)


def propose_return(*, store_id: int, member_id: int, reason: str, operator_id: int, key: str) -> ShareProposal:
    """Propose that a member gives up all shares of a store; nothing counts before another operator approves it."""
    held = Shareholding.objects.filter(store_id=store_id, member_id=member_id, until_on__isnull=True).first()
    known = ShareProposal.objects.filter(store_id=store_id, member_id=member_id, key=key).first()
    wanted = ShareProposal(
        store_id=store_id,
        member_id=member_id,
        action=ShareAction.GIVE_UP,
        share_bp=held.share_bp if held is not None else known.share_bp if known is not None else 0,
        initiator=held.initiator if held is not None else known.initiator if known is not None else False,
        amount=0,
    )
    return _propose(wanted, reason=given(reason), operator_id=operator_id, key=key)


def approve_shares(*, proposal_id: int, operator_id: int) -> ShareProposal:
    """Approve a purchase or return: the fact, and the money that was paid, in one transaction; again changes nothing.

    facts.record refuses what the rules do not allow.
    """
    with transaction.atomic():
        found = locked(ShareProposal, proposal_id)
        if decided_as(found, ProposalState.APPROVED, operator_id=operator_id):
            return found
        approve(found, operator_id=operator_id)
        store = Store.objects.select_for_update(no_key=True).select_related("programme").get(pk=found.store_id)
        _check(found, store)
        recorded = _record(found, operator_id)
        found.fact_id, found.business_date = recorded.fact_id, recorded.business_date
        called = Brought(f"shares/{found.pk}", "share_purchase", f"shares {found.pk}")
        bring_in(found, called, operator_id=operator_id)
        found.save()
        note_act(operator_id=operator_id, act="approve_shares", subject=_subject(found, store), reason=found.reason)
    return found


def reject_shares(*, proposal_id: int, operator_id: int, reason: str) -> ShareProposal:
    """Reject a purchase or return; nothing counts."""
    reason = given(reason)
    with transaction.atomic():
        found = locked(ShareProposal, proposal_id)
        if not decided_as(found, ProposalState.REJECTED, operator_id=operator_id):
            reject(found, operator_id=operator_id, reason=reason)
            note_act(operator_id=operator_id, act="reject_shares", subject=_subject(found, found.store), reason=reason)
    return found


def sold_bp(store_id: int) -> int:
    """Return how much of a store is sold, in hundredths of a percent; the rest is head office's (S1-34)."""
    held = Shareholding.objects.filter(store_id=store_id, until_on__isnull=True)
    return int(held.aggregate(sum=Sum("share_bp"))["sum"] or 0)


def _propose(wanted: ShareProposal, *, reason: str, operator_id: int, key: str) -> ShareProposal:
    with transaction.atomic():
        store = Store.objects.select_for_update(no_key=True).get(pk=wanted.store_id)
        known = ShareProposal.objects.filter(programme_id=store.programme_id, key=key).first()
        if known is not None:
            same = ("store_id", "member_id", "action", "share_bp", "initiator", "amount")
            if any(getattr(known, name) != getattr(wanted, name) for name in same) or known.reason != reason:
                raise ProposalKeyReusedError
            return known
        _check(wanted, store)
        wanted.programme_id, wanted.reason, wanted.key = store.programme_id, reason, key
        wanted.proposed_by_id, wanted.proposed_at = operator_id, timezone.now()
        wanted.save(force_insert=True)
        note_act(operator_id=operator_id, act="propose_shares", subject=_subject(wanted, store), reason=reason)
    return wanted


def _check(wanted: ShareProposal, store: Store) -> None:
    """Refuse what cannot be, while the store is locked: nobody else sells or takes back its shares."""
    if shares_rule(terms_now(store.programme_id)) is None:
        raise SharesNotValidError(say("this programme sells no shares of stores"))
    if not Member.objects.filter(pk=wanted.member_id, programme_id=store.programme_id).exists():
        raise SharesNotValidError(say("there is no such member in this programme"))
    held = Shareholding.objects.filter(store=store, until_on__isnull=True)
    if wanted.action == ShareAction.GIVE_UP:
        if not held.filter(member_id=wanted.member_id).exists():
            raise SharesNotValidError(say("the member has no shares of this store"))
        return
    if not 1 <= wanted.amount <= PAID_MAX:
        raise SharesNotValidError(say("say what was paid for the shares, above 0"))
    left = WHOLE - sold_bp(store.pk)
    if not 1 <= wanted.share_bp <= left:
        raise SharesNotValidError(say("between 0.01 and {left} percent of this store can be sold", left=percent(left)))
    if wanted.initiator and held.filter(initiator=True).exclude(member_id=wanted.member_id).exists():
        raise SharesNotValidError(say("the store has an initiator already"))


def percent(bp: int) -> str:
    """Return hundredths of a percent as people write them: 4 for 400, 0.5 for 50."""
    whole, rest = divmod(bp, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") if rest else str(whole)


def _record(found: ShareProposal, operator_id: int) -> Recorded:
    buys = found.action == ShareAction.BUY
    return record_action(
        NewAction(
            programme_id=found.programme_id,
            action=found.action,
            member_id=found.member_id,
            kind=MONEY if buys else "",
            amount=found.amount,
            store_id=found.store_id,
            share=found.share_bp if buys else 0,
            role=INITIATOR if buys and found.initiator else "",
            actor=f"operator/{operator_id}",
            reason=found.reason,
        )
    )


def _subject(found: ShareProposal, store: Store) -> str:
    return f"store {store.code} M{found.member_id}"
