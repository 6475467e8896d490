"""Every line of random growth books is explained in both languages, and the numbers said are those that moved (G11)."""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from jifen.engine.document import load_programme
from jifen.engine.lines import DayLines
from jifen.engine.programme import Programme
from jifen.engine.replay import Replay
from jifen.explain import Explanation, explain_at
from jifen.messages import translator
from jifen.tables.reading import read_book
from tests.flows.by_hand import write_book
from tests.oracle.growth_strategies import Book, books

ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
SILENT = {"debt_repayment", "withdrawal", "adjustment", "member_transfer"}  # their rows say all
N = r"([\d,]+\.?\d*)"
PERCENT = r"([\d.]+) %"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(books())
def test_every_line_is_explained_and_its_numbers_are_computed_again(drawn: tuple[str, Book, date]) -> None:
    text, book, until = drawn
    programme = load_programme(text)

    for why in explanations(programme, book, until):
        assert why.source, why.key
        assert why.formula or why.rule in SILENT, why.key
        assert not ENGLISH.search(in_chinese(why)), in_chinese(why)
        check(Told(why))


def explanations(programme: Programme, book: Book, until: date) -> Iterator[Explanation]:
    """Yield why each transfer of a book was posted."""
    decimals = {kind: points.decimals for kind, points in programme.kinds.items()}
    with tempfile.TemporaryDirectory() as folder:
        write_book(book, Path(folder) / "book")
        read = read_book(Path(folder) / "book", zone=programme.time_zone, decimals=decimals, paid_in="money")
    replay = Replay(programme, read.facts)
    for lines in replay.days(until):
        for key in keys_of(lines, replay.facts.members.codes):
            why = explain_at(replay, lines, key)
            assert why is not None, key
            yield why


def keys_of(lines: DayLines, codes: list[str]) -> list[str]:
    of_blocks = [block.prefix + codes[member] for block in lines.blocks for member in block.member.tolist()]
    return list(dict.fromkeys([*lines.journal.transfer, *of_blocks, *lines.late.transfer]))


def in_chinese(why: Explanation) -> str:
    said = translator("zh_Hans")
    people = [person.text for person in why.people]
    return "\n".join(said(one) for one in (*why.formula, *([why.blocked] if why.blocked else []), *people))


@dataclass(frozen=True)
class Told:
    """An explanation as it reads in English, with what its entries moved."""

    why: Explanation

    @property
    def text(self) -> str:
        said = translator("en")
        return "\n".join(said(one) for one in (*self.why.formula, *([self.why.blocked] if self.why.blocked else [])))

    def numbers(self, pattern: str) -> list[list[Fraction]]:
        """Return the numbers of each place where a pattern stands."""
        return [[number(part) for part in found.groups()] for found in re.finditer(pattern, self.text)]

    def only(self, pattern: str) -> list[Fraction]:
        (found,) = self.numbers(pattern)
        return found

    def moved(self, party: str, kind: str = "money") -> Fraction:
        entries = [one for one in self.why.entries if one.party == party and one.kind == kind]
        return sum((number(one.amount) for one in entries), Fraction(0))

    @property
    def paid(self) -> Fraction:
        """What members got in money."""
        entries = [one for one in self.why.entries if not one.party.startswith("programme:") and one.kind == "money"]
        return sum((number(one.amount) for one in entries), Fraction(0))

    @property
    def price(self) -> Fraction:
        """The exact price before, of which 12 places are said too."""
        money, points, price = self.only(rf"the price before is {N} ÷ {N} = {N}")
        assert price == floored(money / points, 12)
        return money / points


def number(text: str) -> Fraction:
    return Fraction(Decimal(text.replace(",", "")))


