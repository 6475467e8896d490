"""Joins, orders and steps of the airdrop programmes: what they give, activate and unlock (S2-01 … S2-07, S2-34 …)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from tests.oracle.airdrop_state import FREE, FROZEN, ISSUED, SPENT, STEPS_MOST, AirdropOrder, AirdropState, Store
from tests.oracle.facts import apply_member
from tests.oracle.state import FEN_PER_CNY, Line, Row, Rule, Transfer, floor, minor_units

SPORTS = {"walk": "walked", "run": "run"}

# Joins


def join_member(state: AirdropState, row: Row, day: date) -> None:
    """A member joins, which is worth something to the member and to the referrer."""
    apply_member(state, row)
    member = row["member"]
    receivers = {"self": member, "referrer": row.get("referrer", "")}
    state.brought[day, "member", receivers["referrer"]] += 1
    give_for_joining(state, "member", receivers, Transfer(day, f"{state.programme.code}/join/{member}", ""))


def join_store(state: AirdropState, row: Row, day: date) -> None:
    """A store joins, which is worth something to its owner and to whoever brought it."""
    store = Store(row["store"], row.get("owner", ""), row.get("referrer", ""), row.get("region", ""))
    state.stores[store.code] = store
    receivers = {"self": store.owner, "referrer": store.referrer}
    state.brought[day, "store", receivers["referrer"]] += 1
    give_for_joining(state, "store", receivers, Transfer(day, f"{state.programme.code}/store/{store.code}", ""))


def give_for_joining(state: AirdropState, event: str, receivers: dict[str, str], join: Transfer) -> None:
    for rule in state.rules("on_join", "join_grant"):
        if rule["event"] == event:
            plain_join_grant(state, rule, receivers[rule["to"]], join)
    for rule in state.rules("on_join", "unlock"):
        if rule["event"] == event and receivers["referrer"]:
            transfer = Transfer(join.day, f"{join.key}/{rule['name']}", "unlock")
            state.unlock(transfer, receivers["referrer"], rule["kind"], state.minor(rule["amount"], rule["kind"]))


def plain_join_grant(state: AirdropState, rule: Rule, receiver: str, join: Transfer) -> None:
    """Give what the join is worth, to whoever may have it (S2-01, S2-08, S2-23, S2-24, S2-30, S2-34, S2-35)."""
    if not receiver or (rule.get("active_only", False) and not state.is_active(receiver)):
        return
    per_day = int(rule.get("per_day", 0))
    if rule["to"] == "referrer" and 0 < per_day < state.brought[join.day, rule["event"], receiver]:
        return  # only the first newcomers of a day bring it
    transfer = Transfer(join.day, f"{join.key}/{rule['name']}", "join_grant")
    where = FROZEN if rule.get("frozen", False) else FREE
    state.give(transfer, receiver, state.minor(rule["amount"], rule["kind"]), (rule["kind"], where))


# Orders


def apply_order(state: AirdropState, row: Row, day: date) -> None:
    """Refuse the order, or let it do all that it does."""
    order = AirdropOrder(
        row["order"],
        row["member"],
        Fraction(minor_units(row["amount"], 2), FEN_PER_CNY),
        terms=state.programme,
        day=day,
        product=row.get("product", ""),
        quantity=int(row.get("quantity") or "1"),
        store=row.get("store", ""),
        region=row.get("region", ""),
        concession=minor_units(row.get("concession") or "0", 2),
    )
    order.region = order.region or (state.stores[order.store].region if order.store else "")
    state.orders[order.code] = order
    order.pack = pack_named(state, order.product)
    wrong_price = order.pack is not None and order.amount != Fraction(order.pack["price"]) * order.quantity
    if wrong_price or not plain_spend(state, order, row):
        order.refused = True
        state.refused.add((f"order {order.code}", order.member))
        return

    plain_pack_grant(state, order)
    plain_concession_grant(state, order)


def pack_named(state: AirdropState, product: str) -> Rule | None:
    for rule in state.rules("on_order", "pack_grant"):
        for pack in rule["packs"]:
            if pack["name"] == product:
                return dict(pack)
    return None


def plain_spend(state: AirdropState, order: AirdropOrder, row: Row) -> bool:
    """Take the points paid; False when the order has to be refused (S2-43)."""
    rules = state.rules("on_order", "spend")
    if Decimal(row.get("points_paid") or "0") == 0:
        return not rules or any(Fraction(rule.get("share_min", 0)) == 0 for rule in rules)
    kind = row.get("points_kind", "") or (rules[0]["kind"] if rules else "")
    fitting = [rule for rule in rules if rule["kind"] == kind]
    if not fitting:
        return False
    paid, whole = minor_units(row["points_paid"], state.life.decimals(kind)), state.minor(1, kind) * order.amount
    least, most = Fraction(fitting[0].get("share_min", 0)), Fraction(fitting[0].get("share_max", 1))
    if paid > floor(whole * most) or paid < -floor(-whole * least) or paid > state.free(order.member, kind):
        return False
    order.points_kind, order.points_paid = kind, paid
    transfer = Transfer(order.day, f"{state.programme.code}/order/{order.code}/spend", "spend")
    state.post(transfer, Line(order.member, kind, FREE, -paid), Line(SPENT, kind, FREE, paid))
    return True


def pack_parts(state: AirdropState, order: AirdropOrder) -> list[tuple[str, str, int]]:
    """Return what an order's packs give: kind, state, amount."""
    rules = state.rules("on_order", "pack_grant")
    if order.pack is None:
        return []
    parts = [(rules[0]["kind"], FREE, order.pack["points"])]
    if rules[0].get("frozen_kind", ""):
        parts.append((rules[0]["frozen_kind"], FROZEN, order.pack.get("frozen", 0)))
    return [(kind, where, order.quantity * state.minor(points, kind)) for kind, where, points in parts]


