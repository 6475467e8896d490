"""The versions of a stored programme, as the engine takes them."""

from dataclasses import dataclass
from functools import cached_property

from jifen.engine.days import day_number
from jifen.engine.programme import Programme
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
