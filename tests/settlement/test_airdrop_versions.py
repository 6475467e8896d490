"""Later versions of an airdrop on the platform: caps and kinds that fit what was given out (S2-16, S2-61)."""

from datetime import timedelta

import pytest
from django.db import transaction

from jifen.airdrops.models import AirdropDay, Emission
from jifen.engine.document import load_programme
from jifen.facts.days import open_day
from jifen.facts.opening import approve_version, draft_version, open_programme
from jifen.members.models import Operator
from jifen.programmes.compatible import IncompatibleVersionError, refuse_incompatible
from jifen.programmes.models import Version
from jifen.programmes.versions import draft
from jifen.settlement.verify import verify
from tests.settlement.drops import TOKEN, Drops, small

pytestmark = pytest.mark.django_db
CAP = "cap = 390000"


def capped(tokens: object) -> str:
    return small("airdrop_sport", **{CAP: f"cap = {tokens}"})


def living() -> Drops:
    """Return a programme that has given out some tokens and put aside others."""
    life = Drops("airdrop_sport", small("airdrop_sport"))
    life.join("A")
    life.activate("A")
    life.do("", "fund_reserve", "token", 100 * TOKEN)
    life.settle()
    return life


def gone(life: Drops) -> int:
    row = Emission.objects.get(pk=life.id)
    return int(row.emitted + row.funded)


def approve_by_two(life: Drops, version: Version, days: int) -> Version:
    begins = open_day(life.id) + timedelta(days=days)
    for operator in (life.operator, Operator.objects.get_or_create(username="wu")[0]):
        version = approve_version(version_id=version.pk, operator_id=operator.pk, effective_from=begins)
    return version


def test_a_cap_below_what_is_gone_is_refused_on_draft_and_on_approval() -> None:
    """By the day of the version: what the days until then give counts (S2-61)."""
    life = living()
    now = gone(life)
    assert now > 100 * TOKEN

    with pytest.raises(IncompatibleVersionError, match=r"the cap of 150 token is below .* write at least that"):
        draft_version(programme_id=life.id, text=capped(150), operator_id=life.operator.pk)
    assert Version.objects.filter(programme_id=life.id).count() == 1

    enough_today = draft_version(
        programme_id=life.id, text=capped(now // TOKEN + 1), operator_id=life.operator.pk, note="lower"
    )
    with pytest.raises(IncompatibleVersionError, match="given out and set aside by"):
        approve_by_two(life, enough_today, days=2)
    life.do("", "fund_reserve", "token", 50 * TOKEN)
    with pytest.raises(IncompatibleVersionError, match="given out and set aside by"):
        approve_by_two(life, enough_today, days=1)
    assert Version.objects.get(pk=enough_today.pk).state == Version.State.DRAFT
    assert not enough_today.approvals.exists()


def test_airdrops_stop_at_a_lowered_cap_and_nothing_is_taken_back() -> None:
    life = living()
    life.settle()
    each = Emission.objects.get(pk=life.id).emitted // 2
    cap = (gone(life) + each * 5 // 2) // TOKEN
    approve_by_two(life, draft_version(programme_id=life.id, text=capped(cap), operator_id=life.operator.pk), days=1)
    life.do("", "fund_reserve", "token", each)  # by the version that is still in force

    life.settle(4)

    assert [one.message for one in verify(life.id)] == []
    assert cap * TOKEN - each < gone(life) <= cap * TOKEN
    assert AirdropDay.objects.filter(programme_id=life.id).order_by("day").last().emission < each  # type: ignore[union-attr] # there are days


def test_set_aside_by_the_old_version_may_pass_the_cap_of_the_new_one() -> None:
    """What was in force so far is what is measured against; the lowered cap ends airdrops alone (S2-16)."""
    life = living()
    cap = gone(life) // TOKEN + 500
    approve_by_two(life, draft_version(programme_id=life.id, text=capped(cap), operator_id=life.operator.pk), days=1)
    life.do("", "fund_reserve", "token", 1_000 * TOKEN)

    life.settle(3)
    life.join("B", "A")  # and what is set aside is still paid

    assert gone(life) > cap * TOKEN
    assert [one.message for one in verify(life.id)] == []


def test_the_airdrop_gives_the_same_kind_for_ever_and_none_that_came_from_elsewhere() -> None:
    life = living()
    other = '[points.shells]\ntitle = "贝壳"\ntitle_en = "shells"\ndecimals = 8\n\n[points.challenge_credit]'
    text = small("airdrop_sport", **{"[points.challenge_credit]": other})
    at = text.index("[airdrop]")
    moved = text[:at] + text[at:].replace('kind = "token"', 'kind = "shells"', 1)
    with pytest.raises(IncompatibleVersionError, match="the airdrop goes on giving token"):
        refuse_incompatible(life.programme, load_programme(moved))

    dropped = small("airdrop_sport")
    end = dropped.index("[[on_review]]")
    without = dropped[: dropped.index("[airdrop]")] + dropped[end : dropped.index("[[example]]")]
    plain = open_programme(
        text=without.replace('code = "airdrop_sport"', 'code = "plain"'), operator_id=life.operator.pk
    )
    with (
        pytest.raises(IncompatibleVersionError, match="members may hold token that came from elsewhere"),
        transaction.atomic(),
    ):
        draft(
            programme_id=plain.pk,
            text=dropped.replace('code = "airdrop_sport"', 'code = "plain"'),
            operator_id=life.operator.pk,
        )
    kept = draft(programme_id=life.id, text=without, operator_id=life.operator.pk)
    assert kept.state == Version.State.DRAFT  # an airdrop may end
