"""All configuration, from the environment with safe defaults; README has the table."""

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
LOCAL_DIR = Path(env.str("LOCAL_DIR", default=str(BASE_DIR / ".local")))
SECRET_KEY = env.str("SECRET_KEY", default="development-only-key-" + "x" * 40 if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY to a long random text (script/server does so for you).")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")  # the address written into mails
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
IS_HTTPS = BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    # kits: the ground floor
    "vcse_portal.ui",
    "vcse_portal.history",
    "vcse_portal.borough",
    "vcse_portal.accounts",
    "vcse_portal.search",
    "vcse_portal.mail",
    "vcse_portal.pdf",
    "vcse_portal.imports",
    "vcse_portal.discussion",
    # the council's and the sector's rooms
    "organisations",
    "organisations.upkeep",
    "organisations.duplicates",
    "organisations.events",
    "organisations.forums",
    "organisations.conversations",
    "organisations.sector",
    "actions",
    "compact",
    "commissioning",
    "assets",
    # roof
    "vcse_portal.home",
    "vcse_portal.demo",
    # libraries
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "csp",
    "pgtrigger",
    "pghistory",
]

MIDDLEWARE = [
    "vcse_portal.logs.RequestIdMiddleware",
    "vcse_portal.ui.language.LanguageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "vcse_portal.ui.errors.RefusedInputMiddleware",
    "vcse_portal.ui.visitors.VisitorPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "vcse_portal.accounts.middleware.SecondFactorMiddleware",
    "vcse_portal.history.middleware.HistoryMiddleware",
]

ROOT_URLCONF = "vcse_portal.urls"
WSGI_APPLICATION = "vcse_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "vcse_portal.borough.context.council",
                "vcse_portal.home.navigation.navigation",
            ],
        },
    },
]
FORM_RENDERER = "vcse_portal.ui.forms.GovukRenderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["govuk"]
CRISPY_TEMPLATE_PACK = "govuk"

# Data ------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default="postgres://vcse@127.0.0.1:5432/vcse")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).update(
    connect_timeout=2,  # seconds: a database that is away is said at once
    options=f"-c lock_timeout={env.int('LOCK_TIMEOUT', default=8)}s"  # nobody waits longer for another's write
    " -c pg_trgm.similarity_threshold=0.25",  # a slip in a word of four letters leaves a quarter of it
)
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 1, "SOCKET_TIMEOUT": 2},
    }
}
DJANGO_REDIS_IGNORE_EXCEPTIONS = True  # pages are served from the database when Redis is away
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BASE_DIR / "media"))  # served through permission checks only
MAX_UPLOAD_MB = env.int("MAX_UPLOAD_MB", default=20)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Language and time -----------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["vcse_portal.formats"]

# Static files ----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or env.bool("PLAIN_STATIC_FILES", default=False)
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# People ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["vcse_portal.accounts.backends.AccountBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
OFFICERS_START_AT = "home:what_needs_me"
ACCOUNT_SIGNUP_REDIRECT_URL = "organisations:mine"  # says how to speak for one
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "vcse_portal.accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "vcse_portal.accounts.adapter.CouncilAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "signup": "vcse_portal.accounts.forms.SignUpForm",
    **{
        key: f"vcse_portal.accounts.entrance_forms.{name}"
        for key, name in {
            "login": "SignInForm",
            "request_login_code": "AskForSignInCodeForm",
            "confirm_login_code": "SignInCodeForm",
            "confirm_email_verification_code": "AddressCodeForm",
            "add_email": "AddAddressForm",
            "change_email": "ChangeAddressForm",
            "reset_password": "ForgottenPasswordForm",  # pragma: allowlist secret
            "confirm_password_reset_code": "PasswordCodeForm",  # pragma: allowlist secret
            "reset_password_from_key": "NewPasswordForm",  # pragma: allowlist secret
            "change_password": "ChangePasswordForm",  # pragma: allowlist secret
            "set_password": "SetPasswordForm",  # pragma: allowlist secret
            "reauthenticate": "ReauthenticateForm",
        }.items()
    },
}
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",  # a whole office may share one address
    "login_failed": "10/m/ip,5/300s/key",  # key: account and source together
    "signup": "20/m/ip",
}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    key: f"vcse_portal.accounts.entrance_forms.{name}"
    for key, name in {
        "activate_totp": "SetUpAppForm",
        "authenticate": "SecondFactorForm",
        "reauthenticate": "SecondFactorAgainForm",
    }.items()
}
MFA_ADAPTER = "vcse_portal.accounts.adapter.SecondFactorAdapter"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
OFFICERS_NEED_SECOND_FACTOR = env.bool("OFFICERS_NEED_SECOND_FACTOR", default=False)
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="")
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": []}}
if OIDC_SERVER_URL:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"].append(
        {
            "provider_id": "council",
            "name": "Council account",
            "client_id": env.str("OIDC_CLIENT_ID"),
            "secret": env.str("OIDC_CLIENT_SECRET"),
            "settings": {
                "server_url": OIDC_SERVER_URL,
                # addresses of these domains are the council's own word, even without an email_verified claim
                "verified_email": env.list("OIDC_EMAIL_DOMAINS", default=[]) or False,
            },
        }
    )
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
DISCUSSION_PARTY_MODEL = "organisations.Organisation"  # on whose behalf a comment is made

