"""Coming in: login, registration by invite, sessions, language, the first address."""

import pytest
from django.test import Client

from jifen.members.codes import WrongCodeError
from jifen.members.models import Member, PhoneChange, SandboxMessage
from jifen.members.newcomers import check_join_code, send_join_code
from jifen.programmes.models import Programme
from tests.codes import join, newest_code
from tests.web.stage import LOGIN, PHONES, Stage, guest, text_of

NEWCOMER = {"phone": "13900000009", "name": "周新", "password": "mountain river 9", "consent": "on"}


def test_the_first_address_leads_to_the_only_programme(stage: Stage) -> None:
    answer = guest().get("/")

    assert (answer.status_code, answer["Location"]) == (302, "/release/")


def test_the_first_address_lists_the_programmes_of_a_server(stage: Stage) -> None:
    Programme.objects.create(code="other", title="另一个", title_en="Another", zone="Asia/Shanghai")

    page = text_of(guest().get("/"))

    assert "Points release" in page
    assert "/other/" in page


def test_a_server_without_programmes_says_so(db: None) -> None:
    assert "No programme runs here yet" in text_of(guest().get("/"))


def test_a_member_of_one_programme_is_a_guest_in_another(stage: Stage, wang: Client) -> None:
    Programme.objects.create(code="other", title="另一个", title_en="Another", zone="Asia/Shanghai")

    assert wang.get("/other/")["Location"].startswith("/other/login")


def test_a_part_of_a_page_sends_the_whole_page_to_the_login(stage: Stage) -> None:
    answer = guest().get("/release/statement", headers={"hx-request": "true"})

    assert answer["HX-Redirect"] == "/release/login"


def test_an_unknown_programme_is_not_found(stage: Stage) -> None:
    assert guest().get("/nowhere/login").status_code == 404


@pytest.mark.parametrize("page", ["", "statement", "lots", "team", "invite", "mall", "orders", "withdraw", "settings"])
def test_guests_are_sent_to_the_login_and_back(stage: Stage, page: str) -> None:
    client = guest()

    sent = client.get(f"/release/{page}")
    back = client.post(sent["Location"], {"phone": PHONES["wang"], "password": LOGIN, "next": f"/release/{page}"})

    assert sent["Location"].startswith("/release/login?next=")
    assert back["Location"] == f"/release/{page}"


def test_login_leads_to_no_other_server(stage: Stage) -> None:
    form = {"phone": PHONES["wang"], "password": LOGIN, "next": "https://elsewhere.example/"}

    assert guest().post("/release/login", form)["Location"] == "/release/"


def test_a_wrong_password_and_an_unknown_phone_get_the_same_answer(stage: Stage) -> None:
    wrong = guest().post("/release/login", {"phone": PHONES["wang"], "password": "no"})
    unknown = guest().post("/release/login", {"phone": "13911112222", "password": "no"})

    assert "the phone or the password is wrong" in text_of(wrong)
    assert "the phone or the password is wrong" in text_of(unknown)
    assert PHONES["wang"] in text_of(wrong)  # what was typed stays in the form


def test_too_many_tries_are_told_so(stage: Stage) -> None:
    client = guest()

    answers = [client.post("/release/login", {"phone": PHONES["wang"], "password": "no"}) for _ in range(6)]

    assert "too many tries" in text_of(answers[-1])


def test_login_renews_the_session_key(stage: Stage) -> None:
    client = guest()
    client.get("/release/login")
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key or ""
    client.cookies["sessionid"] = before

    client.post("/release/login", {"phone": PHONES["wang"], "password": LOGIN})

    assert client.session.session_key != before


def test_a_member_is_no_operator(wang: Client) -> None:
    assert wang.get("/console/").status_code == 302


def test_logging_out_ends_it(wang: Client) -> None:
    wang.post("/release/logout")

    assert wang.get("/release/").status_code == 302


def test_logging_out_needs_a_post(wang: Client) -> None:
    assert wang.get("/release/logout").status_code == 405


