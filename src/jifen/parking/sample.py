"""Believable parking data for a demo: sites of several cities, devices, and what they report day by day."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from django.db import transaction
from numpy.random import Generator

from jifen.facts.days import zone_of
from jifen.parking.checks import NewReading
from jifen.parking.models import FULL, Device, Report, Sender, Site
from jifen.parking.reports import keep
from jifen.parking.revenue import ONE_DAY, today_of

SENDER = "sample"
SATURDAY = 5
SITES = (  # code, name, English name, city, address, devices, how busy of 10000, fen for an hour, weekend factor
    ("nanshan", "南山科技园地下停车场", "Nanshan Science Park", "深圳", "南山区科苑路 8 号", 24, 6800, 600, 0.55),
    ("futian", "福田中心区停车场", "Futian Centre", "深圳", "福田区福华一路 1 号", 20, 7200, 800, 0.8),
    ("tianhe", "天河商圈停车场", "Tianhe Shopping", "广州", "天河区天河路 208 号", 22, 6400, 600, 1.25),
    ("baiyun", "白云客运站停车场", "Baiyun Coach Station", "广州", "白云区机场路 88 号", 14, 5600, 400, 1.1),
    ("xihu", "西湖湖滨停车场", "West Lake Lakeside", "杭州", "上城区湖滨路 12 号", 18, 5900, 700, 1.35),
    ("binjiang", "滨江互联网小镇停车场", "Binjiang Internet Town", "杭州", "滨江区江南大道 588 号", 16, 6100, 500, 0.5),
    ("jinniu", "金牛社区停车场", "Jinniu Neighbourhood", "成都", "金牛区蜀汉路 66 号", 12, 5200, 300, 0.95),
    ("yubei", "渝北医院停车场", "Yubei Hospital", "重庆", "渝北区龙山路 9 号", 14, 7600, 400, 0.9),
)
DEVICES_PER_LOT = 1  # one device watches one parking space
MISSING_SHARE = 0.004  # of readings that never come
LOW_FULL = 300, 9700  # basis points between which a day stays
STAY_MINUTES = 75, 190  # how long a car stays, on average


@dataclass(frozen=True)
class Lot:
    """How a site does business."""

    devices: tuple[Device, ...]
    busy: int
    fee: int  # fen for an hour
    weekend: float
    stay: int  # minutes


def fill(programme_id: int, days: int, seed: int) -> int:
    """Fill a programme with the readings of the last `days` whole days, and of today so far; return how many.

    The same seed gives the same readings. A programme that has sites already stays as it is.
    """
    if Site.objects.filter(programme_id=programme_id).exists():
        return 0
    random, today = np.random.default_rng(seed), today_of(programme_id)
    first = today - timedelta(days=days)
    with transaction.atomic():
        lots = _lots(programme_id, first, random)
        sender = Sender.objects.create(programme_id=programme_id, code=SENDER, title="示例数据 / sample data")
        written = 0
        for number in range(days + 1):
            day = first + number * ONE_DAY
            written += _report(sender, lots, day, today=today, random=random)
    return written


def _lots(programme_id: int, first: date, random: Generator) -> list[Lot]:
    lots = []
    for code, name, name_en, city, address, count, busy, fee, weekend in SITES:
        site = Site.objects.create(
            programme_id=programme_id, code=code, name=name, name_en=name_en, city=city, address=address, spaces=count
        )
        devices = Device.objects.bulk_create(
            Device(programme_id=programme_id, code=f"{code}-{number:03}", site=site, active_from=first)
            for number in range(1, count + 1)
        )
        lots.append(Lot(tuple(devices), busy, fee, weekend, int(random.integers(*STAY_MINUTES))))
    return lots


def _report(sender: Sender, lots: list[Lot], day: date, *, today: date, random: Generator) -> int:
    """Keep the report of a day; that of today covers the part of the day that is over."""
    weather = random.normal(1, 0.06)
    readings = [reading for lot in lots for reading in _readings(lot, day, weather, random)]
    if day == today:
        readings = [_part_of(one, _minute_now(sender.programme_id)) for one in readings]
    if not readings:
        return 0
    lines = "\n".join(f"{one.device.code},{one.day},{one.occupancy},{one.revenue}" for one in readings)
    received = datetime.combine(day + ONE_DAY, time(0, 20), zone_of(sender.programme_id)).astimezone(UTC)
    report: Report = keep(
        sender=sender,
        key=f"sample-{day:%Y%m%d}",
        digest=hashlib.sha256(lines.encode()).digest(),
        readings=readings,
        received_at=min(received, datetime.now(UTC)),
    )
    return report.readings


def _readings(lot: Lot, day: date, weather: float, random: Generator) -> list[NewReading]:
    weekend = lot.weekend if day.weekday() >= SATURDAY else 1.0
    found = []
    for device in lot.devices:
        wobble = random.normal(1, 0.18)
        sent = random.random() >= MISSING_SHARE
        occupancy = int(np.clip(lot.busy * weekend * weather * wobble, *LOW_FULL))
        minutes = occupancy * 24 * 60 // FULL
        sessions = max(1, round(minutes * random.uniform(0.8, 1.2)) // lot.stay)
        if sent:
            revenue = minutes * lot.fee // 60 // 50 * 50  # machines take steps of half a yuan
            found.append(NewReading(device, day, DEVICES_PER_LOT, minutes, minutes * FULL // 1440, sessions, revenue))
    return found


def _part_of(one: NewReading, minute: int) -> NewReading:
    """Return what is known of a day at a minute of it."""
    minutes = (one.occupied_minutes or 0) * minute // 1440
    share = {"occupied_minutes": minutes, "occupancy": minutes * FULL // 1440}
    return NewReading(
        one.device, one.day, one.spaces, share["occupied_minutes"], share["occupancy"],
        one.sessions * minute // 1440, one.revenue * minute // 1440 // 50 * 50,
    )  # fmt: skip


def _minute_now(programme_id: int) -> int:
    now = datetime.now(zone_of(programme_id))
    return now.hour * 60 + now.minute
