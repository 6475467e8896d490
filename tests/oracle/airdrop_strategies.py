"""Strategies that make small books of packs, stores, steps and centres, over a few days or two years of emission."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.oracle.airdrop_filling import fill_book
from tests.oracle.airdrop_programmes import Draw, one_of, programmes
from tests.oracle.airdrop_state import Life
from tests.oracle.airdrop_versions import lives

Row = dict[str, str]
Book = dict[str, list[Row]]
Minute = int  # since the beginning of the first day

FIRST_DAYS = [date(2024, 2, 27), date(2024, 2, 28), date(2025, 2, 27), date(2026, 12, 30)]
FEN = Decimal("0.01")
DAY = 24 * 60
CLOCKS = [0, 9 * 60, 9 * 60, 10 * 60, 15 * 60, 23 * 60 + 59]  # few, so that times are often equal
SPAN = [4, 5, 3, 7, 9, 0]
TWO_YEARS = [0, 1, 2, 3, 30, 200, 363, 364, 365, 366, 367, 368, 500, 729, 730, 731, 732]
AMOUNTS = [1, 2, 10, 99, 100, 10_000, 10_000, 100_000, 100_000, 123_456, 999_999, 5_000_000]
REGIONS = ["320508", "320508", "320505", "320500", "320000", "110101", "110000"]
STEP_COUNTS = ["", "0", "1", "2999", "3000", "5000", "6000", "11000", "49999", "50000", "999999999"]
WISHES = ["@all", "@all", "@half", "@almost", "@over", "0.01", "1", "55.5"]
FUNDS = ["@half", "@half", "@all", "@over", "0.00000001", "0.5", "5", "100"]
PRICES = ["2", "1", "0.5", "7.77", "0.000001", "100000", "0.3333"]
ACTIONS = ["fund_reserve"] * 3 + ["open_center"] * 2 + ["close_center"] + ["member_transfer"] * 3 + ["convert"] * 4
ACTIONS += ["review"] * 2 + ["move_referrer"] * 3 + ["freeze", "unfreeze", "withdraw"] + ["adjust"] * 3


@dataclass
class Draft:
    """A book that grows, with what its rows need to know of each other."""

    life: Life
    first: date
    calendar: list[int]  # the days on which something happens
    book: Book = field(default_factory=dict)
    joined: dict[str, Minute] = field(default_factory=dict)
    opened: dict[str, Minute] = field(default_factory=dict)
    counted: dict[str, Minute] = field(default_factory=dict)
    unrefunded: dict[str, Decimal] = field(default_factory=dict)
    buyer: dict[str, str] = field(default_factory=dict)

    @property
    def members(self) -> list[str]:
        return list(self.joined)

    @property
    def stores(self) -> list[str]:
        return list(self.opened)

    @property
    def last(self) -> Minute:
        return self.calendar[-1] * DAY + DAY - 1

    @property
    def kinds(self) -> list[str]:
        return list(dict.fromkeys(kind for one in self.life.programmes for kind in one.document["points"]))

    def on(self, minute: Minute) -> dict[str, Any]:
        """Return the document in force."""
        return self.life.on(self.first + timedelta(days=minute // DAY)).document

    def packs(self, minute: Minute) -> list[dict[str, Any]]:
        return [pack for rule in self.on(minute)["on_order"] if rule["use"] == "pack_grant" for pack in rule["packs"]]

    def written(self, minute: Minute) -> str:
        return (datetime.combine(self.first, datetime.min.time()) + timedelta(minutes=minute)).isoformat()


@st.composite
def books(draw: Draw, years: list[int] | None = None) -> tuple[str, Book, date]:
    """Return the text of a programme, a valid book of a few days or of these, and the last day to settle."""
    first = draw(st.sampled_from(FIRST_DAYS))
    text = draw(programmes(first))
    calendar = years or list(range(draw(st.sampled_from(SPAN)) + 1))
    return text, *book_of(draw, Draft(Life.of([text], [first]), first, calendar))


@st.composite
def lived_books(draw: Draw, years: list[int] | None = None) -> tuple[list[str], list[date], Book, date]:
    """Return the versions of a programme and the days from which they hold, a book, and the last day to settle."""
    first = draw(st.sampled_from(FIRST_DAYS))
    calendar = years or list(range(draw(st.sampled_from(SPAN)) + 1))
    texts, days = draw(lives(first, calendar))
    return texts, days, *book_of(draw, Draft(Life.of(texts, days), first, calendar))


def book_of(draw: Draw, draft: Draft) -> tuple[Book, date]:
    """Return a valid book for the versions of the draft, and the last day to settle."""
    draft.book = {name: [] for name in ("members", "stores", "orders", "refunds", "actions", "steps", "declared")}
    add_members(draw, draft)
    add_stores(draw, draft)
    for _ in range(draw(st.integers(2, 10))):
        add_pack(draw, draft, draw(st.sampled_from(draft.members)))
    for _ in range(draw(st.integers(3, 14))):
        add_order(draw, draft, draw(st.sampled_from(draft.members)))
    for _ in range(draw(st.sampled_from([5, 3, 0, 9]))):
        add_refund(draw, draft, draw(st.sampled_from(list(draft.counted))))
    for _ in range(draw(st.sampled_from([0, 1, 3, 5]))):
        add_center(draw, draft, draw(st.sampled_from(draft.members)))
    if draft.on(0).get("on_center") and draw(st.integers(0, 3)):
        add_nest(draw, draft)
    for _ in range(draw(st.integers(0, 20))):
        add_action(draw, draft)
    for _ in range(draw(st.sampled_from([0, 0, 3, 10]))):
        add_steps(draw, draft, draw(st.sampled_from(draft.members)))
    add_prices(draw, draft)
    for table in ("members", "stores"):
        if draw(st.booleans()):
            draft.book[table] = draw(st.permutations(draft.book[table]))
    until = draft.first + timedelta(days=draft.calendar[-1])
    fill_book(draft.life, draft.book, until)
    return draft.book, until


# Times


def minutes(draw: Draw, draft: Draft, least: Minute = 0) -> Minute:
    """Return a moment not before the least."""
    day: int = draw(st.sampled_from(draft.calendar))
    clock: Minute = draw(st.sampled_from(CLOCKS))
    return max(least, day * DAY + clock)


def early(draw: Draw, draft: Draft, least: Minute) -> Minute:
    """Return a moment in the first half, mostly."""
    days = draft.calendar[: len(draft.calendar) // 2 + 1]
    day: int = draw(st.sampled_from(days))
    clock: Minute = draw(st.sampled_from(CLOCKS))
    return max(least, day * DAY + clock)


# Rows


def add_members(draw: Draw, draft: Draft) -> None:
    """Add members in a chain, a star, pairs below each, or anyhow; many join while others buy already."""
    shape = draw(st.sampled_from(["chain", "star", "pairs", "pairs", "mixed"]))
    names = [f"M{number}" for number in range(draw(st.integers(4, 11)))]
    last = 0
    for number, name in enumerate(names):
        if number and draw(st.integers(0, 2)) == 2:
            last = min(max(last, minutes(draw, draft)), draft.last)
        places = {"chain": number - 1, "star": 0, "pairs": (number - 1) // 2}
        place = places[shape] if shape in places else draw(st.integers(-1, number - 1))
        referrer = names[place] if number and place >= 0 else ""
        draft.joined[name] = last
        draft.book["members"].append({"member": name, "referrer": referrer, "joined_at": draft.written(last)})


def add_stores(draw: Draw, draft: Draft) -> None:
    """Add stores with or without owner, referrer and region."""
    for number in range(draw(st.integers(0, 4))):
        row = {"store": f"S{number}", "region": draw(st.sampled_from(["", *REGIONS]))}
        least = 0
        for column in ("owner", "referrer"):
            row[column] = draw(st.sampled_from(["", *draft.members, *draft.members]))
            least = max(least, draft.joined.get(row[column], 0))
        opened = least if draw(st.integers(0, 2)) else early(draw, draft, least)
        brought = [one for one in draft.book["members"] if one["referrer"] and one["referrer"] == row["referrer"]]
        if brought and draw(st.booleans()):  # who brought it brings a member a minute later
            opened = max(least, draft.joined[draw(st.sampled_from(brought))["member"]] - 1)
        draft.opened[row["store"]] = opened
        draft.book["stores"].append({**row, "joined_at": draft.written(opened)})


def add_pack(draw: Draw, draft: Draft, member: str) -> None:
    """Buy packs, at their price but for now and then."""
    when = early(draw, draft, draft.joined[member])
    sold = draw(st.sampled_from([when] * 7 + [draft.last]))  # now and then one of another version
    pack, quantity = draw(st.sampled_from(draft.packs(sold))), draw(st.sampled_from([1, 1, 1, 2, 3]))
    amount = Decimal(pack["price"]) * quantity + (FEN if draw(st.integers(0, 14)) == 14 else 0)
    row = {"product": pack["name"], "quantity": str(quantity)}
    book_order(draw, draft, (member, when, amount), row)


def add_order(draw: Draw, draft: Draft, member: str) -> None:
    """Add an order of goods, with a concession of its store or without."""
    amount = draw(st.one_of(st.sampled_from(AMOUNTS), st.integers(1, 300_000))) * FEN
    given = draw(st.sampled_from([Decimal(0), amount, amount // 10 // FEN * FEN, amount // 3 // FEN * FEN, FEN]))
    row = {"product": draw(st.sampled_from(["", "", "tea"])), "concession": str(min(given, amount))}
    book_order(draw, draft, (member, early(draw, draft, draft.joined[member]), amount), row)


def book_order(draw: Draw, draft: Draft, order: tuple[str, Minute, Decimal], row: Row) -> None:
    """Write an order, at a store or not, paid in points in part or not."""
    code, (member, counted, amount) = f"O{len(draft.book['orders']) + 1}", order
    store = row["store"] if "store" in row else draw(st.sampled_from(["", *draft.stores, *draft.stores]))
    counted = max(counted, draft.opened.get(store, 0))
    row |= {"order": code, "member": member, "paid_at": draft.written(counted), "amount": str(amount), "store": store}
    if draw(st.integers(0, 7)) == 7:
        counted = minutes(draw, draft, counted)
        row["confirmed_at"] = draft.written(counted)
    row.setdefault("region", draw(st.sampled_from(["", "", *REGIONS])))
    row |= pay_in_points(draw, draft, (member, counted, amount))
    draft.book["orders"].append(row)
    draft.counted[code], draft.buyer[code], draft.unrefunded[code] = counted, member, amount


def pay_in_points(draw: Draw, draft: Draft, order: tuple[str, Minute, Decimal]) -> Row:
    """Pay nothing, the most allowed or what there is in points; often they are credited before."""
    if draw(st.integers(0, 9)) > 2 or "shopping_credit" not in draft.kinds:
        return {"points_paid": "", "points_kind": ""}
    member, when, amount = order
    kind = draw(st.sampled_from(["shopping_credit"] * 9 + ["weight"]))
    shares = [one["share_max"] for one in draft.on(when)["on_order"] if one["use"] == "spend"]
    most = amount * Decimal(shares[0] if shares else 1) // Decimal("0.0001") * Decimal("0.0001")
    paid = draw(st.sampled_from([str(most), str(most), str(min(amount, most + FEN)), "@all", "@half"]))
    if draw(st.integers(0, 4)):
        row = {"action": "adjust", "party": member, "points": kind, "amount": str(max(FEN, most))}
        add_row(draft, row, max(draft.joined[member], when - draw(st.sampled_from([1, 1, 1, 0]))))
    return {"points_paid": "" if Decimal(paid if paid[0] != "@" else 1) == 0 else paid, "points_kind": kind}


def add_refund(draw: Draw, draft: Draft, code: str) -> None:
    """Refund the rest of an order, half of it, a fen, or any part; often others have lost what they have."""
    left = draft.unrefunded[code]
    if left == 0:
        return
    later = draw(st.sampled_from([1, 1, 1, 2, 3, 0, -1])) * DAY + draw(st.sampled_from([0, 60]))
    when = max(draft.counted[code], draft.counted[code] + later)
    half = max(left // 2 // FEN * FEN, FEN)
    some = st.integers(1, int(left / FEN)).map(lambda fen: fen * FEN)
    part = draw(st.one_of(st.just(left), st.just(left), st.just(half), st.just(FEN), some)).quantize(FEN)
    draft.unrefunded[code] = left - part
    draft.book["refunds"].append({"order": code, "refunded_at": draft.written(when), "amount": str(part)})
    if draw(st.booleans()):
        buyer = draft.buyer[code]
        above = next(row["referrer"] for row in draft.book["members"] if row["member"] == buyer) or buyer
        for member in sorted({above, buyer, *draw(st.lists(st.sampled_from(draft.members), max_size=2))}):
            lose_nearly_all(draw, draft, member, when - 1)
            if draw(st.integers(0, 2)) == 2:
                credit = draw(st.sampled_from([{"action": "review"}, {"points": "weight", "amount": "12.5"}]))
                later = max(when + draw(st.sampled_from([0, DAY])), draft.joined[member])
                add_row(draft, {"action": "adjust", "party": member, **credit}, later)


def lose_nearly_all(draw: Draw, draft: Draft, member: str, when: Minute) -> None:
    """An operator takes all or half of what there is."""
    for kind in draw(st.lists(st.sampled_from(draft.kinds[:3]), min_size=1, max_size=3, unique=True)):
        row = {"action": "adjust", "party": member, "points": kind, "amount": draw(st.sampled_from(["@all", "@half"]))}
        add_row(draft, row, max(when, draft.joined[member]))


def add_row(draft: Draft, row: Row, when: Minute) -> None:
    """Add an action's row with all columns."""
    draft.book["actions"].append({"at": draft.written(when), "to": "", "points": "", "amount": "", **row})


