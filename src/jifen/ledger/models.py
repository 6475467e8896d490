"""The ledger's tables as Django sees them: to be read. Rows are written by the functions in sql/ and by bulk.py.

Days are dates. A lot that is still open has `closed_on` OPEN, so that no column is ever empty.
"""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

OPEN = date(9999, 12, 31)  # closed_on of a lot that is open


class Account(models.Model):
    """One row of the chart of accounts."""

    id = models.SmallIntegerField(primary_key=True)
    programme_id = models.IntegerField(_("programme"))
    kind = models.TextField(_("kind"))
    role = models.TextField(_("role"))
    decimals = models.SmallIntegerField(_("decimals"))
    of_member = models.BooleanField(_("of members"))
    cached = models.BooleanField(_("has balances"))
    floor = models.BigIntegerField(_("lowest balance"))
    lots = models.BooleanField(_("in lots"))
    stripes = models.SmallIntegerField(_("stripes"))

    class Meta:
        managed = False
        db_table = "ledger_chart"
        verbose_name = _("account")
        verbose_name_plural = _("chart of accounts")

    def __str__(self) -> str:
        return f"{self.kind}:{self.role}"


class Balance(models.Model):
    """What an owner has in an account that keeps balances."""

    pk = models.CompositePrimaryKey("owner", "account_id")
    owner = models.BigIntegerField(_("owner"))
    account = models.ForeignKey(Account, models.DO_NOTHING, db_column="chart", verbose_name=_("account"))
    amount = models.BigIntegerField(_("amount"))
    floor = models.BigIntegerField(_("lowest balance"))

    class Meta:
        managed = False
        db_table = "ledger_balance"
        verbose_name = _("balance")
        verbose_name_plural = _("balances")

    def __str__(self) -> str:
        return f"{self.owner} {self.account_id}"


class Lot(models.Model):
    """The locked points of one order."""

    pk = models.CompositePrimaryKey("owner", "id")
    owner = models.BigIntegerField(_("owner"))
    id = models.BigIntegerField(_("order"))
    programme_id = models.IntegerField(_("programme"))
    account = models.ForeignKey(Account, models.DO_NOTHING, db_column="chart", verbose_name=_("account"))
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"))
    base = models.BigIntegerField(_("base"))
    granted = models.BigIntegerField(_("granted"))
    scheduled = models.BigIntegerField(_("released by time"))
    accelerated = models.BigIntegerField(_("released by team"))
    cancelled = models.BigIntegerField(_("cancelled"))
    claimed = models.BigIntegerField(_("claimed"))
    remaining = models.BigIntegerField(_("remaining"))
    closed = models.BooleanField(_("closed"))

    class Meta:
        managed = False
        db_table = "ledger_lot"
        verbose_name = _("lot")
        verbose_name_plural = _("lots")

    def __str__(self) -> str:
        return f"{self.owner} {self.id}"


class Transfer(models.Model):
    """A balanced set of entries, written once; of a nightly run, the lines of a range of owners."""

    id = models.BigIntegerField(primary_key=True)
    business_date = models.DateField(_("business day"))
    programme_id = models.IntegerField(_("programme"))
    rule = models.TextField(_("rule"))
    key = models.TextField(_("key"))
    cause = models.TextField(_("cause"))
    actor = models.TextField(_("actor"))
    reverses = models.BigIntegerField(_("reverses"))
    first_owner = models.BigIntegerField(_("first owner"))
    end_owner = models.BigIntegerField(_("end of owners"))
    owners = ArrayField(models.BigIntegerField(), verbose_name=_("owners"))
    created_at = models.DateTimeField(_("written at"))

    class Meta:
        managed = False
        db_table = "ledger_transfer"
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")

    def __str__(self) -> str:
        return self.key


class Entry(models.Model):
    """One line of a transfer."""

    pk = models.CompositePrimaryKey("business_date", "transfer_id", "owner", "account_id", "lot", "part")
    transfer = models.ForeignKey(Transfer, models.DO_NOTHING, related_name="entries", verbose_name=_("transfer"))
    owner = models.BigIntegerField(_("owner"))
    amount = models.BigIntegerField(_("amount"))
    lot = models.BigIntegerField(_("order"))
    business_date = models.DateField(_("business day"))
    account = models.ForeignKey(Account, models.DO_NOTHING, db_column="chart", verbose_name=_("account"))
    part = models.SmallIntegerField(_("part of the lot"))

    class Meta:
        managed = False
        db_table = "ledger_entry"
        verbose_name = _("entry")
        verbose_name_plural = _("entries")

    def __str__(self) -> str:
        return f"{self.transfer_id} {self.owner} {self.amount}"


class Hold(models.Model):
    """Points frozen until they are settled or voided."""

    id = models.BigIntegerField(primary_key=True)
    programme_id = models.IntegerField(_("programme"))
    owner = models.BigIntegerField(_("owner"))
    account = models.ForeignKey(Account, models.DO_NOTHING, db_column="chart", verbose_name=_("account"))
    amount = models.BigIntegerField(_("amount"))
    state = models.TextField(_("state"))
    end_id = models.BigIntegerField(_("ended by"))

    class Meta:
        managed = False
        db_table = "ledger_hold"
        verbose_name = _("hold")
        verbose_name_plural = _("holds")

    def __str__(self) -> str:
        return f"{self.id} {self.state}"


class DayClose(models.Model):
    """A closed day and its digest."""

    pk = models.CompositePrimaryKey("programme_id", "business_date")
    programme_id = models.IntegerField(_("programme"))
    business_date = models.DateField(_("business day"))
    sequence = models.BigIntegerField(_("number"))
    transfers = models.BigIntegerField(_("transfers"))
    entries = models.BigIntegerField(_("entries"))
    previous = models.BinaryField(_("digest before"))
    digest = models.BinaryField(_("digest"))
    closed_at = models.DateTimeField(_("closed at"))

    class Meta:
        managed = False
        db_table = "ledger_dayclose"
        verbose_name = _("closed day")
        verbose_name_plural = _("closed days")

    def __str__(self) -> str:
        return f"{self.programme_id} {self.business_date}"
