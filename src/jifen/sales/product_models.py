"""What can be bought or exchanged: products, their categories, and bundles."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from jifen.sales.share_models import SHARE_DECIMALS, SHARE_DIGITS
from jifen.sales.supplier_models import Supplier

PRICE_MAX = 10_000_000_000  # 100 million CNY: every sum of an order stays far below 2**63 in points
CHOSEN_MAX = 20  # products of a bundle
ABOUT_MAX = 1_000
LEVELS = 2  # of categories


class Zone(models.TextChoices):
    """Where in the mall something stands: devices under the programme's terms, goods, or goods for points alone."""

    DEVICES = "devices", _("devices")
    GOODS = "goods", _("goods")
    POINTS = "points", _("points zone")


BUNDLED = (Zone.GOODS, Zone.POINTS)  # what bundles are made of; the rest is ordered by itself
# Goods that the platform itself sources, where the document has them; shopping points pay most of them (S1-23, S1-25).
SOURCED = "sourced"
PACKS = "packs"  # what activates a member, at the document's prices (S2-02, S2-50)
REDEMPTION = "redemption"  # head office's catalogue: a value in points, no price in money (S3-15, S3-16, S3-26)
ZONES = (
    *Zone.choices,
    (SOURCED, _("shopping-points zone")),
    (PACKS, _("packs and service cards")),
    (REDEMPTION, _("redemption catalogue")),
)
SHOWN = Q(zone=REDEMPTION, active=True)


class Words(Func):
    """Texts in the form in which they are searched: one after another, as wide as usual (NFKC), in small letters."""

    template = "LOWER(NORMALIZE(%(expressions)s, NFKC))"
    arg_joiner = " || ' ' || "
    output_field = models.TextField()


