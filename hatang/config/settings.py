"""Settings of an installation: everything that differs comes from `environment.VARIABLES`."""

import gc
import secrets
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from hatang.config import environment, libraries
from hatang.config.logs import logging_configuration
from hatang.core.kept_secrets import kept_secret, rsa_key

gc.set_threshold(50_000, 20, 20)
# Hundreds of thousands of objects are made at start and stay; by default Python looks for circles among the new ones
# at every 700th, and among all of them again and again: a fifth of the time of a bulk load.

ROOT = Path(__file__).resolve().parents[2]
DATA = environment.data_directory()
REFERENCE = ROOT / "data"
ORIGIN = environment.read("HATANG_ORIGIN")
SECURE = ORIGIN.startswith("https://")


SECRET_KEY = kept_secret(DATA / "secret_key", lambda: secrets.token_urlsafe(50).encode()).decode().strip()
DEBUG = environment.read("HATANG_DEBUG") == "1"
ALLOWED_HOSTS = environment.read("HATANG_HOSTS").split(",")
CSRF_TRUSTED_ORIGINS = [ORIGIN]

INSTALLED_APPS = [
    "hatang.config",
    "hatang.sample",
    "hatang.web",
    "hatang.exchange",
    "hatang.opendata",
    "hatang.plans",
    "hatang.indicators",
    "hatang.planning",
    "hatang.coverage",
    "hatang.network",
    "hatang.quality",
    "hatang.systems",
    "hatang.sensors",
    "hatang.utilities",
    "hatang.work",
    "hatang.accounts",
    "hatang.places",
    "hatang.pages",
    "hatang.geosqlite",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.idp.oidc",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.forms",
    "simple_history",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "hatang.config.logs.RequestLog",
    "hatang.config.refusals.RefuseNul",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hatang.config.keeping.KeepPrivate",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "hatang.config.urls"
WSGI_APPLICATION = "hatang.config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hatang.work.context.unread_notices",
            ],
            "builtins": ["hatang.pages.templatetags.vietnamese"],
        },
    }
]

GDAL_LIBRARY_PATH = libraries.GDAL_LIBRARY_PATH
GEOS_LIBRARY_PATH = libraries.GEOS_LIBRARY_PATH