# Mail ------------------------------------------------------------------------------------------
if DEBUG and not env.str("EMAIL_URL", default=""):
    EMAIL_BACKEND = "vcse_portal.mail.mailbox.MailboxBackend"  # each message a file, read at /mailbox/
else:
    vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25"))
EMAIL_TIMEOUT = 20
MAIL_LEASE_SECONDS = env.int(
    "MAIL_LEASE_SECONDS", default=120
)  # longer than a run; a dead one is then taken over
MAIL_KEEP_DAYS = env.int("MAIL_KEEP_DAYS", default=400)  # then what was sent is forgotten, with the addresses
MAILBOX_DIR = LOCAL_DIR / "mailbox"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="VCSE Portal <portal@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Background work -------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,  # longer than any task: a task must never be handed out twice while it runs
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 1,
    "max_retries": 0,  # a page waits for no broker: with Redis away its knock is dropped at once
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_PUBLISH_RETRY = False  # the sweep finds the row a minute later
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "sweep-outbox": {"task": "mail.sweep_outbox", "schedule": 60.0, "options": {"expires": 55}},
    "heartbeat": {"task": "home.heartbeat", "schedule": 30.0, "options": {"expires": 25}},
    "assemble-circular": {"task": "commissioning.assemble_due_circular", "schedule": crontab(minute="*/30")},
    "weekly-digest": {"task": "mail.send_due_digests", "schedule": crontab(minute="*/30")},
    "resume-reports": {"task": "actions.resume_reports", "schedule": 60.0, "options": {"expires": 55}},
    "resume-imports": {"task": "imports.resume_runs", "schedule": 60.0, "options": {"expires": 55}},
    "ask-about-records": {
        "task": "upkeep.ask_due_records",
        "schedule": crontab(minute=20, hour="9-16", day_of_week="mon-fri"),  # the first claims the day
    },
    "sink-unconfirmed": {"task": "upkeep.sink_unconfirmed", "schedule": crontab(hour=2, minute=10)},
    "event-reminders": {"task": "events.send_due_reminders", "schedule": crontab(minute="*/15")},
    "forget-event-people": {"task": "events.forget_people", "schedule": crontab(hour=2, minute=50)},
    "find-duplicates": {"task": "duplicates.find_pairs", "schedule": crontab(hour=4, minute=10)},
    "tidy-mail": {"task": "mail.tidy", "schedule": crontab(hour=2, minute=40)},  # London time
    "freeze-sector-year": {"task": "sector.freeze_year", "schedule": crontab(hour=4, minute=10)},
    "make-sector-paper": {"task": "sector.make_due_paper", "schedule": crontab(minute="*/15")},
    "clear-sessions": {"task": "home.clear_sessions", "schedule": crontab(hour=3, minute=20)},
}

# Protection ------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = IS_HTTPS and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS and env.bool("HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = IS_HTTPS and env.bool("HSTS_PRELOAD", default=True)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if IS_HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if IS_HTTPS else "csrftoken"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 12
CSRF_FAILURE_VIEW = "vcse_portal.home.errors.csrf_failure"
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
if OIDC_SERVER_URL:
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(OIDC_SERVER_URL)

# Logging ---------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "vcse_portal.logs.RequestIdFilter"}},
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s",
        },
        "plain": {"format": "%(levelname)s %(name)s %(message)s"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": "json" if env.bool("LOG_JSON", default=not DEBUG) else "plain",
        }
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "propagate": False},
        "fontTools": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},
    },
}