def test_a_new_password_ends_all_other_sessions(stage: Stage, wang: Client) -> None:
    other = stage.browser("wang")

    answer = wang.post("/release/settings", {"old_password": LOGIN, "new_password": "another green leaf"})

    assert answer.status_code == 302
    assert wang.get("/release/").status_code == 200
    assert other.get("/release/").status_code == 302


def test_a_weak_new_password_is_refused_with_the_reason(wang: Client) -> None:
    answer = wang.post("/release/settings", {"old_password": LOGIN, "new_password": "12345678"})

    assert "digits alone are easily guessed" in text_of(answer)


def test_the_invite_link_names_the_inviter_only_by_a_nickname(stage: Stage) -> None:
    page = text_of(guest().get(f"/release/join/{stage.members['wang'].invite_code}"))

    assert "Invited by 王**" in page
    assert "王小明" not in page
    assert "You can lose what you spend" in page


def test_registering_by_the_link_binds_the_referrer_and_logs_in(stage: Stage) -> None:
    client = guest()

    answer = join(client, f"/release/join/{stage.members['wang'].invite_code}", NEWCOMER)

    assert answer["Location"] == "/release/"
    assert Member.objects.get(name="周新").referrer == stage.members["wang"]
    assert client.get("/release/").status_code == 200


def test_nobody_registers_without_consent(stage: Stage) -> None:
    form = {name: text for name, text in NEWCOMER.items() if name != "consent"}

    answer = join(guest(), f"/release/join/{stage.members['wang'].invite_code}", form)

    assert "Registering needs your consent" in text_of(answer)
    assert "周新" in text_of(answer)
    assert not Member.objects.filter(name="周新").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"phone": "12"}, "this is no phone number"),
        ({"invite_code": "WRONG234"}, "nobody has this invite code"),
    ],
)
def test_without_a_phone_or_an_invite_no_code_is_sent(stage: Stage, change: dict[str, str], said: str) -> None:
    form = {**NEWCOMER, "invite_code": stage.members["wang"].invite_code, **change}

    answer = guest().post("/release/join", form)

    assert said in text_of(answer)
    assert 'aria-invalid="true"' in text_of(answer)
    assert form["phone"] in text_of(answer)
    assert not SandboxMessage.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password": "12345678"}, "digits alone are easily guessed"),
        ({"code": "000000"}, "the code is wrong or no longer holds"),
        ({"consent": ""}, "Registering needs your consent"),
    ],
)
def test_a_refused_registration_says_why_and_keeps_the_form(stage: Stage, change: dict[str, str], said: str) -> None:
    client, form = guest(), {**NEWCOMER, "invite_code": stage.members["wang"].invite_code}

    answer = join(client, "/release/join", {**form, **change})

    assert said in text_of(answer)
    assert 'aria-invalid="true"' in text_of(answer)
    assert "周新" in text_of(answer)
    assert join(client, "/release/join", form)["Location"] == "/release/"


def test_nobody_registers_a_phone_without_its_code(stage: Stage) -> None:
    """Points are given for people: a phone that nobody proved makes no member (S2-09, S2-35)."""
    client, link = guest(), f"/release/join/{stage.members['wang'].invite_code}"

    at_once = client.post(link, NEWCOMER)
    without = client.post(at_once["Location"], NEWCOMER)
    of_another = guest().post(at_once["Location"], {**NEWCOMER, "code": newest_code()})

    assert at_once["Location"] == f"{link}/code"
    assert "This field is required" in text_of(without)
    assert of_another["Location"] == link  # in that browser no code was asked for
    assert not Member.objects.filter(name="周新").exists()


def test_a_code_registers_once(stage: Stage) -> None:
    """What was proved is used up in the transaction that registers; for another phone it proves nothing."""
    join(guest(), f"/release/join/{stage.members['wang'].invite_code}", NEWCOMER)
    programme, code = stage.programme.pk, newest_code(NEWCOMER["phone"])

    with pytest.raises(WrongCodeError):
        check_join_code(programme_id=programme, phone=NEWCOMER["phone"], code=code)
    send_join_code(programme_id=programme, phone="13900000008", address="192.0.2.7", language="en")
    with pytest.raises(WrongCodeError):
        check_join_code(programme_id=programme, phone="13900000007", code=newest_code())


