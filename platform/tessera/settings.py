"""Settings of both sizes: what the environment does not say is the embedded default in one data folder."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url

from tessera.secret import secret_key

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(os.environ.get("TESSERA_DATA_DIR") or Path.cwd() / "tessera-data").resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

TESSERA_DATA_DIR = DATA_DIR
TESSERA_RUNS_DIR = DATA_DIR / "runs"
TESSERA_CACHE_DIR = DATA_DIR / "cache"
# Frames of videos as they were looked at, at most so many bytes of them, and the processes that decode them.
TESSERA_FRAME_CACHE_DIR = TESSERA_CACHE_DIR / "frames"
TESSERA_FRAME_CACHE_BYTES = int(os.environ.get("TESSERA_FRAME_CACHE_MB") or 2048) << 20
TESSERA_FRAME_DECODERS = int(os.environ.get("TESSERA_FRAME_DECODERS") or 2)
# Processes that decode pictures, for each process that takes pictures in.
TESSERA_PICTURE_DECODERS = int(os.environ.get("TESSERA_PICTURE_DECODERS") or min(8, os.cpu_count() or 2))
TESSERA_WEIGHTS_DIR = os.environ.get("TESSERA_WEIGHTS_DIR", "")
TESSERA_INFERENCE_URL = os.environ.get("TESSERA_INFERENCE_URL", "http://127.0.0.1:8100")
TESSERA_INFERENCE_TOKEN = os.environ.get("TESSERA_INFERENCE_TOKEN", "")
TESSERA_DASHBOARD_DIR = BASE_DIR / "frontend" / "dist"
TESSERA_VERSION = "0.1.0"

SECRET_KEY = secret_key(DATA_DIR)
DEBUG = False
# A self-hosted platform does not know under which names its network reaches it.
ALLOWED_HOSTS = os.environ.get("TESSERA_ALLOWED_HOSTS", "*").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("TESSERA_TRUSTED_ORIGINS", "").split(",") if o]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CSRF_TRUSTED_ORIGINS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = bool(CSRF_TRUSTED_ORIGINS)
SESSION_COOKIE_NAME = "tessera_session"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "core",
    "accounts",
    "projects",
    "annotations",
    "training",
    "deployments",
    "tessera",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "tessera.urls"
WSGI_APPLICATION = "tessera.wsgi.application"
ASGI_APPLICATION = "tessera.asgi.application"
APPEND_SLASH = False
AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CSRF_FAILURE_VIEW = "core.http.problems.csrf_failure"

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'tessera.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        # Writers queue at BEGIN instead of failing when a read turns into a write.
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-8000;",
    }
    # A file database for tests: workers, sockets and threads see what the test wrote.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}

REDIS_URL = os.environ.get("REDIS_URL", "")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
    # Who is in which image, and where they point. Not the default one: other sockets need none.
    CHANNEL_LAYERS: dict[str, object] = {
        "people": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": "tessera"},
        }
    }
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "visibility_timeout": 3600,
        "unacked_restore_throttle": 1,
    }
else:
    _broker = DATA_DIR / "broker"
    for _folder in ("queue", "control", "processed"):
        (_broker / _folder).mkdir(parents=True, exist_ok=True)
    # kombu warns about a broker without a host.
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "control_folder": str(_broker / "control"),
        "processed_folder": str(_broker / "processed"),
        "polling_interval": 0.1,
    }
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {"people": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A broker that restarts must not kill a training run that goes on without it.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

STORAGE_URL = os.environ.get("TESSERA_STORAGE_URL") or str(DATA_DIR / "storage")
if STORAGE_URL.startswith("s3://"):
    _s3 = urlsplit(STORAGE_URL)
    _default_storage = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": _s3.netloc,
            "location": _s3.path.strip("/"),
            "file_overwrite": True,
            "endpoint_url": os.environ.get("AWS_ENDPOINT_URL"),
        },
    }
else:
    _default_storage = {"BACKEND": "core.storage.FolderStorage", "OPTIONS": {"location": STORAGE_URL}}
STORAGES = {
    "default": _default_storage,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Servers, beside Amazon's, from whose buckets anybody who manages a project may import: `https://…,https://…`.
TESSERA_BUCKET_ENDPOINTS = [
    part.strip() for part in os.environ.get("TESSERA_BUCKET_ENDPOINTS", "").split(",") if part.strip()
]
# Uploads above this go through one temporary file, never through memory.
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 << 20
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "core.http.uploads.OneFile",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 << 20
DATA_UPLOAD_MAX_NUMBER_FILES = 5000

STATIC_URL = "/static/"
WHITENOISE_ROOT = TESSERA_DASHBOARD_DIR if TESSERA_DASHBOARD_DIR.is_dir() else None
WHITENOISE_INDEX_FILE = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/.+-[\w-]{8,}\.\w+$"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.ApiKeyAuthentication",
        "accounts.authentication.BrowserSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_PAGINATION_CLASS": "core.http.pagination.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_RATES": {"sign-in": "20/min", "sign-in-account": "20/min"},
    # How many proxies of ours stand before us: only their entries of X-Forwarded-For are believed.
    "NUM_PROXIES": int(os.environ.get("TESSERA_PROXIES", "0")),
    "EXCEPTION_HANDLER": "core.http.problems.handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNICODE_JSON": True,
    # `?format=` belongs to the views: it names a file's format, not another rendering of the answer.
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tessera",
    "DESCRIPTION": "Label images, train segmentation models, judge them and serve them.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "MediaEnum": "projects.models.Project.Media",
        "AssetMedia": "projects.models.Asset.Media",
        "JobStatus": "core.models.Job.Status",
        "AssetStatus": "projects.models.Asset.Status",
        "RunStatus": "training.models.RunStatus",
        "SweepStatus": "training.models.Sweep.Status",
        "MethodEnum": "training.models.Sweep.Method",
        "RoleEnum": "accounts.models.Role",
        "WorkRole": "projects.models.Asset.WorkRole",
        "DeploymentStatus": "deployments.models.DeploymentStatus",
        "ArtifactRole": "training.models.Artifact.Role",
        "AnswerState": "annotations.models.Answer.State",
        "FindingState": "training.label_check_models.Finding.State",
        "FindingKind": "training.label_check_models.Finding.Kind",
        "ProposalState": "annotations.proposal_models.Proposal.State",
        "SettlingMethod": "annotations.services.settling.Method",
    },
}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django.request": {"level": "ERROR"}, "celery": {"level": "WARNING"}},
}
