"""Who opens a licence is noted, and whoever opens it again and again fills no table (S2-59)."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.merchants.fair import Fair


def test_a_reading_is_noted_once_an_hour_for_each_reader(fair: "Fair", monkeypatch: pytest.MonkeyPatch) -> None:
    from jifen.merchants import reviewing
    from jifen.merchants.models import MerchantStep, StepKind
    from jifen.merchants.reviewing import By, read_licence
    from tests.merchants.fair import LUOHU

    fair.center("Cen", LUOHU)
    application = fair.apply("Ann")
    readers = (By(operator_id=fair.chief), By(member_id=fair.member("Cen")))
    for by in readers * 3:
        read_licence(application_id=application.pk, by=by)
    noted = MerchantStep.objects.filter(application=application, kind=StepKind.READ)
    within_the_hour = noted.count()

    monkeypatch.setattr(reviewing, "AN_HOUR", timedelta(0))  # it is over
    read_licence(application_id=application.pk, by=readers[1])

    assert within_the_hour == 2
    assert noted.count() == 3
    assert fair.acts(f"merchant {application.pk}") == ["read_merchant_licence"]
