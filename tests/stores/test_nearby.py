"""Stores by their distance: exact against a plain computation, also at the poles and at 180° (S2-51, S2-60)."""

from decimal import Decimal
from math import asin, cos, radians, sin, sqrt
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jifen.members.models import Operator
from jifen.members.ticks import next_tick
from jifen.programmes.models import Programme
from jifen.programmes.versions import create_programme
from jifen.stores import nearby
from jifen.stores.coordinates import to_gcj02, to_wgs84
from jifen.stores.models import Store
from jifen.stores.navigation import navigation_link
from jifen.stores.nearby import RADIUS, Near, Place, boxes_around, nearest, stores_in
from tests.sales.shop import DOCUMENT

JOINED = "2026-03-01"
HERE = Place(30.2741, 120.1551)  # Hangzhou
EDGES = st.sampled_from([-90.0, -89.9999, -60.0, 0.0, 30.274, 60.0, 89.9999, 90.0])
SEAMS = st.sampled_from([-180.0, -179.9999, -90.0, 0.0, 120.155, 179.9999, 180.0])
PLACES = st.tuples(st.one_of(EDGES, st.floats(-90, 90)), st.one_of(SEAMS, st.floats(-180, 180)))
CLUSTERS = st.tuples(PLACES, st.lists(st.tuples(st.floats(-0.01, 0.01), st.floats(-0.01, 0.01)), max_size=8))


@pytest.fixture
def programme(db: None) -> Programme:
    return create_programme(text=DOCUMENT, operator_id=Operator.objects.create_user("wang").pk)


def store(programme: Programme, code: str, north: float, east: float, **changes: object) -> Store:
    """Let a store stand at a place."""
    values: dict[str, object] = {
        "latitude": Decimal(str(north)),
        "longitude": Decimal(str(east)),
        "title": f"门店{code}",
        "joined_tick": next_tick(),
        "joined_on": JOINED,
    }
    return Store.objects.create(programme=programme, code=code, **(values | changes))


def metres(one: Place, other: Place) -> float:
    """Return how far two places are from one another, as a school book has it."""
    north, east = radians(other.latitude - one.latitude), radians(other.longitude - one.longitude)
    chord = sin(north / 2) ** 2 + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(east / 2) ** 2
    return 2 * RADIUS * asin(sqrt(min(1.0, chord)))


def codes(found: list[Near]) -> list[str]:
    return [one.store.code for one in found]


@given(st.lists(CLUSTERS, min_size=1, max_size=6), PLACES, st.integers(1, 12))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_nearest_are_those_of_a_plain_search(
    programme: Programme,
    clusters: list[tuple[tuple[float, float], list[tuple[float, float]]]],
    asked: tuple[float, float],
    count: int,
) -> None:
    Store.objects.all().delete()
    places = [middle for middle, _around in clusters]
    places += [(middle[0] + north, middle[1] + east) for middle, around in clusters for north, east in around]
    kept = [Place(max(-90.0, min(90.0, round(y, 6))), max(-180.0, min(180.0, round(x, 6)))) for y, x in places]
    ticks = [next_tick() for _ in kept]
    Store.objects.bulk_create(
        Store(
            programme=programme,
            code=f"s{n}",
            title="s",
            joined_tick=ticks[n],
            joined_on=JOINED,
            latitude=Decimal(str(one.latitude)),
            longitude=Decimal(str(one.longitude)),
        )
        for n, one in enumerate(kept)
    )
    here = Place(round(asked[0], 6), round(asked[1], 6))

    page = nearest(programme.pk, here, limit=count)

    expected = sorted(metres(here, one) for one in kept)[:count]
    assert [one.metres for one in page.stores] == pytest.approx(expected, rel=1e-7, abs=1e-3)
    assert (page.next is None) == (len(kept) <= count)


@given(PLACES, PLACES, st.floats(0, 2e7))
def test_the_boxes_hold_the_whole_circle(middle: tuple[float, float], point: tuple[float, float], far: float) -> None:
    here, there = Place(*middle), Place(*point)

    boxes = boxes_around(here, far)

    inside = any(box.south <= there.latitude <= box.north and box.west <= there.longitude <= box.east for box in boxes)
    assert inside or metres(here, there) > far


def test_pages_follow_one_another_and_closed_stores_are_left_out(programme: Programme) -> None:
    for number in range(7):
        store(programme, f"s{number}", HERE.latitude + number / 1000, HERE.longitude)
    store(programme, "closed", *HERE, active=False)
    store(programme, "nowhere", 0, 0, latitude=None, longitude=None)

    first = nearest(programme.pk, HERE, limit=4)
    assert first.next == 4
    second = nearest(programme.pk, HERE, offset=first.next, limit=4)

    assert codes(first.stores) == ["s0", "s1", "s2", "s3"]
    assert (codes(second.stores), second.next) == (["s4", "s5", "s6"], None)
    assert first.stores[1].metres == pytest.approx(RADIUS * radians(0.001))


