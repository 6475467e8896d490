"""Devices: bought under the programme's own terms, N at once (S0-06 … S0-09)."""

from jifen.engine.message import say
from jifen.engine.rules.grant_units import GrantUnits
from jifen.facts.days import open_day, waiting
from jifen.members.models import Member
from jifen.programmes.terms import in_force, load
from jifen.sales.models import Order, Product, Zone
from jifen.sales.placing import Payment, Sent, place
from jifen.sales.pricing import CartNotValidError

TITLE, TITLE_EN = "智能停车设备", "Smart parking device"  # of a listing that the operator has not written yet


def place_device_order(*, member_id: int, quantity: int, points: int | None, key: str, channel: str = "") -> Order:
    """Order devices at the price of the programme's document (S0-06, S0-07); `points` in minor units.

    Without `points` as few as the programme asks for. An order that points pay alone counts at once (S0-09); the rest
    waits for an operator to see its money. The same key answers with the same order. Raises BusyError where others keep
    the account too long.
    """
    programme_id = Member.objects.values_list("programme_id", flat=True).get(id=member_id)
    device = device_of(programme_id)
    with waiting():
        return place(member_id, {device.pk: quantity}, Payment(points), Sent(key, channel))


def device_of(programme_id: int) -> Product:
    """Return the listing of the programme's device, made where there is none; refuse a programme without devices."""
    rule = load(in_force(programme_id, open_day(programme_id)).id).units
    if rule is None:
        raise CartNotValidError(say("the programme sells no devices"))
    listed = Product.objects.filter(programme_id=programme_id, code=rule.product).first()
    if listed is not None:
        return listed
    device = unlisted_device(programme_id, rule)
    Product.objects.bulk_create([device], ignore_conflicts=True)  # somebody else may list it now
    return Product.objects.get(programme_id=programme_id, code=rule.product)


def unlisted_device(programme_id: int, rule: GrantUnits) -> Product:
    """Return the listing of a device that nobody has written yet, unsaved."""
    return Product(
        programme_id=programme_id,
        code=rule.product,
        zone=Zone.DEVICES,
        title=TITLE,
        title_en=TITLE_EN,
        price=rule.unit_price,
    )
