"""What territories cost: by their level, as an operator set it, else as the source says (S1-22)."""

from django.db import transaction

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.payouts.reasons import given
from jifen.stores.regions import Level, level
from jifen.territories.errors import TerritoryError
from jifen.territories.models import TerritoryFee

FEE_MAX = 10**13  # fen
FEES: dict[Level, int] = {"district": 5_000_000, "city": 10_000_000, "province": 30_000_000}  # fen: 50,000 … 300,000


class FeeNotValidError(TerritoryError):
    """The fee is not one that can be asked."""

    def __init__(self) -> None:
        super().__init__(say("a fee is an amount that is not negative"))


def fees_of(programme_id: int) -> dict[Level, int]:
    """Return what a district, a city and a province cost, in fen."""
    own = dict(TerritoryFee.objects.filter(programme_id=programme_id).values_list("level", "amount"))
    return {name: own.get(name, amount) for name, amount in FEES.items()}


def fee_of(programme_id: int, region: str) -> int:
    """Return what a division costs, in fen."""
    return fees_of(programme_id)[level(region)]


def set_fee(*, programme_id: int, of: Level, amount: int, reason: str, operator_id: int) -> TerritoryFee:
    """Set what territories of a level cost from now on; sales that were proposed keep their fee."""
    reason = given(reason)
    if not 0 <= amount <= FEE_MAX:
        raise FeeNotValidError
    with transaction.atomic():
        row, _new = TerritoryFee.objects.update_or_create(
            programme_id=programme_id, level=of, defaults={"amount": amount}
        )
        note_act(operator_id=operator_id, act="set_territory_fee", subject=f"{of} {amount}", reason=reason)
    return row
