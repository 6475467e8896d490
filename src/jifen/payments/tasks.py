"""Background job: payments are looked after (S2-22)."""

from django.db import close_old_connections
from procrastinate.contrib.django import app

from jifen.payments.watching import look_after_all


@app.periodic(cron="* * * * *")
@app.task(queue="payments", queueing_lock="look_after_payments", pass_context=False)
def look_after_payments(timestamp: int) -> None:
    """Look after all payments."""
    del timestamp
    close_old_connections()
    look_after_all()
