"""Recordings counted once, within the day, and what they unlock (S2-37 … S2-39, S2-44 … S2-47)."""

import random
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sport.park import Park


def test_a_task_unlocks_at_once_and_once_a_day(park: "Park") -> None:
    from jifen.ledger.reading import daily_sums
    from tests.sport.park import POINT

    first = park.walk("Anna", 3_000, ago=200)
    second = park.walk("Anna", 2_500, ago=100)
    third = park.walk("Anna", 6_000)

    assert [one.counted for one in (first, second, third)] == [3_000, 2_500, 6_000]
    assert park.credit("Anna") == (2 * POINT, 98 * POINT)
    unlocked = list(second.unlocked.values_list("task", "kind", "amount"))
    assert unlocked == [("walk", "challenge_credit", 2 * POINT)]
    assert [one.unlocked.count() for one in (first, third)] == [0, 0]
    day = second.business_date
    assert day is not None
    assert daily_sums(park.member("Anna").pk, "challenge_credit", day, day)[day, "sport_task"] == 2 * POINT


def test_walking_and_running_have_tasks_of_their_own(park: "Park") -> None:
    from jifen.sport.services import Steps, steps_of
    from tests.sport.park import POINT

    run = park.run("Anna", 4_000)

    assert run.business_date is not None
    assert steps_of(park.member("Anna").pk, run.business_date) == Steps(0, 4_000)
    assert [one.amount for one in run.unlocked.all()] == [3 * POINT]
    assert park.credit("Anna") == (3 * POINT, 97 * POINT)


def test_the_ladder_unlocks_at_the_close_what_the_page_expected(lasting_park: "Park") -> None:
    """6,000 steps run are 1 % of the 97 that are frozen after the task of running."""
    from jifen.facts.days import open_day
    from jifen.settlement.run import settle_day
    from jifen.settlement.verify import verify
    from jifen.web.reads.sport import read_today, sport_now
    from tests.sport.park import POINT

    park = lasting_park
    park.run("Anna", 6_500)
    now = sport_now(park.programme.pk)
    assert now is not None
    expected = read_today(park.member("Anna"), now).expected

    settle_day(programme_id=park.programme.pk, day=open_day(park.programme.pk))

    assert expected is not None
    assert expected.amount.minor == 97 * POINT // 100
    assert park.credit("Anna") == (3 * POINT + expected.amount.minor, 97 * POINT - expected.amount.minor)
    assert verify(park.programme.pk) == []


def test_a_recording_of_a_closed_day_counts_on_the_open_one(lasting_park: "Park") -> None:
    from jifen.facts.days import open_day
    from jifen.settlement.run import settle_day

    park = lasting_park
    park.walk("Anna", 1_000, ago=300)
    settle_day(programme_id=park.programme.pk, day=open_day(park.programme.pk))

    late = park.walk("Anna", 5_000, ago=100)

    assert late.business_date == open_day(park.programme.pk) > late.ended_at.date() - timedelta(days=1)
    assert late.counted == 5_000
    assert late.unlocked.count() == 1


def test_the_same_key_counts_once_and_with_other_contents_not_at_all(park: "Park") -> None:
    from jifen.sport.errors import RecordingKeyReusedError
    from jifen.sport.models import Recording
    from jifen.sport.services import report

    new, anna = park.recording(2_000), park.member("Anna").pk
    first = report(member_id=anna, new=new)

    again = report(member_id=anna, new=replace(new, sent_at=new.sent_at + timedelta(seconds=9)))
    with pytest.raises(RecordingKeyReusedError):
        report(member_id=anna, new=replace(new, steps=9_000))

    assert again == first
    assert Recording.objects.get().steps == 2_000


def test_what_overlaps_another_recording_is_refused_from_any_device(park: "Park") -> None:
    from jifen.sport.services import report

    anna, band = park.member("Anna").pk, park.pair("Anna").device
    first = park.walk("Anna", 2_000, ago=30)

    across = report(member_id=anna, new=park.recording(500, ago=2, source="device"), device_id=band.pk)
    after = report(
        member_id=anna,
        new=park.recording(500, began_at=first.ended_at, moving=600, source="device", distance=None),
        device_id=band.pk,
    )
    other = park.walk("Ben", 2_000, ago=30)

    assert (across.refusal, across.business_date, across.counted) == ("overlap", None, 0)
    assert [after.refusal, other.refusal] == ["", ""]


