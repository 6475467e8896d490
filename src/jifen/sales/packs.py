"""Packs and service cards: what activates a member, at the document's prices (S2-02 … S2-04, S2-50)."""

from jifen.engine.message import say
from jifen.engine.rules.pack_grant import Pack, PackGrant
from jifen.facts.days import open_day
from jifen.programmes.terms import in_force, load
from jifen.sales.baskets import price_of
from jifen.sales.models import PACKS, Product
from jifen.sales.pricing import CartNotValidError


def list_pack(programme_id: int, name: str) -> Product:
    """Return the listing of a pack, made where there is none; refuse what the document does not have."""
    rule = load(in_force(programme_id, open_day(programme_id)).id).packs
    pack = rule.pack_of(name) if rule is not None else None
    if rule is None or pack is None:
        raise CartNotValidError(say("the programme has no such pack any more; ask the operator"))
    listed = Product.objects.filter(programme_id=programme_id, code=name).first()
    if listed is not None:
        return listed
    # Somebody else may list it now.
    Product.objects.bulk_create([_unlisted(programme_id, rule, pack)], ignore_conflicts=True)
    return Product.objects.get(programme_id=programme_id, code=name)


def unlisted_packs(programme_id: int, rule: PackGrant) -> list[Product]:
    """Return listings, unsaved, of the packs that nobody has listed or bought yet."""
    names = [pack.name for pack in rule.packs]
    listed = set(Product.objects.filter(programme_id=programme_id, code__in=names).values_list("code", flat=True))
    return [_unlisted(programme_id, rule, pack) for pack in rule.packs if pack.name not in listed]


def _unlisted(programme_id: int, rule: PackGrant, pack: Pack) -> Product:
    return Product(
        programme_id=programme_id,
        code=pack.name,
        zone=PACKS,
        title=pack.title,
        title_en=pack.title_en,
        price=price_of(pack),
        position=rule.packs.index(pack),
    )
