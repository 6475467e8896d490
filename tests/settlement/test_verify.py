"""verify finds whatever somebody changed behind the platform's back, and names the place."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction

from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.programmes.declared import declare
from jifen.settlement.verify import Problem, verify
from tests.settlement.life import UNIT, Life

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Tamper:
    """A change that the database's owner makes with all guards off, and sentences that must be among those told."""

    sql: str
    told: tuple[str, ...]


TAMPERS = {
    "a released amount": Tamper(
        "UPDATE ledger_entry e SET amount = amount + 1 FROM ledger_transfer t WHERE t.id = e.transfer_id"
        " AND t.rule = 'scheduled_release' AND e.amount > 0 AND e.owner = {bert} AND e.business_date = '{tomorrow}'",
        (
            "a closed day is not as it was closed: {tomorrow}",
            "a balance is not the sum of its entries: owner {bert}",
            "a transfer does not add up to zero: transfer ",
            "a closed sum is not that of the entries: ",
            "{tomorrow} trial/{tomorrow}/scheduled_release/ M{bert} points:free 1000000: missing in the ledger",
            "{tomorrow} trial/{tomorrow}/scheduled_release/ M{bert} points:free 1000001: not what the rules say",
        ),
    ),
    "a balanced pair of entries": Tamper(
        "UPDATE ledger_entry e SET amount = amount + sign(amount) FROM ledger_transfer t WHERE t.id = e.transfer_id"
        " AND t.rule = 'scheduled_release' AND e.owner = {bert} AND e.business_date = '{tomorrow}'",
        (
            "a closed day is not as it was closed: {tomorrow}",
            "a lot is not the sum of its entries: owner {bert}",
            "M{bert} points:locked -1000001: not what the rules say",
        ),
    ),
    "a line that is gone": Tamper(
        "DELETE FROM ledger_entry e USING ledger_transfer t WHERE t.id = e.transfer_id AND t.key LIKE '%/adjust%'",
        ("a closed day is not as it was closed: {today}", "M{ann} points:free 80000: missing in the ledger"),
    ),
    "a transfer that is gone": Tamper(
        "DELETE FROM ledger_transfer WHERE key LIKE '%/adjust%'", ("entries without their transfer: entries of ",)
    ),
    "the name of a transfer": Tamper(
        "UPDATE ledger_transfer SET actor = 'somebody else' WHERE key LIKE '%/adjust%'",
        ("a closed day is not as it was closed: {today}",),
    ),
    "a digest": Tamper(
        r"UPDATE ledger_dayclose SET digest = '\x00' WHERE business_date = '{today}'",
        (
            "a closed day is not as it was closed: {today}",
            "a closed day does not follow the day before: {tomorrow}",
        ),
    ),
    "a balance": Tamper(
        "UPDATE ledger_balance SET amount = amount + 5 WHERE owner = {bert}",
        ("a balance is not the sum of its entries: owner {bert} ",),
    ),
    "what a lot holds": Tamper(
        "UPDATE ledger_lot SET granted = granted + 7, remaining = remaining + 7 WHERE owner = {bert}",
        ("a lot is not the sum of its entries: owner {bert} lot ",),
    ),
    "what a lot is released by": Tamper(
        "UPDATE ledger_lot SET base = base + 7 WHERE owner = {bert}",
        ("M{bert}: base of the lot of O2 is 10000007, the replay says 10000000",),
    ),
    "what a close owed": Tamper(
        "UPDATE facts_reward SET entitled = entitled + 1 WHERE member_id = {ann} AND day = '{tomorrow}'",
        ("{tomorrow}: the reward kept of M{ann}/0 is not that of the replay",),
    ),
    "a rank that was never reached": Tamper(
        "INSERT INTO facts_rankchange (member_id, day, rank) VALUES ({ann}, '{tomorrow}', 1)",
        ("{tomorrow}: the rank kept of M{ann} is not that of the replay",),
    ),
    "what a refund has claimed of a lot": Tamper(
        "UPDATE ledger_lot SET claimed = 1 WHERE owner = {bert}",
        ("M{bert}: claimed of the lot of O2 is 1, the replay says 0",),
    ),
    "the amount of an order": Tamper(
        "UPDATE facts_fact SET amount = 50000 WHERE order_code = 'O2'",
        (
            "trial/order/O2/grant_locked M{bert} points:locked 10000000: missing in the ledger",
            "trial/order/O2/grant_locked M{bert} points:locked 20000000: not what the rules say",
            "M{bert}: volume_amount is 100000, the replay says 50000",
        ),
    ),
    "a fact that is gone": Tamper(
        "DELETE FROM facts_fact WHERE order_code = 'O2'", ("M{bert} points:locked 20000000: not what the rules say",)
    ),
    "the day of a fact": Tamper(
        "UPDATE facts_fact SET business_date = '{tomorrow}' WHERE action = 'adjust'",
        ("{today} ", "{tomorrow} "),
    ),
    "a debt": Tamper(
        "UPDATE members_standing SET debt = 3 WHERE member_id = {ann}", ("M{ann}: debt is 3, the replay says 0",)
    ),
    "a volume": Tamper(
        "UPDATE members_standing SET volume = volume + 3 WHERE member_id = {bert}",
        ("M{bert}: volume is 10000003, the replay says 10000000",),
    ),
    "the volume of a team": Tamper(
        "UPDATE members_standing SET team_amount = team_amount + 3 WHERE member_id = {ann}",
        ("M{ann}: team_amount is 100003, the replay says 100000",),
    ),
    "a rank": Tamper(
        "UPDATE members_standing SET rank = 1 WHERE member_id = {ann}", ("M{ann}: rank is 1, the replay says 0",)
    ),
    "a freeze": Tamper(
        "UPDATE members_standing SET frozen = false WHERE member_id = {bert}",
        ("M{bert}: frozen is 0, the replay says 1",),
    ),
    "who referred whom": Tamper(
        "UPDATE members_member SET referrer_id = NULL WHERE id = {bert}",
        ("trial/{tomorrow}/generation_share/1/ M{ann} points:free 500000: not what the rules say",),
    ),
    "a declared value": Tamper(
        "UPDATE programmes_declaredvalue SET numerator = numerator * 2",
        ("M{ann} token:free ",),
    ),
}  # fmt: skip


