"""Strategies that make small books full of collisions: equal times, empty lots, chains of refunds."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.oracle.programmes import programmes

Draw = Callable[[st.SearchStrategy[Any]], Any]
Row = dict[str, str]
Book = dict[str, list[Row]]

FIRST_DAY = date(2026, 5, 27)  # the books cross the end of a month, and no clock changes
DAYS = 13
FEN = Decimal("0.01")
CLOCKS = [0, 1, 9 * 60, 10 * 60, 10 * 60 + 1, 15 * 60, 23 * 60 + 59]  # few, so that times are often equal

Minute = int  # since the beginning of the first day


@dataclass
class Draft:
    """A book that grows, with what its rows need to know of each other."""

    zone: ZoneInfo
    numbers: dict[str, Any]
    book: Book = field(default_factory=dict)
    joined: dict[str, Minute] = field(default_factory=dict)
    referrer: dict[str, str] = field(default_factory=dict)
    counted: dict[str, Minute] = field(default_factory=dict)
    unrefunded: dict[str, Decimal] = field(default_factory=dict)
    buyer: dict[str, str] = field(default_factory=dict)


@st.composite
def books(draw: Draw) -> tuple[str, Book, date]:
    """Return the text of a programme, a valid book, and the last day to settle."""
    text = draw(programmes())
    numbers = tomllib.loads(text, parse_float=Decimal)
    until = FIRST_DAY + timedelta(days=DAYS - draw(st.integers(0, DAYS - 3)))
    draft = Draft(ZoneInfo(numbers["time_zone"]), numbers)
    draft.book = {"members": [], "orders": [], "refunds": [], "actions": [], "declared": []}
    add_members(draw, draft)
    for member in draft.joined:
        if draw(st.integers(0, 3)) < 3:
            add_order(draw, draft, member, early=True)
    for _ in range(draw(st.integers(1, 12))):
        add_order(draw, draft, draw(st.sampled_from(sorted(draft.joined))), early=draw(st.booleans()))
    for _ in range(draw(st.integers(0, 12))):
        add_refund(draw, draft, draw(st.sampled_from(sorted(draft.counted))), 0)
    for _ in range(draw(st.sampled_from([2, 1, 0, 3]))):
        refund_up_the_line(draw, draft)
    for _ in range(draw(st.integers(0, 20))):
        add_action(draw, draft)
    declare_prices(draw, draft)
    without_empty_columns(draft.book)
    return text, draft.book, until


def minutes(draw: Draw, least: Minute = 0) -> Minute:
    """Return a moment not before the least; one that would be earlier becomes the least itself."""
    minute: Minute = draw(st.integers(0, DAYS)) * 24 * 60 + draw(st.sampled_from(CLOCKS))
    return max(least, minute)


def later(draw: Draw, minute: Minute) -> Minute:
    """Return a moment some days after the minute, or as early as the minute itself."""
    days: int = draw(st.sampled_from([3, 2, 1, 0, 5, 8]))
    midnight = (minute // (24 * 60) + days) * 24 * 60
    return max(minute, midnight + CLOCKS[draw(st.integers(0, len(CLOCKS) - 1))])


def written(draw: Draw, draft: Draft, minute: Minute) -> str:
    """Write the moment without an offset, or with one of several."""
    local = datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(minutes=minute)
    form = draw(st.sampled_from(["local", "local", "Z", "+05:30"]))
    if form == "local":
        return local.isoformat()
    moment = local.replace(tzinfo=draft.zone)
    if form == "Z":
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return moment.astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat()


def add_members(draw: Draw, draft: Draft) -> None:
    """Add members in a chain, a star, pairs below each, or anyhow."""
    shape = draw(st.sampled_from(["chain", "star", "pairs", "pairs", "mixed"]))
    count = draw(st.sampled_from([3, 1, 2, *range(4, 15)]))
    names = [f"M{number}" for number in range(count)]
    last = 0
    for number, name in enumerate(names):
        if draw(st.integers(0, 5)) == 5:
            last = min(minutes(draw, last), last + 4 * 24 * 60)
        places = {"chain": number - 1, "star": 0, "pairs": (number - 1) // 2}
        place = places[shape] if shape in places else draw(st.integers(-1, number - 1))
        referrer = names[place] if number and place >= 0 else ""
        draft.joined[name], draft.referrer[name] = last, referrer
        row = {"member": name, "referrer": referrer, "joined_at": written(draw, draft, last)}
        draft.book["members"].append(row)


def amounts(draft: Draft) -> st.SearchStrategy[Decimal]:
    """Return order amounts at the edges of the tiers, between them, below them and odd."""
    tiers = draft.numbers.get("on_order", [])
    edges = [Decimal(tier["amount"]) for rule in tiers for tier in rule.get("tiers", [])] or [Decimal(3000)]
    near = st.builds(lambda edge, step: edge + step * FEN, st.sampled_from(edges), st.integers(-1, 1))
    odd = st.integers(1, 60_000_00).map(lambda fen: fen * FEN)
    lot = st.integers(3_000_00, 9_100_00).map(lambda fen: fen * FEN)
    return st.one_of(st.just(Decimal(3000)), near, near, lot, odd, st.just(FEN))


def add_order(draw: Draw, draft: Draft, member: str, *, early: bool) -> None:
    """Add an order, at times confirmed later, at times paid in part with points."""
    code = f"O{len(draft.book['orders']) + 1}"
    paid = draft.joined[member] if early else minutes(draw, draft.joined[member])
    amount = draw(amounts(draft))
    counted, confirmed = paid, ""
    if draw(st.integers(0, 5)) == 5:
        counted = minutes(draw, paid)
        confirmed = written(draw, draft, counted)
    draft.book["orders"].append(
        {
            "order": code,
            "member": member,
            "paid_at": written(draw, draft, paid),
            "amount": str(amount.quantize(FEN)),
            "points_paid": "" if early else draw(points_paid(draft, amount)),
            "confirmed_at": confirmed,
        }
    )
    draft.counted[code], draft.unrefunded[code], draft.buyer[code] = counted, amount, member


def points_paid(draft: Draft, amount: Decimal) -> st.SearchStrategy[str]:
    """Return nothing, the most that is allowed, one unit more (where the amount has it), or a part of it."""
    rules = [rule for rule in draft.numbers.get("on_order", []) if rule["use"] == "repurchase"]
    share = Decimal(rules[0]["points_share_max"]) if rules else Decimal("0.3")
    unit = Decimal("0.0001")
    most = amount * share // unit
    some = st.integers(0, min(int(most), 3_000_000)).map(lambda units: str(units * unit))
    edges = st.sampled_from([str(most * unit), str(min((most + 1) * unit, amount))])
    return st.one_of(st.just(""), some, edges)


def add_refund(draw: Draw, draft: Draft, code: str, least: Minute) -> Minute:
    """Refund the rest of an order, half of it, or any part; return when."""
    left = draft.unrefunded[code]
    when = draft.counted[code] if draw(st.integers(0, 5)) == 5 else later(draw, draft.counted[code])
    when = max(when, least)
    if left == 0:
        return when
    half = max(left // 2 // FEN * FEN, FEN)
    part = draw(st.one_of(st.just(left), st.just(half), st.integers(1, int(left / FEN)).map(lambda fen: fen * FEN)))
    draft.unrefunded[code] = left - part
    row = {"order": code, "refunded_at": written(draw, draft, when), "amount": str(part.quantize(FEN))}
    draft.book["refunds"].append(row)
    return when


def refund_up_the_line(draw: Draw, draft: Draft) -> None:
    """Refund orders of somebody's uplines, nearly at once; then the order that had rewarded them."""
    code = draw(st.sampled_from(sorted(draft.counted)))
    when = later(draw, draft.counted[code])
    above = draft.buyer[code]
    if not draw(st.booleans()):
        spend_nearly_all(draw, draft, draft.referrer[above] or above, when - 1)
    while above := draft.referrer[above]:
        for other, buyer in draft.buyer.items():
            if buyer == above and draft.counted[other] <= when and not draw(st.booleans()):
                when = add_refund(draw, draft, other, when)
    add_refund(draw, draft, code, when)


