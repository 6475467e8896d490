"""Tickets: frozen until two operators release them, never more than half of what was bought; then to the exchange."""

from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from jifen.exchange.accounts import NoAccountError, freeze_tickets
from jifen.exchange.chosen import exchange
from jifen.exchange.entries import approve_entry
from jifen.exchange.models import TicketRelease, TicketTransfer
from jifen.exchange.tickets import (
    TicketAmountError,
    TransferKeyReusedError,
    confirm_release,
    holders_of_frozen,
    move_to_exchange,
    propose_release,
    reject_release,
    ticket_rule,
)
from jifen.facts.record import RefusedError
from jifen.ledger.close import proofs
from jifen.payouts.errors import PayoutError
from jifen.payouts.moves import PriceMovedError, convert_points
from jifen.payouts.proposals import ProposalDecidedError, ProposalKeyReusedError
from jifen.payouts.reasons import SamePersonError
from jifen.programmes.models import DeclaredValue
from tests.exchange.mall import POINT, Mall
from tests.members.people import in_parallel


def bought(mall: Mall, name: str, tickets: int) -> None:
    """Let a member have bought tickets at the exchange, reviewed."""
    entry = mall.enter(name, "ticket", tickets * POINT)
    approve_entry(entry_id=entry.pk, operator_id=mall.operators["chief"].pk)


def propose(mall: Mall, name: str, tickets: int, *, key: str = "") -> TicketRelease:
    return propose_release(
        member_id=mall.member(name).pk,
        amount=tickets * POINT,
        reason="reviewed",
        operator_id=mall.operators["operator"].pk,
        key=key or mall.key(),
    )


def confirm(mall: Mall, release: TicketRelease, by: str = "finance") -> TicketRelease:
    return confirm_release(release_id=release.pk, operator_id=mall.operators[by].pk)


@pytest.fixture
def holder(mall: Mall) -> Mall:
    """A mall in which Ann has 40 frozen tickets, bought at 2.50 for 100 green points, and 60 bought at the exchange."""
    mall.price("2.50")
    mall.convert("Ann", 100)
    bought(mall, "Ann", 60)
    return mall


def test_converted_points_are_frozen_tickets_at_the_price_of_the_moment(mall: Mall) -> None:
    mall.price("2.50")

    assert mall.convert("Ann", 100) == 40 * POINT
    found = mall.tickets("Ann")
    assert (found.free, found.frozen, found.allowed) == (0, 40 * POINT, 0)
    assert proofs(mall.programme.pk) == []


def test_who_was_shown_another_price_converts_nothing(mall: Mall) -> None:
    mall.price("2.50")
    mall.give("Ann", 100)

    with pytest.raises(PriceMovedError):
        convert_points(
            member_id=mall.member("Ann").pk,
            kind="green_points",
            into="ticket",
            amount=100 * POINT,
            key="once",
            least=40 * POINT + 1,
        )
    assert mall.tickets("Ann").frozen == 0


def test_a_feed_that_fell_silent_converts_nothing(mall: Mall) -> None:
    mall.price("2.50")
    mall.give("Ann", 100)
    minute = 60_000_000

    with connection.cursor() as cursor:  # the value is as old as it may be, and a minute more
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE programmes_declaredvalue DISABLE TRIGGER USER")
        DeclaredValue.objects.update(starts_tick=1, declared_tick=1)
        cursor.execute("SELECT ledger_tick()")
        DeclaredValue.objects.update(starts_tick=cursor.fetchone()[0] - 31 * minute)
        cursor.execute("ALTER TABLE programmes_declaredvalue ENABLE TRIGGER USER")

    with pytest.raises(RefusedError, match="the last ticket_price is older than 30 minutes"):
        mall.convert("Ann", 100)


def test_without_a_price_nothing_is_converted(mall: Mall) -> None:
    with pytest.raises(RefusedError, match="no ticket_price is declared"):
        mall.convert("Ann", 100)


def test_half_of_what_was_bought_is_released_by_two(holder: Mall) -> None:
    assert holder.tickets("Ann").allowed == 30 * POINT

    release = propose(holder, "Ann", 30)
    assert holder.tickets("Ann").free == 0
    confirm(holder, release)
    confirm(holder, release)

    found = holder.tickets("Ann")
    assert (found.free, found.frozen, found.released, found.allowed) == (30 * POINT, 10 * POINT, 30 * POINT, 0)


def test_more_than_half_is_refused_at_once_and_at_the_confirmation(holder: Mall) -> None:
    with pytest.raises(TicketAmountError, match="2 times as many"):
        propose(holder, "Ann", 31)
    first, second = propose(holder, "Ann", 20), propose(holder, "Ann", 20)
    confirm(holder, first)

    with pytest.raises(RefusedError, match="2 times as many"):
        confirm(holder, second)
    second.refresh_from_db()
    assert second.state == "proposed"


def test_more_than_is_frozen_is_refused(holder: Mall) -> None:
    bought(holder, "Ann", 1000)

    with pytest.raises(TicketAmountError, match="too few frozen"):
        propose(holder, "Ann", 41)
    with pytest.raises(TicketAmountError, match="how many"):
        propose(holder, "Ann", 0)


