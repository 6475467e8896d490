"""Regions chosen level by level, and stores near a place or in a region (S2-51, S2-60)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.sales.reviews import Rating, store_ratings
from jifen.stores.models import Store
from jifen.stores.navigation import navigation_link
from jifen.stores.nearby import Page, Place, nearest, stores_in
from jifen.stores.regions import Division, children, division, full_name, parents, provinces

LABELS = (gettext_lazy("Province"), gettext_lazy("City"), gettext_lazy("District"))
METRES, FAR = 1_000, 100_000  # a kilometre, and from where on tenths of one say nothing
OFFSET_MAX = 10_000


@dataclass(frozen=True)
class RegionLevel:
    """One of the lists from which a region is chosen."""

    label: str | Promise
    choices: Sequence[Division]
    chosen: str


@dataclass(frozen=True)
class RegionChoice:
    """The lists down to the level at which something was chosen, and one more where it has parts."""

    code: str
    levels: Sequence[RegionLevel]

    @property
    def name(self) -> str:
        """The chosen region with those around it."""
        return full_name(self.code)


@dataclass(frozen=True)
class NearStore:
    """A store in the list of those nearby."""

    store: Store
    place: str
    distance: str
    services: Sequence[str]
    rating: Rating
    navigation: str


@dataclass(frozen=True)
class NearPage:
    """Some stores, and the offset of the following ones; None at the end."""

    stores: Sequence[NearStore]
    next: int | None


def read_choice(codes: Sequence[str]) -> RegionChoice:
    """Return the lists for what was chosen in each; a choice that does not lie in the one before it is none."""
    chosen: list[str] = []
    for code in (one for one in codes if one):
        above = parents(code)
        if division(code) is None or (above[0].code if above else "") != (chosen[-1] if chosen else ""):
            break
        chosen.append(code)
    levels = [RegionLevel(LABELS[0], provinces(), chosen[0] if chosen else "")]
    for number, code in enumerate(chosen, start=1):
        inside = children(code)
        if inside:
            below = chosen[number] if number < len(chosen) else ""
            levels.append(RegionLevel(_label(number, inside), inside, below))
    return RegionChoice(chosen[-1] if chosen else "", levels)


def way_to(code: str) -> list[str]:
    """Return the choices that lead to a region."""
    return [*(one.code for one in reversed(parents(code))), code] if division(code) is not None else []


def read_near(programme_id: int, place: Place, words: str, offset: int) -> NearPage:
    """Return stores by their distance from a place."""
    return _shown(nearest(programme_id, place, words=words, offset=min(offset, OFFSET_MAX)))


def read_region_stores(programme_id: int, region: str, words: str, offset: int) -> NearPage:
    """Return the stores of a region by name."""
    return _shown(stores_in(programme_id, region, words=words, offset=min(offset, OFFSET_MAX)))


def distance_text(metres: float | None) -> str:
    """Return a distance as people read it: "320 m", "1.2 km", "140 km"; "" for none."""
    if metres is None:
        return ""
    if metres < METRES:
        return _("%(n)s m") % {"n": round(metres)}
    shown = f"{metres / METRES:.1f}" if metres < FAR else f"{metres / METRES:,.0f}"
    return _("%(n)s km") % {"n": shown}


def services_of(store: Store) -> list[str]:
    """Return the words in which a store says what it offers."""
    return [word for word in store.services.replace("，", " ").replace("、", " ").replace(",", " ").split() if word]


def _label(number: int, inside: Sequence[Division]) -> str | Promise:
    return LABELS[number] if inside[0].code.endswith("00") else LABELS[2]


def _shown(page: Page) -> NearPage:
    ratings = store_ratings([one.store.pk for one in page.stores])
    return NearPage(
        [
            NearStore(
                store=one.store,
                place=full_name(one.store.region),
                distance=distance_text(one.metres),
                services=services_of(one.store),
                rating=ratings.get(one.store.pk, Rating()),
                navigation=navigation_link(one.store),
            )
            for one in page.stores
        ],
        page.next,
    )
