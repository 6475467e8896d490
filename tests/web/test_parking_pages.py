"""Member pages of a programme with several kinds: wallets, conversions, lots by months, ranks by devices."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jifen.facts.days import open_day
from jifen.facts.record import RefusedError
from jifen.ledger.close import proofs
from jifen.ledger.reading import balances
from jifen.members.models import Member, Standing
from jifen.payouts.moves import convert_points
from tests.codes import join
from tests.web.parking_stage import POINT, SWITCHED_ON, ParkingStage, build_parking_stage
from tests.web.stage import LOGIN, PHONES, guest, key_in, text_of
from tests.web.test_moves import fields_of
from tests.web.test_pages import CHINESE, Page

KINDS = ["lease_income", "lease_credit", "mall_points", "referral_points", "sales_points", "spare_points"]
PAGES = [
    *("", "wallets", *(f"wallets/{kind}" for kind in KINDS), "convert", "transfer", "statement", "lots", "team", "me"),
    *("withdraw", "invite", "orders", "settings"),
]
CONVERSIONS = ["lease_income>lease_credit", "referral_points>lease_credit", "sales_points>lease_credit"]


@pytest.fixture
def parking(db: None) -> ParkingStage:
    """The parking programme as the catalogue has it."""
    return build_parking_stage()


@pytest.fixture
def switched_on(db: None) -> ParkingStage:
    """The parking programme with every switch for transfers on (S0-25, S0-26)."""
    return build_parking_stage(SWITCHED_ON)


def shown(client: Client, stage: ParkingStage, page: str) -> str:
    answer = client.get(stage.at(page))
    assert answer.status_code == 200, page
    return text_of(answer)


def ask(client: Client, stage: ParkingStage, page: str, **typed: str) -> str:
    key = key_in(client.get(stage.at(page)))
    return text_of(client.post(stage.at(page), {"key": key, **typed}))


def free(stage: ParkingStage, name: str, kind: str) -> int:
    return balances(stage.members[name].pk).get((kind, "free"), 0)


def month_ago(today: date, months: int) -> date:
    """Return the first day of an earlier month."""
    month = today.year * 12 + today.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_shown_in_both_languages(parking: ParkingStage, language: str) -> None:
    for kind in KINDS:
        parking.give("wang", kind, 100)
    parking.open_lot("wang", day=month_ago(open_day(parking.programme.pk), 3), released=420)
    client = parking.browser("wang", language=language)

    for page in PAGES:
        read = Page(shown(client, parking, page))
        assert read.inline == [], page
        assert len(read.ids) == len(set(read.ids)), page
        if language == "en":
            said = (
                " ".join(read.texts).replace("简体中文", "").replace("中文", "").replace("王小明", "").replace("王", "")
            )
            assert not CHINESE.search(said.replace("李**", "")), page


def test_each_wallet_says_what_its_kind_may_do(parking: ParkingStage) -> None:
    client = parking.browser("wang")

    wallets = " ".join(shown(client, parking, "wallets").split())
    briefs = {kind: shown(client, parking, f"wallets/{kind}") for kind in KINDS}

    assert "withdraw · pay for goods · convert into lease credit" in wallets  # lease income (S0-25)
    assert "<small>buy devices</small>" in wallets  # lease credit (S0-23)
    assert "<small>withdraw · convert into lease credit</small>" in wallets  # referral and sales points (S0-27, S0-28)
    assert "<small>pay for goods</small>" in wallets  # mall points (S0-26)
    assert "<small>kept for later use</small>" in wallets  # spare points (S0-29)
    assert "6 % is kept as a fee" in briefs["lease_income"]
    assert "6 % of the amount comes as mall points." in briefs["lease_income"]
    assert "Buy devices: it pays the whole price." in briefs["lease_credit"]
    assert "Convert" not in briefs["lease_credit"]  # there is no way back (S0-24)
    assert "Pay up to 100 % of the price of goods." in briefs["mall_points"]
    assert "Nothing yet: this kind is kept for later use." in briefs["spare_points"]


def test_home_has_a_row_for_every_wallet_but_idle_ones(parking: ParkingStage) -> None:
    parking.give("wang", "mall_points", 140)
    client = parking.browser("wang")

    home = shown(client, parking, "")
    names = [wallet.name for wallet in client.get(parking.at("")).context["home"].wallets]
    parking.give("wang", "spare_points", 1)

    assert names == [kind for kind in KINDS if kind != "spare_points"]
    assert "140.00" in home
    assert "Spare points" in shown(client, parking, "")


def test_home_leads_a_newcomer_to_the_devices(parking: ParkingStage) -> None:
    home = shown(parking.browser("wang"), parking, "")

    assert "A device grants locked points, which are released little by little." in home
    assert f'href="{parking.at("devices")}">Look at the devices</a>' in home
    assert "Look at the mall" not in home


def test_switches_let_kinds_be_given_to_others(switched_on: ParkingStage) -> None:
    for kind in KINDS[:3]:
        switched_on.give("wang", kind, 100)
    client = switched_on.browser("wang")

    for kind in KINDS[:3]:
        review = ask(client, switched_on, "transfer", to=switched_on.members["li"].code, kind=kind, amount="40")
        client.post(switched_on.at("transfer"), fields_of(review))
        assert (free(switched_on, "wang", kind), free(switched_on, "li", kind)) == (60 * POINT, 40 * POINT), kind

    assert proofs(switched_on.programme.pk) == []


def test_with_every_switch_off_nothing_is_given(parking: ParkingStage) -> None:
    parking.give("wang", "mall_points", 100)
    client = parking.browser("wang")

    assert "Nothing can be given to members in this programme" in shown(client, parking, "transfer")
    sent = {"key": "one", "to": PHONES["li"], "kind": "mall_points", "amount": "1", "confirm": "1"}
    client.post(parking.at("transfer"), sent)

    assert free(parking, "li", "mall_points") == 0


def test_the_pairs_that_may_be_converted_are_those_of_the_document(parking: ParkingStage) -> None:
    page = Page(shown(parking.browser("wang"), parking, "convert"))

    titles = [text for text in page.texts if " → " in text and "From" not in text]

    assert titles == [
        *("lease income → lease credit", "referral points → lease credit", "sales points → lease credit"),
    ]


@pytest.mark.parametrize("pair", CONVERSIONS)
def test_points_become_lease_credit_one_for_one(parking: ParkingStage, pair: str) -> None:
    kind = pair.partition(">")[0]
    parking.give("wang", kind, 100)
    client = parking.browser("wang")

    review = ask(client, parking, "convert", pair=pair, amount="70.5")
    client.post(parking.at("convert"), fields_of(review))
    (line,) = client.get(parking.at("statement"), {"rule": "convert", "kind": kind}).context["page"].lines

    assert "70.50" in review
    assert free(parking, "wang", kind) == 29 * POINT + POINT // 2
    assert free(parking, "wang", "lease_credit") == 70 * POINT + POINT // 2
    assert line.amount.signed == "-70.50"
    assert proofs(parking.programme.pk) == []


def test_lease_credit_never_turns_back(parking: ParkingStage) -> None:
    parking.give("wang", "lease_credit", 100)
    wang = parking.members["wang"].pk

    with pytest.raises(RefusedError) as refused:
        convert_points(member_id=wang, kind="lease_credit", into="lease_income", amount=POINT, key="back")

    assert str(refused.value) == "lease_credit cannot be converted into lease_income"


def test_the_statement_is_filtered_by_kind_rule_and_month(parking: ParkingStage) -> None:
    for kind in KINDS:
        parking.give("wang", kind, 100)
    client = parking.browser("wang")
    today = open_day(parking.programme.pk)

    by_kind = client.get(parking.at("statement"), {"kind": "sales_points", "rule": "adjustment"})
    by_month = client.get(parking.at("statement"), {"month": f"{today:%Y-%m}"})
    rules = by_kind.context["filters"].rules

    assert [line.kind.title_en for line in by_kind.context["page"].lines] == ["sales points"]
    assert len(by_month.context["page"].lines) == len(KINDS)
    assert {"convert", "member_transfer", "adjustment", "withdrawal", "withdrawal_hold"} <= set(rules)
    assert "generation_share" not in rules  # the programme has no such rule


def test_a_lot_shows_its_month_its_next_release_and_how_much_of_the_price_is_back(parking: ParkingStage) -> None:
    today = open_day(parking.programme.pk)
    parking.open_lot("wang", day=month_ago(today, 0) - timedelta(days=1), released=700)
    client = parking.browser("wang")

    page = shown(client, parking, "lots")
    (card,) = client.get(parking.at("lots")).context["lots"]

    assert "Month 1 of this lot: 3 % of the price." in page
    assert "700.00 of 7,000.00, 10.0%" in page
    assert "When the whole price is paid back, the title of the devices passes to the company." in page
    assert card.coming.amount.minor == 210 * POINT
    assert card.coming.day == month_ago(today, -1) - timedelta(days=1)
    assert card.ends_on is not None
    assert "A day" not in page


def test_the_title_has_passed_once_the_price_is_back(parking: ParkingStage) -> None:
    parking.open_lot("wang", day=date(2026, 1, 10), released=7_000)

    page = shown(parking.browser("wang"), parking, "lots")

    assert "The price is paid back" in page
    assert "The title of the devices has passed to the company" in page


def test_home_tells_the_next_month_s_end_and_what_was_released(parking: ParkingStage) -> None:
    today = open_day(parking.programme.pk)
    parking.open_lot("wang", day=month_ago(today, 0) - timedelta(days=1))
    client = parking.browser("wang")

    home = client.get(parking.at("")).context["home"]

    assert home.next_on == month_ago(today, -1) - timedelta(days=1)
    assert home.next.minor == 210 * POINT
    assert home.locked.minor == 21_000 * POINT


def test_the_chart_of_releases_counts_whatever_the_schedule_is_called(parking: ParkingStage) -> None:
    today = open_day(parking.programme.pk)
    parking.open_lot("wang", day=today, released=210)

    home = shown(parking.browser("wang"), parking, "")

    assert f"{today}: 210.00 + 0.00" in home
    assert "+210.00" in home


def test_who_holds_a_device_is_a_vip(parking: ParkingStage) -> None:
    client = parking.browser("wang")
    before = shown(client, parking, "me")
    Standing.objects.filter(member=parking.members["wang"]).update(units=1)

    assert "VIP member" not in before
    assert "VIP member" in shown(client, parking, "me")


def test_the_team_page_shows_the_way_to_a_rank_by_devices(parking: ParkingStage) -> None:
    Standing.objects.filter(member=parking.members["wang"]).update(units=4, team_units=46)
    client = parking.browser("wang")

    page = " ".join(shown(client, parking, "team").split())

    assert "To the rank District agent" in page
    assert "50 / 200" in page  # devices of the team
    assert "4 / 10" in page  # one's own (S0-40)
    assert "46 / 200" in page  # below (S0-42)
    assert "50 needed" in page
    assert "150 devices" in page
    assert "Only agents have ranks; apply to become one." in page
    Standing.objects.filter(member=parking.members["wang"]).update(rank=3, agent=True, agent_since=date(2026, 1, 1))
    assert "City agent" in shown(client, parking, "team")


def test_the_highest_rank_is_held_by_devices(parking: ParkingStage) -> None:
    wang = Standing.objects.filter(member=parking.members["wang"])
    wang.update(rank=3, agent=True, agent_since=date(2026, 1, 1))
    client = parking.browser("wang")

    assert "You hold it while you and those below you keep enough devices." in shown(client, parking, "team")
    assert "City agent" in shown(client, parking, "me")


def test_a_newcomer_joins_below_the_owner_of_the_invite_code(parking: ParkingStage) -> None:
    client = guest()
    invite = parking.members["wang"].invite_code
    form = {"phone": "13800000009", "name": "张三", "password": LOGIN, "consent": "on"}

    answer = join(client, parking.at(f"join/{invite}"), form, follow=True)
    zhang = Member.objects.get(programme=parking.programme, name="张三")

    assert "Welcome!" in text_of(answer)
    assert zhang.referrer_id == parking.members["wang"].pk
    assert zhang.invite_code in shown(client, parking, "invite")


def test_few_questions_are_asked_of_a_programme_with_many_kinds(parking: ParkingStage) -> None:
    for kind in KINDS:
        parking.give("wang", kind, 100)
    parking.open_lot("wang", day=date(2026, 1, 10))
    client = parking.browser("wang")
    for page, most in (("", 18), ("wallets", 10), ("wallets/lease_income", 14), ("lots", 12)):
        client.get(parking.at(page))
        with CaptureQueriesContext(connection) as captured:
            client.get(parking.at(page))
        assert len(captured) <= most, page
