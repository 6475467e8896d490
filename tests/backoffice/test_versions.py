"""Changing a programme's numbers: a form, warnings and examples, two approvals, and closes by the new ones (S2-33)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client

from jifen import catalogue
from jifen.airdrops.models import AirdropDay
from jifen.backoffice import version_checks
from jifen.backoffice.numbers_form import NumbersForm
from jifen.engine.document import load_programme
from jifen.facts.days import open_day
from jifen.programmes.models import Programme, Version
from jifen.programmes.terms import in_force, load
from jifen.settlement.verify import verify
from tests.backoffice.office import Office, send, text_of
from tests.settlement.drops import TOKEN, Drops, small

UNIT = 10_000  # minor units of challenge credit
YEARS = (150_000, 90_000, 60_000, 30_000, 20_000)


def _year(life: Drops) -> int:
    """Return which year of the schedule the open day lies in."""
    return open_day(life.id).year - 2024


@pytest.fixture
def life(office: Office) -> Drops:
    """An airdrop programme in the office's console, with R who brought A, both with a card."""
    life = Drops("airdrop_sport", small("airdrop_sport"))
    office.programme = Programme.objects.get(pk=life.id)
    for name, under in (("R", ""), ("A", "R")):
        life.join(name, under)
        life.activate(name)
    life.settle()
    return life


def typed(text: str, **changed: str) -> dict[str, object]:
    """Return the form as the page shows it, with other values at some places."""
    form = NumbersForm(text)
    shown = {name: field.initial for name, field in form.fields.items() if field.initial is not None}
    return {**shown, "note": "less for all", **{name: changed[name] for name in changed}}


def posted(office: Office, **changed: str) -> tuple[str, int]:
    """Send the form of the first version; return what is said then, and how many versions there are."""
    client, address = office.desk("approver"), office.address("versions/1/numbers/")
    text = Version.objects.get(programme=office.programme, number=1).text
    answer = client.post(address, typed(text, **changed))
    said = text_of(answer if answer.status_code == 200 else client.get(answer["Location"]))
    return said, Version.objects.filter(programme=office.programme).count()


def test_numbers_changed_through_the_form_are_those_of_the_next_closes(office: Office, life: Drops) -> None:
    """Years, rates and names of ranks of the sport programme; day passes go by their day's version (S2-33, S2-61)."""
    old, changed = YEARS[_year(life)], 73_000
    new = {f"airdrop.years[{_year(life) + 1}]": str(changed), "airdrop.years[6]": "7000", "daily[4].rates[1]": "5%"}
    new |= {"ranks.table[1].title": "小组长", "ranks.table[1].title_en": "Leader"}
    said, count = posted(office, **new)
    draft = Version.objects.get(programme=office.programme, number=2)
    address, tomorrow = office.address("versions/2/"), str(open_day(life.id) + timedelta(days=1))

    assert count == 2
    assert f"Tokens of each year, No. {_year(life) + 1} {old:,} → 73,000" in said
    assert "Tokens of each year, No. 6 nothing → 7,000" in said
    assert "Rates, No. 1 2 % → 5 %" in said
    assert "tokens in all, and the cap is 390,000" in said
    before = in_force(life.id, open_day(life.id)).text.splitlines()
    others = [line for line in draft.text.splitlines() if line not in before]
    assert [line.split("=")[0].strip() for line in others] == ["{ name", "rates", "years"]
    for role in ("approver", "chief"):
        assert "Approved." in send(office.desk(role), address, "approve", effective_from=tomorrow)

    def day_of_buying() -> tuple[int, int]:
        before = life.has("R", "challenge_credit", "frozen")
        life.shop("A", 100_000)
        life.settle()
        day = AirdropDay.objects.filter(programme_id=life.id).latest("day")
        return day.emission, life.has("R", "challenge_credit", "frozen") - before

    found = [day_of_buying(), day_of_buying()]
    assert [round(Decimal(day) / TOKEN) for day, _got in found] == [round(Decimal(one) / 365) for one in (old, changed)]
    assert [got for _day, got in found] == [20 * UNIT, 50 * UNIT]
    table = load(in_force(life.id, open_day(life.id)).pk).ranks
    assert table is not None
    assert table.table[0].title == "小组长"
    assert verify(life.id) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"airdrop.cap": "12"}, "the cap of 12 token is below what is given out and set aside"),
        ({"airdrop.cap": "a lot"}, "write a number such as 12.5"),
        ({"on_join[1].amount": ""}, "This field is required."),
        ({"daily[4].rates[1]": "99"}, "rates should be at most 9"),
        ({"on_order[2].packs[5].title": "卡"}, "write a value; it must not be empty"),
        ({}, "Nothing is changed yet."),
    ],
)
def test_bad_numbers_are_answered_at_their_field_and_nothing_is_drafted(
    office: Office, life: Drops, changed: dict[str, str], sentence: str
) -> None:
    said, count = posted(office, **changed)

    assert sentence in said
    assert count == 1
    assert life.id == office.programme.pk


def test_a_row_is_added_and_another_removed(office: Office, life: Drops) -> None:
    row = {"name": "card_d", "title": "服务卡D", "title_en": "Service card D", "price": "1999", "points": "4000"}
    changed = {f"on_order[2].packs[5].{name}": value for name, value in row.items()}

    _said, _count = posted(office, **changed, **{"gone.on_order[2].packs[3]": "on"})

    packs = load_programme(Version.objects.get(programme_id=life.id, number=2).text).packs
    assert packs is not None
    assert [one.name for one in packs.packs] == ["card_a", "card_b", "card_center", "card_d"]


def test_examples_that_fail_are_told_and_run_on_where_the_time_is_up(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came out is kept, so that the next request goes on where this one stopped (S0-Q2)."""
    monkeypatch.setattr(version_checks, "SECONDS", -1)
    cache.clear()
    terms = load_programme(catalogue.read("release").replace("rate = 0.012", "rate = 0.02"))

    seen: list[version_checks.Checked] = []
    while not seen or seen[-1].running:
        seen.append(version_checks.check(terms))

    assert [one.done for one in seen] == list(range(1, len(terms.examples) + 1))
    assert seen[-1].failing
    assert seen[-1].held + len(seen[-1].failing) == len(terms.examples)
    assert all("the engine gives" in str(message) for _name, messages in seen[-1].failing for message in messages)
    client = Client()
    assert client.get(office.address("versions/1/checks/")).status_code == 302  # nobody is logged in