class Category(models.Model):
    """A category of the catalogue, in two levels: one of the first level has no parent, one of the second has (S3-15).

    Names are once below a parent. That parent and child are of one programme, and the parent of the first level, is a
    foreign key of the database.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="categories", db_index=False, verbose_name=_("programme")
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="children",
        null=True,
        blank=True,
        db_constraint=False,  # the one with programme and level stands in its place
        verbose_name=_("parent"),
    )
    level = models.SmallIntegerField(_("level"), default=1)
    above = models.GeneratedField(
        expression=models.Case(models.When(level=LEVELS, then=Value(1)), default=None),
        output_field=models.SmallIntegerField(null=True),
        db_persist=True,
        verbose_name=_("level of the parent"),
    )
    title = models.CharField(_("title"), max_length=40)
    title_en = models.CharField(_("English title"), max_length=40, blank=True)
    position = models.IntegerField(_("position"), default=0)
    active = models.BooleanField(_("shown"), default=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "parent", "title"], name="category_title_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(level=1, parent__isnull=True) | Q(level=LEVELS, parent__isnull=False),
                name="category_of_two_levels",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="category_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title


class Product(models.Model):
    """Something members can buy; a price in fen, and whether points may pay a part of it (S4-19).

    `points_allowed` belongs to programmes with one rule for all (repurchase); where the document says for each kind
    what it pays (spend), the rows of PaymentShare say what it pays of this product. A device's price is the document's.
    Who buys what is `sent` says where to (S2-21).
    In head office's catalogue it is no price but the value in hundredths of a point (S3-26). `words` is what a search
    looks through.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="products", db_index=False, verbose_name=_("programme")
    )
    code = models.SlugField(_("code"), max_length=40)
    zone = models.CharField(_("zone"), max_length=10, choices=ZONES, default=Zone.GOODS)
    title = models.CharField(_("title"), max_length=100)
    title_en = models.CharField(_("English title"), max_length=100)
    price = models.BigIntegerField(_("price"), help_text=_("in fen"))
    stock = models.IntegerField(_("stock"), null=True, blank=True, help_text=_("empty: without limit"))
    points_allowed = models.BooleanField(_("points may pay a part"), default=False)
    active = models.BooleanField(_("on sale"), default=True)
    position = models.IntegerField(_("position"), default=0)
    sent = models.BooleanField(_("sent to an address"), default=True, db_default=True)
    supplier = models.ForeignKey(
        Supplier, models.PROTECT, related_name="products", null=True, blank=True, verbose_name=_("supplier")
    )
    concession = models.DecimalField(  # the part of its price that its seller gives up (S2-05); none: nothing
        _("concession"), max_digits=SHARE_DIGITS, decimal_places=SHARE_DECIMALS, null=True, blank=True
    )
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        related_name="products",
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,  # the one with the programme stands in its place
        verbose_name=_("category"),
    )
    about = models.CharField(_("description"), max_length=ABOUT_MAX, blank=True, default="", db_default="")
    about_en = models.CharField(_("English description"), max_length=ABOUT_MAX, blank=True, default="", db_default="")
    words = models.GeneratedField(
        expression=Words("title", "title_en", "code"),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name=_("words"),
    )

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        indexes: ClassVar = [
            models.Index(fields=["programme", "position", "id"], condition=SHOWN, name="product_by_position"),
            models.Index(fields=["programme", "price", "id"], condition=SHOWN, name="product_by_value"),
            models.Index(fields=["category", "position", "id"], condition=SHOWN, name="product_by_category"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "code"], name="product_code_once"),
            models.CheckConstraint(condition=Q(price__gte=1, price__lte=PRICE_MAX), name="product_price_positive"),
            models.CheckConstraint(
                condition=Q(stock__isnull=True) | Q(stock__gte=0), name="product_stock_not_negative"
            ),
            models.CheckConstraint(condition=Q(zone__in=[zone for zone, _label in ZONES]), name="product_zone_known"),
            models.CheckConstraint(
                condition=~Q(zone=Zone.DEVICES) | Q(supplier__isnull=True), name="product_device_is_our_own"
            ),
            models.CheckConstraint(
                condition=Q(concession__isnull=True) | Q(concession__gte=0, concession__lte=1),
                name="product_concession_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(zone=REDEMPTION, supplier__isnull=True, concession__isnull=True, points_allowed=False)
                | (~Q(zone=REDEMPTION) & Q(category__isnull=True)),
                name="product_redeemed_at_head_office",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Bundle(models.Model):
    """So many products of a list, chosen by the member, for one price in fen (S0-02: 自選組合, 組合定價)."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="bundles", db_index=False, verbose_name=_("programme")
    )
    code = models.SlugField(_("code"), max_length=40)
    zone = models.CharField(_("zone"), max_length=7, choices=Zone, default=Zone.GOODS)
    title = models.CharField(_("title"), max_length=100)
    title_en = models.CharField(_("English title"), max_length=100)
    price = models.BigIntegerField(_("price"), help_text=_("in fen"))
    chosen = models.IntegerField(_("products to choose"))
    points_allowed = models.BooleanField(_("points may pay a part"), default=False)
    active = models.BooleanField(_("on sale"), default=True)
    position = models.IntegerField(_("position"), default=0)
    products = models.ManyToManyField(
        Product, through="BundleProduct", related_name="bundles", verbose_name=_("products")
    )

    class Meta:
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "code"], name="bundle_code_once"),
            models.CheckConstraint(
                condition=Q(price__gte=F("chosen"), price__lte=PRICE_MAX), name="bundle_price_a_fen_for_each"
            ),
            models.CheckConstraint(condition=Q(chosen__gte=1, chosen__lte=CHOSEN_MAX), name="bundle_chosen_some"),
            models.CheckConstraint(condition=Q(zone__in=list(BUNDLED)), name="bundle_of_goods"),
        ]

    def __str__(self) -> str:
        return self.title


class BundleProduct(models.Model):
    """A product that may be chosen for a bundle."""

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="rows", db_index=False, verbose_name=_("bundle"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_index=False, verbose_name=_("product"))

    class Meta:
        verbose_name = _("product of a bundle")
        verbose_name_plural = _("products of bundles")
        constraints: ClassVar = [models.UniqueConstraint(fields=["bundle", "product"], name="bundle_product_once")]

    def __str__(self) -> str:
        return f"{self.bundle_id}/{self.product_id}"
