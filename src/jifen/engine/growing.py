"""What orders and refunds do in a programme whose commission is divided: pool, stores, rewards of stores (S1)."""

from typing import TYPE_CHECKING

from jifen.engine.amounts import MONEY
from jifen.engine.facts import NOBODY
from jifen.engine.lines import DISTRIBUTION, FREE, ISSUED, PLATFORM, POOL, POOL_RESERVE, TAKINGS
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import OrderFact
from jifen.engine.rules.profit_pool import emptied
from jifen.engine.rules.refund import RefundFact
from jifen.engine.sale_reward import sale_of
from jifen.engine.trade import Note

if TYPE_CHECKING:
    from jifen.engine.programme import Programme
    from jifen.engine.replay import Replay


def is_sourced(programme: "Programme", order: OrderFact) -> bool:
    """Return whether an order is one of sourced products, whose commission is not divided (S1-26)."""
    return programme.sourced is not None and order.product == programme.sourced.product


def count_order(posting: Posting, order: OrderFact, programme: "Programme") -> None:
    """Divide an order, mint for it, grant shopping points, and remember it for its refunds and for the close."""
    book = posting.book
    if programme.split is None:
        _count_for_weight(posting, order, programme)
        return
    points = order.points_paid // programme.points_per_money
    book.sales[order.number] = sale_of(order, points)
    book.notes[order.number] = note = Note()
    if programme.sourced is not None and is_sourced(programme, order):
        note.sourced = programme.sourced.on_order(posting, order, points)
        return
    _divide(posting, order, programme, note)
    if order.store != NOBODY:
        _count_at_store(posting, order, programme, note)


def _count_for_weight(posting: Posting, order: OrderFact, programme: "Programme") -> None:
    """Give what an order, or its concession, brings in points; remember it for refunds and for the close (S2-06)."""
    book = posting.book
    if programme.packs is not None:
        programme.packs.on_order(posting, order)
    if not posting.counts_sales and programme.concession is None:
        return
    book.notes[order.number] = note = Note()
    if programme.concession is not None and order.concession:
        programme.concession.on_order(posting, order, posting.owner(order.store), note)
    book.sales[order.number] = sale_of(order, note.weight)


def _take_back_weight(posting: Posting, refund: RefundFact, programme: "Programme", policy: str) -> None:
    """Take back what an order, or its concession, brought in points."""
    order, note = refund.order, posting.book.notes.get(refund.order.number)
    if programme.packs is not None:
        programme.packs.take_back(posting, order, (refund.total_before, refund.total), policy)
    if note is not None and programme.concession is not None and (note.weight or note.store_weight):
        buyer = order.member, refund.step(note.weight)
        owner = posting.owner(order.store), refund.step(note.store_weight)
        programme.concession.take_back(posting, buyer, owner, policy)
    sale = posting.book.sales.get(order.number)
    if sale is not None:
        sale.amount -= refund.total - refund.total_before
        sale.concession -= refund.step(order.concession)
        sale.paid -= refund.step(order.paid)
        sale.points -= refund.step(note.weight if note is not None else 0)


def _divide(posting: Posting, order: OrderFact, programme: "Programme", note: Note) -> None:
    """Post the parts of an order's commission; feed the pool and mint, now or after the cooling-off."""
    book, pool, rule = posting.book, programme.pool, programme.split
    assert rule is not None
    parts = rule.parts(order.amount, order.rate, pooled=pool is not None)
    note.commission, note.share, note.distribution = parts.commission, parts.share, parts.distribution
    into = POOL
    if pool is not None:
        assert book.pool is not None
        position = book.at(order.member)
        book.consumption[position] += order.amount
        note.exits = int(book.exits[position])
        if pool.mint_after_days:
            into, note.pending = POOL_RESERVE, True
            book.pending.append(order.number)
            book.pool.pending += parts.share
        else:
            into, note.minted = pool.take_in(posting, parts.share)
    rest = order.amount - parts.commission if order.store != NOBODY else 0
    _move(posting, "split", rule.use, [(into, parts.share), (DISTRIBUTION, parts.distribution),
                                       (PLATFORM, parts.platform), (TAKINGS, rest)])  # fmt: skip
    if pool is not None and not note.pending:
        pool.grant(posting, order.member, note.minted)