def add_center(draw: Draw, draft: Draft, member: str) -> None:
    """Somebody opens a centre, mostly after buying the pack for it; now and then it is given back later."""
    when, region = early(draw, draft, draft.joined[member]), draw(st.sampled_from(REGIONS))
    names = [rule.get("pack", "") for rule in draft.on(when).get("on_center", [])]
    for pack in [one for one in draft.packs(when) if one["name"] in names]:
        if draw(st.integers(0, 4)):
            row = {"product": pack["name"], "quantity": "1"}
            book_order(draw, draft, (member, when, Decimal(pack["price"])), row)
    add_row(draft, {"action": "open_center", "party": member, "to": region}, when)
    if draw(st.integers(0, 3)) == 3:
        add_row(draft, {"action": "close_center", "party": member, "to": region}, minutes(draw, draft, when))


def add_nest(draw: Draw, draft: Draft) -> None:
    """Centres stand around one another; then a pack goes back or one closes, and before and after it orders come."""
    first = draft.calendar[0] * DAY + 10 * 60
    names = [rule.get("pack", "") for rule in draft.on(first).get("on_center", [])]
    packs = [pack for pack in draft.packs(first) if pack["name"] in names]
    places = draw(st.permutations(["320508", "320500", "320000"]))
    member = draw(st.sampled_from(draft.book["members"]))
    holders = list(dict.fromkeys([member["referrer"] or member["member"], member["member"]]))
    holders += draw(st.lists(st.sampled_from(draft.members), max_size=1))
    when, bought = max(first, *(draft.joined[holder] for holder in holders)), []
    for holder in holders:
        number = one_of(draw, 1, 1, 2)
        for pack in packs:
            row = {"product": pack["name"], "quantity": str(number), "store": ""}
            book_order(draw, draft, (holder, when, Decimal(pack["price"]) * number), row)
            bought.append(row)
        for place in places[:number]:
            places = [*places[1:], place]
            add_row(draft, {"action": "open_center", "party": holder, "to": place}, when + 60)
    for day in (when, when + DAY):
        later = max(day + 120, *draft.joined.values())
        row = {"product": "tea", "concession": "50", "region": one_of(draw, "320508", "320508", "320505")}
        book_order(draw, draft, (draw(st.sampled_from(draft.members)), later, Decimal(500)), row)
    for row in bought[: draw(st.integers(0, 2))]:
        part = draft.unrefunded[row["order"]] / one_of(draw, 1, 2)
        draft.unrefunded[row["order"]] -= part
        back = max(when + DAY, draft.counted[row["order"]])
        draft.book["refunds"].append({"order": row["order"], "refunded_at": draft.written(back), "amount": str(part)})
    for row in [one for one in draft.book["actions"] if one["action"] == "open_center" and one["party"] == holders[0]]:
        if draw(st.integers(0, 2)) == 2:
            add_row(draft, {"action": "close_center", "party": holders[0], "to": row["to"]}, when + DAY)