KEPT_OPEN_S = 60
SQLITE = {
    "ENGINE": "hatang.geosqlite",
    "NAME": DATA / "hatang.sqlite3",
    "CONN_MAX_AGE": KEPT_OPEN_S,  # opening one reads 1,900 tables, indexes and triggers: 15 ms of the processor
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000;",
    },
}
DATABASE_URL = environment.read("HATANG_DATABASE_URL")
POSTGIS = "django.contrib.gis.db.backends.postgis"
DATABASES = {
    "default": dj_database_url.parse(DATABASE_URL, engine=POSTGIS, conn_max_age=KEPT_OPEN_S) if DATABASE_URL else SQLITE
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA / "cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "long", "aside"]}}

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["hatang.accounts.backends.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "hatang.accounts.adapter.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ALLAUTH_TRUSTED_PROXY_COUNT = int(environment.read("HATANG_PROXIES"))
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Hatang"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
OIDC_ISSUER = environment.oidc_issuer(environment.read("HATANG_OIDC_ISSUER"))
SOCIALACCOUNT_ADAPTER = "hatang.accounts.adapter.LinkedOnly"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "ngoai",
                "name": environment.read("HATANG_OIDC_NAME"),
                "client_id": environment.read("HATANG_OIDC_CLIENT"),
                "secret": environment.read("HATANG_OIDC_SECRET"),
                "settings": {"server_url": OIDC_ISSUER, "fetch_userinfo": False},
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}
IDP_OIDC_PRIVATE_KEY = kept_secret(DATA / "oidc_key.pem", rsa_key).decode()
IDP_OIDC_ADAPTER = "hatang.exchange.issuer.Issuer"
IDP_OIDC_ACCESS_TOKEN_FORMAT = "jwt"  # noqa: S105
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 3600
EXCHANGE_KEY = DATA / "exchange_key.pem"
XROAD_IDENTITY = environment.read("HATANG_XROAD_IDENTITY")
XROAD_TRUSTED = environment.addresses("HATANG_XROAD_TRUSTED")
PLAIN_HTTP_HOSTS = environment.words("HATANG_PLAIN_HTTP_HOSTS")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
WEEKEND = environment.weekend(environment.read("HATANG_WEEKEND"))

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "hatang.config.staticfiles.NpmFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "hatang.config.staticfiles.HashedFiles"},
}
MEDIA_ROOT = DATA / "files"
UPLOAD_BYTES = int(environment.read("HATANG_UPLOAD_MB")) * 1_000_000
TERRAIN_BYTES = int(environment.read("HATANG_TERRAIN_MB")) * 1_000_000
MEASUREMENT_BYTES = int(environment.read("HATANG_MEASUREMENT_MB")) * 1_000_000
QUOTA_BYTES = int(environment.read("HATANG_QUOTA_MB")) * 1_000_000
FEWEST_OWNERS = int(environment.read("HATANG_FEWEST_OWNERS"))
DOMINANCE_PERCENT = environment.number_within("HATANG_DOMINANCE_PERCENT", 1, 100)
PROTECTION_PERCENT = environment.number_within("HATANG_PROTECTION_PERCENT", 0, 1000)
STATED_TOLERANCE_PERCENT = environment.number_within("HATANG_STATED_TOLERANCE_PERCENT", 0, 100)
MAST_REACH_M = int(environment.read("HATANG_MAST_REACH_M"))
FORESEEN_MET_PERCENT = int(environment.read("HATANG_FORESEEN_MET_PERCENT"))
FORESEEN_MISSED_PERCENT = int(environment.read("HATANG_FORESEEN_MISSED_PERCENT"))
VERIFIED_MONTHS = int(environment.read("HATANG_VERIFIED_MONTHS"))
MEASUREMENT_KEPT_YEARS = int(environment.number_within("HATANG_MEASUREMENT_KEPT_YEARS", 0, 100))
MEASUREMENT_MONTHS = int(environment.read("HATANG_MEASUREMENT_MONTHS"))
MEASUREMENTS_LEAST = int(environment.read("HATANG_MEASUREMENTS_LEAST"))
MEASURED_PERCENT = float(environment.read("HATANG_MEASURED_PERCENT"))
LEAST_DOWNLOAD_MBPS = float(environment.read("HATANG_LEAST_DOWNLOAD_MBPS"))
MEASURED_WITHIN_M = float(environment.read("HATANG_MEASURED_WITHIN_M"))
CHALLENGE_ANSWER_DAYS = int(environment.read("HATANG_CHALLENGE_ANSWER_DAYS"))
CHALLENGE_DECIDE_DAYS = int(environment.read("HATANG_CHALLENGE_DECIDE_DAYS"))
CHALLENGE_UNANSWERED = environment.one_of("HATANG_CHALLENGE_UNANSWERED", "upheld", "decide")
OPEN_LICENCE_URL = environment.read("HATANG_OPEN_LICENCE_URL")
OPEN_LICENCE_TITLE = environment.read("HATANG_OPEN_LICENCE_TITLE")
WALL_SECONDS = int(environment.number_within("HATANG_WALL_SECONDS", 5, 3600))
SENSOR_CLOCK_HOURS = environment.number_within("HATANG_SENSOR_CLOCK_HOURS", 0.01, 1e6)
MQTT_DOOR, MQTT_BROKER = environment.read("HATANG_MQTT_DOOR"), environment.read("HATANG_MQTT_BROKER")
NDT7_ORIGIN = environment.ndt7_origin(environment.read("HATANG_NDT7_ORIGIN"), ORIGIN)
NDT7_MOST_MB = 2 * int(environment.read("HATANG_NDT7_CAP_MB"))
SIGN_KEY = environment.read("HATANG_SIGN_KEY")
SIGN_PASSPHRASE = environment.read("HATANG_SIGN_PASSPHRASE")
SIGN_PKCS11 = environment.read("HATANG_SIGN_PKCS11")
SIGN_TOKEN = environment.read("HATANG_SIGN_TOKEN")
SIGN_PIN = environment.read("HATANG_SIGN_PIN")
SIGN_LABEL = environment.read("HATANG_SIGN_LABEL")
TSA_URL = environment.read("HATANG_TSA_URL")
TRUST = environment.read("HATANG_TRUST")
TRUST_SIGNERS = environment.read("HATANG_TRUST_SIGNERS")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "connect-src": [SELF, NDT7_ORIGIN],
        "worker-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, *([environment.origin_of(OIDC_ISSUER)] if OIDC_ISSUER else [])],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None

SMTP_URL = environment.read("HATANG_SMTP_URL")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.read("HATANG_MAIL_FROM")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if SMTP_URL else 'dummy'}.EmailBackend"
if SMTP_URL:
    _smtp = environment.smtp(SMTP_URL)
    EMAIL_HOST, EMAIL_PORT = _smtp.host, _smtp.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _smtp.user, _smtp.password
    EMAIL_USE_TLS = _smtp.tls

LOGGING = logging_configuration(environment.read("HATANG_LOG_FORMAT"))
