"""Background jobs: what happened becomes messages, and messages are sent."""

import structlog
from django.db import close_old_connections
from procrastinate.contrib.django import app

from jifen.programmes.models import Programme
from jifen.wechat.chosen import is_open
from jifen.wechat.messages import send_waiting
from jifen.wechat.news import write_news

LOG = structlog.get_logger("jifen.wechat")
EVERY_MINUTE = "* * * * *"


@app.periodic(cron=EVERY_MINUTE)
@app.task(queue="wechat", queueing_lock="tell_followers", pass_context=False)
def tell_followers(timestamp: int) -> None:
    """Write what is new to members who are bound at WeChat, and send what waits."""
    close_old_connections()
    if not is_open():
        return
    for programme in Programme.objects.order_by("pk"):
        write_news(programme.pk)
    sent = send_waiting()
    if sent:
        LOG.info("wechat_sent", count=sent, timestamp=timestamp)