def add_action(draw: Draw, draft: Draft) -> None:
    """Add an action of a member, or of an operator."""
    action, party = draw(st.sampled_from(ACTIONS)), draw(st.sampled_from(draft.members))
    row, least = {"action": action, "party": party}, draft.joined[party]
    if action == "fund_reserve":
        amount = draw(st.sampled_from(FUNDS))
        row, least = {"action": action, "party": "programme", "points": "token", "amount": amount}, 0
        add_row(draft, row, early(draw, draft, least))
        return
    if action == "close_center":
        opened = [one for one in draft.book["actions"] if one["action"] == "open_center"]
        if opened:
            row |= {"party": (one := draw(st.sampled_from(opened)))["party"], "to": one["to"]}
            least = draft.joined[row["party"]]
        else:
            row["to"] = draw(st.sampled_from(REGIONS))
    elif action == "open_center":
        row["to"] = draw(st.sampled_from(REGIONS))
    elif action in {"member_transfer", "move_referrer"}:
        row["to"] = draw(st.sampled_from(draft.members + ([""] if action == "move_referrer" else [])))
        least = max(least, draft.joined.get(row["to"], 0))
    add_row(draft, row | moved(draw, draft, action), minutes(draw, draft, least))


def moved(draw: Draw, draft: Draft, action: str) -> Row:
    """Return what the action moves, mostly in the kind that it is about."""
    wish, some = draw(st.sampled_from(WISHES)), draw(st.sampled_from(draft.kinds))
    if action in {"member_transfer", "withdraw"}:
        return {"points": some if draw(st.integers(0, 3)) == 3 else "token", "amount": wish}
    if action == "convert":
        kinds = draft.kinds[2:] if draw(st.integers(0, 9)) < 9 else []
        kind, into = kinds or draft.kinds[:2]
        return {"points": kind, "to": into, "amount": wish}
    if action == "adjust":
        return {"points": some, "amount": draw(st.sampled_from(["100", "-1", "0.01", "@half"]))}
    return {}


