"""Reviews of what was bought (S2-19)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

STARS_MAX = 5
WORDS_MAX = 500


class Review(models.Model):
    """What a member says of a product of an order, or of a store where an amount was paid; once for each.

    The first review of an order has the fact that grants points, where the document has some for it. A hidden one is
    shown to nobody but its author, and counts nowhere.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    order = models.ForeignKey("sales.Order", models.PROTECT, related_name="reviews", verbose_name=_("order"))
    line = models.OneToOneField(
        "sales.OrderLine", models.PROTECT, related_name="review", null=True, blank=True, verbose_name=_("order line")
    )
    product = models.ForeignKey(
        "sales.Product",
        models.PROTECT,
        related_name="reviews",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("product"),
    )
    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        related_name="reviews",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("store"),
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="product_reviews", db_index=False, verbose_name=_("member")
    )
    stars = models.SmallIntegerField(_("stars"))
    words = models.CharField(_("words"), max_length=WORDS_MAX, blank=True)
    written_at = models.DateTimeField(_("written"))
    edited_at = models.DateTimeField(_("changed"), null=True, blank=True)
    fact_id = models.BigIntegerField(_("fact"), null=True, blank=True, unique=True)
    hidden_at = models.DateTimeField(_("hidden"), null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("hidden by"),
    )
    hidden_why = models.CharField(_("why hidden"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        indexes: ClassVar = [
            models.Index(fields=["programme", "-id"], name="review_of_a_programme"),
            models.Index(fields=["product", "-id"], condition=Q(product__isnull=False), name="review_of_a_product"),
            models.Index(fields=["store", "-id"], condition=Q(store__isnull=False), name="review_of_a_store"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order"], condition=Q(line__isnull=True), name="review_of_a_visit_once"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(fact_id__isnull=False), name="review_of_an_order_grants_once"
            ),
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=STARS_MAX), name="review_has_stars"),
            models.CheckConstraint(
                condition=Q(line__isnull=False, product__isnull=False, store__isnull=True)
                | Q(line__isnull=True, product__isnull=True, store__isnull=False),
                name="review_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True, hidden_by__isnull=True, hidden_why="")
                | (Q(hidden_at__isnull=False, hidden_by__isnull=False) & ~Q(hidden_why="")),
                name="review_hidden_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.stars}"
