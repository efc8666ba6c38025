"""All settings, read once from the environment; docs/settings.md describes each variable."""

import platform
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.http.request import split_domain_port

from hello3d import __version__
from hello3d.configuration import rest
from hello3d.configuration.environment import Environment, WrongSettingError
from hello3d.configuration.logging import logging_configuration
from hello3d.configuration.sign_in import require_token_settings
from sessions_app.web import cookies, origins

BASE_DIR = Path(__file__).resolve().parent.parent
# Files other than Python: beside the packages in a checkout, inside this package in a wheel.
RESOURCES = BASE_DIR if (BASE_DIR / "manage.py").is_file() else BASE_DIR / "hello3d"
VERSION = __version__
env = Environment()

DEVELOPMENT_SECRET_KEY = "development-only-never-for-a-server-that-others-can-reach"  # noqa: S105 - nobody may serve others with it


def _is_secret(key: str) -> bool:
    return key != DEVELOPMENT_SECRET_KEY and len(key) >= 32


DEBUG = env.boolean("DJANGO_DEBUG", default=True)
SECRET_KEY = env.text("DJANGO_SECRET_KEY") or DEVELOPMENT_SECRET_KEY
if not DEBUG and not _is_secret(SECRET_KEY):
    raise WrongSettingError(
        "DJANGO_SECRET_KEY must be set when DJANGO_DEBUG is false. Accepted: at least 32 random"
        " characters, the same for every process of this installation."
    )
SECRET_KEY_FALLBACKS = env.words("DJANGO_SECRET_KEY_FALLBACKS")
if not DEBUG and not all(_is_secret(key) for key in SECRET_KEY_FALLBACKS):
    raise WrongSettingError(
        "DJANGO_SECRET_KEY_FALLBACKS holds a key that anyone could find out. Accepted when"
        " DJANGO_DEBUG is false: earlier keys of at least 32 characters, separated by commas."
    )
ALLOWED_HOSTS = env.hosts("DJANGO_ALLOWED_HOSTS")

PUBLIC_ORIGIN = env.origin("PUBLIC_ORIGIN")
ROOT_PATH = env.root_path("ROOT_PATH")
FORCE_SCRIPT_NAME = ROOT_PATH or None
if DEBUG and not ALLOWED_HOSTS:
    ALLOWED_HOSTS = [".localhost", "127.0.0.1", "[::1]"]
if PUBLIC_ORIGIN:
    ALLOWED_HOSTS.append(split_domain_port(urlsplit(PUBLIC_ORIGIN).netloc)[0])
BROWSER_URL = env.web_url("BROWSER_URL")
CAMERA = env.program("HELLO3D_CAMERA")
# Unset, the command that serves sets it to where it listens.
CAMERA_ORIGIN = env.origin("HELLO3D_CAMERA_ORIGIN")
ALLOWED_ORIGINS = env.origins("ALLOWED_ORIGINS")
TRUSTED_PROXIES, TRUSTS_UNIX_SOCKETS = env.proxies("TRUSTED_PROXIES")
# Exempt from limits per address; in development this machine, where the tests run.
RATE_SHARED_ADDRESSES = env.networks("RATE_SHARED_ADDRESSES")
if DEBUG and not RATE_SHARED_ADDRESSES:
    RATE_SHARED_ADDRESSES = [ip_network("127.0.0.0/8"), ip_network("::1")]
MCP_RATE_PER_CLIENT = env.rate("MCP_RATE_PER_CLIENT", default="600/60")
MCP_FAILURES_PER_CLIENT = env.rate("MCP_FAILURES_PER_CLIENT", default="60/60")
MCP_RATE_PER_SCENE = env.rate("MCP_RATE_PER_SCENE", default="1200/60")
SCENE_CREATION_QUOTA = env.rate("SCENE_CREATION_QUOTA", default="20/600")
API_RATE = env.rate("API_RATE", default="300/60")
API_TOKEN_RATE = env.rate("API_TOKEN_RATE", default="10/300")

# Limits of concurrent use.
MCP_MAX_SESSIONS = env.integer("MCP_MAX_SESSIONS", default=1000)
MCP_MAX_SESSIONS_PER_USER = env.integer("MCP_MAX_SESSIONS_PER_USER", default=50)
MCP_MAX_BROWSERS_PER_SESSION = env.integer("MCP_MAX_BROWSERS_PER_SESSION", default=20)
MCP_MAX_CONNECTIONS_PER_USER = env.integer("MCP_MAX_CONNECTIONS_PER_USER", default=5)
MCP_MAX_CONNECTIONS_PER_ADDRESS = env.integer("MCP_MAX_CONNECTIONS_PER_ADDRESS", default=100)
MCP_MAX_CALLS_PER_SESSION = env.integer("MCP_MAX_CALLS_PER_SESSION", default=8)
MCP_MAX_CALLS = env.integer("MCP_MAX_CALLS", default=256)

