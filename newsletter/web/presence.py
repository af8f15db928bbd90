"""Who else is at a page of the desk at this moment: names in Redis that fade by themselves."""

import structlog
from redis.exceptions import RedisError

from newsletter.bootstrap import Service
from newsletter.clock import SystemClock
from newsletter.editors.models import Editor

HERE_SECONDS = 20.0  # after the last sign of life

log = structlog.get_logger(__name__)


def others_at(service: Service, place: str, editor: Editor) -> list[str]:
    """Note that the editor is at `place`; the names of the others who are. Nobody, while Redis is away."""
    key = f"here:{place}"
    now = SystemClock().now().timestamp()
    me = f"{editor.id}:{editor.name}"
    try:
        with service.redis.pipeline() as pipe:
            pipe.zadd(key, {me: now})
            pipe.zremrangebyscore(key, 0, now - HERE_SECONDS)
            pipe.expire(key, int(HERE_SECONDS))
            pipe.zrange(key, 0, -1)
            names = [bytes(name).decode() for name in pipe.execute()[-1]]
    except RedisError as error:
        log.warning("nobody is seen at the desk: Redis does not answer", error=type(error).__name__)
        return []
    return sorted(name.partition(":")[2] for name in names if name != me)
