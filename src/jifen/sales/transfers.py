"""One transfer of the bank pays one thing: purchases, top-ups, cards and periods ask here (S3-28)."""

from django.db import transaction

from jifen.sales.models import UsedTransfer


def use_transfer(*, programme_id: int, reference: str, subject: str) -> bool:
    """Note what a transfer of the bank paid, and return whether it could: False where it paid something else.

    In the caller's transaction, which takes back what it did where the answer is False.
    """
    with transaction.atomic():
        used, _new = UsedTransfer.objects.get_or_create(
            programme_id=programme_id, reference=reference, defaults={"subject": subject}
        )
    return used.subject == subject


def release_transfer(*, programme_id: int, subject: str) -> None:
    """Let the transfer of something that was not counted after all be noted for something else."""
    UsedTransfer.objects.filter(programme_id=programme_id, subject=subject).delete()
