"""What a close of a programme with airdrops ends with: the day's tokens, and what steps make free (S2-17, S2-39)."""

from typing import TYPE_CHECKING

import numpy as np

from jifen.engine.days import iso
from jifen.engine.facts import Int64s
from jifen.engine.joining import Name, free_frozen
from jifen.engine.kernels.shares import SUM_MAX, parts_of, share_by_weight, sum_of
from jifen.engine.lines import CONVERTED, ISSUED, Block, Dropped
from jifen.engine.past import Paying, credit_block
from jifen.engine.posting import Posting

if TYPE_CHECKING:
    from jifen.engine.programme import Programme


def airdrop(posting: Posting, programme: "Programme") -> list[Block]:
    """Give out the tokens of a day by weight; the book takes them. Return the lines."""
    rule, book = programme.airdrop, posting.book
    if rule is None:
        return []
    position = book.forest.layout.position
    weight = book.free[rule.weight] * (book.active > 0)
    quantity = min(rule.emission(posting.day, posting.kinds[rule.kind].decimals), rule.left(posting))
    dust, whole = book.dust.get(rule.use, 0), sum_of(weight)
    if not quantity or not (whole or rule.carry):
        return []
    book.emitted += quantity
    if not whole:
        posting.airdrop = Dropped(quantity, dust, 0, 0, 0)
        book.dust[rule.use] = quantity + dust
        return []
    share = np.empty_like(weight)
    given = shares_of(weight, quantity + dust, whole, share)
    posting.airdrop = Dropped(quantity, dust, given, whole, int(np.count_nonzero(weight)))
    book.dust[rule.use] = quantity + dust - given
    book.free[rule.kind] += share
    book.accounts[rule.kind][-1 - ISSUED] -= given
    prefix = f"{posting.code}/{iso(posting.day)}/{rule.use}"
    given_out = Paying(rule.use, f"{prefix}/{rule.kind}/", rule.kind, ISSUED)
    blocks = [_block(share[position], given_out)]
    if rule.consumes:
        book.free[rule.weight] -= weight
        book.accounts[rule.weight][-1 - CONVERTED] += whole
        blocks.append(_block(-weight[position], Paying(rule.use, f"{prefix}/{rule.weight}/", rule.weight, CONVERTED)))
    return blocks


def _block(amount: Int64s, paying: Paying) -> Block:
    """Return the lines of what members get, by number; who gets nothing has none."""
    member = np.flatnonzero(amount)
    return credit_block(member.astype(np.int32), amount[member], paying)


def shares_of(weight: Int64s, total: int, whole: int, share: Int64s) -> int:
    """Fill share with floor(total × weight ÷ whole), exactly; return their sum."""
    if max(total, whole) < SUM_MAX:
        return int(share_by_weight(weight, parts_of(total, whole), share))
    share[:] = [total * one // whole for one in weight.tolist()]
    return sum(share.tolist())


def climb(posting: Posting, programme: "Programme") -> None:
    """Make frozen points free by the day's steps, members ascending; the next day begins without any."""
    rule, book = programme.ladder, posting.book
    for member in sorted(book.walks):
        share = rule.share_of(book.walks[member]) if rule is not None else None
        if rule is not None and share is not None:
            name = Name(f"{rule.use}/{posting.member_codes[member]}", rule.use)
            free_frozen(posting, name, member, rule.kind, share.floor(posting.held(member, rule.kind)))
    book.walks.clear()
