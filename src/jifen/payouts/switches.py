"""The operator's switch of a conversion that the document allows: members convert only while it is on (S2-42)."""

from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.facts.days import open_day
from jifen.payouts.errors import PayoutError
from jifen.payouts.models import ConversionSwitch
from jifen.payouts.reasons import given
from jifen.programmes.terms import in_force, load


class SwitchedOffError(PayoutError):
    """The operator has switched the conversion off; nothing was converted."""

    def __init__(self) -> None:
        super().__init__(say("this conversion is switched off at the moment; look in again later"))


class NoConversionError(PayoutError):
    """The document has no such conversion."""

    def __init__(self) -> None:
        super().__init__(say("this programme has no such conversion"))


def is_open(programme_id: int, kind: str, into: str) -> bool:
    """Return whether members may convert a kind into another now; until an operator switches it off, they may."""
    off = ConversionSwitch.objects.filter(programme_id=programme_id, kind=kind, into=into, open=False)
    return not off.exists()


def refuse_when_off(programme_id: int, kind: str, into: str) -> None:
    """Raise SwitchedOffError while a conversion is switched off."""
    if not is_open(programme_id, kind, into):
        raise SwitchedOffError


def switch(*, programme_id: int, pair: tuple[str, str], on: bool, reason: str, operator_id: int) -> ConversionSwitch:
    """Switch a conversion (kind, into) on or off; to switch it where it stands changes nothing."""
    reason, (kind, into) = given(reason), pair
    terms = load(in_force(programme_id, open_day(programme_id)).pk)
    if not any((rule.kind, rule.into) == pair for rule in terms.converts):
        raise NoConversionError
    with transaction.atomic():
        ConversionSwitch.objects.bulk_create(
            [ConversionSwitch(programme_id=programme_id, kind=kind, into=into)], ignore_conflicts=True
        )
        rows = ConversionSwitch.objects.select_for_update(no_key=True)
        found = rows.get(programme_id=programme_id, kind=kind, into=into)
        if found.open == on:
            return found
        found.open, found.reason, found.operator_id, found.at = on, reason, operator_id, timezone.now()
        found.save()
        act = "switch_conversion_on" if on else "switch_conversion_off"
        note_act(operator_id=operator_id, act=act, subject=f"conversion {kind}>{into}", reason=reason)
    return found
