"""What a basket costs, and how points may pay for it; prices come from the server only (G9).

The programme's document says for each kind of points what it pays and how much of it (spend); products and bundles say
how much of their own price (PaymentShare). A programme with one rule for all goods (repurchase) is asked as it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from jifen.engine.amounts import MONEY_DECIMALS, Rate, format_amount
from jifen.engine.message import Message, Titled, say
from jifen.engine.programme import Programme
from jifen.engine.rules.spend import Spend
from jifen.sales.errors import SaleError

MONEY_ONLY = ""  # the kind of an order that no points pay
FEN = 10**MONEY_DECIMALS


class CartNotValidError(SaleError):
    """The cart cannot be ordered as it is."""


class PointsNotAllowedError(SaleError):
    """So many points, or points of this kind, cannot pay for this cart (S4-19, S4-22, S0-02)."""


@dataclass(frozen=True)
class Range:
    """How much of a price a kind of points pays, at least and at most."""

    least: Fraction
    most: Fraction


@dataclass(frozen=True)
class Part:
    """A part of a basket with one price in fen and one mix; without a mix it is paid in money alone."""

    amount: int
    mix: Mapping[str, Range]
    points_allowed: bool = False  # for programmes with a rule for all goods
    whole: bool = False  # without a mix, points pay as much of it as the programme says

    @property
    def needs_points(self) -> bool:
        """Whether money alone cannot pay it."""
        return bool(self.mix) and all(one.least > 0 for one in self.mix.values())


@dataclass(frozen=True)
class Way:
    """A way to pay: with points of a kind, at least and at most so many minor units, or with money only."""

    kind: str
    least: int
    most: int
    scale: int  # minor units of the kind to one fen

    @property
    def fixed(self) -> bool:
        """Whether there is nothing to choose."""
        return self.least == self.most


@dataclass(frozen=True)
class Price:
    """What a basket costs in fen, and the ways to pay it; there is at least one."""

    amount: int
    ways: tuple[Way, ...]

    @property
    def points_most(self) -> int:
        """The most points of the first kind that may pay, in its minor units."""
        return next((way.most for way in self.ways if way.kind), 0)

    @property
    def money(self) -> tuple[Way, ...]:
        """The ways that money pays alone."""
        return tuple(way for way in self.ways if not way.least)

    def way(self, kind: str, *, points: int | None = None) -> Way | None:
        """Return the way of a kind; where none is named, money or, when points are to pay, the first kind."""
        if not kind and points:
            return next((way for way in self.ways if way.kind and way.most), self._named(MONEY_ONLY))
        return self._named(kind) or (None if kind else self.ways[0])

    def _named(self, kind: str) -> Way | None:
        return next((way for way in self.ways if way.kind == kind), None)


@dataclass(frozen=True)
class Parts:
    """How an order is paid: money and the worth of the points in fen, the points in minor units, and their kind."""

    cash: int
    points_value: int
    points_paid: int
    points_kind: str


def price_parts(parts: tuple[Part, ...], programme: Programme, *, product: str = "") -> Price:
    """Return what the parts of a basket cost and how they may be paid, or refuse what cannot be paid together.

    `product` is what the programme's document calls them; other rules pay for what it names than for other goods.
    """
    amount = sum(part.amount for part in parts)
    rule = programme.repurchase
    if rule is not None and not sells_units(programme, product):
        allowed = sum(part.amount for part in parts if part.points_allowed)
        scale = programme.points_per_money
        most = rule.points_share_max.floor(allowed) * scale
        return Price(amount, (Way(MONEY_ONLY, 0, 0, 1), Way(rule.kind, 0, most, scale)))
    ways = tuple(_ways(parts, spends_for(programme, product), programme, amount))
    if not ways:
        raise CartNotValidError(
            say("these products are paid in different points; order them one by one")
            if len(parts) > 1
            else say("the programme has no way to pay for this product; ask the operator")
        )
    return Price(amount, ways)


def redemption_of(programme: Programme) -> Spend | None:
    """Return the rule by which head office's catalogue is exchanged for points; None where there is no such catalogue.

    Where there is one, nothing is sold at no store (S3-16, S3-19).
    """
    return next((one for one in programme.spends if one.pays == "redemption"), None)


def value_in_points(value: int, programme: Programme) -> Price:
    """Return the one way to exchange what has so many hundredths of a point as its value: points pay it all (S3-26)."""
    rule = redemption_of(programme)
    if rule is None:
        raise CartNotValidError(say("the programme has no redemption catalogue any more; ask the operator"))
    scale = points_to_fen(programme, rule.kind)
    return Price(value, (Way(rule.kind, value * scale, value * scale, scale),))


def sells_units(programme: Programme, product: str) -> bool:
    """Return whether a product is what the programme sells by the piece, such as devices."""
    return programme.units is not None and programme.units.product == product


def spends_for(programme: Programme, product: str = "") -> list[Spend]:
    """Return the rules by which points may pay for a product of the document, "" for goods that it does not name."""
    pays = "units" if sells_units(programme, product) else "goods"
    rules = [one for one in programme.spends if one.pays == pays]
    named = [one for one in rules if product and one.product == product]
    return named or [one for one in rules if not one.product]


def _ways(parts: tuple[Part, ...], rules: list[Spend], programme: Programme, amount: int) -> Iterator[Way]:
    forced = bool(rules) and all(one.share_min.num > 0 for one in rules)
    if not forced and not any(part.needs_points for part in parts):
        yield Way(MONEY_ONLY, 0, 0, 1)
    for rule in rules:
        whole = {rule.kind: Range(_exact(rule.share_min), _exact(rule.share_max))}
        of_part = [part.mix or (whole if part.whole else {}) for part in parts]
        if any(part.needs_points and rule.kind not in part.mix for part in parts):
            continue
        ranges = [(part.amount, mix[rule.kind]) for part, mix in zip(parts, of_part, strict=True) if rule.kind in mix]
        if not ranges:
            continue
        # Points pay whole fen: the least is rounded up and the most down, of each part and of the whole.
        least = max(sum(_up(price * one.least) for price, one in ranges), _up(amount * whole[rule.kind].least))
        most = min(sum(_down(price * one.most) for price, one in ranges), _down(amount * whole[rule.kind].most))
        if least <= most and most:
            scale = points_to_fen(programme, rule.kind)
            yield Way(rule.kind, least * scale, most * scale, scale)


def kinds_of(price: Price) -> tuple[Way, ...]:
    """Return the ways in which points may pay something."""
    return tuple(way for way in price.ways if way.kind and way.most)


def points_to_fen(programme: Programme, kind: str) -> int:
    """Return how many minor units of a kind are worth one fen, 1 point being worth 1 CNY."""
    return int(10 ** (programme.kinds[kind].decimals - MONEY_DECIMALS))


def split_price(price: Price, points: int | None, programme: Programme, kind: str = "") -> Parts:
    """Return the parts in money and in points, or refuse the points; without `points` as few as may be."""
    way = price.way(kind, points=points)
    if way is None:
        raise PointsNotAllowedError(_wrong_kind(price, kind, programme))
    points = way.least if points is None else points
    value, odd = divmod(points, way.scale)
    if points < 0 or (odd and way.kind):
        raise PointsNotAllowedError(say("points pay in steps of 0.01"))
    if points and not way.kind:
        raise PointsNotAllowedError(_no_points(programme))
    if points > way.most:
        raise PointsNotAllowedError(say("at most {points} points may pay for this cart", points=_fen(way.most, way)))
    if points < way.least:
        raise PointsNotAllowedError(
            say("at least {points} points have to pay for this cart", points=_fen(way.least, way))
        )
    paid = price.amount - value
    return Parts(cash=paid, points_value=value, points_paid=points, points_kind=way.kind if points else MONEY_ONLY)


def kind_title(programme: Programme, kind: str) -> Titled:
    """Return what a kind is called."""
    found = programme.kinds.get(kind)
    return Titled(kind, kind) if found is None else Titled(found.title, found.title_en)


def _wrong_kind(price: Price, kind: str, programme: Programme) -> Message:
    takes = [kind_title(programme, way.kind) for way in price.ways if way.kind]
    if not takes:
        return _no_points(programme)
    return say("{kind} do not pay for this cart; {other} may", kind=kind_title(programme, kind), other=takes[0])


def _no_points(programme: Programme) -> Message:
    if programme.repurchase is None and not programme.spends:
        return say("the programme takes no points as payment")
    return say("this cart is paid in money only")


def _fen(points: int, way: Way) -> str:
    return format_amount(points // way.scale, MONEY_DECIMALS)


def _exact(rate: Rate) -> Fraction:
    return Fraction(rate.num, rate.den)


def _up(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


def _down(value: Fraction) -> int:
    return value.numerator // value.denominator