def test_who_proposes_does_not_confirm(holder: Mall) -> None:
    release = propose(holder, "Ann", 5)

    with pytest.raises(SamePersonError):
        confirm(holder, release, by="operator")
    with pytest.raises(IntegrityError, match="ticketrelease_by_two_people"), transaction.atomic():
        TicketRelease.objects.update(
            state="approved",
            decided_by=holder.operators["operator"],
            decided_at=release.proposed_at,
            business_date=release.proposed_at.date(),
        )


def test_a_rejected_release_is_not_confirmed(holder: Mall) -> None:
    release = propose(holder, "Ann", 5)
    reject_release(release_id=release.pk, operator_id=holder.operators["chief"].pk, reason="too early")

    with pytest.raises(ProposalDecidedError):
        confirm(holder, release)
    assert holder.tickets("Ann").free == 0


def test_the_same_key_proposes_once(holder: Mall) -> None:
    first, again = propose(holder, "Ann", 5, key="once"), propose(holder, "Ann", 5, key="once")

    assert first == again
    with pytest.raises(ProposalKeyReusedError):
        propose(holder, "Ann", 6, key="once")


def test_who_has_frozen_tickets_is_listed(holder: Mall) -> None:
    holder.convert("Bob", 10)
    rule = ticket_rule(holder.programme.pk)
    ann, bob = holder.member("Ann").pk, holder.member("Bob").pk

    assert holders_of_frozen(holder.programme.pk, rule) == [ann, bob]
    assert holders_of_frozen(holder.programme.pk, rule, after=ann) == [bob]


def test_free_tickets_move_to_the_exchange_once(holder: Mall) -> None:
    account = holder.trader("Ann")
    confirm(holder, propose(holder, "Ann", 30))
    move = partial(move_to_exchange, member_id=account.pk, amount=10 * POINT)

    first, again = move(key="once"), move(key="once")

    assert first == again
    assert (holder.tickets("Ann").free, exchange().state(account.code).tickets) == (20 * POINT, 10 * POINT)
    with pytest.raises(TransferKeyReusedError):
        move_to_exchange(member_id=account.pk, amount=11 * POINT, key="once")
    with pytest.raises(RefusedError, match="too few free"):
        move_to_exchange(member_id=account.pk, amount=21 * POINT, key="more")
    with pytest.raises(TicketAmountError):
        move_to_exchange(member_id=account.pk, amount=0, key="none")
    assert proofs(holder.programme.pk) == []


def test_without_an_account_nothing_moves(holder: Mall) -> None:
    confirm(holder, propose(holder, "Ann", 30))

    with pytest.raises(NoAccountError):
        move_to_exchange(member_id=holder.member("Ann").pk, amount=POINT, key="once")


def test_frozen_members_neither_convert_nor_move(holder: Mall) -> None:
    account = holder.trader("Ann")
    confirm(holder, propose(holder, "Ann", 30))
    holder.give("Ann", 10)
    freeze_tickets(member_id=account.pk, operator_id=holder.operators["operator"].pk, reason="a doubt")

    with pytest.raises(RefusedError, match="frozen"):
        move_to_exchange(member_id=account.pk, amount=POINT, key="once")
    with pytest.raises(RefusedError, match="frozen"):
        holder.convert("Ann", 1)
    with pytest.raises(PayoutError):
        freeze_tickets(member_id=account.pk, operator_id=holder.operators["operator"].pk, reason="again")
    assert not TicketTransfer.objects.exists()


def test_two_operators_who_release_at_once_release_what_the_rule_allows(busy_mall: Mall) -> None:
    busy_mall.price("2.50")
    busy_mall.convert("Ann", 100)
    bought(busy_mall, "Ann", 60)
    proposals = [propose(busy_mall, "Ann", 30) for _ in range(2)]

    answers = in_parallel(
        [partial(confirm, busy_mall, one, by) for one in proposals for by in ("finance", "approver", "chief")]
    )

    found = busy_mall.tickets("Ann")
    assert (found.free, found.released) == (30 * POINT, 30 * POINT)
    assert {type(one) for one in answers if isinstance(one, Exception)} <= {RefusedError, ProposalDecidedError}
    assert TicketRelease.objects.filter(state="approved").count() == 1
    assert proofs(busy_mall.programme.pk) == []


def test_one_transfer_sent_twice_at_once_moves_once(busy_mall: Mall) -> None:
    account = busy_mall.trader("Ann")
    busy_mall.price("2.50")
    busy_mall.convert("Ann", 100)
    bought(busy_mall, "Ann", 80)
    confirm(busy_mall, propose(busy_mall, "Ann", 40))

    answers = in_parallel([partial(move_to_exchange, member_id=account.pk, amount=40 * POINT, key="once")] * 4)

    assert [one for one in answers if isinstance(one, Exception)] == []
    assert (busy_mall.tickets("Ann").free, exchange().state(account.code).tickets) == (0, 40 * POINT)
