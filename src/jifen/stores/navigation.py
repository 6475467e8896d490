"""The way to a store in AMap, whose maps use GCJ-02 and not WGS 84, which phones measure and we keep (S2-60).

The place is converted here, and the address says so: coordinate=gaode are AMap's own. It may say wgs84 instead and
leave the conversion to the app; ours is tested.
https://lbs.amap.com/api/uri-api/guide/travel/route
"""

from urllib.parse import urlencode

from jifen.stores.coordinates import to_gcj02
from jifen.stores.models import Store
from jifen.stores.nearby import Place

NAVIGATION = "https://uri.amap.com/navigation"
SOURCE, SYSTEM = "jifen", "gaode"
PLACES = 6  # decimals that AMap reads


def navigation_link(store: Store) -> str:
    """Return the address that leads on foot to a store, in AMap's app where there is one; "" without a place."""
    if store.latitude is None or store.longitude is None:
        return ""
    there = to_gcj02(Place(float(store.latitude), float(store.longitude)))
    title = store.title.replace(",", " ")  # commas part the place from its name
    to = f"{there.longitude:.{PLACES}f},{there.latitude:.{PLACES}f},{title}"
    told = {"to": to, "mode": "walk", "src": SOURCE, "coordinate": SYSTEM, "callnative": 1}
    return f"{NAVIGATION}?{urlencode(told)}"