# The life of a session, in seconds unless the name says days.
MCP_SESSION_TIMEOUT = env.integer("MCP_SESSION_TIMEOUT", default=3600, least=10, most=10**8)
MCP_SESSION_RETENTION_DAYS = env.integer("MCP_SESSION_RETENTION_DAYS", default=30, most=36500)
MCP_SESSION_MAX_AGE = env.integer("MCP_SESSION_MAX_AGE", default=90 * 86400, least=60, most=10**10)
MCP_SESSION_CLEANUP_INTERVAL = env.integer("MCP_SESSION_CLEANUP_INTERVAL", default=60, most=86400)
MCP_STALE_CONNECTION_SECONDS = env.integer(
    "MCP_STALE_CONNECTION_SECONDS", default=300, least=60, most=86400
)

# Whether people must sign in, and clients bring a token.
MCP_ENABLE_MULTI_USER = env.boolean("MCP_ENABLE_MULTI_USER", default=False)
MCP_JWT_SECRET = env.text("MCP_JWT_SECRET")
MCP_JWKS_URL = env.web_url("MCP_JWKS_URL")
MCP_JWT_ALGORITHM = env.choice(
    "MCP_JWT_ALGORITHM",
    default="HS256" if MCP_JWT_SECRET else "RS256",
    choices=("HS256", "RS256", "ES256"),
)
MCP_JWT_ISSUERS = env.words("MCP_JWT_ISSUER")
MCP_JWT_AUDIENCE = env.text("MCP_JWT_AUDIENCE")
MCP_JWT_LEEWAY_SECONDS = env.integer("MCP_JWT_LEEWAY_SECONDS", default=30, least=0, most=300)
MCP_AUTHORIZATION_SERVERS = env.web_urls("MCP_AUTHORIZATION_SERVERS")
# Sent by `mcp_stdio --connect` to a server that requires a token.
MCP_BEARER_TOKEN = env.text("MCP_BEARER_TOKEN")
if MCP_ENABLE_MULTI_USER:
    require_token_settings(
        debug=DEBUG,
        secret=MCP_JWT_SECRET,
        jwks_url=MCP_JWKS_URL,
        algorithm=MCP_JWT_ALGORITHM,
        issuers=MCP_JWT_ISSUERS,
        audience=MCP_JWT_AUDIENCE,
    )
# How to choose among several sessions of a signed-in user for a call without an id.
MCP_ROUTING_STRATEGY = env.choice(
    "MCP_ROUTING_STRATEGY", default="ask", choices=("ask", "newest", "oldest", "most_active")
)

# The groups of tools that every client is shown, beside those that its address asks for.
HELLO3D_TOOL_GROUPS = env.tool_groups("HELLO3D_TOOL_GROUPS")

INSTANCE_NAME = env.instance_name("INSTANCE_NAME", default=platform.node()[:64] or "hello3d")

# A bearer token that grants the metrics and the reasons of /readyz.
METRICS_TOKEN = env.secret("METRICS_TOKEN")

# Where to send the spans of tool calls (OTLP over HTTP); None disables tracing.
TRACES_URL = env.web_url("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_OTLP_URL = env.web_url("OTEL_EXPORTER_OTLP_ENDPOINT")
if _OTLP_URL and not TRACES_URL:
    TRACES_URL = f"{_OTLP_URL.rstrip('/')}/v1/traces"
if env.boolean("OTEL_SDK_DISABLED", default=False):
    TRACES_URL = None
TRACES_SERVICE_NAME = env.text("OTEL_SERVICE_NAME", default="hello3d")

LOGGING = logging_configuration(
    level=env.choice(
        "LOG_LEVEL", default="INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
    ),
    log_format=env.choice("LOG_FORMAT", default="human", choices=("human", "json")),
    instance_name=INSTANCE_NAME,
    log_file=env.file_path("LOG_FILE"),
)

INSTALLED_APPS = [
    # First, for its runserver, which is Daphne's. Daphne's own app would load Twisted everywhere.
    "sessions_app",
    "mcp_bridge",
    "channels",
    "hello3d.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_filters",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "hello3d.files.storage.NotBuiltMiddleware",
    "sessions_app.web.content_security.policy_middleware",
    "hello3d.middleware.views_at_once.bound_views",  # all below may query the database
    "hello3d.middleware.cookies.leave_out_nul",
    "hello3d.middleware.store_errors.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "hello3d.middleware.store_errors.StoreErrorsMiddleware",
]

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "page"
CSRF_FAILURE_VIEW = "sessions_app.pages.views.refuse_form"

# For new passwords.
_VALIDATORS = "UserAttributeSimilarity MinimumLength CommonPassword NumericPassword"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in _VALIDATORS.split()
]

ROOT_URLCONF = "hello3d.urls"
ASGI_APPLICATION = "hello3d.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [RESOURCES / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {"page_files": "hello3d.files.page_tags"},
        },
    },
]

# Database threads per process for coroutines. SQLite has one writer, so a second thread would only
# wait for the lock.
DATABASE_THREADS = 1
# Concurrent requests in Django's views, each on its own thread.
VIEWS_AT_ONCE = 8


_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",  # a deferred one fails with "database is locked"
    "timeout": 5,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
    " PRAGMA wal_autocheckpoint=4000;",  # fewer, so that few calls wait for one
}
_POSTGRESQL_THREADS = 4
# Of each process: one per thread, and some to spare.
POSTGRESQL_CONNECTIONS = _POSTGRESQL_THREADS + VIEWS_AT_ONCE + 2


