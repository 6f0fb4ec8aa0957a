"""Settings, from the environment. docs/settings.md lists every one; a test fails when it does not."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from environs import Env

from neoncard.kit import home as home_folder

env = Env()
_env = Env(prefix="NEONCARD_")

HOME = home_folder.path()
_secrets = home_folder.secrets(HOME)

SECRET_KEY = _env.str("SECRET_KEY", _secrets["secret_key"])
NEONCARD_PSEUDONYM_KEY = _env.str("PSEUDONYM_KEY", _secrets["pseudonym_key"])
NEONCARD_SEAL_KEY = _env.str("SEAL_KEY", _secrets["seal_key"])
DEBUG = _env.bool("DEBUG", False)

NEONCARD_URL = _env.str("URL", "http://127.0.0.1:8000").rstrip("/")
_url = urlsplit(NEONCARD_URL)
_https = _url.scheme == "https"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")
ALLOWED_HOSTS = [
    *dict.fromkeys([_url.hostname or "127.0.0.1", *LOOPBACK[:3], *_env.list("HOSTS", [])])
]
CSRF_TRUSTED_ORIGINS = [f"{_url.scheme}://{_url.netloc}"]

NEONCARD_BIND = _env.str("BIND", "127.0.0.1")
NEONCARD_PORT = _env.int("PORT", _url.port or 8000)
NEONCARD_KEEP_TEXT_DAYS = _env.int("KEEP_TEXT_DAYS", 30)
NEONCARD_KEEP_OUTCOME_DAYS = 180
NEONCARD_KEEP_RAW_DAYS = 7
NEONCARD_PROXIES = _env.list("PROXIES", ["127.0.0.1", "::1"])
NEONCARD_ALLOW_PRIVATE: list[str] = _env.list("ALLOW_PRIVATE", [])
NEONCARD_BOARD_RATE = _env.int("BOARD_RATE", 200)
NEONCARD_METRICS_TOKEN = _env.str("METRICS_TOKEN", "")
NEONCARD_LOG_LEVEL = _env.str("LOG_LEVEL", "INFO").upper()
NEONCARD_LOG_JSON = _env.bool("LOG_JSON", not sys.stderr.isatty())

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "csp",
    "neoncard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "neoncard.web.middleware.log_requests",
    "neoncard.web.middleware.not_ahead",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "neoncard.web.framed.recognise",
    "neoncard.web.tablets.recognise",
    "django.middleware.csrf.CsrfViewMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "neoncard.web.middleware.language_and_zone",
    "neoncard.web.middleware.noindex",
]

ROOT_URLCONF = "neoncard.web.urls"
WSGI_APPLICATION = "neoncard.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "neoncard.web.context.house",
            ],
        },
    }
]

_sqlite = f"sqlite:///{HOME / 'neoncard.sqlite3'}"
DATABASES = {
    "default": env.dj_db_url("DATABASE_URL", _sqlite, conn_max_age=60, conn_health_checks=True)
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            "PRAGMA cache_size=-16000; PRAGMA mmap_size=134217728; PRAGMA wal_autocheckpoint=4000;"
        ),
    }
else:
    # Pages join a row with who it is about: PostgreSQL weighed every order of eight tables for 8 ms, to read them in 2.
    # Filters stand first in our joins, so weighing the first five is enough (2 ms, the same plans). It also compiled
    # machine code for 100 ms (jit) where it thought a query dear that then read four blocks.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
        "options", "-c join_collapse_limit=5 -c jit=off"
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "neoncard.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_ADAPTER = "neoncard.web.accounts.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True

MFA_ADAPTER = "neoncard.web.accounts.SecondStep"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Neoncard"

NEONCARD_OIDC_URL = _env.str("OIDC_URL", "").rstrip("/")
NEONCARD_OIDC_GROUPS = _env.str("OIDC_GROUPS", "groups")
NEONCARD_OIDC_TRUST_ADDRESSES = _env.bool("OIDC_TRUST_ADDRESSES", False)
OIDC_NAME = _env.str("OIDC_NAME", "single sign-on")
SOCIALACCOUNT_ADAPTER = "neoncard.web.single_sign_on.Adapter"
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": _env.str("OIDC_CLIENT", ""),
                "secret": _env.str("OIDC_SECRET", ""),
                "settings": {"server_url": NEONCARD_OIDC_URL},
            }
        ]
        if NEONCARD_OIDC_URL
        else [],
    }
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-neoncard" if _https else "neoncard"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_TEMP_DIR = None

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LANGUAGE_CODE = _env.str("LANGUAGE", "en")
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español")]
TEAM_LANGUAGES = [("en", "English")]
"""What the team's own pages speak in full; the customers' pages speak all of LANGUAGES."""
FORMAT_MODULE_PATH = ["neoncard.web.formats"]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [Path(__file__).parent / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_MAX_AGE = 31_536_000
MEDIA_ROOT = HOME / "files"

EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
if _mail := _env.str("MAIL_URL", ""):
    _mail_settings = _env.dj_email_url("MAIL_URL")
    EMAIL_BACKEND = _mail_settings["EMAIL_BACKEND"]
    EMAIL_HOST = _mail_settings["EMAIL_HOST"]
    EMAIL_PORT = _mail_settings["EMAIL_PORT"]
    EMAIL_HOST_USER = _mail_settings["EMAIL_HOST_USER"]
    EMAIL_HOST_PASSWORD = _mail_settings["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS = _mail_settings["EMAIL_USE_TLS"]
    EMAIL_USE_SSL = _mail_settings["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = _env.str("MAIL_FROM", f"neoncard@{_url.hostname}")

LOGGING_CONFIG = None
TEST_RUNNER = "django.test.runner.DiscoverRunner"
