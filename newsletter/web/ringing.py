"""The doorbell: tells a worker that rows wait. The rows are the truth; without a ring the next tick finds them."""

from functools import cached_property
from typing import Any

import structlog

log = structlog.get_logger(__name__)

NOTICES = ("workers.tasks.send_notices", "notices")  # task and queue
TICK = ("workers.tasks.tick", "default")
WEBHOOKS = ("workers.tasks.call_webhooks", "default")
_GOOD_FOR_SECONDS = 60  # a ring that nobody heard for so long: the tick has long been there


class Bell:
    """A Celery client without tasks of its own; it knows a worker's tasks by their names."""

    def __init__(self, redis_url: str) -> None:
        self._redis_url = redis_url

    def ring(self, bell: tuple[str, str] = NOTICES) -> None:
        """Call after the commit: a worker that comes at once must find the rows."""
        from kombu.exceptions import OperationalError

        task, queue = bell
        try:
            self._celery.send_task(task, queue=queue, retry=False, expires=_GOOD_FOR_SECONDS)
        except OperationalError:
            log.warning("no worker was told: Redis does not answer; the next tick does it", queue=queue)

    @cached_property
    def _celery(self) -> Any:
        from celery import Celery  # slow to import: most commands ring nothing

        client = Celery(broker=self._redis_url.replace("unix://", "redis+socket://"), set_as_current=False)
        client.conf.update(
            task_ignore_result=True,
            # By itself it tries for six seconds, in which the reader who asked for a letter would look at nothing.
            broker_transport_options={
                "socket_timeout": 1,
                "socket_connect_timeout": 1,
                "max_retries": 1,
                "interval_start": 0,
            },
        )
        return client
