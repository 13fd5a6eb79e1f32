"""Settings, from the environment: ``BAROMETRE_ENV`` is ``local`` (this machine, plain HTTP) or ``production``."""

from __future__ import annotations

import os
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy
from psycopg.conninfo import conninfo_to_dict

from config import safety, state
from config.logs import LOGGING as LOGGING
from config.mail import mail_settings

ENVIRONMENT = os.environ.get("BAROMETRE_ENV") or "local"
if ENVIRONMENT not in ("local", "production"):
    raise ImproperlyConfigured(f"BAROMETRE_ENV is {ENVIRONMENT!r}: write local or production.")
PRODUCTION = ENVIRONMENT == "production"
IN_WEB_PROCESS = os.environ.get("BAROMETRE_PROCESS") == "web"
STATE = state.folder()


# Who we are -----------------------------------------------------------------------------------------------------------
def _list(name: str) -> list[str]:
    return [item.strip() for item in os.environ.get(name, "").split(",") if item.strip()]


DEBUG = os.environ.get("BAROMETRE_DEBUG") == "1"
SECRET_KEY = os.environ.get("BAROMETRE_SECRET_KEY", "")
SECRET_KEY_FALLBACKS = _list("BAROMETRE_OLD_SECRET_KEYS")
ALLOWED_HOSTS = _list("BAROMETRE_HOSTS")
PUBLIC_URL = os.environ.get("BAROMETRE_URL", "").rstrip("/")  # links that leave the site start with it, never with Host
SECURE_HSTS_SECONDS = int(os.environ.get("BAROMETRE_HSTS_SECONDS", "31536000")) if PRODUCTION else 0

if PRODUCTION:
    if refused := safety.refusals(secret_key=SECRET_KEY, hosts=ALLOWED_HOSTS, debug=DEBUG, hsts_seconds=SECURE_HSTS_SECONDS, url=PUBLIC_URL):  # fmt: skip
        raise ImproperlyConfigured(" ".join(refused))
else:
    SECRET_KEY = SECRET_KEY or state.kept_secret(STATE / "secret_key")
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, "127.0.0.1", "localhost", "[::1]"]
    PUBLIC_URL = PUBLIC_URL or "http://127.0.0.1:8000"

# What we are made of --------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config",
    "surveys",
    "respondents",
    "reports",
    "crispy_forms",
    "django_htmx",
    "whitenoise.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.content_security_policy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.StaffSession",
    "config.middleware.StaffLocale",
    "django.middleware.common.CommonMiddleware",
    "config.middleware.StaffCsrf",
    "config.middleware.StaffAuthentication",
    "config.middleware.StaffMessages",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [state.ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
CRISPY_TEMPLATE_PACK = "surveys"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("surveys",)

# Languages and time ---------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", gettext_lazy("French")), ("en", gettext_lazy("English"))]
LOCALE_PATHS = [state.ROOT / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

# Database: connections stay open; a web process gives up early, so that a respondent never waits behind a lock ---------
DATABASE_URL = os.environ.get("DATABASE_URL") or state.database_url(STATE)
_WEB_LIMITS = "-c lock_timeout=3s -c statement_timeout=10s -c idle_in_transaction_session_timeout=15s"


def _database(url: str) -> dict[str, Any]:
    try:
        given = conninfo_to_dict(url)
    except psycopg.ProgrammingError as mistake:
        raise ImproperlyConfigured("DATABASE_URL must look like postgresql://user:password@host:5432/name.") from mistake
    keys = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    options = {name: value for name, value in given.items() if name not in keys}
    options.setdefault("connect_timeout", 5)
    options.setdefault("application_name", "barometre")
    options |= {"server_side_binding": True, "prepare_threshold": 2}  # a page's statements are planned once, not at each post
    if IN_WEB_PROCESS:
        options["options"] = f"{options.get('options', '')} {_WEB_LIMITS}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
        **{django: given[libpq] for libpq, django in keys.items() if libpq in given},
    }


DATABASES = {"default": _database(DATABASE_URL)}

# One thread of linear algebra per process: there are as many processes as processors, and threads that wait for one another
# made tables twenty times slower on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Valkey and Celery: nothing in Valkey is ever the truth, and a task may always run twice ------------------------------
REDIS_URL = os.environ.get("REDIS_URL") or state.redis_url(STATE)
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for Valkey for as long as it takes
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True  # it would be delivered again anyway
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,  # longer than any task: a task still running is not handed out again
    "unacked_restore_throttle": 1,  # seconds, not the ten by ten that left a dead worker's task waiting 100 s
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 540
CELERY_TASK_SOFT_TIME_LIMIT = 480
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "figures catch up with what is stored": {"task": "reports.catch_up", "schedule": 10.0},
    "books of tables are made": {"task": "reports.make_books", "schedule": 10.0, "options": {"expires": 10}},
    "places of silent respondents go back": {"task": "respondents.expire_places", "schedule": 20.0},
    "fields stop and close by themselves": {"task": "respondents.keep_to_schedule", "schedule": 20.0},
    "panels' servers are told how interviews ended": {"task": "respondents.call_panels", "schedule": 20.0, "options": {"expires": 20}},
    "fields tell what must be looked at": {"task": "respondents.watch_fields", "schedule": 60.0, "options": {"expires": 60}},
    "links between answers and people go": {"task": "respondents.forget_links", "schedule": 3600.0, "options": {"expires": 3600}},
    "letters leave": {"task": "respondents.send_letters", "schedule": 10.0, "options": {"expires": 10}},
    "completed interviews are looked at": {"task": "respondents.flag_interviews", "schedule": 60.0, "options": {"expires": 60}},
    "devices of closed waves are forgotten": {"task": "respondents.forget_devices", "schedule": 3600.0},
}

# Panels' servers: never one of this machine or network, but to try things out -----------------------------------------------
CALLS_ON_THIS_MACHINE = not PRODUCTION and os.environ.get("BAROMETRE_CALLS_ON_THIS_MACHINE") == "1"

# Letters: through a mail server; on this machine, without one, into a folder; in production, without one, they wait ------
_MAIL_URL = os.environ.get("BAROMETRE_MAIL_URL", "")
LETTERS_LEAVE = "server" if _MAIL_URL else "" if PRODUCTION else "folder"
LETTERS_FOLDER = STATE / "mail"
LETTERS_PER_MINUTE = max(1, int(os.environ.get("BAROMETRE_LETTERS_PER_MINUTE", "120")))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("BAROMETRE_MAIL_FROM") or "Baromètre <barometre@localhost>"
EMAIL_TIMEOUT = 20  # seconds
try:
    globals().update(mail_settings(_MAIL_URL, LETTERS_FOLDER))
except ValueError as mistake:
    raise ImproperlyConfigured(str(mistake)) from None

# Static files: hashed names served by the web process itself ----------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = STATE / "static"
STATICFILES_DIRS = [state.ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = STATE / "media"

# Browsers and posts ---------------------------------------------------------------------------------------------------
SECURE_REFERRER_POLICY = "same-origin"  # an interview's address is its key: other sites never see it
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = "/admin/"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # the probe of the machine itself speaks plain HTTP
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
LOGIN_URL = "admin:login"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # bytes: a page of answers is a few thousand
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ["UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator"]
]
# The check looks for Django's own class by name; config.middleware.StaffCsrf is that class, under /admin/.
SILENCED_SYSTEM_CHECKS = ["security.W003"]