def _count_at_store(posting: Posting, order: OrderFact, programme: "Programme", note: Note) -> None:
    """Add an order to its store's sums and to what the store remembers of the buyer; pay what the store rewards."""
    book, store, partners = posting.book, order.store, programme.partners
    book.stores.turnover[store] += order.amount
    book.stores.net[store] += order.amount - note.commission
    if programme.shopping is not None:
        note.shopping = programme.shopping.on_order(posting, order)
    patrons, referrer = book.patrons.setdefault(store, {}), posting.referrer(order.member)
    is_new, brought_by = order.member not in patrons, patrons.get(referrer)
    patron = book.patron(store, order.member)
    patron.amount += order.amount
    patron.products += bool(partners is not None and partners.product and order.product == partners.product)
    if programme.new_user is not None and is_new and brought_by is not None and brought_by.partner:
        note.new_user = programme.new_user.on_order(posting, order, referrer)
    card = programme.card
    if card is not None and order.product == card.product and book.holds_shares(referrer, store):
        note.card = card.on_order(posting, order, referrer)


def _move(posting: Posting, key: str, rule: str, parts: list[tuple[int, int]]) -> None:
    """Post money that comes in with an order into accounts of the programme."""
    rows = [Row(account, MONEY, FREE, amount) for account, amount in parts]
    rows.insert(0, Row(ISSUED, MONEY, FREE, -sum(amount for _, amount in parts)))
    posting.transfer(key=key, rule=rule, rows=rows)