def add_steps(draw: Draw, draft: Draft, member: str) -> None:
    """Somebody walked and ran; several reports of a day add up."""
    day = minutes(draw, draft, draft.joined[member]) // DAY
    for _ in range(draw(st.integers(1, 3))):
        row = {"member": member, "day": str(draft.first + timedelta(days=day))}
        row |= {sport: draw(st.sampled_from(STEP_COUNTS)) for sport in ("walked", "run")}
        draft.book["steps"].append(row)


def add_prices(draw: Draw, draft: Draft) -> None:
    """Declare prices that change, with gaps now and then."""
    begins: set[str] = set()
    for number in range(draw(st.sampled_from([1, 1, 2, 3, 0]))):
        day = draw(st.sampled_from(draft.calendar)) if number else draw(st.sampled_from([-1, -1, 0, 1]))
        begin = str(draft.first + timedelta(days=day)) + draw(st.sampled_from(["", "", "T09:00:00"]))
        end = str(draft.first + timedelta(days=day + draw(st.integers(1, 4))))
        end = draw(st.sampled_from(["", "", end, f"{end}T10:00:00"]))
        if begin not in begins and f"{begin}T00:00:00" not in begins:
            begins |= {begin, f"{begin}T00:00:00"}
            for name in ("token_price", "hi_price"):
                row = {"name": name, "from": begin, "to": end, "value": draw(st.sampled_from(PRICES))}
                draft.book["declared"].append(row)
