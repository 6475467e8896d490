"""The member card on the phone: shown, lost, found, bound; and the register form."""

from django.urls import reverse

from jifen.cards.finding import card_of
from jifen.cards.models import Card, Details
from tests.cards.test_issuing import WANG, id_number
from tests.cards.town import LOGIN, Town

FIRST = 8801_000000


def test_a_card_of_a_store_is_bound_shown_lost_and_found_on_the_phone(town: Town) -> None:
    gold = town.store()
    town.range(gold)
    member = town.open(gold, FIRST)
    phone = town.guest()

    assert b"Bind it and log in" in phone.get(town.page("login")).content
    assert phone.post(town.page("member-card/bind"), {"text": str(FIRST)}).status_code == 302
    wrong = phone.post(town.page("member-card/bind/code"), {"code": "12", "password": LOGIN})
    assert b"the code is wrong" in wrong.content
    answer = phone.post(town.page("member-card/bind/code"), {"code": town.code(), "password": LOGIN}, follow=True)
    assert b"8801 0000 00" in answer.content
    assert b"<svg" in answer.content

    lost = phone.post(town.page("member-card/lost"), {"reason": "in the bus"}, follow=True).content
    assert b"Reported lost" in lost
    assert b"in the bus" in lost
    assert b"to be scanned" not in lost
    found = phone.post(town.page("member-card/found"), follow=True).content
    assert b"The card is good again" in found
    phone.post(town.page("logout"))
    again = phone.post(town.page("login"), {"phone": str(FIRST), "password": LOGIN})
    assert again.headers["Location"] == town.page("")
    card = card_of(member.pk)
    assert card is not None
    assert card.state == "bound"


def test_a_member_without_a_card_sees_a_code_and_no_way_to_lose_it(town: Town) -> None:
    phone = town.phone("Ann")

    page = phone.get(town.page("member-card")).content.decode()

    assert "No card yet" in page
    assert town.members["Ann"].invite_code in page
    assert "Report it lost" not in page
    assert "you have no card" in phone.post(town.page("member-card/lost"), follow=True).content.decode()


def test_the_register_form_is_shown_masked_checked_and_changed(town: Town) -> None:
    phone = town.phone("Ann")
    fields = {"name": "王芳", "phone": "", "birthday": "", "sex": "f", "address": "东门路1号", "note": ""}

    wrong = phone.post(town.page("member-card/details"), {**fields, "id_number": "110105199003071230"})
    assert b"the check digit of the ID number is wrong" in wrong.content
    phone.post(town.page("member-card/details"), {**fields, "id_number": id_number()})

    page = phone.get(town.page("member-card/details")).content.decode()
    assert id_number() not in page
    assert "11**************" in page
    assert 'value="1990-03-07"' in page
    assert Details.objects.get(member_id=town.member("Ann")).sex == "f"


def test_pages_speak_chinese_and_programmes_without_cards_have_none(town: Town) -> None:
    gold = town.store()
    town.range(gold)
    town.open(gold, FIRST, **WANG)

    page = town.phone("Olga", language="zh-hans").get(town.page("member-card")).content.decode()

    assert "还没有会员卡" in page
    assert "No card" not in page


def test_a_lost_card_that_is_not_the_store_s_is_not_found(town: Town) -> None:
    gold, silk = town.store(), town.store("silk", owner="Sun")
    town.range(gold)
    town.range(silk)
    town.open(silk, FIRST + 10)
    phone = town.phone("Olga")

    for card_id in (Card.objects.get(number=FIRST + 10).pk, 999_999_999):
        page = reverse("web:counter_lost_card", args=[town.programme.code, gold.code, card_id])
        assert phone.post(page, {"reason": "says so"}).status_code == 404
