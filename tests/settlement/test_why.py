"""Why a member got points: every line of a leasing programme's ledger is explained with its numbers (G11, S0)."""

import hashlib
import re
from collections import Counter, defaultdict
from decimal import ROUND_FLOOR, Decimal

import pytest

from jifen.explain import Explanation
from jifen.ledger.models import Entry
from jifen.messages import translator
from jifen.programmes.draws import commit_chain
from jifen.settlement.why import why
from tests.settlement.leasing import Leasing, small

Told = dict[str, list[Explanation]]
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
OFFERED = {
    "parking": {
        *("top_up", "return_top_up", "spend", "grant_units", "referral_bonus", "convert", "withdrawal"),
        *("monthly_release", "unit_differential", "unit_peer", "weighted_dividend", "refund"),
    },
    "parking_early": {
        *("spend", "grant_units", "referral_bonus", "daily_amount", "unit_differential", "unit_peer"),
        *("sales_ranking", "refund"),
    },
    "parking_exchange": {"monthly_release", "convert", "release_tickets", "to_exchange", "referral_bonus"},
}


def lived(name: str) -> Leasing:
    """Return a programme in which everything has happened once, two months long."""
    changes = {"price_age_minutes_max = 60": "price_age_minutes_max = 0", "first_months = 2": "first_months = 0"}
    changes['first_month = "next"'] = 'first_month = "full"'
    life = Leasing(small(name, **changes))
    for one, under in (("A", ""), ("B", "A"), ("C", "B"), ("D", "C")):
        life.join(one, under)
        life.lease(one, 2)
        life.do(one, "appoint")
    if "ticket" in life.terms.kinds:
        life.declare("ticket_price", "2")
    life.declare("parking_revenue" if name != "parking_early" else "ranking_prize", "5000.37")
    life.settle()
    refundable = life.lease("D", 4)
    goods = next(spend.kind for spend in life.terms.spends if spend.pays == "goods")
    life.settle_month()
    if name != "parking_early":
        life.declare("monthly_rate", "0.9")
    life.do("A", "adjust", goods, 90_000)
    life.shop("A", 9, goods, 9)
    for rule in life.terms.converts:
        life.do("A", "adjust", rule.kind, 100_000)
        life.do("A", "convert", rule.kind, 100_000, into=rule.into)
    life.do("A", "top_up", "lease_credit", 30_000)
    life.do("A", "return_top_up", "lease_credit", 10_000)
    withdrawable = next(kind for kind, one in life.terms.kinds.items() if one.withdrawable)
    life.do("A", "adjust", withdrawable, 100_100)
    life.do("A", "hold_withdrawal", withdrawable, 100_100)
    life.do("A", "pay_withdrawal", withdrawable, 100_100)
    if "ticket" in life.terms.kinds:
        life.do("A", "exchange_buy", "ticket", 60_000)
        life.do("A", "release_tickets", "ticket", 20_000)
        life.do("A", "to_exchange", "ticket", 10_000)
    life.settle_month()
    life.refund(refundable, life.orders[refundable] // 2)
    return life


def told(life: Leasing) -> Told:
    """Return what is said of one or two transfers of each shape of key, by rule."""
    found: Told = defaultdict(list)
    asked: Counter[str] = Counter()
    owners = [member.pk for member in life.members.values()]
    lines = Entry.objects.filter(owner__in=owners).exclude(account__kind="money").order_by("-business_date")
    columns = ("business_date", "owner", "transfer_id", "transfer__rule", "transfer__key")
    for day, owner, transfer, rule, key in dict.fromkeys(lines.values_list(*columns)):
        shape = re.sub(r"\d+(-\d\d-\d\d)?|O\d+|M\d+", "*", f"{rule} {key}")
        asked[shape] += 1
        if asked[shape] <= 2:
            said = why(member_id=owner, transfer_id=transfer, business_date=day)
            assert said is not None, key
            found[rule].append(said)
    return found


def text_of(one: Explanation, language: str = "en") -> str:
    """Return everything that is said, in a language."""
    said = translator(language)
    return "\n".join(said(message) for message in (*one.formula, *(person.text for person in one.people)))


@pytest.mark.django_db
@pytest.mark.parametrize("name", OFFERED)
def test_every_line_is_explained_with_its_clause_and_its_numbers(name: str) -> None:
    found = told(lived(name))

    assert OFFERED[name] - set(found) == set()
    for one in (one for explanations in found.values() for one in explanations):
        assert one.source.startswith("S0-"), one
        assert one.formula, one
        assert one.entries, one
        assert not ENGLISH.search(text_of(one, "zh_Hans")), text_of(one, "zh_Hans")
    for rule, check in CHECKS.items():
        for one in found.get(rule, []):
            check(one)


def has_the_units_of_the_team(one: Explanation) -> None:
    """The weighted devices add up to what is said to be rounded, and to what moved."""
    said = text_of(one)
    groups = re.findall(r"\(([\d.]+) − ([\d.]+) paid below\) × (\d+) devices", said)
    total = sum((Decimal(own) - Decimal(below)) * int(devices) for own, below, devices in groups)
    assert f"rounded down once: {total:,.4f}" in said
    assert {abs(Decimal(entry.amount)) for entry in one.entries} == {total}
    assert len(one.people) == one.people_in_all > 0


def has_its_share(one: Explanation) -> None:
    """The share of the dividend, or of the prize, is what came free."""
    total, weight, whole = re.findall(r"^([\d.,]+) × (\d+) devices of the team ÷ (\d+)", text_of(one), re.M)[0]
    share = Decimal(total.replace(",", "")) * int(weight) / int(whole)
    assert one.entries[0].amount == str(share.quantize(Decimal("0.0001"), ROUND_FLOOR))


def splits_at_the_price(one: Explanation) -> None:
    """Due is the price by the rate, and the second kind gets a fifth of what lies beyond the price (S0-D4)."""
    said = text_of(one).replace(",", "")
    for base, rate, due in re.findall(r": ([\d.]+) × ([\d.]+) % = ([\d.]+)$", said, re.M):
        assert Decimal(base) * Decimal(rate) / 100 == Decimal(due)
    second = [entry for entry in one.entries if entry.kind == "mall_points"]
    if second:
        whole, part = re.findall(r"20 % of ([\d.]+) is paid in mall points: ([\d.]+)", said)[0]
        beyond = re.findall(r"so ([\d.]+) of", said) + [
            paid for paid in re.findall(r"= ([\d.]+)", said) if "is back" in said and "so " not in said
        ]
        assert sum(map(Decimal, beyond)) == Decimal(whole)
        assert Decimal(second[0].amount) == Decimal(part)


def is_split(one: Explanation) -> None:
    """The bonus is the price by the rate, of which a part is paid in the second kind."""
    amount, rate, due = re.findall(r": ([\d.]+) × ([\d.]+) % = ([\d.]+)", text_of(one).replace(",", ""))[0]
    assert Decimal(amount) * Decimal(rate) / 100 == Decimal(due)
    free = [Decimal(entry.amount) for entry in one.entries if entry.state == "free"]
    assert sum(free) == Decimal(due)
    assert one.people[0].code.startswith("M")


CHECKS = {
    "unit_differential": has_the_units_of_the_team,
    "weighted_dividend": has_its_share,
    "monthly_release": splits_at_the_price,
    "referral_bonus": is_split,
}


@pytest.mark.django_db
def test_a_drawn_amount_tells_how_to_compute_it_again() -> None:
    life = Leasing(small("parking_early"))
    commit_chain(life.id, life.day)
    life.join("A")
    life.lease("A", 2)
    life.settle(2)

    release, *_ = (one for one in told(life)["daily_amount"] if one.entries[0].kind == "lease_income")

    text, digest, count, least, fen = re.findall(
        r"SHA-256 of (\S+) is (\w{64}); its remainder by (\d+), plus (\d+), is (\d+) fen", text_of(release)
    )[0]
    assert hashlib.sha256(text.encode()).hexdigest() == digest
    assert int(digest, 16) % int(count) + int(least) == int(fen)
    assert f"2 devices × {Decimal(fen) / 100:f}".rstrip("0") in text_of(release)


@pytest.mark.django_db
def test_a_bonus_that_lots_cut_off_says_what_was_blocked() -> None:
    life = Leasing(small("parking"))
    life.join("A")
    life.join("B", "A")
    life.lease("A", 1)
    life.lease("B", 40)

    (bonus,) = told(life)["referral_bonus"]

    assert str(bonus.blocked) == "7,000.0000 of 28,000.0000 was blocked: the lots held no more than 21,000.0000"
