"""Lists of products that operators upload for head office's catalogue (S3-15)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ImportState(models.TextChoices):
    """Where a list stands: uploaded and looked at, then imported as a whole, or dropped."""

    UPLOADED = "uploaded", _("looked at")
    IMPORTED = "imported", _("imported")
    DROPPED = "dropped", _("dropped")


class ProductImport(models.Model):
    """A list of products: its file, who uploaded it, and what it brought when it was imported."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField(_("content"))
    digest = models.CharField(_("SHA-256"), max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=ImportState, default=ImportState.UPLOADED)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"))
    ended_at = models.DateTimeField(_("imported or dropped"), null=True, blank=True)
    added = models.IntegerField(_("products added"), default=0)
    changed = models.IntegerField(_("products changed"), default=0)
    categories = models.IntegerField(_("categories added"), default=0)

    class Meta:
        verbose_name = _("import of products")
        verbose_name_plural = _("imports of products")
        indexes: ClassVar = [models.Index(fields=["programme", "-id"], name="product_import_by_programme")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=ImportState.UPLOADED, ended_at__isnull=True)
                | (~Q(state=ImportState.UPLOADED) & Q(ended_at__isnull=False)),
                name="product_import_ended_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state=ImportState.IMPORTED) | Q(added=0, changed=0, categories=0),
                name="product_import_brings_when_imported",
            ),
        ]

    def __str__(self) -> str:
        return self.name