# A wheel's folder is not for data; there, the `hello3d` command sets the database.
_DATABASE = f"sqlite:///{BASE_DIR / 'db.sqlite3'}" if RESOURCES == BASE_DIR else ""


def _database() -> dict[str, Any]:
    database = env.database("DATABASE_URL", default=_DATABASE)
    options = database.get("OPTIONS", {})
    if database["ENGINE"] == "django.db.backends.sqlite3":
        return database | {
            "CONN_MAX_AGE": None,  # 0 would open the file again for every call
            "OPTIONS": options | _SQLITE_OPTIONS,
            "TEST": {"NAME": BASE_DIR / "test.sqlite3"},  # in memory, threads would not share it
        }
    from sessions_app.storage.postgresql import BoundedConnection  # on SQLite no driver is loaded

    pool = {
        "min_size": 1,
        "max_size": POSTGRESQL_CONNECTIONS,
        "timeout": 5,
        "connection_class": BoundedConnection,
    }
    return database | {
        "CONN_MAX_AGE": 0,  # return connections to the pool after each use
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options | {"pool": pool},
    }


DATABASES = {"default": _database()}


def _beside_database() -> Path:
    """Return the folder for files: `media`, beside SQLite's file, else beside the program."""
    database = DATABASES["default"]
    is_file = database["ENGINE"] == "django.db.backends.sqlite3"
    return (Path(database["NAME"]).absolute().parent if is_file else BASE_DIR) / "media"


if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASE_THREADS = _POSTGRESQL_THREADS
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What is brought into scenes: all of them together, in megabytes, and where it may be fetched from.
ASSET_MEGABYTES = env.integer("ASSET_MEGABYTES", default=5000)
ASSET_HOSTS = env.host_rules("ASSET_HOSTS")
ASSET_CHECKER = env.program("ASSET_CHECKER", what="a Node.js")
MEDIA_ROOT = env.folder("MEDIA_ROOT") or _beside_database()

REDIS_URL = env.redis_url("REDIS_URL")
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "sessions_app.wire.channel_layers.LocalChannelLayer"}
}
if REDIS_URL:
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": 5}]},
    }

REST_FRAMEWORK = rest.REST_FRAMEWORK
SPECTACULAR_SETTINGS = rest.SPECTACULAR_SETTINGS

# Dotted names of functions that extend the MCP server; used by the conformance tests.
MCP_SERVER_EXTENSIONS: tuple[str, ...] = ()
# The transport of protocol sessions; the conformance tests use one with resumable streams.
MCP_SESSION_TRANSPORT = "mcp_bridge.transport.session_transport.SessionTransport"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
FORMAT_MODULE_PATH = "hello3d.configuration.formats"

# Built by `make page`: page/ and preloads.json from our sources, static/ and static.json of all
# published files.
BUILD_DIR = RESOURCES / "build"
STATIC_URL = f"{ROOT_PATH}/static/"
STATIC_ROOT = BUILD_DIR / "static"
STATICFILES_DIRS = [BUILD_DIR / "page"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "hello3d.files.published.PackagesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "hello3d.files.storage.HashedFiles"},
}
SILENCED_SYSTEM_CHECKS = ["staticfiles.W004"]  # we report a missing build ourselves
WHITENOISE_USE_FINDERS = False
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Matches Django's hash of twelve digits, or esbuild's in a chunk's name.
WHITENOISE_IMMUTABLE_FILE_TEST = r"\.[0-9a-f]{12}\.\w+$|/chunks/[\w-]+-[0-9A-Z]{8}\.js$"

# The largest message from a browser; sessions_app/web/serving.py sets it for uvicorn.
DAPHNE_WEBSOCKET_MAX_MESSAGE_SIZE = 256 * 1024
DAPHNE_WEBSOCKET_MAX_FRAME_SIZE = 256 * 1024

SECURE_CONTENT_TYPE_NOSNIFF = True
# A page's URL holds an edit key, so no other site may see it; our own forms need an origin.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
COOKIE_NAME = env.cookie_name("COOKIE_NAME")
# Without either setting, servers name them by port, once that is known.
_COOKIES = cookies.names(COOKIE_NAME or cookies.name_at(PUBLIC_ORIGIN or origins.DEFAULT_ORIGIN))
SESSION_COOKIE_NAME = _COOKIES["SESSION_COOKIE_NAME"]
CSRF_COOKIE_NAME = _COOKIES["CSRF_COOKIE_NAME"]
LANGUAGE_COOKIE_NAME = _COOKIES["LANGUAGE_COOKIE_NAME"]
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = ROOT_PATH or "/"
SESSION_COOKIE_HTTPONLY = True
_SECURE = bool(PUBLIC_ORIGIN and PUBLIC_ORIGIN.startswith("https://"))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _SECURE
# In the session, because the message cookie has the same name on all servers of a host.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_TRUSTED_ORIGINS = [origin for origin in [PUBLIC_ORIGIN, *ALLOWED_ORIGINS] if origin]