def take_back(posting: Posting, refund: RefundFact, programme: "Programme", policy: str) -> None:
    """Take back what an order was divided into, as far as it is there (S1-Q10)."""
    order, book = refund.order, posting.book
    if programme.split is None:
        _take_back_weight(posting, refund, programme, policy)
        return
    note = book.notes.get(order.number)
    if note is None:
        return
    lost = refund.total - refund.total_before
    if order.number in book.sales:
        sale = book.sales[order.number]
        sale.amount -= lost
        sale.points -= refund.step(order.points_paid // programme.points_per_money)
    if is_sourced(programme, order):
        back = refund.step(note.sourced)
        rows = (Row(PLATFORM, MONEY, FREE, -back), Row(ISSUED, MONEY, FREE, back))
        posting.transfer(key="sourced", rule="refund", rows=rows)
        return
    position = book.at(order.member)
    if programme.pool is not None and note.exits == book.exits[position]:
        book.consumption[position] -= lost
    _divide_back(posting, refund, programme, note)
    if order.store != NOBODY:
        _take_back_at_store(posting, refund, programme, (note, policy))


def _divide_back(posting: Posting, refund: RefundFact, programme: "Programme", note: Note) -> None:
    """Burn what was minted, and post the parts back: what the pool lacks comes from its reserve, then the platform."""
    order, pool = refund.order, posting.book.pool
    before = pool.price if pool is not None else (0, 1)
    if programme.pool is not None and note.minted:
        mint_day = order.day + programme.pool.mint_after_days
        start = refund.total_until(mint_day) if programme.pool.mint_after_days else 0
        programme.pool.burn(posting, order.member, refund.step_since(note.minted, start))
    commission, share = refund.step(note.commission), refund.step(note.share)
    distribution = refund.step(note.distribution)
    rows = [Row(DISTRIBUTION, MONEY, FREE, -distribution)]
    platform = commission - share - distribution
    if order.store != NOBODY:
        rows.append(Row(TAKINGS, MONEY, FREE, -(refund.total - refund.total_before - commission)))
    if pool is not None and note.pending:
        pool.pending -= share
        rows.append(Row(POOL_RESERVE, MONEY, FREE, -share))
    elif pool is not None:
        reserve = posting.book.accounts[MONEY][-1 - POOL_RESERVE] - pool.waiting - pool.pending
        from_pool = min(share, max(pool.money - bool(pool.supply), 0))
        from_waiting = min(share - from_pool, pool.waiting) if not pool.supply else 0
        from_reserve = from_waiting + min(share - from_pool - from_waiting, max(reserve, 0))
        pool.money -= from_pool
        pool.waiting -= from_waiting
        platform += share - from_pool - from_reserve
        rows += [Row(POOL, MONEY, FREE, -from_pool), Row(POOL_RESERVE, MONEY, FREE, -from_reserve)]
        rows += emptied(pool, before)
    else:
        platform += share
    rows.append(Row(PLATFORM, MONEY, FREE, -platform))
    rows.append(Row(ISSUED, MONEY, FREE, -sum(row.amount for row in rows)))
    posting.transfer(key="split", rule="refund", rows=rows)


def _take_back_at_store(posting: Posting, refund: RefundFact, programme: "Programme", of: tuple[Note, str]) -> None:
    """Lower the store's sums, and take back shopping points and what the store rewarded."""
    (note, policy), book, order = of, posting.book, refund.order
    store, lost = order.store, refund.total - refund.total_before
    book.stores.turnover[store] -= lost
    book.stores.net[store] -= lost - refund.step(note.commission)
    patron, partners = book.patron(store, order.member), programme.partners
    patron.amount -= lost
    if refund.total == order.amount and partners is not None and partners.product:
        patron.products -= order.product == partners.product
    if programme.shopping is not None:
        kind, due = programme.shopping.kind, refund.step(note.shopping)
        back = min(due, posting.free(order.member, kind))
        rows = (Row(order.member, kind, FREE, -back), Row(ISSUED, kind, FREE, back))
        posting.transfer(key="shopping", rule="refund", rows=rows)
        posting.block(order.member, programme.shopping.use, due - back, kind)
    for rule, receiver in ((programme.new_user, note.new_user), (programme.card, note.card)):
        if rule is not None and receiver != NOBODY:
            due = refund.step(rule.rate.floor(order.amount))
            rule.give_back(posting, store, receiver, due, policy)


def mint_delayed(posting: Posting, replay: "Replay", day: int) -> None:
    """Mint for the orders whose cooling-off has ended with `day`, in the order in which they counted."""
    rule, book, orders = replay.programme.pool, posting.book, replay.facts.orders
    if rule is None or book.pool is None:
        return
    due = [number for number in book.pending if _ends(replay, number) <= day]
    over = set(due)
    book.pending = [number for number in book.pending if number not in over]
    for number in due:
        note, code = book.notes[number], orders.codes[number]
        refunded = replay.refunded.get(number, ((0, 0),))[-1][1]
        share = note.share - note.share * refunded // int(orders.amount[number])
        note.pending = False
        book.pool.pending -= share
        posting.fact, posting.at = f"order {code}", int(orders.at[number])
        into, note.minted = rule.take_in(posting, share)
        rows = (Row(POOL_RESERVE, MONEY, FREE, -share), Row(into, MONEY, FREE, share))
        if into != POOL_RESERVE:
            posting.transfer(key=f"mint/{code}/share", rule=rule.use, rows=rows)
        member = int(orders.member[number])
        rule.grant(posting, member, note.minted, f"mint/{code}/")
        rule.look_for_exits(posting, (member,))
    posting.fact = ""


def _ends(replay: "Replay", number: int) -> int:
    """Return the day at whose close an order's cooling-off ends."""
    pool = replay.terms_of(number).pool
    return int(replay.facts.orders.day[number]) + (pool.mint_after_days if pool is not None else 0)


def sweep(posting: Posting, programme: "Programme") -> None:
    """Give what the distribution has left to the platform or the pool; the platform pays what it lacks (S1-Q7)."""
    split, pool = programme.split, programme.pool
    if split is None:
        return
    left = posting.book.accounts[MONEY][-1 - DISTRIBUTION]
    if left > 0 and split.leftover == "pool" and pool is not None:
        pool.inject(posting, left, DISTRIBUTION, "leftover", "leftover")
        pool.look_for_exits(posting)
        return
    rows = (Row(DISTRIBUTION, MONEY, FREE, -left), Row(PLATFORM, MONEY, FREE, left))
    posting.transfer(key="leftover", rule="leftover", rows=rows)
