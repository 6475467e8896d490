"""What a document must have right beyond its single rules where stores hold points (S3)."""

from collections.abc import Iterator, Mapping, Sequence

from jifen.engine.amounts import MONEY
from jifen.engine.kinds import PointKind
from jifen.engine.message import Message, say
from jifen.engine.rule import Rule
from jifen.engine.rules.branch_grant import BranchGrant
from jifen.engine.rules.branch_transfer import BranchTransfer
from jifen.engine.rules.credit_line import CreditLine
from jifen.engine.rules.opening_balance import OpeningBalance
from jifen.engine.rules.point_sale import PointSale
from jifen.engine.rules.shareholder_income import ShareholderIncome
from jifen.engine.rules.store_grant import StoreGrant
from jifen.engine.rules.store_transfer import StoreTransfer

OF_FLOATS = (StoreGrant, BranchGrant, BranchTransfer, StoreTransfer, CreditLine, OpeningBalance)
Placed = Sequence[tuple[str, Rule]]


def alliance_problems(kinds: Mapping[str, PointKind], placed: Placed) -> Iterator[tuple[str, Message]]:
    """Yield where something is wrong, and what: floats of two kinds, points of stores that could be withdrawn."""
    sale = next(((path, rule) for path, rule in placed if isinstance(rule, PointSale)), None)
    if sale is None:
        for path, rule in placed:
            if isinstance(rule, ShareholderIncome) and rule.base == "top_up":
                yield path, say("{rule} of bought points needs point_sale", rule=rule.use)
        return
    (path, rule), first = sale, next(iter(kinds))
    if rule.kind != first:
        yield f"{path}.kind", say("stores hold the first kind of the document, {kind}", kind=first)
    elif kinds[first].withdrawable:
        yield f"points.{first}", say("{kind} are exchanged for goods, not withdrawn", kind=first)
    for where, other in placed:
        if isinstance(other, OF_FLOATS) and other.kind != rule.kind:
            yield f"{where}.kind", say("stores hold {kind} only, as point_sale says", kind=rule.kind)
        if isinstance(other, ShareholderIncome) and other.kind not in (rule.kind, MONEY):
            yield f"{where}.kind", say("shareholders are paid in {kind} or in money", kind=rule.kind)
