"""Made-up purchases of a leasing programme: devices, the transfers that pay for them, agents, refunds."""

import numpy as np
from numpy.random import Generator

from jifen.engine.facts import NOBODY
from jifen.engine.programme import Programme
from jifen.tables.sample_lease_book import Deed, LeaseBook, Sale
from jifen.tables.sample_people import People
from jifen.tables.times import DAY_SECONDS

QUANTITIES = (1, 2, 3, 5, 10, 20)
QUANTITY_WEIGHTS = np.array((60, 18, 8, 6, 6, 2)) / 100
OWN_QUANTITIES = ((60, 50), (50, 10), (50, 5), (50, 2))  # what the largest agents buy; the others buy the next
OTHER_QUANTITIES = (10, 2)
FIRST_ORDER_SHARE = 0.84  # members who buy soon after joining
AGAIN_SHARE = 0.45  # members who buy later, too
REFUNDED_SHARE = 0.012
PART_SHARE = 0.5  # refunds of orders of several devices that take back some of them only
IDLE_SHARE = 0.02  # members whose transfer waits for their order
MONEY_SHARE = 0.4  # orders paid in money where points are not asked for
AGENTS_MAX, TEAM_SHARE, TEAM_MIN = 12, 0.04, 3  # the least team of an agent is a share of all members
HOUR, SOON = 3600, 2 * DAY_SECONDS
FEN_POINTS = 100  # minor units of points (4 decimals) in a fen


def team_sizes(people: People) -> list[int]:
    """Return how many members each has below; everybody joins after the referrer."""
    size = [0] * len(people)
    for member, referrer in reversed(list(enumerate(people.referrer.tolist()))):
        if referrer != NOBODY:
            size[referrer] += size[member] + 1
    return size


def make_agents(rng: Generator, book: LeaseBook, *, end: int) -> list[int]:
    """Appoint the members with the largest teams, each after its referrer; return them, the largest first."""
    people, sizes = book.people, team_sizes(book.people)
    least = max(TEAM_MIN, round(TEAM_SHARE * len(people)))
    appointed: dict[int, int] = {}
    for member, referrer in enumerate(people.referrer.tolist()):
        if sizes[member] < least or (referrer != NOBODY and referrer not in appointed):
            continue
        at = max(int(people.joined[member]), appointed.get(referrer, 0)) + int(rng.integers(HOUR, SOON))
        if at < end and len(appointed) < AGENTS_MAX:
            appointed[member] = at
            book.deeds.append(Deed(at=at, action="appoint", member=member))
    _one_more_dismissal(book, appointed, end)
    return sorted(appointed, key=lambda member: (-sizes[member], member))


def _one_more_dismissal(book: LeaseBook, appointed: dict[int, int], end: int) -> None:
    """Dismiss the agent that was appointed last, where there are several and time is left."""
    if len(appointed) > 2 and (at := max(appointed.values()) + 20 * DAY_SECONDS) < end:
        member = max(appointed, key=appointed.__getitem__)
        book.deeds.append(Deed(at=at, action="dismiss", member=member))


def make_sales(rng: Generator, book: LeaseBook, terms: Programme, agents: list[int], *, end: int) -> None:
    """Let members buy devices, and transfer the money for them before; then give some of it back."""
    wanted = _wanted(rng, book.people, agents, end)
    for member, at, quantity in sorted(wanted, key=lambda row: row[1]):
        buy_devices(rng, book, terms, member=member, at=at, quantity=quantity, end=end)
    _pay_back(rng, book, end)
    if terms.top_up is None:
        return
    for member in np.flatnonzero(rng.random(len(book.people)) < IDLE_SHARE).tolist():
        at = _moment(rng, int(book.people.joined[member]), end)
        kind, amount = terms.top_up.kind, price_of(terms) * FEN_POINTS * int(rng.integers(1, 3))
        book.deeds.append(Deed(at=at, action="top_up", member=member, kind=kind, amount=amount))


def _wanted(rng: Generator, people: People, agents: list[int], end: int) -> list[tuple[int, int, int]]:
    """Return (member, moment, devices) of the orders that are to be."""
    found = []
    first, again = rng.random(len(people)), rng.random(len(people))
    quantities = rng.choice(QUANTITIES, (2, len(people)), p=QUANTITY_WEIGHTS).tolist()
    for member, joined in enumerate(people.joined.tolist()):
        if first[member] < FIRST_ORDER_SHARE and member not in agents:
            soon = joined + 2 * HOUR + int(rng.exponential(DAY_SECONDS))
            found.append((member, min(soon, end - 1), quantities[0][member]))
        if again[member] < AGAIN_SHARE:
            found.append((member, _moment(rng, joined, end), quantities[1][member]))
    for place, member in enumerate(agents):
        own = OWN_QUANTITIES[place] if place < len(OWN_QUANTITIES) else OTHER_QUANTITIES
        at = int(people.joined[member])
        for quantity in own:
            at += int(rng.integers(2 * HOUR, SOON))
            found.append((member, min(at, end - 1), quantity))
    return found


def _moment(rng: Generator, joined: int, end: int) -> int:
    """Return a moment after joining, by day."""
    at = joined + int(rng.random() * (end - 1 - joined))
    by_day = at // DAY_SECONDS * DAY_SECONDS + int(rng.integers(8 * HOUR, 22 * HOUR))
    return by_day if joined <= by_day < end else at


def price_of(terms: Programme) -> int:
    """Return the price of a device in fen."""
    assert terms.units is not None
    return terms.units.unit_price


def buy_devices(  # noqa: PLR0913 keyword-only beyond what every purchase has
    rng: Generator, book: LeaseBook, terms: Programme, *, member: int, at: int, quantity: int, end: int, had: int = 0
) -> None:
    """Let a member transfer what it has too few points for (it `had` some), and order devices with them."""
    units = terms.units
    assert units is not None
    spend = next((one for one in terms.spends if one.pays == "units"), None)
    amount = quantity * price_of(terms)
    in_points = spend is not None and (bool(spend.share_min.num) or rng.random() >= MONEY_SHARE)
    points = amount * FEN_POINTS if in_points else 0
    joined, kind = int(book.people.joined[member]), spend.kind if spend is not None and in_points else ""
    if points > had:
        before = max(joined, at - int(rng.integers(HOUR, 8 * HOUR)))
        if before >= at:
            return
        book.deeds.append(Deed(at=before, action="top_up", member=member, kind=kind, amount=points - had))
    confirmed = at if in_points else min(at + int(rng.integers(HOUR, DAY_SECONDS)), end - 1)
    book.sales.append(
        Sale(
            at=at, member=member, amount=amount, confirmed=confirmed, points=points, kind=kind, quantity=quantity,
            product=units.product, channel=units.channel, refunded=bool(rng.random() < REFUNDED_SHARE),
        )
    )  # fmt: skip


def _pay_back(rng: Generator, book: LeaseBook, end: int) -> None:
    """Take back the orders that are refunded, or some of their devices, on a later day."""
    for number, sale in enumerate(book.sales):
        latest = min(sale.confirmed + 20 * DAY_SECONDS, end - 1)
        earliest = (sale.confirmed // DAY_SECONDS + 1) * DAY_SECONDS
        if not sale.refunded or latest <= earliest:
            continue
        devices = sale.quantity
        if devices > 1 and rng.random() < PART_SHARE:
            devices = int(rng.integers(1, devices))
        at = earliest + int(rng.random() * (latest - earliest))
        book.refunds.append((at, number, sale.amount // sale.quantity * devices))
