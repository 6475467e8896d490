"""Which transfers of the bank were counted, whatever they paid (S3-28)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

TRANSFER_MAX = 200
SUBJECT_MAX = 60


class UsedTransfer(models.Model):
    """A transfer of the bank, as an operator named it, and what it paid: nothing else of the programme again."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    reference = models.CharField(_("reference of the bank"), max_length=TRANSFER_MAX)
    subject = models.CharField(_("what it paid"), max_length=SUBJECT_MAX)  # as the audit log calls it

    class Meta:
        verbose_name = _("used bank transfer")
        verbose_name_plural = _("used bank transfers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "reference"], name="used_transfer_once"),
            models.CheckConstraint(condition=~models.Q(reference=""), name="used_transfer_named"),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.subject}"