def test_whether_a_phone_has_an_account_is_said_to_its_owner_alone(stage: Stage) -> None:
    client, link = guest(), f"/release/join/{stage.members['wang'].invite_code}"
    known, new = client.post(link, {"phone": PHONES["li"]}), guest().post(link, {"phone": "13900000009"})

    told = join(client, link, {**NEWCOMER, "phone": PHONES["li"]})

    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])
    assert "this phone has an account already" in text_of(told)


def test_a_network_asks_for_so_many_codes_only(stage: Stage) -> None:
    link = f"/release/join/{stage.members['wang'].invite_code}"
    near = [guest().post(link, {"phone": f"139000010{n:02}"}, REMOTE_ADDR=f"2001:db8::{n}") for n in range(31)]
    far = guest().post(link, {"phone": "13900000009"}, REMOTE_ADDR="2001:db8:0:1::1")

    assert [answer.status_code for answer in near] == [302] * 30 + [200]
    assert "too many tries" in text_of(near[-1])
    assert far.status_code == 302


def test_a_member_has_another_phone_after_password_and_two_codes(stage: Stage, wang: Client) -> None:
    """The old phone is asked and told, and logs in no more; other devices are logged out (S4-25)."""
    other = stage.browser("wang")
    asked = {"password": LOGIN, "phone": "139 0000 0009"}
    wrong = wang.post("/release/settings/phone", {**asked, "password": "no"})
    sent = wang.post("/release/settings/phone", asked)
    codes = {"old_code": newest_code(PHONES["wang"]), "code": newest_code("13900000009")}
    page = text_of(wang.get(sent["Location"]))
    missed = wang.post(sent["Location"], {**codes, "code": "000000"})
    stolen = wang.post(sent["Location"], {**codes, "old_code": "000000"})
    done = wang.post(sent["Location"], codes, follow=True)

    assert "the password is wrong" in text_of(wrong)
    assert "138****0001" in page
    assert "139****0009" in page
    assert "the code is wrong" in text_of(missed)
    assert "the code is wrong" in text_of(stolen)
    assert "139****0009" in text_of(done)
    assert other.get("/release/settings").status_code == 302
    assert SandboxMessage.objects.latest("id").phone == "138****0001"
    assert "139****0009" in SandboxMessage.objects.latest("id").text
    old, new = ({"phone": phone, "password": LOGIN} for phone in (PHONES["wang"], "13900000009"))
    assert guest().post("/release/login", old).status_code == 200
    assert guest().post("/release/login", new)["Location"] == "/release/"
    assert PhoneChange.objects.get().state == "done"


def test_nobody_has_the_phone_of_another_account(stage: Stage, wang: Client) -> None:
    own = wang.post("/release/settings/phone", {"password": LOGIN, "phone": PHONES["wang"]})
    sent = wang.post("/release/settings/phone", {"password": LOGIN, "phone": PHONES["li"]})

    codes = {"old_code": newest_code(PHONES["wang"]), "code": newest_code(PHONES["li"])}
    told = wang.post(sent["Location"], codes)

    assert "this is the phone of the account already" in text_of(own)
    assert "this phone has an account of its own" in text_of(told)
    assert not PhoneChange.objects.exists()


def test_the_language_is_remembered(stage: Stage) -> None:
    client = guest("en")

    back = client.post("/language", {"language": "zh-hans", "next": "/release/login"})

    assert back["Location"] == "/release/login"
    assert "登录" in text_of(client.get("/release/login"))


def test_forms_need_their_token(stage: Stage) -> None:
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post("/release/login", {"phone": PHONES["wang"], "password": LOGIN})

    assert answer.status_code == 403