def plain_pack_grant(state: AirdropState, order: AirdropOrder) -> None:
    """A pack gives points, and more that is frozen (S2-04, S2-14, S2-26, S2-36)."""
    transfer = Transfer(order.day, f"{state.programme.code}/order/{order.code}/pack", "pack_grant")
    for kind, where, amount in pack_parts(state, order):
        state.post(transfer, Line(ISSUED, kind, FREE, -amount), Line(order.member, kind, where, amount))


def plain_concession_grant(state: AirdropState, order: AirdropOrder) -> None:
    """The buyer, and the store's owner, get a multiple of what the store gave up (S2-06, S2-07)."""
    rule = state.programme.rule("on_order", "concession_grant")
    if rule is None or order.concession == 0:
        return
    kind, owner = rule["kind"], state.stores[order.store].owner if order.store else ""
    whole = Fraction(order.concession, FEN_PER_CNY) * state.unit(kind)
    if state.is_active(order.member) or not rule.get("active_only", True):
        order.weight = floor(whole * Fraction(rule.get("member", 10)))
    if owner:
        order.store_weight = floor(whole * Fraction(rule.get("store", 2)))
    lines = [Line(order.member, kind, FREE, order.weight), Line(owner, kind, FREE, order.store_weight)]
    transfer = Transfer(order.day, f"{state.programme.code}/order/{order.code}/concession", "concession_grant")
    state.post(transfer, Line(ISSUED, kind, FREE, -order.weight - order.store_weight), *lines)


# Steps


def apply_steps(state: AirdropState, row: Row, number: int, day: date) -> None:
    """Count what was walked and run, and do the tasks that are reached by it (S2-44, S2-46)."""
    member, limits = row["member"], state.programme.rule("on_steps", "sport_limits")
    most = limits.get("steps_max", 50_000) if limits else STEPS_MOST
    before = {sport: state.walks[member, sport] for sport in SPORTS}
    for sport, column in SPORTS.items():
        state.walks[member, sport] = min(most, before[sport] + int(row.get(column) or "0"))
    for rule in state.rules("on_steps", "sport_task"):
        if before[rule["sport"]] < rule["steps"] <= state.walks[member, rule["sport"]]:
            transfer = Transfer(day, f"{state.programme.code}/steps/{number}/{rule['name']}", "sport_task")
            state.unlock(transfer, member, rule["kind"], state.minor(rule["amount"], rule["kind"]))