def test_a_refused_recording_is_kept_with_its_reason_and_takes_no_time(park: "Park") -> None:
    from jifen.facts.models import Fact
    from jifen.sport.limits import sentence_of

    fast = park.walk("Anna", 2_000, distance=12_500)
    right = park.walk("Anna", 2_000)

    assert str(sentence_of(fast)) == "it was at 13 km/h; more than 10 km/h is not counted for it"
    assert right.refusal == ""
    assert Fact.objects.filter(type="steps").count() == 1


def test_a_day_counts_only_so_many_steps_of_each_sport(park: "Park") -> None:
    """Of 50,000 steps a day 10,500 an hour leave 8,000 for the fifth hour, and none for the sixth."""
    counted = [park.walk("Anna", 10_500, ago=70 * n).counted for n in range(6)]
    run = park.run("Anna", 2_000, ago=70 * 6)

    assert counted == [10_500, 10_500, 10_500, 10_500, 8_000, 0]
    assert run.counted == 2_000


def test_a_distance_without_steps_is_kept_and_counts_nothing(park: "Park") -> None:
    found = park.walk("Anna", 0, distance=3_000)

    assert (found.refusal, found.counted, found.fact_tick) == ("", 0, None)
    assert found.business_date is not None


def test_nobody_fills_the_table(park: "Park") -> None:
    from jifen.sport.errors import TooManyReportsError
    from jifen.sport.services import AN_HOUR_MAX

    for _ in range(AN_HOUR_MAX):
        park.walk("Anna", 1)
    with pytest.raises(TooManyReportsError) as refused:
        park.walk("Anna", 2_000)

    assert 3_500 < refused.value.seconds <= 3_600
    assert park.walk("Ben", 2_000).counted == 2_000


def test_a_programme_without_steps_takes_none(db: None) -> None:
    from jifen.sport.errors import NoSportError
    from tests.sport.park import DOCUMENT, open_park

    without = DOCUMENT[: DOCUMENT.index("# Steps:")] + DOCUMENT[DOCUMENT.index("# The close of a day") :]
    park = open_park(without)

    with pytest.raises(NoSportError):
        park.walk("Anna", 2_000)


def test_two_devices_and_one_nonce_at_once_count_each_step_once(lasting_park: "Park") -> None:
    """Ten times the same nonce, and ten recordings of the same hour from two devices: two count, of two hours."""
    from jifen.settlement.verify import verify
    from jifen.sport.models import Recording
    from jifen.sport.services import report, steps_of
    from tests.sales.shop import at_once

    park = lasting_park
    anna = park.member("Anna").pk
    bands = [park.pair("Anna", title).device.pk for title in ("left", "right")]
    same = park.recording(3_000, ago=100)
    calls = [partial(report, member_id=anna, new=same) for _ in range(10)]
    calls += [
        partial(report, member_id=anna, new=park.recording(2_500, ago=1, source="device"), device_id=bands[n % 2])
        for n in range(10)
    ]
    random.Random(7).shuffle(calls)

    outcomes = at_once(calls)

    assert outcomes.kinds() == set()
    assert len({one.pk for one in outcomes.answers}) == 11
    kept = Recording.objects.filter(refusal="")
    assert sorted(kept.values_list("steps", flat=True)) == [2_500, 3_000]
    assert set(Recording.objects.exclude(refusal="").values_list("refusal", flat=True)) == {"overlap"}
    day = kept[0].business_date
    assert day is not None
    assert steps_of(anna, day).walked == 5_500
    assert verify(park.programme.pk) == []


def test_a_member_has_so_many_devices_and_revokes_only_own_ones(park: "Park") -> None:
    from jifen.sport.devices import DEVICES_MAX, close_device_secrets_anew, pair_device, revoke_own
    from jifen.sport.errors import DeviceError
    from jifen.sport.models import Device

    pairs = [park.pair("Anna", f"Band {n}") for n in range(DEVICES_MAX)]
    with pytest.raises(DeviceError, match="5 devices are paired"):
        park.pair("Anna")
    with pytest.raises(DeviceError):
        revoke_own(member_id=park.member("Ben").pk, device_id=pairs[0].device.pk)
    revoke_own(member_id=park.member("Anna").pk, device_id=pairs[0].device.pk)
    again = pair_device(member_id=park.member("Anna").pk, title="x", key=pairs[1].device.key)

    assert park.pair("Anna").secret.startswith("whsec_")
    assert (again.device, again.secret) == (pairs[1].device, "")
    assert len({one.secret for one in pairs}) == DEVICES_MAX
    assert not any(one.secret.encode() in bytes(Device.objects.get(pk=one.device.pk).cipher) for one in pairs)
    assert close_device_secrets_anew() == DEVICES_MAX


