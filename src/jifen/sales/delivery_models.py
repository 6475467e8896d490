"""What was bought in the mall or exchanged for points, on its way to its member (S2-02, S2-21, S3-15, S3-19)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DeliveryWay(models.TextChoices):
    """How goods come to their member."""

    PICK_UP = "pick_up", _("picked up at the warehouse")
    ADDRESS = "address", _("sent to an address")


class DeliveryState(models.TextChoices):
    """Where goods stand: waiting → sent → received; sent means ready where they are picked up.

    What was refunded before it was sent is called off.
    """

    WAITING = "waiting", _("waiting to be sent")
    SENT = "sent", _("sent")
    RECEIVED = "received", _("received")
    CALLED_OFF = "called_off", _("called off")


class Delivery(models.Model):
    """How the goods of an order come to its member, and how far they are. The address is closed as phones are."""

    order = models.OneToOneField("sales.Order", models.PROTECT, related_name="delivery", verbose_name=_("order"))
    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    way = models.CharField(_("way"), max_length=7, choices=DeliveryWay, default=DeliveryWay.PICK_UP)
    address_cipher = models.BinaryField(_("address"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    tracking = models.CharField(_("parcel number or note"), max_length=100, blank=True, db_default="")
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("sent by"),
    )
    received_at = models.DateTimeField(_("received"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes: ClassVar = [models.Index(fields=["programme", "state", "-id"], name="delivery_by_state")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(way=DeliveryWay.PICK_UP, address_cipher__isnull=True)
                | Q(way=DeliveryWay.ADDRESS, address_cipher__isnull=False),
                name="delivery_address_where_it_is_sent",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[DeliveryState.WAITING, DeliveryState.CALLED_OFF],
                    sent_at__isnull=True,
                    sent_by__isnull=True,
                    received_at__isnull=True,
                )
                | Q(state=DeliveryState.SENT, sent_at__isnull=False, sent_by__isnull=False, received_at__isnull=True)
                | Q(state=DeliveryState.RECEIVED, sent_at__isnull=False, received_at__isnull=False),
                name="delivery_state_with_its_moments",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.state}"
