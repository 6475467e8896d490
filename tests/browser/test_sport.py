"""A walk recorded on the phone: sensed, paused, reloaded, kept without a connection, counted once (S2-44 … S2-49).

The receiver and the sensor are played; time runs on the browser's own clock, as fast as the story wants.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.browser.people import Member
from tests.browser.square import SPORT
from tests.browser.test_frame import CHECK
from tests.browser.visits import NARROW, PHONE, Visits
from tests.databases import connected_to
from tests.running import OPENS, Server

WALKER = "13700000044"
LATITUDE, LONGITUDE = 30.274100, 120.155100
STEP = 0.000063  # degrees to the north: 7 metres, five seconds of walking
KILOGRAMS = 70
BEFORE = 4_950  # steps of an earlier walk; fifty more fulfil the task
PLACES = ("30.27", "120.15", "lat", "lon", "coord", "route", "pieces")
# Feet at two steps a second, as the sensor of a phone in a pocket tells them.
FEET = """() => setInterval(() => {
    const swing = 3.2 * Math.max(0, Math.sin(2 * Math.PI * 2 * Date.now() / 1000));
    dispatchEvent(new DeviceMotionEvent("devicemotion", {accelerationIncludingGravity: {x: 0, y: 0, z: 9.8 + swing}}));
}, 50)"""


@pytest.fixture
def walker(square: Server) -> str:
    """Return the phone of a member who walked nearly far enough this morning."""
    from jifen.facts.joining import register
    from jifen.members.models import Member as Person
    from jifen.programmes.models import Programme
    from jifen.settlement.run import today
    from jifen.sport.limits import NewRecording
    from jifen.sport.services import report

    with connected_to(square.database):
        programme = Programme.objects.get(code=SPORT)
        if not Person.objects.filter(programme=programme, name="行者").exists():
            member = register(
                programme_id=programme.pk, phone=WALKER, password=OPENS, name="行者", joined_on=today(programme.pk)
            )
            now = datetime.now(UTC).replace(microsecond=0)
            times = now - timedelta(hours=3), now - timedelta(hours=2)
            new = NewRecording("morning", "walk", "sensor", *times, 3600, BEFORE, 3_900, None, now)
            report(member_id=member.pk, new=new)
    return WALKER


@contextmanager
def nothing_but_sums(page: Page) -> Iterator[list[str]]:
    """Watch what a page sends: no place may be in it."""
    sent: list[str] = []

    def look(request: Request) -> None:
        told = f"{request.url} {request.post_data or ''}"
        sent.append(told)

    page.on("request", look)
    yield sent
    page.remove_listener("request", look)
    assert [one for one in sent if any(part in one.partition(" ")[2] for part in PLACES)] == []
    assert [one for one in sent if any(part in one for part in PLACES[:2])] == []


def kept(server: Server) -> list[tuple[int, int, str, float]]:
    """Return steps, metres, source and how far calories are from MET × kg × hours, of what was reported since then."""
    from jifen.sport.models import Recording

    with connected_to(server.database):
        found = Recording.objects.filter(member__name="行者").exclude(key="morning").order_by("pk")
        return [
            (one.steps, one.distance or 0, one.source, (one.calories or 0) - 3.5 * KILOGRAMS * one.moving / 3600)
            for one in found
        ]


def walk(page: Page, context: BrowserContext, first: int, last: int) -> None:
    """Walk from one place to another, seven metres each five seconds; the page draws every place."""
    for place in range(first, last + 1):
        context.set_geolocation(
            {"latitude": LATITUDE + place * STEP, "longitude": LONGITUDE + place % 5 * STEP / 3, "accuracy": 8}
        )
        expect(page.locator("canvas[data-part=route]")).to_have_attribute("data-points", str(place + 1))
        page.clock.run_for(5_000)


def number(page: Page, part: str) -> float:
    return float(page.locator(f"[data-part={part}]").inner_text().replace(",", ""))


def test_a_walk_is_recorded_paused_reloaded_and_counted_once(
    square_visits: Visits, square: Server, walker: str
) -> None:
    page = square_visits.open(**PHONE, permissions=["geolocation"])
    context = page.context
    page.clock.install(time=datetime.now(UTC) - timedelta(seconds=125))
    member = Member(page, square, SPORT)
    member.phone = walker
    member.log_in()
    expect(page.locator(".tabs")).to_be_visible()
    with nothing_but_sums(page) as sent:
        member.go("sport")
        page.get_by_text("体重（用于估算热量）").click()
        page.fill("#weight", str(KILOGRAMS))
        context.set_geolocation({"latitude": LATITUDE, "longitude": LONGITUDE, "accuracy": 8})
        page.get_by_role("button", name="开始").click()
        page.evaluate(FEET)
        walk(page, context, 0, 8)
        page.get_by_role("button", name="暂停").click()
        steps, metres = number(page, "counted"), number(page, "distance")
        assert 80 <= steps <= 96
        assert 0.05 <= metres <= 0.07
        _go_far_away(page, context)
        assert (number(page, "counted"), number(page, "distance")) == (steps, metres)
        page.reload()
        expect(page.locator("[data-part=time]")).to_have_text("00:45")
        assert (number(page, "counted"), number(page, "distance")) == (steps, metres)
        page.get_by_role("button", name="继续").click()
        page.evaluate(FEET)
        page.clock.run_for(30_000)
        page.get_by_role("button", name="结束").click()
        _keep_without_a_connection(page, context)
        expect(page.locator(".kept .notice")).to_contain_text("解冻 2.00 挑战金")
        expect(page.locator("#sport-goals li").first).to_contain_text("今日已完成")
        expect(page.locator("#recorder")).to_have_attribute("data-phase", "idle")
        _send_it_again(page)
    posted = [one for one in sent if "/sport/report" in one]
    assert len(posted) == 2
    ((counted, distance, source, beside),) = kept(square)
    assert abs(beside) <= 0.5  # S2-48
    assert counted >= steps + 40
    assert (50 <= distance <= 70, source) == (True, "sensor")
    _read_the_record(member, counted)


def _go_far_away(page: Page, context: BrowserContext) -> None:
    """Go on while the recording has paused; nothing of it counts."""
    expect(page.locator("[data-part=signal]")).to_contain_text("已暂停")
    context.set_geolocation({"latitude": LATITUDE + 0.01, "longitude": LONGITUDE, "accuracy": 8})
    page.clock.run_for(10_000)


def _keep_without_a_connection(page: Page, context: BrowserContext) -> None:
    """What is kept without a connection waits on the phone, and goes by itself when there is one."""
    expect(page.locator("#steps")).not_to_have_value("")
    context.set_offline(True)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("[data-part=waiting]")).to_contain_text("本机有 1 条记录待发送")
    expect(page.locator("[data-part=waiting]")).to_contain_text("当前没有网络")
    waiting = page.evaluate("Object.entries(localStorage).find(([name]) => name.includes('.queue.'))")
    page.evaluate("([name, text]) => { window.lost = [name, text]; }", waiting)
    context.set_offline(False)
    expect(page.locator("[data-part=waiting]")).to_be_hidden()


def _send_it_again(page: Page) -> None:
    """The answer was lost, say: the same recording goes once more, and counts no more."""
    page.evaluate("() => localStorage.setItem(...window.lost)")
    with page.expect_response("**/sport/report") as again:
        page.reload()
    assert again.value.json()["state"] == "kept"
    expect(page.locator("[data-part=waiting]")).to_be_hidden()


def _read_the_record(member: Member, steps: int) -> None:
    """The record has every field; the route is drawn out of the phone's own memory."""
    page = member.page
    member.go("sport/records")
    row = page.locator("#records details").first
    row.locator("summary").click()
    for said in (f"{steps}", "运动时间", "开始时间", "结束时间", "配速、速度", "热量", "手机传感器", "2.00 挑战金"):
        expect(row.locator("dl")).to_contain_text(said)
    expect(row.locator("canvas")).to_be_visible()
    assert int(row.locator("canvas").get_attribute("data-points") or 0) >= 9
    ink = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(one => one)"
    assert row.locator("canvas").evaluate(ink)
    assert page.evaluate(CHECK)["wide"] == 0