def spend_nearly_all(draw: Draw, draft: Draft, party: str, when: Minute) -> None:
    """Withdraw ever smaller amounts; what is too much is refused, so next to nothing stays free."""
    when = max(when, draft.joined[party])
    at = written(draw, draft, when)
    for halvings in range(11):
        amount = Decimal(12_800) / 2**halvings
        row = {
            "at": at,
            "action": "withdraw",
            "party": party,
            "to": "",
            "points": "points",
            "amount": str(amount),
        }
        draft.book["actions"].append(row)


def add_action(draw: Draw, draft: Draft) -> None:
    """Add an action of a member, or of an operator."""
    party = draw(st.sampled_from(sorted(draft.joined)))
    others = sorted(draft.joined)
    kinds = [
        "withdraw",
        "withdraw",
        "member_transfer",
        "convert",
        "adjust",
        "freeze",
        "unfreeze",
        "move_referrer",
    ]
    action = draw(st.sampled_from(kinds))
    row = {"action": action, "party": party, "to": "", "points": "", "amount": ""}
    least = draft.joined[party]
    if action in {"withdraw", "member_transfer", "convert", "adjust"}:
        row["points"] = draw(st.sampled_from(["points", "points", "points", "token"]))
        row["amount"] = draw(action_amounts())
    if action == "adjust":
        row["amount"] = draw(st.sampled_from(["", "", "-"])) + row["amount"]
    if action == "convert":
        row["points"], row["to"] = "points", "token"
    if action in {"member_transfer", "move_referrer"}:
        row["to"] = draw(st.sampled_from(others if action == "member_transfer" else ["", *others]))
        least = max(least, draft.joined.get(row["to"], 0))
    draft.book["actions"].append({"at": written(draw, draft, minutes(draw, least)), **row})


