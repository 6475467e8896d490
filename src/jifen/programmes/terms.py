"""The terms of a programme: which version is in force on a day, and what its document says."""

from datetime import date
from typing import NamedTuple

from jifen.engine.document import load_programme
from jifen.engine.programme import Programme as Terms
from jifen.programmes.models import Version

_loaded: dict[str, Terms] = {}  # by digest; the text of a digest never changes


class InForce(NamedTuple):
    """An approved version: from which day it is in force, and what its document says."""

    effective_from: date
    version_id: int
    terms: Terms


def load(version_id: int) -> Terms:
    """Return what a version's document says."""
    digest = Version.objects.values_list("digest", flat=True).get(pk=version_id)
    if digest not in _loaded:
        _loaded[digest] = load_programme(Version.objects.values_list("text", flat=True).get(pk=version_id))
    return _loaded[digest]


def in_force(programme_id: int, day: date) -> Version:
    """Return the version in force on a day; before the first one's day, the first one.

    Of versions that begin on the same day it is the one approved last.
    """
    approved = Version.objects.filter(programme_id=programme_id, state=Version.State.APPROVED).defer("text")
    last = approved.filter(effective_from__lte=day).order_by("-effective_from", "-approved_at", "-number").first()
    return last or approved.order_by("effective_from", "-approved_at", "-number")[0]


def all_versions(programme_id: int) -> list[InForce]:
    """Return the versions that are in force on some day, by the day from which they are."""
    winners = {version.effective_from: version for version in approved_versions(programme_id)}
    return list(winners.values())


def approved_versions(programme_id: int) -> list[InForce]:
    """Return all approved versions, by their day, then in the order of approval."""
    approved = Version.objects.filter(programme_id=programme_id, state=Version.State.APPROVED)
    rows = approved.order_by("effective_from", "approved_at", "number").values_list("effective_from", "id")
    return [InForce(day, version_id, load(version_id)) for day, version_id in rows if day is not None]