def test_without_a_position_time_counts_steps_are_not_typed_and_mistakes_are_told(
    square_visits: Visits, square: Server, walker: str
) -> None:
    """In English on the narrowest phone, which lets nobody know where it is."""
    page = square_visits.open(locale="en-GB", **NARROW)
    page.clock.install(time=datetime.now(UTC) - timedelta(seconds=90))
    member = Member(page, square, SPORT)
    member.phone = walker
    member.log_in()
    expect(page.locator(".tabs")).to_be_visible()
    member.go("sport")
    page.get_by_label("Running", exact=True).check()
    page.get_by_role("button", name="Start").click()
    expect(page.locator("[data-part=signal]")).to_contain_text("may not know where the phone is")
    page.clock.run_for(10_000)
    expect(page.locator("[data-part=signal]")).to_contain_text("No step sensor answers, and typed steps do not count")
    page.clock.run_for(30_000)
    assert page.evaluate(CHECK)["wide"] == 0
    page.get_by_role("button", name="Finish").click()
    expect(page.locator("#steps")).not_to_be_editable()
    expect(page.locator(".recorder")).to_contain_text("Typed steps do not count here")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator(".kept .notice.bad")).to_contain_text("it takes at least 60")
    for path in ("sport", "sport/records", "sport/devices"):
        member.go(path)
        assert page.evaluate(CHECK)["wide"] == 0, path
    page.fill("#title", "Blue band")
    page.get_by_role("button", name="Pair it").click()
    assert page.locator("#secret").input_value().startswith("whsec_")
    assert page.evaluate(CHECK)["wide"] == 0


