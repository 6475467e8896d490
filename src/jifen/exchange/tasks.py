"""Background jobs: keeping in step with the exchange, and reading the price feed."""

import structlog
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from jifen.exchange.chosen import is_open
from jifen.exchange.errors import ExchangeError
from jifen.exchange.feed import feed_price
from jifen.exchange.sync import sync
from jifen.exchange.terms import trades
from jifen.facts.days import NotNowError
from jifen.programmes.models import Programme

LOG = structlog.get_logger("jifen.exchange")
EVERY_FEW_MINUTES = f"*/{settings.PRICE_MINUTES} * * * *"


@app.periodic(cron=EVERY_FEW_MINUTES)
@app.task(queue="exchange", queueing_lock="sync_exchanges", pass_context=False)
def sync_exchanges(timestamp: int) -> None:
    """Bring every programme with tickets in step with the exchange; where one fails, the others go on."""
    close_old_connections()
    for programme in _programmes():
        try:
            synced = sync(programme.pk)
        except (ExchangeError, NotNowError) as error:
            LOG.warning("exchange_sync_failed", programme=programme.code, why=str(error), timestamp=timestamp)
        else:
            LOG.info("exchange_synced", programme=programme.code, captured=synced.captured, entered=synced.entered)


@app.task(queue="exchange", pass_context=False)
def sync_exchange(programme_id: int) -> None:
    """Bring one programme in step with the exchange on an operator's request."""
    close_old_connections()
    sync(programme_id)


@app.periodic(cron=EVERY_FEW_MINUTES)
@app.task(queue="exchange", queueing_lock="feed_prices", pass_context=False)
def feed_prices(timestamp: int) -> None:
    """Read the price feed of every programme with tickets; a silent one declares nothing."""
    close_old_connections()
    for programme in _programmes():
        try:
            feed_price(programme.pk)
        except (ExchangeError, NotNowError) as error:
            LOG.warning("price_feed_failed", programme=programme.code, why=str(error), timestamp=timestamp)


def _programmes() -> list[Programme]:
    if not is_open():
        return []
    return [one for one in Programme.objects.order_by("pk") if trades(one.pk, timezone.now().date())]
