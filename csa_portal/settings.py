"""The one settings file, driven by the environment; safe when nothing is set.

DEMO=1 is the demonstration county: a secret key made once in an ignored file, accounts
that anyone can read on the sign-in page, a fixed business date. It refuses DEBUG, and
`make run` binds it to 127.0.0.1 only.
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()

DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
if DEMO and DEBUG:
    raise ImproperlyConfigured("DEMO and DEBUG cannot both be set.")


def demonstration_key() -> str:
    """A secret key made once and kept in an ignored file."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        VAR_DIR.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text()


if DEMO:
    SECRET_KEY = env("SECRET_KEY", default="") or demonstration_key()
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
else:
    SECRET_KEY = env("SECRET_KEY")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")

# The business date: reviews, terms and due dates follow it. Sign-in, audit and sessions
# use the real clock.
TODAY = env("TODAY", default="2022-06-16" if DEMO else "") or None

COUNTY = env("COUNTY", default="Lancashire" if DEMO else "")
CONTACT_EMAIL = env("CONTACT_EMAIL", default="community.safety@example.gov.uk")

INSTALLED_APPS = [
    "csa_portal",
    "performance",
    "priorities",
    "partnerships",
    "django_tasks",
    "django_tasks_db",
    "simple_history",
    "axes",
    "crispy_forms",
    "csp",
    "django_filters",
    "django_tables2",
    "partnerships.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.humanize",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "csa_portal.urls"
WSGI_APPLICATION = "csa_portal.wsgi.application"

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
                "csa_portal.context.portal",
            ],
            "builtins": ["csa_portal.templatetags.words"],
        },
    }
]

DATABASES = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR_DIR.mkdir(exist_ok=True)
    # Readers go on while one writes; a writer asks for its lock at the start, so that two
    # writers queue instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # Who works on what: files that lie beside the database, as its own locks do.
    WORK_LOCKS = f"{DATABASES['default']['NAME']}-work"
else:
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 8}}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "partnerships.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in [
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    ]
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "csa_portal.views.accounts.locked_out"
AXES_RESET_ON_SUCCESS = True

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = CONTACT_EMAIL
# Where e-mails send people: the portal's own address, without a slash at the end.
SITE_URL = env(
    "SITE_URL",
    default="http://127.0.0.1:8000"
    if DEMO
    else f"https://{next(iter(ALLOWED_HOSTS), 'localhost')}",
).rstrip("/")
REMIND_DAYS_BEFORE = env.int("REMIND_DAYS_BEFORE", default=14)
REMIND_EVERY_DAYS = env.int("REMIND_EVERY_DAYS", default=7)

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False
USE_THOUSAND_SEPARATOR = False
DATE_FORMAT = "j F Y"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "build" / "served"
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "build" / "static"]
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(VAR_DIR / "files")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

CRISPY_ALLOWED_TEMPLATE_PACKS = ("govuk",)
CRISPY_TEMPLATE_PACK = "govuk"
CRISPY_FAIL_SILENTLY = False
DJANGO_TABLES2_TEMPLATE = "components/table.html"

# Plotly adds one empty <style>: the hash of the empty string lets it, nothing more.
EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", EMPTY_STYLE],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 12
if not DEMO and not DEBUG:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=3600)

# A month says too little about its areas to set them against other months when a smaller
# share of its recorded crimes has a place; pages print the share.
PLACED_ENOUGH = env.float("PLACED_ENOUGH", default=0.9)

# Files that people upload.
MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_BYTES", default=100 * 1024 * 1024)
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# Parsing happens in a child process that may use so much and no more. The bytes are of
# address space, of which only about a fifth is ever memory in use.
PARSE_SECONDS = env.int("PARSE_SECONDS", default=120)
PARSE_BYTES = env.int("PARSE_BYTES", default=3 * 1024 * 1024 * 1024)

# Work that takes longer than a page may is handed to a worker (manage.py worker). Checking
# up to so many bytes, and saving up to so many figures, stays within the page.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
BACKGROUND_BYTES = env.int("BACKGROUND_BYTES", default=1024 * 1024)
BACKGROUND_FIGURES = env.int("BACKGROUND_FIGURES", default=5000)
# How many days things are kept that need not be kept for good; `manage.py clear_expired`
# clears what is past them. Nothing that was ever saved is cleared, nor the acts of the audit.
KEEP_DAYS = {
    "failed_uploads": env.int("KEEP_FAILED_UPLOADS_DAYS", default=90),
    "access_records": env.int("KEEP_ACCESS_RECORDS_DAYS", default=730),
    "sign_in_attempts": env.int("KEEP_SIGN_IN_ATTEMPTS_DAYS", default=30),
    "readings": env.int("KEEP_READINGS_DAYS", default=90),
    "unnamed_files": env.int("KEEP_UNNAMED_FILES_DAYS", default=7),
}
if min(KEEP_DAYS.values()) < 1:
    raise ImproperlyConfigured("Each KEEP_…_DAYS is a number of days, 1 at least.")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
