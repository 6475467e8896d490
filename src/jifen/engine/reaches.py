"""Who is reached on the way up from a member, for rules that pay by rank."""

from jifen.engine.rule import Upline


def differential_reach(upline: Upline, member: int, den: int) -> list[tuple[int, int]]:
    """Return the ancestors whose rate exceeds every rate on the way, each with what is left for it over `den`."""
    reached, paid = [], 0
    for ancestor in upline.forest.ancestors(member):
        rate = upline.rates[upline.rank[ancestor]].over(den)
        if rate > paid:
            reached.append((ancestor, rate - paid))
            paid = rate
    return reached


def peers_on_the_way(upline: Upline, member: int) -> list[tuple[int, int]]:
    """Return (peer below, peer above) for each pair of the same paid rank on the way up with none higher between."""
    pairs: list[tuple[int, int]] = []
    waiting: dict[int, int] = {}  # rank met on the way → who has it, while none of at least that rank has come
    for ancestor in upline.forest.ancestors(member):
        own = int(upline.rank[ancestor])
        if own in waiting and upline.rates[own].num:
            pairs.append((waiting[own], ancestor))
        if own:
            waiting = {rank: who for rank, who in waiting.items() if rank > own} | {own: ancestor}
    return pairs