def floored(value: Fraction, places: int) -> Fraction:
    return Fraction(value.numerator * 10**places // value.denominator, 10**places)


def check(told: Told) -> None:
    """Compute what is said again, as far as the sentences of the rule have numbers."""
    part = told.why.key.split("/")[-1] if told.why.rule == "profit_pool" else told.why.rule
    if part in CHECKS:
        CHECKS[part](told)
    elif f"/{'/'.join(told.why.key.split('/')[4:5])}" in ("/split", "/burn"):
        assert told.why.rule == "refund"


def check_split(told: Told) -> None:
    amount, rate, commission = told.only(rf": {N} × {PERCENT} commission = {N}")
    assert commission == floored(amount * rate / 100, 2)
    share, distribution, platform = told.only(rf"of it {N} for the pool, {N} to be distributed, {N} for the platform")
    assert share + distribution + platform == commission
    assert share == told.moved("programme:pool") + told.moved("programme:pool_reserve")
    assert (distribution, platform) == (told.moved("programme:distribution"), told.moved("programme:platform"))
    for (rest,) in told.numbers(rf"is owed the rest, {N}"):
        assert rest == amount - commission == told.moved("programme:takings")


def check_mint(told: Told) -> None:
    share, rate, points = told.only(rf"{N} × {PERCENT} ÷ [\d.]+ = {N}, rounded down")
    assert points == floored(share * rate / 100 / told.price, 8) == -told.moved("programme:issued", "value_points")


def check_sale(told: Told) -> None:
    points, kept, paid = told.only(rf"{N} × [\d.]+ less {PERCENT}, which stays in the pool = {N}, rounded down")
    assert paid == floored(points * told.price * (100 - kept) / 100, 2) == told.paid
    assert points == told.moved("programme:converted", "value_points")


def check_exit(told: Told) -> None:
    check_sale(told)
    points, value, multiple, spent, cap = told.only(
        rf"{N} × [\d.]+ = {N} have reached {N} × {N} spent since the last exit = {N}"
    )
    assert value == floored(points * told.price, 6)
    assert cap == multiple * spent <= points * told.price


def check_injection(told: Told) -> None:
    for money, after in told.numbers(rf"with {N} more behind the same points it is {N}"):
        before, points, _ = told.only(rf"the price before is {N} ÷ {N} = {N}")
        assert after == floored((before + money) / points, 12)
        assert money == told.moved("programme:pool")


def check_orders(told: Told) -> None:
    """What is added up and rounded down once is what was paid, and the orders named make it up."""
    sums = [rate * amount for rate, amount in told.numbers(rf"(?m)^{PERCENT} × {N}")]
    sums += [(own - below) * amount for own, below, amount in told.numbers(rf"\({PERCENT} − {PERCENT}[a-z ]*\) × {N}")]
    assert told.only(rf"rounded down once: {N}") == [floored(sum(sums, Fraction(0)) / 100, 2)] == [told.paid]
    assert told.why.people_in_all >= len(told.why.people) > 0
    if told.why.people_in_all == len(told.why.people):
        said = "\n".join(translator("en")(person.text) for person in told.why.people)
        orders = [number(a) * number(r) for a, r in re.findall(rf"order \w+, {N}, at {PERCENT}", said)]
        assert sum(orders, Fraction(0)) == sum(sums, Fraction(0))


def check_multiple(told: Told) -> None:
    amount, multiple, granted = told.only(rf": {N} × {N} = {N}")
    assert granted == floored(amount * multiple, 2) == -told.moved("programme:issued", told.why.entries[0].kind)


def check_reward(told: Told) -> None:
    amount, rate, due = told.only(rf": {N} × {PERCENT} = {N}")
    assert due == floored(amount * rate / 100, 2) == told.paid
    assert len(told.why.people) == 1


def check_sourced(told: Told) -> None:
    amount, points, rate, profit = told.only(rf": {N} less {N} paid in points and a cost of {PERCENT} = {N}")
    assert profit == max(0, amount - points - floored(amount * rate / 100, 2)) == told.moved("programme:platform")


def check_takings(told: Told) -> None:
    ((turnover, net),) = told.numbers(rf": {N} sold since it was last paid, {N} after commission")
    assert net > 0
    assert turnover > 0
    shares, management, partners, rest = told.only(
        rf"less {N} for shareholders, {N} for the initiator, {N} for partners = {N}"
    )
    assert rest == net - shares - management - partners == -told.moved("programme:takings")


def cut(told: Told, due: Fraction) -> Fraction:
    """Return what is left of what was due once the store had no more."""
    for blocked, entitled, paid in told.numbers(rf"{N} of {N} was blocked: the store had no more than {N} left"):
        assert (entitled, paid) == (due, due - blocked)
        return paid
    return due


def check_shares(told: Told) -> None:
    if "was bought for" in told.text:
        return
    turnover, rate, share, due = told.only(
        rf": {N} sold × {PERCENT} for shareholders × {PERCENT} held = {N}, rounded down"
    )
    assert due == floored(turnover * rate * share / 10_000, 2)
    assert cut(told, due) == told.paid


def check_management(told: Told) -> None:
    turnover, rate, due = told.only(rf": {N} sold × {PERCENT} for managing it = {N}, rounded down")
    assert due == floored(turnover * rate / 100, 2)
    assert cut(told, due) == told.paid


def check_set_aside(told: Told) -> None:
    net, share, due = told.only(rf": {N} after commission × {PERCENT} = {N}, set aside")
    assert due == floored(net * share / 100, 2)
    assert cut(told, due) == told.moved("programme:dividends")


def check_dividend(told: Told) -> None:
    for fund, count, share in told.numbers(rf": {N} set aside ÷ {N} partners = {N}"):
        assert share == floored(fund / count, 2) == told.paid
    for fund, weight, whole, share in told.numbers(rf": {N} set aside × {N} bought there ÷ {N} by all partners = {N}"):
        assert share == floored(fund * weight / whole, 2) == told.paid
    assert "set aside" in told.text


def check_leftover(told: Told) -> None:
    left = -told.moved("programme:distribution")
    assert f"{Decimal(abs(left).numerator) / abs(left).denominator:,.2f}" in told.text
    assert ("left at the end of the day" in told.text) == (left > 0)


def check_refund(told: Told) -> None:
    """F of what was given, less what went back before, is what goes back now or is missing."""
    what = told.why.key.split("/")[4]
    if what in ("burn", "shopping"):
        kind = "value_points" if what == "burn" else "shopping_points"
        back = told.moved("programme:issued", kind)
    elif what in ("split", "sourced"):
        back = told.moved("programme:issued") + told.moved("programme:takings")
        if what == "split":
            back = told.moved("programme:issued") - sum(
                (amount for (amount,) in told.numbers(rf"out of what the store is owed: {N}")), Fraction(0)
            )
    elif what in ("new_user_reward", "card_reward"):
        back = told.moved("programme:takings")
    else:
        assert "reverses " in told.text or "paid in points" in told.text
        return
    whole, due, earlier, now = told.only(rf"F × {N} [a-z ]+ = {N}, less {N} before = {N}")
    assert now == due - earlier
    assert 0 <= due <= whole
    missing = sum((one for one, _ in told.numbers(rf"{N} of {N} are not there any more")), Fraction(0))
    lent = -told.moved("programme:debts")
    assert back == now - missing + lent


CHECKS = {
    "order_split": check_split,
    "mint": check_mint,
    "sell": check_sale,
    "forced_exit": check_exit,
    "inject": check_injection,
    "generation_share": check_orders,
    "rank_differential": check_orders,
    "peer_bonus": check_orders,
    "store_referral_bonus": check_orders,
    "territory": lambda told: None if "the fee of" in told.text else check_orders(told),
    "store_rebate": check_orders,
    "referrer_rebate": check_orders,
    "shopping_grant": check_multiple,
    "new_user_reward": check_reward,
    "card_reward": check_reward,
    "sourced_goods": check_sourced,
    "store_takings": check_takings,
    "store_shares": check_shares,
    "store_management": check_management,
    "store_partners": check_set_aside,
    "store_dividend": check_dividend,
    "leftover": check_leftover,
    "refund": check_refund,
}