@pytest.fixture
def told_life(life: Life) -> Life:
    """Ann referred Bert; orders, an adjustment, a conversion and a freeze; two days are settled."""
    life.join("Ann")
    life.join("Bert", "Ann")
    declare(programme_id=life.id, name="token_price", value=Decimal(2), starts_at=None, operator_id=life.operator.pk)
    life.buy("Ann", 3_000)
    life.buy("Bert", 1_000)
    life.act("Ann", "adjust", 8 * UNIT)
    record_action(
        NewAction(
            programme_id=life.id, action="convert", member_id=life.members["Ann"].pk, kind="points",
            amount=4 * UNIT, to_kind="token",
        )
    )  # fmt: skip
    life.act("Bert", "freeze")
    life.settle(2)
    return life


def tampered(life: Life, sql: str, places: dict[str, object]) -> list[Problem]:
    """Return what verify says after a change that is then undone."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql.format(**places))
        assert cursor.rowcount > 0, sql
        found = verify(life.id)
        transaction.set_rollback(True)
    return found


def test_whatever_was_changed_is_found_and_its_place_named(told_life: Life) -> None:
    life = told_life
    assert verify(life.id) == []
    today = life.day - 2 * DAY
    ann, bert = (life.members[name].pk for name in ("Ann", "Bert"))
    places = {"ann": ann, "bert": bert, "today": today, "tomorrow": today + DAY}

    silent = []
    for name, tamper in TAMPERS.items():
        found = "\n".join(str(problem.message) for problem in tampered(life, tamper.sql, places))
        missing = [told for told in tamper.told if told.format(**places) not in found]
        silent += [f"{name}: {told.format(**places)!r} is not in:\n{found}\n" for told in missing]

    assert not silent, "\n".join(silent)
    assert verify(life.id) == []
