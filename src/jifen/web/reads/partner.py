"""A partner's page: the rank, what is missing to the next, what the team bought and brought (S2-10 … S2-12)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from jifen.airdrops.teams import Counts, count_team, sold_by_team
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.partner_income import PartnerIncome
from jifen.engine.rules.partner_rank import PartnerRank, PartnerRow
from jifen.members.models import Member
from jifen.web.amounts import Money
from jifen.web.reads.incomes import Earned, Rated, earned_by, incomes_of, rated
from jifen.web.reads.terms import Now
from jifen.web.templatetags.jifen import named


@dataclass(frozen=True)
class Need:
    """Something that the next rank takes: how many there are, and how many there have to be."""

    text: str
    found: int
    needed: int

    @property
    def missing(self) -> int:
        """How many are missing yet."""
        return max(self.needed - self.found, 0)

    @property
    def permille(self) -> int:
        """How far it is."""
        return min(1000 * self.found // self.needed, 1000)


@dataclass(frozen=True)
class RankShown:
    """A rank of the document with what it brings."""

    row: PartnerRow
    held: bool
    rates: list[Rated]


@dataclass(frozen=True)
class PartnerPage:
    """All that a partner, or who wants to be one, looks at."""

    rank: PartnerRow | None
    next: PartnerRow | None
    needs: list[Need]
    counts: Counts
    amount: Money
    refunded: Money
    concession: Money
    earned: list[Earned]
    ranks: list[RankShown]
    active_only: bool


def read_partner(member: Member, now: Now, ranks: PartnerRank) -> PartnerPage:
    """Return a member's rank, and the way to the next one."""
    held = member.standing.rank
    following = ranks.table[held] if held < len(ranks.table) else None
    counts = count_team(member.pk, max(held, 1))
    last = max(now.next_close, now.today)
    sold = sold_by_team(member.pk, last.replace(day=1), last)
    return PartnerPage(
        rank=ranks.table[held - 1] if 0 < held <= len(ranks.table) else None,
        next=following,
        needs=_needs(ranks, following, counts, held) if following is not None else [],
        counts=counts,
        amount=Money(sold.amount),
        refunded=Money(sold.refunded),
        concession=Money(sold.concession),
        earned=earned_by(member, now, ("share_income", "partner_income")),
        ranks=[_shown(row, now.terms, held=number == held) for number, row in enumerate(ranks.table, start=1)],
        active_only=ranks.counts == "active",
    )


def _needs(ranks: PartnerRank, row: PartnerRow, counts: Counts, held: int) -> list[Need]:
    active = ranks.counts == "active"
    found = [
        Need(_("Referred by me"), counts.direct_active if active else counts.direct, row.direct),
        Need(_("Whole team"), counts.team_active if active else counts.team, row.team),
    ]
    if row.below and held:
        before = named(ranks.table[held - 1])
        if ranks.scope == "team":
            found.append(Need(_("In my team: %(rank)s") % {"rank": before}, counts.team_ranked, row.below))
        else:
            found.append(Need(_("Referred by me: %(rank)s") % {"rank": before}, counts.direct_ranked, row.below))
    return [one for one in found if one.needed]


def _shown(row: PartnerRow, terms: Terms, *, held: bool) -> RankShown:
    rules = [rule for rule in incomes_of(terms) if isinstance(rule, PartnerIncome) and row.name in rule.rates]
    return RankShown(row, held, [rated(rule, rule.rates[row.name], terms) for rule in rules])