# Fixes of a walk to the north, [metres from the first, accuracy, seconds], and what becomes of each (S2-48, S2-49).
FIXES = [
    ([0, 8, 0], "moved"),
    ([7, 8, 5], "moved"),
    ([9, 8, 6], "still"),
    ([30, 36, 15], "weak"),
    ([14, 8, 10], "moved"),
    ([214, 8, 11], "jump"),
    ([215, 8, 12], "jump"),
    ([216, 8, 13], "jump"),  # the third: the path goes on from there
    ([223, 8, 18], "moved"),
    ([223, 30, 20], "still"),
    ([235, 30, 23], "moved"),
    ([244, 30, 30], "still"),  # less than half of what the receiver is unsure of at both places
    ([270, 30, 30], "jump"),  # thirty-five metres in seven seconds are no walk
    ([270, 30, 35], "moved"),
]
WALKED = 7 + 7 + 7 + 12 + 35
PATH = """fixes => {
    const path = new jifenSport.Path("walk");
    const told = fixes.map(([metres, accuracy, at]) =>
        path.add({ lat: 30 + metres / 111195.0797, lon: 120, accuracy, at: at * 1000 }));
    path.rest();
    path.add({ lat: 31, lon: 121, accuracy: 8, at: 60000 });
    return [told, path.metres, path.pieces.map(piece => piece.length)];
}"""
# Milliseconds between peaks, and how many steps they are.
PEAKS = [
    ([500] * 3, 0),  # three shakes
    ([500] * 4, 4),
    ([350] * 20, 20),
    ([100] * 20, 7),  # feet are slower: what trembles faster counts as the foot of before
    ([500] * 4 + [2500] + [500] * 2, 4),  # after a rest a rhythm begins anew
    ([500] * 4 + [2500] + [500] * 3, 8),
]
STEPS = """gaps => {
    const counter = new jifenSport.StepCounter();
    let at = 0;
    for (let i = 0; i < 100; i++) counter.feed(0, 0, 9.8, (at += 20));
    for (const gap of gaps) {
        counter.feed(0, 0, 13, (at += gap));
        counter.feed(0, 0, 9.8, at + 10);
    }
    return counter.steps;
}"""
BURNT = [("walk", 70, 3600, 245), ("run", 60, 1800, 294), ("walk", 70, 75, 5), ("walk", 60, 0, 0)]


def test_distance_steps_and_calories_are_computed_as_they_should_be(
    square_visits: Visits, square: Server, walker: str
) -> None:
    page = square_visits.open(**PHONE)
    member = Member(page, square, SPORT)
    member.phone = walker
    member.log_in()
    expect(page.locator(".tabs")).to_be_visible()
    member.go("sport")

    told, metres, pieces = page.evaluate(PATH, [fix for fix, _told in FIXES])
    steps = [page.evaluate(STEPS, gaps) for gaps, _steps in PEAKS]
    burnt = [page.evaluate("([...of]) => jifenSport.calories(...of)", list(one[:3])) for one in BURNT]
    degree = page.evaluate("jifenSport.haversine({ lat: 0, lon: 0 }, { lat: 0, lon: 1 })")

    assert told == [what for _fix, what in FIXES]
    assert abs(metres - WALKED) < 0.1
    assert pieces == [3, 4, 1]
    assert steps == [count for _gaps, count in PEAKS]
    assert burnt == [one[3] for one in BURNT]
    assert abs(degree - 111_195.08) < 0.01
