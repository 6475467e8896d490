"""Newcomers by referrer and network, other phones by two people, and the first member of a programme."""

from dataclasses import replace

import pytest
from django.test import Client

from jifen.facts.days import open_day
from jifen.facts.models import Act
from jifen.members.login import WrongLoginError, log_in, session_mark
from jifen.members.models import Arrival, Member, PhoneChange, SandboxMessage
from jifen.members.newcomers import note_arrival
from jifen.members.recovery import reset_password, send_code
from jifen.wechat.models import Follower
from tests.backoffice.office import DOCUMENT, LOGIN, Office, open_programme, send, text_of
from tests.codes import newest_code

NEW, HOME = "13900000077", "192.0.2.7"


def come(office: Office, referrer: str, names: str, *, address: str = "") -> None:
    """Let people register below somebody, all from one address, or each from another."""
    for number, name in enumerate(names.split()):
        note_arrival(office.member(name, referrer), address or f"198.51.100.{number}")


def test_many_newcomers_of_one_referrer_or_one_network_are_marked(office: Office) -> None:
    """And puppets that bring one another, one each: the network tells (S2-09)."""
    for name in ("Ann", "Ben", "Eve"):
        office.member(name)
    come(office, "Ann", "a b c d e f g h i j")
    come(office, "Ben", "k l m", address=HOME)
    come(office, "Eve", "n o")
    come(office, "n", "p", address="2001:db8::1")
    come(office, "p", "q", address="2001:db8::2")
    come(office, "q", "r", address="2001:db8::3")
    office.buy("k")
    day = open_day(office.programme.pk)

    page = text_of(office.desk("auditor").get(office.address("newcomers/")))
    ann, ben, eve = (f"{day} {office.members[name].code} {name}" for name in ("Ann", "Ben", "Eve"))
    assert f"{ann} 10 0 1 look at them {ben} 3 1 3 look at them {eve} 2 0 1 {day}" in page
    network = Arrival.objects.get(member=office.members["r"]).network
    assert f"{network[:8]} 3 0 3" in page
    assert HOME not in page

    of_ben = f"members/?referrer={office.members['Ben'].code}&day={day}"
    listed = text_of(office.desk("auditor").get(office.address(of_ben)))
    assert f"{office.members['l'].code} l " in listed
    assert f"{office.members['a'].code} a " not in listed
    together = text_of(office.desk("auditor").get(office.address(f"members/?network={network}&day={day}")))
    assert f"{office.members['q'].code} q " in together
    assert f"{office.members['l'].code} l " not in together


def test_two_operators_give_a_member_who_lost_the_phone_another_one(office: Office) -> None:
    """The old phone is told, every session ends, and only a code to the new phone brings a password (S4-25)."""
    ann, programme = office.member("Ann"), office.programme.pk
    Follower.objects.create(programme=office.programme, openid="o1", member=ann, bound_at=ann.entered_at)
    mark, page = session_mark(ann), office.address(f"members/{ann.pk}/")
    typo = send(office.desk("operator"), page, "phone", phone=NEW, again="13900000078")
    told = send(office.desk("operator"), page, "phone", phone=NEW, again=NEW)
    change = PhoneChange.objects.get()
    page = office.address(f"phone-changes/{change.pk}/")
    read = {role: text_of(office.desk(role).get(page)) for role in ("approver", "auditor")}
    done = send(office.desk("chief"), page, "approve")
    assert "The two are not the same." in typo
    assert "Proposed. Another operator approves it." in told
    assert NEW in read["approver"]  # who decides reads it whole
    assert NEW not in read["auditor"]
    assert "Approved. The member logs in with the new phone" in done

    ann.refresh_from_db()
    assert session_mark(ann) != mark
    assert [one.phone for one in SandboxMessage.objects.order_by("id")] == ["138****0000", "139****0077"]
    assert not Follower.objects.filter(ended_at__isnull=True).exists()
    with pytest.raises(WrongLoginError):
        log_in(programme_id=programme, phone=NEW, password=LOGIN, address=HOME)
    send_code(programme_id=programme, phone=NEW, address=HOME)
    reset_password(programme_id=programme, phone=NEW, code=newest_code(NEW), new="a longer walk", address=HOME)
    assert log_in(programme_id=programme, phone=NEW, password="a longer walk", address=HOME) == ann
    assert list(Act.objects.order_by("id").values_list("act", flat=True)) == ["propose_phone", "approve_phone"]
    seen = text_of(office.desk("auditor").get(office.address("phone-changes/")))
    assert f"{ann.code} Ann done 138****0000 139****0077 operator chief" in seen
    assert NEW not in seen


def test_whoever_proposed_a_phone_does_not_decide_on_it(office: Office) -> None:
    ann = office.member("Ann")
    send(office.desk("chief"), office.address(f"members/{ann.pk}/"), "phone", phone=NEW, again=NEW)
    page = office.address(f"phone-changes/{PhoneChange.objects.get().pk}/")

    own = send(office.desk("chief"), page, "approve")
    unasked = office.desk("operator").post(page, {"action": "approve"})
    dropped = send(office.desk("approver"), page, "reject")

    assert "You proposed it, so another operator must decide." in own
    assert unasked.status_code == 403
    assert "Rejected. The phone stays." in dropped
    assert PhoneChange.objects.get().new_cipher is None
    assert log_in(programme_id=office.programme.pk, phone="13800000000", password=LOGIN, address=HOME) == ann


def test_the_first_member_is_registered_at_the_console_and_invites_the_others(office: Office) -> None:
    new = replace(office, members={}, programme=open_programme(
        DOCUMENT.replace('code = "release"', 'code = "fresh"'), office.operators["chief"]
    ))  # fmt: skip
    page = new.address("members/")
    refused = send(new.desk("operator"), page, "first", phone="12", name="王小明")
    done = send(new.desk("operator"), page, "first", phone=NEW, name="王小明")
    wang = Member.objects.get(programme=new.programme)

    assert "this is no phone number" in refused
    assert f"{wang.code} 王小明 is registered." in done
    assert "Register the first member" not in done
    again = {"action": "first", "first-phone": "13900000078", "first-name": "x", "first-reason": "y", "first-key": "z"}
    assert new.desk("operator").post(page, again).status_code == 403
    client = Client(headers={"accept-language": "en"})
    client.post("/fresh/recover", {"phone": NEW})
    client.post("/fresh/recover/code", {"code": newest_code(NEW), "new_password": "a longer walk"})
    assert wang.invite_code in text_of(client.get("/fresh/invite"))
