"""Plain twins of the rules of airdrops: each says in a few lines of Fractions what the rule comes to (S2)."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from math import floor

Order = tuple[int, Fraction]  # the member from whom it goes up, and the base that is shared
Row = tuple[int, int, int]  # direct, team, below


def above(referrer: Sequence[int], member: int) -> list[int]:
    """Return everybody above a member, the nearest first."""
    found = []
    while member >= 0 and referrer[member] >= 0:
        member = referrer[member]
        found.append(member)
    return found


def below(referrer: Sequence[int], member: int) -> list[int]:
    """Return everybody below a member."""
    return [other for other in range(len(referrer)) if member in above(referrer, other)]


def plain_join_grant(amount: int, reserve: int | None) -> tuple[int, int]:
    """Return what a join brings and what is blocked; tokens come out of a reserve (S2-01, S2-Q1)."""
    paid = amount if reserve is None else min(amount, reserve)
    return paid, amount - paid


def plain_unlock(frozen: int, amounts: Sequence[int]) -> tuple[int, int]:
    """Return what is frozen and what became free after bringing so many (S2-38)."""
    freed = 0
    for amount in amounts:
        part = min(amount, frozen)
        frozen, freed = frozen - part, freed + part
    return frozen, freed


def plain_pack_grant(packs: Sequence[tuple[int, int, int]], refunds: Sequence[Fraction]) -> tuple[int, int]:
    """Return the points and the standing packs after orders of (quantity, points, amount), refunded in part (S2-02)."""
    points = sum(q * one - floor(q * one * part) for (q, one, _), part in zip(packs, refunds, strict=True))
    return points, sum(floor(q * (1 - part)) for (q, _, _), part in zip(packs, refunds, strict=True))


def plain_concession_grant(concession: Fraction, member: Fraction, store: Fraction) -> tuple[int, int]:
    """Return what buyer and store get (S2-06, S2-07)."""
    return floor(concession * member), floor(concession * store)


def plain_share_income(
    referrer: Sequence[int], orders: Sequence[Order], rates: Sequence[Fraction], able: Collection[int]
) -> dict[tuple[int, int], Fraction]:
    """Return by generation and receiver what is shared of orders that go up from a buyer (S2-09, S2-25)."""
    due: dict[tuple[int, int], Fraction] = {}
    for buyer, base in orders:
        for generation, (receiver, rate) in enumerate(zip(above(referrer, buyer), rates, strict=False), start=1):
            if receiver in able:
                due[generation, receiver] = due.get((generation, receiver), Fraction(0)) + rate * base
    return due


def plain_partner_income(
    referrer: Sequence[int], orders: Sequence[Order], rate: Mapping[int, Fraction], mode: str
) -> dict[int, Fraction]:
    """Return by receiver what partners get; `rate` is by member, of those who have a rank (S2-10, S2-Q6)."""
    due: dict[int, Fraction] = {}
    for buyer, base in orders:
        paid = Fraction(0)
        for receiver in above(referrer, buyer):
            part = rate.get(receiver, Fraction(0)) - (paid if mode == "differential" else 0)
            due[receiver] = due.get(receiver, Fraction(0)) + max(part, Fraction(0)) * base
            paid = max(paid, rate.get(receiver, Fraction(0)))
    return {receiver: amount for receiver, amount in due.items() if amount}


def plain_center_income(
    centers: Mapping[str, tuple[int, int]],
    sales: Sequence[tuple[str, Fraction]],
    rate: Fraction,
    how: tuple[str, str, Collection[int]],
) -> dict[int, Fraction]:
    """Return what holders of centres around sales get, or who promoted them; centres are (holder, parent) (S2-14).

    `how` says whether it is of the area or of those below, who of nested ones shares, and who has all packs.
    """
    of, nested, earning = how
    due: dict[int, Fraction] = {}
    for region, base in sales:
        around = sorted({region, region[:4] + "00", region[:2] + "0000"} & set(centers), reverse=True) if region else []
        for code in around[:1] if nested == "nearest" else around:
            holder, parent = centers[code]
            receiver = holder if of == "area" else parent
            if holder in earning and receiver in earning:
                due[receiver] = due.get(receiver, Fraction(0)) + rate * base
    return due


def plain_partner_rank(referrer: Sequence[int], counted: Collection[int], rows: Sequence[Row], scope: str) -> list[int]:
    """Return everybody's rank: rows from the first to the last, partners of the row before looked for below (S2-Q5)."""
    ranks = [0] * len(referrer)
    for number, (direct, team, partners) in enumerate(rows, start=1):
        reached = []
        for member in range(len(referrer)):
            children = [other for other in range(len(referrer)) if referrer[other] == member]
            everybody = below(referrer, member)
            found = [other for other in (everybody if scope == "team" else children) if ranks[other] >= number - 1]
            able = len(set(children) & set(counted)) >= direct and len(set(everybody) & set(counted)) >= team
            if able and (not partners or len(found) >= partners):
                reached.append(member)
        for member in reached:
            ranks[member] = number
    return ranks


def plain_airdrop(total: int, weights: Sequence[int]) -> tuple[list[int], int]:
    """Return everybody's share of a quantity, and the dust (S2-17)."""
    whole = sum(weights)
    shares = [floor(Fraction(total * weight, whole)) for weight in weights]
    return shares, total - sum(shares)


def plain_step_ladder(steps: int, frozen: int, ladder: Sequence[tuple[int, Fraction]]) -> int:
    """Return what the highest rung reached makes free (S2-39)."""
    return max((floor(frozen * share) for needed, share in ladder if steps >= needed), default=0)


def plain_sport_limits(reports: Sequence[int], most: int) -> int:
    """Return how many steps of a day count (S2-Q10)."""
    return min(sum(reports), most)


def plain_sport_task(reports: Sequence[int], most: int, needed: int, amount: int, frozen: int) -> int:
    """Return what a task has made free after a day's reports (S2-44)."""
    return min(amount, frozen) if plain_sport_limits(reports, most) >= needed else 0


def plain_operation_center(
    asked: Sequence[tuple[int, str]], packs: Mapping[int, int], referrer: Sequence[int]
) -> dict[str, tuple[int, int]]:
    """Return the centres of districts open after members asked for regions: (holder, parent) (S2-13 … S2-15)."""
    open_now: dict[str, tuple[int, int]] = {}
    for member, region in asked:
        held = [holder for holder, _ in open_now.values()]
        in_level = not region.endswith("00")
        if in_level and region not in open_now and held.count(member) < packs.get(member, 0):
            open_now[region] = member, next((one for one in above(referrer, member) if one in held), -1)
    return open_now


def plain_review_grant(before: int, reviews: int, amount: int) -> int:
    """Return a member's points after so many reviews (S2-19)."""
    return before + reviews * amount
