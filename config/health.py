"""``/health/``: is the service able to take answers?"""

from __future__ import annotations

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.durability import refusal


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Say ``ok``, ``degraded`` (no Valkey: answers are kept, figures wait) or ``down`` (no database that keeps answers: 503)."""
    parts = {"database": _database_answers(), "valkey": _valkey_answers()}
    if not parts["database"]:
        return JsonResponse({"status": "down", **parts}, status=503)
    return JsonResponse({"status": "ok" if parts["valkey"] else "degraded", **parts})


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            return refusal(cursor) is None
    except DatabaseError:
        return False


def _valkey_answers() -> bool:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client:
            client.ping()
    except redis.RedisError:
        return False
    return True
