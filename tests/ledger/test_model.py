"""Any sequence of commands leaves the ledger as it leaves the plain model."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from jifen.ledger.chart import MONEY, PROGRAMME
from jifen.ledger.close import proofs
from jifen.ledger.posting import LedgerError, Line, NewTransfer, find_transfer
from jifen.ledger.reading import balances, lots, programme_balances
from tests.ledger.model import PlainLedger, RefusedError, remaining
from tests.ledger.people import ANNA, BERT, CARL, POINTS, RELEASE, do, open_release

PEOPLE = st.sampled_from([ANNA, BERT, CARL])
AMOUNTS = st.integers(1, 50)
LOTS = st.integers(1, 3)
KEYS = st.integers(0, 40).map("key/{}".format)


class Ledgers(RuleBasedStateMachine):
    """The ledger and its model, given the same commands."""

    @initialize()
    def begin(self) -> None:
        self.around = transaction.atomic()
        self.around.__enter__()
        open_release()
        self.plain = PlainLedger()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    def both(self, key: str, *lines: Line, original: str = "") -> None:
        """Post in both ledgers; they answer alike."""
        found = find_transfer(programme_id=RELEASE, key=original) if original else None
        transfer = NewTransfer(key, "adjustment", lines, reverses=found.id if found else 0)
        try:
            expected = str(self.plain.post(transfer, original))
        except RefusedError as refused:
            expected = str(refused)
        try:
            with transaction.atomic():
                answer = str(do(transfer).new)
        except LedgerError as error:
            answer = type(error).__name__
        assert answer == expected, transfer

    @rule(key=KEYS, owner=PEOPLE, amount=AMOUNTS)
    def give(self, key: str, owner: int, amount: int) -> None:
        self.both(key, Line(PROGRAMME, POINTS, "issued", -amount), Line(owner, POINTS, "free", amount))

    @rule(key=KEYS, giver=PEOPLE, receiver=PEOPLE, amount=AMOUNTS)
    def transfer(self, key: str, giver: int, receiver: int, amount: int) -> None:
        if giver != receiver:
            self.both(key, Line(giver, POINTS, "free", -amount), Line(receiver, POINTS, "free", amount))

    @rule(key=KEYS, giver=PEOPLE, amount=AMOUNTS)
    def share(self, key: str, giver: int, amount: int) -> None:
        receivers = [Line(owner, POINTS, "free", amount) for owner in (ANNA, BERT, CARL)]
        self.both(key, Line(giver, POINTS, "free", -3 * amount), *receivers)

    @rule(key=KEYS, owner=PEOPLE, lot=LOTS, amount=AMOUNTS)
    def grant(self, key: str, owner: int, lot: int, amount: int) -> None:
        self.both(
            key, Line(PROGRAMME, POINTS, "issued", -amount), Line(owner, POINTS, "locked", amount, lot, "granted")
        )

    @rule(key=KEYS, owner=PEOPLE, lot=LOTS, amount=AMOUNTS, part=st.sampled_from(["scheduled", "accelerated"]))
    def release(self, key: str, owner: int, lot: int, amount: int, part: str) -> None:
        self.both(key, Line(owner, POINTS, "locked", -amount, lot, part), Line(owner, POINTS, "free", amount))

    @rule(key=KEYS, owner=PEOPLE, amount=AMOUNTS)
    def pay(self, key: str, owner: int, amount: int) -> None:
        self.both(key, Line(owner, MONEY, "paid", -amount), Line(PROGRAMME, MONEY, "cash", amount))

    @rule(key=KEYS, amount=AMOUNTS)
    def keep(self, key: str, amount: int) -> None:
        self.both(key, Line(PROGRAMME, MONEY, "cash", -amount), Line(PROGRAMME, MONEY, "reserve", amount))

    @rule(key=KEYS, data=st.data(), percent=st.integers(1, 120))
    def take_back(self, key: str, data: st.DataObject, percent: int) -> None:
        plain = [name for name, transfer in self.plain.transfers.items() if not transfer.reverses]
        if plain and key not in self.plain.transfers:
            original = data.draw(st.sampled_from(plain))
            lines = self.plain.transfers[original].lines
            back = [Line(x.owner, x.kind, x.role, -x.amount * percent // 100, x.lot, x.part) for x in lines]
            if all(line.amount for line in back):
                self.both(key, *back, original=original)

    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        if self.plain.transfers:
            transfer = data.draw(st.sampled_from(list(self.plain.transfers.values())))
            assert not do(transfer).new

    @invariant()
    def agree(self) -> None:
        if not hasattr(self, "plain"):
            return
        for owner in (ANNA, BERT, CARL):
            expected = {place[1:]: amount for place, amount in self.plain.balances.items() if place[0] == owner}
            found = balances(owner)
            assert {k: v for k, v in found.items() if v} == {k: v for k, v in expected.items() if v}
            mine = {lot: remaining(counts) for (of, lot), counts in self.plain.lots.items() if of == owner}
            assert {lot.id: lot.remaining for lot in lots(owner)} == mine
        ours = {place[1:]: amount for place, amount in self.plain.balances.items() if place[0] == PROGRAMME and amount}
        assert {k: v for k, v in programme_balances(RELEASE).items() if v} == ours
        assert proofs(RELEASE) == []


@pytest.mark.django_db
def test_any_commands_leave_the_ledger_as_the_plain_one() -> None:
    run_state_machine_as_test(
        Ledgers,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
