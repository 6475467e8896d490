"""What such a shop stores."""

from typing import ClassVar, Self

from django.db import models


class Person(models.Model):
    """A member, the referrer and the rank."""

    objects: ClassVar[models.Manager[Self]] = models.Manager()
    referrer = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    rank = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"{self.pk}"


class Wallet(models.Model):
    """What a member may spend."""

    objects: ClassVar[models.Manager[Self]] = models.Manager()
    person = models.OneToOneField(Person, models.PROTECT, primary_key=True)
    amount = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.pk}"


class Lot(models.Model):
    """What an order granted and has not released yet."""

    objects: ClassVar[models.Manager[Self]] = models.Manager()
    person = models.ForeignKey(Person, models.PROTECT)
    base = models.BigIntegerField()
    remaining = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.pk}"


class Log(models.Model):
    """A line of a member's statement."""

    objects: ClassVar[models.Manager[Self]] = models.Manager()
    person = models.ForeignKey(Person, models.PROTECT)
    rule = models.CharField(max_length=40)
    amount = models.BigIntegerField()
    after = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.pk}"
