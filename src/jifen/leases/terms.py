"""What a programme's document says of devices and of lease credit (S0-06 … S0-13, S0-23)."""

from dataclasses import dataclass

from jifen.engine.amounts import MONEY_DECIMALS, Rate
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.grant_units import GrantUnits, UnitTier
from jifen.engine.rules.spend import Spend
from jifen.engine.rules.top_up import TopUp
from jifen.facts.days import open_day
from jifen.leases.errors import NoDevicesError
from jifen.programmes.models import Version
from jifen.programmes.terms import in_force, load

TITLE_PASSES_WITH = "monthly_release"


@dataclass(frozen=True)
class DeviceTerms:
    """The terms under which devices are sold now: money in fen, points in minor units."""

    version: Version
    terms: Terms
    grant: GrantUnits
    spend: Spend | None  # the first kind of points that pays devices; None where money alone does

    @property
    def scale(self) -> int:
        """Minor units of points to one fen."""
        return self.terms.points_per_money

    @property
    def title_passes(self) -> bool:
        """Whether the company gets the title once the lease has returned the cost (S0-12)."""
        return title_passes(self.terms)

    def price(self, units: int) -> int:
        """Return what a number of devices costs, in fen."""
        return units * self.grant.unit_price

    def granted(self, units: int) -> int:
        """Return the points that are locked for a number of devices bought at once."""
        multiple = self.grant.multiple_of(units)
        return multiple.floor(self.price(units) * self.scale) if multiple is not None else 0

    def next_tier(self, units: int) -> UnitTier | None:
        """Return the row of the table that more devices in the same purchase would reach."""
        return next((tier for tier in self.grant.tiers if tier.quantity > units), None)

    def points(self, units: int, free: int) -> int | None:
        """Return how many points pay a number of devices: as many as may; None where free ones are too few."""
        if self.spend is None:
            return 0
        price = self.price(units) * self.scale
        most = min(free, self.spend.share_max.floor(price))
        points = most - most % self.scale
        return points if points >= _ceiling(self.spend.share_min, price) else None

    def least_points(self, units: int) -> int:
        """Return how many points a number of devices needs at least."""
        return _ceiling(self.spend.share_min, self.price(units) * self.scale) if self.spend is not None else 0


def device_terms(programme_id: int) -> DeviceTerms:
    """Return the terms of devices in force; raises NoDevicesError where the programme has none to sell here."""
    version = in_force(programme_id, open_day(programme_id))
    return terms_of_version(version)


def terms_of_version(version: Version) -> DeviceTerms:
    """Return the terms of devices of a version."""
    terms = load(version.pk)
    grant = terms.rule(GrantUnits)
    if grant is None or grant.channel:
        raise NoDevicesError
    spend = next((rule for rule in terms.rules if isinstance(rule, Spend) and rule.pays == "units"), None)
    return DeviceTerms(version, terms, grant, spend)


def title_passes(terms: Terms) -> bool:
    """Return whether the title of a device passes to the company after payback: where leases are paid by the month."""
    return any(rule.use == TITLE_PASSES_WITH for rule in terms.rules)


def credit_kind(terms: Terms) -> str | None:
    """Return the kind of points that bank transfers become, None where the programme has none.

    Prepaid money of an alliance has limits of its own, and is topped up in jifen.alliance (S3-02).
    """
    rule = terms.rule(TopUp)
    return rule.kind if rule is not None and not terms.float_kind else None


def points_of(terms: Terms, kind: str, amount: int) -> int:
    """Return the points for an amount of money in fen, 1 point being 1 CNY."""
    return int(amount * 10 ** (terms.kinds[kind].decimals - MONEY_DECIMALS))


def _ceiling(rate: Rate, amount: int) -> int:
    return -(-amount * rate.num // rate.den)
