"""The service that a command works on: made when first asked for, so that `--help` needs no database."""

from functools import cache

from newsletter.bootstrap import Service, bootstrap


@cache
def service() -> Service:
    return bootstrap()
