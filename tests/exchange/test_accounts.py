"""Accounts at the exchange: one phone, one account; a real name that can be right; papers that stay closed."""

from datetime import date
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from jifen.exchange.accounts import (
    AlreadyVerifiedError,
    IdentityRefusedError,
    NoAccountError,
    checked_account,
    freeze_tickets,
    open_account,
    papers_of,
    unfreeze_tickets,
)
from jifen.exchange.adapter import Wanted
from jifen.exchange.chosen import NoExchangeError, exchange
from jifen.exchange.identity import IdentityNotValidError, check_sign, read_id_number, read_real_name
from jifen.exchange.models import Account, SimAccount
from jifen.exchange.simulated import FrozenAtExchangeError, NotVerifiedError
from jifen.members.models import Member
from jifen.members.phones import decrypt
from tests.exchange.mall import NOBODY, NUMBER, OTHER, Mall
from tests.members.people import in_parallel

TODAY = date(2026, 11, 22)


def test_the_member_s_phone_opens_one_account(mall: Mall) -> None:
    account = mall.trader("Ann")
    again = mall.trader("Ann")

    assert again == account
    assert SimAccount.objects.get().code == account.code
    assert exchange().state(account.code).verified


def test_an_account_that_the_phone_has_there_already_is_matched(mall: Mall) -> None:
    ann = mall.member("Ann")
    phone = decrypt(bytes(ann.phone_cipher), programme_id=ann.programme_id)
    before = exchange().register(programme_id=ann.programme_id, phone=phone)

    assert mall.trader("Ann").code == before


def test_the_papers_are_kept_closed_and_shown_masked(mall: Mall) -> None:
    account = Account.objects.get(pk=mall.trader("Ann").pk)

    papers = papers_of(account)
    assert papers is not None
    assert (papers.name, papers.number) == ("王**", "11**************2X")
    assert account.name_cipher is not None
    assert account.number_cipher is not None
    assert "王小明".encode() not in bytes(account.name_cipher)
    assert NUMBER.encode() not in bytes(account.number_cipher)


def test_papers_of_one_member_do_not_open_as_another_s(mall: Mall) -> None:
    ann, bob = mall.trader("Ann"), mall.trader("Bob")
    Account.objects.filter(pk=bob.pk).update(name_cipher=Account.objects.get(pk=ann.pk).name_cipher)

    with pytest.raises(InvalidTag):
        papers_of(Account.objects.get(pk=bob.pk))


def test_other_papers_are_refused_once_a_name_was_checked(mall: Mall) -> None:
    mall.trader("Ann")

    with pytest.raises(AlreadyVerifiedError):
        open_account(member_id=mall.member("Ann").pk, name="李雷", number=OTHER)


def test_the_exchange_may_not_find_the_name(mall: Mall) -> None:
    with pytest.raises(IdentityRefusedError):
        open_account(member_id=mall.member("Ann").pk, name="王小明", number=NOBODY)

    with pytest.raises(NoAccountError):
        checked_account(mall.member("Ann").pk)
    assert mall.trader("Ann").verified_at


def test_nobody_trades_before_the_check(mall: Mall) -> None:
    with pytest.raises(IdentityRefusedError):
        open_account(member_id=mall.member("Ann").pk, name="王小明", number=NOBODY)
    code = Account.objects.get().code

    with pytest.raises(NotVerifiedError):
        exchange().place_order(account=code, wanted=Wanted("ticket", 1, 1, "once"))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("123", "17 digits and a check digit"),
        ("991051949123100219", "17 digits and a check digit"),
        ("110105194912310021", "the check digit"),
        ("11010519900230001" + check_sign("11010519900230001"), "the birthday"),
        ("11010518800101001" + check_sign("11010518800101001"), "the birthday"),
        ("11010520270101001" + check_sign("11010520270101001"), "the birthday"),
        ("11010520090101001" + check_sign("11010520090101001"), "18 years"),
        ("11010520081123001" + check_sign("11010520081123001"), "18 years"),
    ],
)
def test_an_id_number_that_cannot_be_right_is_refused(number: str, said: str) -> None:
    with pytest.raises(IdentityNotValidError, match=said):
        read_id_number(number, today=TODAY)


def test_who_is_eighteen_today_may(mall: Mall) -> None:
    number = "11010520081122001" + check_sign("11010520081122001")

    assert read_id_number(f" {number[:6]} {number[6:]} ".lower(), today=TODAY) == number


@pytest.mark.parametrize(("name", "said"), [("", "from 1 to"), ("王", "whole name"), ("王5明", "whole name")])
def test_a_name_that_cannot_be_right_is_refused(name: str, said: str) -> None:
    with pytest.raises(IdentityNotValidError, match=said):
        read_real_name(name)


def test_a_frozen_account_trades_again_when_it_is_allowed(mall: Mall) -> None:
    account, chief = mall.trader("Ann"), mall.operators["chief"].pk
    freeze_tickets(member_id=account.pk, operator_id=chief, reason="a doubt")
    assert mall.standing("Ann").frozen
    with pytest.raises(FrozenAtExchangeError):
        mall.buy("Ann", "ticket", 1)

    unfreeze_tickets(member_id=account.pk, operator_id=chief, reason="settled")

    assert mall.buy("Ann", "ticket", 1)
    assert not Account.objects.get().frozen


def test_a_server_without_an_exchange_says_so(mall: Mall, settings: Any) -> None:
    settings.EXCHANGE = "none"

    with pytest.raises(NoExchangeError):
        mall.trader("Ann")


def test_two_who_open_the_account_at_once_open_one(busy_mall: Mall) -> None:
    ann = busy_mall.member("Ann").pk

    answers = in_parallel([lambda: open_account(member_id=ann, name="王小明", number=NUMBER)] * 4)

    assert [one for one in answers if isinstance(one, Exception)] == []
    assert (Account.objects.count(), SimAccount.objects.count(), Member.objects.count()) == (1, 1, 1)