def action_amounts() -> st.SearchStrategy[str]:
    """Return amounts of the size of a day's release, and very small ones."""
    units = st.one_of(st.integers(1, 20_000_000), st.integers(1, 3_000_000), st.integers(1, 10))
    return units.map(lambda count: str(count * Decimal("0.0001")))


def declare_prices(draw: Draw, draft: Draft) -> None:
    """Declare prices with gaps and overlaps; no two begin at the same moment."""
    starts = draw(st.lists(st.tuples(st.integers(0, DAYS), st.sampled_from(CLOCKS)), max_size=4, unique=True))
    for day, clock in starts:
        begin = day * 24 * 60 + clock
        plain = clock == 0 and draw(st.booleans())
        row = {
            "name": "token_price",
            "from": str(FIRST_DAY + timedelta(days=day)) if plain else written(draw, draft, begin),
            "to": draw(ends(draft, day, begin)),
            "value": draw(st.sampled_from(["1", "0.5", "3.37", "0.00000001", "99999999", "0.0333"])),
        }
        draft.book["declared"].append(row)


@st.composite
def ends(draw: Draw, draft: Draft, day: int, begin: Minute) -> str:
    """Return no end, a day, or a moment after the beginning."""
    form = draw(st.sampled_from(["never", "day", "moment"]))
    if form == "never":
        return ""
    if form == "day":
        return str(FIRST_DAY + timedelta(days=day + draw(st.integers(0, 3))))
    return written(draw, draft, begin + draw(st.sampled_from([1, 60, 24 * 60, 3 * 24 * 60])))


def without_empty_columns(book: Book) -> None:
    """Drop the optional columns that no order fills."""
    for column in ("points_paid", "confirmed_at"):
        if not any(row[column] for row in book["orders"]):
            for row in book["orders"]:
                del row[column]