@pytest.mark.parametrize("title", ["", "  "])
def test_a_device_has_a_name(park: "Park", title: str) -> None:
    from jifen.sport.errors import DeviceError

    with pytest.raises(DeviceError, match="give the device a name"):
        park.pair("Anna", title)


def test_steps_held_back_until_the_next_day_bring_no_second_task(fresh_database: str) -> None:
    """Ten thousand steps of one day, the second half sent after its close: one task, and no rung of the next day.

    The day is closed while it lasts; what is recorded from then on counts.
    """
    from jifen.facts.days import open_day
    from jifen.settlement.run import settle_day
    from jifen.sport.limits import sentence_of
    from tests.sport.park import AS_IT_IS, POINT, open_park

    park = open_park(AS_IT_IS)
    park.walk("Anna", 5_000)
    settle_day(programme_id=park.programme.pk, day=open_day(park.programme.pk))

    held_back = park.walk("Anna", 5_000, ago=240)
    walked_on = park.walk("Ben", 5_000)

    assert (held_back.refusal, held_back.business_date, held_back.counted) == ("carried", None, 0)
    assert (walked_on.refusal, walked_on.business_date) == ("", open_day(park.programme.pk))
    assert "whose tasks and ladder are not for it" in str(sentence_of(held_back))
    assert park.credit("Anna") == (2 * POINT, 98 * POINT)


def test_of_typed_steps_a_day_counts_what_the_document_allows(db: None) -> None:
    """Of 3,000 a day, walked and run together; sensed steps count beside them."""
    from tests.sport.park import DOCUMENT, open_park

    park = open_park(DOCUMENT.replace("entered_max = 0", "entered_max = 3000"))
    typed = [park.walk("Anna", 2_500, source="entered", ago=70 * n, distance=None) for n in range(2)]
    typed.append(park.run("Anna", 1_000, source="entered", ago=140))

    sensed = park.walk("Anna", 2_500, ago=210)

    assert [one.counted for one in typed] == [2_500, 500, 0]
    assert {one.refusal for one in typed} == {""}
    assert sensed.counted == 2_500


def test_typed_steps_do_not_count_where_the_document_does_not_allow_them(park: "Park") -> None:
    found = park.walk("Anna", 5_200, source="entered")
    sensed = park.walk("Anna", 5_200)

    assert (found.refusal, found.counted) == ("entered", 0)
    assert sensed.counted == 5_200


def test_one_bracelet_on_several_members_is_marked(lasting_park: "Park") -> None:
    """Three members report the same at once: one of them is the first, and the others are marked as its twins."""
    from jifen.sport.models import Recording
    from jifen.sport.services import report
    from tests.sales.shop import at_once

    park = lasting_park
    new, people = park.recording(6_000), [park.member(name).pk for name in ("Anna", "Ben", "Cid")]

    outcomes = at_once([partial(report, member_id=one, new=new) for one in people])
    other = park.walk("Dan", 6_001)

    assert outcomes.kinds() == set()
    first = Recording.objects.earliest("pk")
    assert list(Recording.objects.order_by("pk").values_list("twin", flat=True)) == [None, first.pk, first.pk, None]
    assert other.twin is None


def test_nobody_fills_the_table_of_devices(park: "Park") -> None:
    from jifen.sport.devices import PAIRINGS_MAX, revoke_own
    from jifen.sport.errors import DeviceError
    from jifen.sport.models import Device
    from jifen.web.reads.sport import DEVICES_SHOWN, devices_of

    anna = park.member("Anna")
    for _ in range(PAIRINGS_MAX):
        revoke_own(member_id=anna.pk, device_id=park.pair("Anna").device.pk)
    with pytest.raises(DeviceError, match="10 pairings a day are the most"):
        park.pair("Anna")
    Device.objects.filter(member=anna).update(paired_at=park.recording(1).sent_at - timedelta(days=2))
    held = park.pair("Anna").device
    for n in range(2 * PAIRINGS_MAX):
        Device.objects.filter(member=anna).exclude(pk=held.pk).update(paired_at=held.paired_at - timedelta(days=2))
        revoke_own(member_id=anna.pk, device_id=park.pair("Anna", f"Band {n}").device.pk)

    shown = devices_of(anna)

    assert (len(shown), shown[0], shown[1].title) == (DEVICES_SHOWN, held, f"Band {2 * PAIRINGS_MAX - 1}")