def test_words_are_looked_for_in_services_and_names(programme: Programme) -> None:
    store(programme, "far", 30.4, 120.2, services="咖啡 Coffee, 100% 牛奶")
    store(programme, "near", 30.28, 120.16, services="理发")
    store(programme, "named", 30.3, 120.16, title="咖啡馆", services="早餐")

    assert codes(nearest(programme.pk, HERE).stores) == ["near", "named", "far"]
    assert codes(nearest(programme.pk, HERE, words="咖啡").stores) == ["named", "far"]
    assert codes(nearest(programme.pk, HERE, words=" 咖啡  coffee").stores) == ["far"]
    assert codes(nearest(programme.pk, HERE, words="100%").stores) == ["far"]
    assert codes(nearest(programme.pk, HERE, words="%").stores) == ["far"]
    assert codes(nearest(programme.pk, HERE, words="_").stores) == []


@pytest.mark.parametrize("few", [0, nearby.FEW])
@pytest.mark.parametrize("words", ["茶", "修表", "茶 外卖", "a", "AB%", "没有"])
def test_rare_and_common_words_find_what_a_plain_search_finds(
    programme: Programme, monkeypatch: pytest.MonkeyPatch, few: int, words: str
) -> None:
    monkeypatch.setattr(nearby, "FEW", few)
    said = ["茶 外卖", "茶", "修表 ab%c", "咖啡 A"]
    for number in range(60):
        services = said[2] if number == 59 else said[number % 2 * (1 + number % 3)]
        store(programme, f"s{number:02}", 30 + number / 50, 120 + number % 7 / 50, services=services)
    rows = Store.objects.all()
    having = [
        one for one in rows if all(word in f"{one.title} {one.services}".lower() for word in words.lower().split())
    ]

    page = nearest(programme.pk, HERE, words=words, limit=5, offset=5)

    places = [(metres(HERE, Place(float(one.latitude or 0), float(one.longitude or 0))), one.pk) for one in having]
    assert [one.store.pk for one in page.stores] == [pk for _far, pk in sorted(places)[5:10]]
    assert (page.next is None) == (len(having) <= 10)


def test_a_region_has_the_stores_of_those_inside_it(programme: Programme) -> None:
    for code, region in (("b", "330106"), ("a", "330102"), ("other", "330203"), ("else", "110105")):
        store(programme, code, *HERE, region=region)

    assert codes(stores_in(programme.pk, "330100").stores) == ["a", "b"]
    assert codes(stores_in(programme.pk, "330106").stores) == ["b"]
    assert len(stores_in(programme.pk, "330000").stores) == 3


def test_the_index_finds_them(programme: Programme) -> None:
    Store.objects.bulk_create(
        Store(
            programme=programme,
            code=f"s{n}",
            title="s",
            joined_tick=next_tick(),
            joined_on=JOINED,
            latitude=Decimal(n % 90),
            longitude=Decimal(n % 180),
        )
        for n in range(300)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stores_store")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM stores_store WHERE active AND latitude IS NOT NULL"
            " ORDER BY point(longitude::float8, latitude::float8) <-> point(1, 2) LIMIT 5"
        )
        plan = " ".join(row[0] for row in cursor.fetchall())
        cursor.execute(
            "EXPLAIN SELECT id FROM stores_store WHERE active AND latitude IS NOT NULL"
            " AND stores_grams(lower(title || ' ' || title_en || ' ' || services)) @> ARRAY['修', '修表']"
        )
        words = " ".join(row[0] for row in cursor.fetchall())

    assert "store_by_place" in plan
    assert "store_grams" in words


@pytest.mark.parametrize(
    ("there", "shown"),
    [
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
        ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
        ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
        ((48.8584, 2.2945), (48.8584, 2.2945)),
    ],
)
def test_places_are_moved_as_chinese_maps_move_them(there: tuple[float, float], shown: tuple[float, float]) -> None:
    assert to_gcj02(Place(*there)) == pytest.approx(shown, abs=1e-9)


@given(st.floats(18, 54), st.floats(73, 135))
def test_places_of_chinese_maps_are_found_again(latitude: float, longitude: float) -> None:
    there = Place(latitude, longitude)

    assert to_wgs84(to_gcj02(there)) == pytest.approx(there, abs=1e-8)


def test_the_link_leads_on_foot_to_the_store() -> None:
    cafe = Store(title="三味,茶馆 & 书", latitude=Decimal("22.543847"), longitude=Decimal("113.912316"))

    link = urlsplit(navigation_link(cafe))

    assert (link.scheme, link.netloc, link.path) == ("https", "uri.amap.com", "/navigation")
    assert parse_qs(link.query) == {
        "to": ["113.917176,22.540796,三味 茶馆 & 书"],
        "mode": ["walk"],
        "src": ["jifen"],
        "coordinate": ["gaode"],
        "callnative": ["1"],
    }
    assert navigation_link(Store(title="x")) == ""
