"""Programmes and versions take effect together with their accounts in the ledger, and with what they draw from."""

from datetime import UTC, date, datetime

from django.db import transaction

from jifen.facts.caps import refuse_low_cap
from jifen.facts.days import ONE_DAY, day_reached, open_day, zone_of
from jifen.ledger.chart import open_chart
from jifen.programmes.draws import commit_chain, seed_names
from jifen.programmes.models import Programme, Version
from jifen.programmes.terms import load
from jifen.programmes.versions import approve, create_programme, draft, locked_version


@transaction.atomic
def open_programme(*, text: str, operator_id: int, draws_from: date | None = None) -> Programme:
    """Make a programme of a document, with its accounts; the same document again changes nothing.

    A programme that draws does so from tomorrow on, at the earliest; from `draws_from` on where a past is brought in.
    """
    programme = create_programme(text=text, operator_id=operator_id)
    version = programme.versions.get(number=1)
    _open_accounts(version)
    today = datetime.now(UTC).astimezone(zone_of(programme.pk)).date()
    _commit_draws(version, draws_from or today + ONE_DAY)
    return programme


@transaction.atomic
def draft_version(*, programme_id: int, text: str, operator_id: int, note: str = "") -> Version:
    """Store a draft, unless it is of another book or its cap is below what is gone already (S2-61)."""
    version = draft(programme_id=programme_id, text=text, operator_id=operator_id, note=note)
    _refuse_cap(version)
    return version


@transaction.atomic
def approve_version(*, version_id: int, operator_id: int, effective_from: date) -> Version:
    """Let an operator approve a version; the second approval puts it in force, with accounts for its new kinds.

    Raises DayNotSettledError while a day waits for its settlement: a version takes effect after the open day.
    """
    programme_id = Version.objects.values_list("programme_id", flat=True).get(pk=version_id)
    day = open_day(programme_id)
    if locked_version(version_id).state == Version.State.DRAFT:
        _refuse_cap(Version.objects.get(pk=version_id), effective_from)
    version = approve(version_id=version_id, operator_id=operator_id, effective_from=effective_from, open_day=day)
    if version.state == Version.State.APPROVED:
        _open_accounts(version)
        _commit_draws(version, day + ONE_DAY)
    return version


def _refuse_cap(version: Version, effective_from: date | None = None) -> None:
    refuse_low_cap(version.programme, load(version.pk), day_reached(version.programme_id), effective_from)


def _open_accounts(version: Version) -> None:
    kinds = {name: kind.decimals for name, kind in load(version.pk).kinds.items()}
    open_chart(programme_id=version.programme_id, kinds=kinds)


def _commit_draws(version: Version, first_day: date) -> None:
    """Commit to what a version draws its daily amounts from, before the first day that it may draw for (S0-59)."""
    if seed_names(load(version.pk)):
        assert version.effective_from is not None
        commit_chain(version.programme_id, max(version.effective_from, first_day))
