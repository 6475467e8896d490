"""What a programme's document says of an alliance now: its points, price list, periods and shareholders."""

from dataclasses import dataclass

from jifen.alliance.errors import AllianceError, NoAllianceError
from jifen.engine.amounts import format_amount
from jifen.engine.message import say
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.period_settlement import PeriodSettlement
from jifen.engine.rules.shareholder_income import ShareholderIncome
from jifen.facts.days import open_day
from jifen.programmes.models import Version
from jifen.programmes.terms import in_force, load


class NoShareholdersError(AllianceError):
    """The programme has no shareholders."""

    def __init__(self) -> None:
        super().__init__(say("this programme has no shareholders"))


class NoPeriodsError(AllianceError):
    """The programme settles no periods."""

    def __init__(self) -> None:
        super().__init__(say("this programme settles no periods with its stores"))


class NoStoredValueError(AllianceError):
    """The programme has no prepaid money."""

    def __init__(self) -> None:
        super().__init__(say("this programme takes no prepaid money"))


@dataclass(frozen=True)
class AllianceTerms:
    """The terms of an alliance in force; `kind` is what stores hold and give away."""

    version: Version
    terms: Terms
    kind: str

    @property
    def decimals(self) -> int:
        """How many decimals store points have."""
        return self.terms.kinds[self.kind].decimals

    def shown(self, points: int) -> str:
        """Return points as they are written in a sentence."""
        return format_amount(points, self.decimals)


def terms_now(programme_id: int) -> AllianceTerms:
    """Return the terms in force on the open day; raises NoAllianceError where stores hold no points."""
    version = in_force(programme_id, open_day(programme_id))
    terms = load(version.pk)
    if not terms.float_kind:
        raise NoAllianceError
    return AllianceTerms(version, terms, terms.float_kind)


def alliance_here(terms: Terms) -> bool:
    """Return whether stores of a programme hold points that they give away (S3-10)."""
    return bool(terms.float_kind)


def shareholders_of(terms: Terms) -> ShareholderIncome:
    """Return what shareholders pay and are paid; raises NoShareholdersError."""
    if terms.shareholders is None:
        raise NoShareholdersError
    return terms.shareholders


def periods_of(terms: Terms) -> PeriodSettlement:
    """Return how periods are settled; raises NoPeriodsError."""
    if terms.periods is None:
        raise NoPeriodsError
    return terms.periods
