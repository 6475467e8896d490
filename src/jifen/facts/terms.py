"""The versions of a stored programme, as the engine takes them."""

from dataclasses import dataclass
from functools import cached_property

from jifen.engine.days import day_number
from jifen.engine.programme import Programme
from jifen.engine.rules.airdrop import Airdrop
from jifen.engine.rules.join_grant import JoinGrant
from jifen.engine.versions import Versions
from jifen.programmes import terms


@dataclass(frozen=True)
class Terms:
    """All approved versions of a programme, and which stored version each is."""

    programme_id: int
    version_ids: tuple[int, ...]
    versions: Versions

    def index(self, version_id: int) -> int:
        """Return where a stored version stands among the versions."""
        return self.version_ids.index(version_id)

    @cached_property
    def asks_referrers(self) -> bool:
        """Whether a fact may depend on who referred a member."""
        return any(
            any(rule is not None for rule in (one.bonus, one.agency, one.new_user, one.card, one.store_shares))
            for one in self.versions.programmes
        )

    @cached_property
    def counts_units(self) -> bool:
        """Whether any version sells units."""
        return any(one.counts_units for one in self.versions.programmes)

    @cached_property
    def pool_kind(self) -> str:
        """The kind of points that a profit pool stands behind, "" where no version has one."""
        return next((one.pool.kind for one in self.versions.programmes if one.pool is not None), "")

    @cached_property
    def divides_orders(self) -> bool:
        """Whether any version divides the commission of orders."""
        return any(one.split is not None for one in self.versions.programmes)

    @cached_property
    def counts_sales(self) -> bool:
        """Whether rewards of any version share in the orders of a day one by one."""
        return any(one.counts_sales for one in self.versions.programmes)

    @cached_property
    def gives_weight(self) -> bool:
        """Whether any version gives points for what stores give up."""
        return any(one.concession is not None for one in self.versions.programmes)

    @property
    def notes_orders(self) -> bool:
        """Whether anything of orders is noted for their refunds and for the close."""
        return self.counts_sales or self.gives_weight

    @cached_property
    def airdrop(self) -> Airdrop | None:
        """The airdrop of the newest version that has one."""
        return next((one.airdrop for one in reversed(self.versions.programmes) if one.airdrop is not None), None)

    @property
    def token(self) -> str:
        """The kind that comes out of a reserve, "" where no version has one."""
        return self.airdrop.kind if self.airdrop is not None else ""

    @cached_property
    def joins_bring_tokens(self) -> bool:
        """Whether joining may bring tokens, which come out of the reserve."""
        rules = (rule for one in self.versions.programmes for rule in one.joins)
        return any(isinstance(rule, JoinGrant) and rule.kind == self.token for rule in rules)

    def limits_joins(self, event: str) -> bool:
        """Return whether by any version a referrer has points for so many of a day only (S2-09, S2-24)."""
        rules = (rule for one in self.versions.programmes for rule in one.joins)
        return any(isinstance(rule, JoinGrant) and rule.event == event and rule.per_day > 0 for rule in rules)

    @cached_property
    def frozen_by_steps(self) -> frozenset[str]:
        """The kinds of which a day's steps make frozen points free at its close."""
        return frozenset(one.ladder.kind for one in self.versions.programmes if one.ladder is not None)

    @cached_property
    def float_kind(self) -> str:
        """The kind of points that stores hold to give away, "" where no version has one (S3-29)."""
        for one in reversed(self.versions.programmes):
            rule = one.point_sale or one.store_grant
            if rule is not None:
                return rule.kind
        return ""

    @cached_property
    def settles_periods(self) -> bool:
        """Whether any version settles the sales of stores by periods (S3-17)."""
        return self.versions.settles_periods

    @property
    def has_alliance(self) -> bool:
        """Whether stores hold points, bring income to shareholders or settle periods by any version (S3)."""
        return bool(self.float_kind) or self.settles_periods or any(map(self.levels_paid, ("top_up", "sales")))

    @cached_property
    def pays_owed_at_once(self) -> bool:
        """Whether by any version stores pay what they owe as points come in (S3-Q3)."""
        rules = (one.store_grant for one in self.versions.programmes)
        return any(rule is not None and rule.pays_owed == "at_once" for rule in rules)

    def levels_paid(self, base: str) -> int:
        """Return how many levels of shareholders are paid at most for what stores buy, or sell (S3-23)."""
        rules = (one.shareholders for one in self.versions.programmes)
        return max((len(rule.rates) for rule in rules if rule is not None and rule.base == base), default=0)

    def pays_bonus(self, index: int) -> bool:
        """Return whether orders of a version pay the buyer's referrer."""
        return self.versions.programmes[index].bonus is not None

    def version_on(self, day: int) -> int:
        """Return the stored version in force on a day."""
        return self.version_ids[self.versions.index_on(day)]

    @cached_property
    def newest(self) -> Programme:
        """The last version: its code, zone, lot kind and decimals are those of all."""
        return self.versions.programmes[-1]


def terms_of(programme_id: int) -> Terms:
    """Return the approved versions of a programme by the day from which they are in force."""
    found = terms.all_versions(programme_id)
    days = tuple(day_number(day) for day, _, _ in found)
    versions = Versions(days, tuple(programme for _, _, programme in found))
    return Terms(programme_id, tuple(version_id for _, version_id, _ in found), versions)
