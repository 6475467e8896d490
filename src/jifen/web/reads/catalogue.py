"""The catalogue on a member's phone: what is looked for, and what an exchange takes and leaves (S3-15, S3-19)."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jifen.engine.programme import Programme as Terms
from jifen.ledger.reading import balances
from jifen.members.models import Member
from jifen.sales.catalogue import ORDERS, Asked, find, tree
from jifen.sales.models import Category
from jifen.sales.pricing import redemption_of
from jifen.web.amounts import Amount, Value
from jifen.web.reads.mall import Item, items_of
from jifen.web.reads.terms import read_now
from jifen.web.templatetags.jifen import named

ORDER_LABELS = {"": _("Recommended"), "low": _("Fewest points"), "high": _("Most points")}


@dataclass(frozen=True)
class Choice:
    """Something to choose above the list, as a link."""

    label: str | Promise
    query: str
    current: bool


@dataclass(frozen=True)
class Catalogue:
    """A page of the catalogue, and how to look for something else."""

    items: list[Item]
    free: Amount
    words: str
    category: int | None
    order: str
    tops: list[Choice]
    below: list[Choice]
    orders: list[Choice]
    next: str

    @property
    def narrowed(self) -> bool:
        """Whether something is looked for."""
        return bool(self.words) or self.category is not None


@dataclass(frozen=True)
class Exchange:
    """What an exchange takes, of how much, and what is left."""

    value: Amount
    before: Amount
    after: Amount

    @property
    def short(self) -> bool:
        """Whether there are too few points."""
        return self.after.minor < 0


def read_catalogue(member: Member, asked: Asked) -> Catalogue:
    """Return a page of what can be exchanged."""
    terms = read_now(member.programme_id).terms
    categories = tree(member.programme_id)
    top = next((one for one, below in categories if asked.category_id in (one.pk, *(sub.pk for sub in below))), None)
    if top is None and asked.category_id is not None:  # gone, or hidden
        asked = Asked(asked.words, None, asked.order, asked.after)
    below = next((subs for one, subs in categories if one == top), [])
    found = find(member.programme_id, asked)
    return Catalogue(
        items=items_of(found.products, terms),
        free=free_points(member, terms),
        words=asked.words,
        category=asked.category_id,
        order=asked.order if asked.order in ORDERS else "",
        tops=_choices(asked, [one for one, _subs in categories], None, top.pk if top else None),
        below=_choices(asked, below, top.pk, asked.category_id) if top and below else [],
        orders=[Choice(label, _query(asked, order=one), one == asked.order) for one, label in ORDER_LABELS.items()],
        next=_query(asked, after=found.next) if found.next else "",
    )


def free_points(member: Member, terms: Terms) -> Amount:
    """Return the points that a member may exchange."""
    rule = redemption_of(terms)
    assert rule is not None
    kind = terms.kinds[rule.kind]
    return Value(balances(member.pk).get((rule.kind, "free"), 0), kind.decimals, named(kind))


def read_exchange(member: Member, item: Item, count: int) -> Exchange:
    """Return what so many pieces take of the member's points now."""
    (way,) = item.price_of(count).ways
    before = free_points(member, item.terms)
    title = named(item.terms.kinds[way.kind])
    return Exchange(
        Value(way.most, before.decimals, title), before, Value(before.minor - way.most, before.decimals, title)
    )


def _choices(asked: Asked, rows: list[Category], above: int | None, current: int | None) -> list[Choice]:
    every = Choice(_("All"), _query(asked, category=above), current == above)
    return [every, *(Choice(named(one), _query(asked, category=one.pk), one.pk == current) for one in rows)]


def _query(asked: Asked, **changes: object) -> str:
    said = {"q": asked.words, "category": asked.category_id, "order": asked.order, **changes}
    return "?" + urlencode({name: str(value) for name, value in said.items() if value})
