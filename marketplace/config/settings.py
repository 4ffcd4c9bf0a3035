"""Settings: the environment alone configures the product.

docs/guides/configuration.md has the table of every name read here.
"""

import hmac
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from oscar.defaults import *  # noqa: F403 (Oscar's own idiom)

from marketplace.config import composition, embedded

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parents[2]
STATE_DIR = embedded.state_folder()


def origin_of(address: str) -> str:
    """Return the part of an address that a policy names."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


EMBEDDED = embedded.environment()

# --- who we are -------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
DEVELOPMENT_SECRET = "development-only-not-a-secret-" + "0" * 32
SECRET_KEY = env("SECRET_KEY", default=DEVELOPMENT_SECRET)
PUBLIC_URL = env("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
IS_SECURE = _public.scheme == "https"
ALLOW_SANDBOX = env.bool("ALLOW_SANDBOX", default=False)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    default=[
        _public.hostname,
        *(["127.0.0.1", "localhost"] if DEBUG or ALLOW_SANDBOX else []),
    ],
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
# The shop is closed to all but operators while it is on, or while the file is there.
MAINTENANCE = env.bool("MAINTENANCE", default=False)
MAINTENANCE_FILE = env("MAINTENANCE_FILE", default=str(STATE_DIR / "maintenance"))
# Where people read how we are while the site is closed.
STATUS_URL = env("STATUS_URL", default="")
MARKET_NAME = env("MARKET_NAME", default="Comptoir")
# Which ways to pay Stripe offers is chosen there, by country; buyers are told these.
PAYMENT_NAMES = env.list("PAYMENT_NAMES", default=["Visa", "Mastercard"])
PLATFORM = {
    "legal_name": env("PLATFORM_LEGAL_NAME", default="Comptoir Demo SRL"),
    "address": env(
        "PLATFORM_ADDRESS", default="Quai aux Briques 12, 1000 Brussels, Belgium"
    ),
    "vat_number": env("PLATFORM_VAT_NUMBER", default="BE0123456749"),
    "registration_number": env("PLATFORM_REGISTRATION_NUMBER", default="0123.456.749"),
    "siren": env("PLATFORM_SIREN", default=""),
    "email": env("PLATFORM_EMAIL", default="hello@comptoir.example"),
    "country": env("PLATFORM_COUNTRY", default="BE"),
    # From where sellers are paid by hand whom Stripe cannot pay.
    "iban": env("PLATFORM_IBAN", default="BE71096123456769"),
    "bic": env("PLATFORM_BIC", default="GKCCBEBB"),
}
# The version that orders and accounts say they agreed to: change it with the text.
TERMS_VERSION = "2026-11"
BUYER_COUNTRY = env("BUYER_COUNTRY", default="BE")
CURRENCY = env("CURRENCY", default="EUR")

# --- apps -------------------------------------------------------------------
INSTALLED_APPS = composition.INSTALLED_APPS
MIGRATION_MODULES = composition.MIGRATION_MODULES
MIDDLEWARE = composition.MIDDLEWARE
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1
ROOT_URLCONF = "marketplace.config.urls"
WSGI_APPLICATION = "marketplace.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "frontend" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frontend.context.shop",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
            ],
        },
    }
]
COTTON_DIR = "components"
FORM_RENDERER = "frontend.forms.ComptoirFormRenderer"

# --- data -------------------------------------------------------------------
DATABASES = {
    "default": {
        **env.db_url_config(
            env("DATABASE_URL", default=EMBEDDED.get("DATABASE_URL", ""))
        ),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
}
REDIS_URL = env("REDIS_URL", default=EMBEDDED.get("REDIS_URL", ""))
# What must hold is in the table, whoever counts there; Valkey may be away.
CACHES = {
    "default": {"BACKEND": "marketplace.db.table_cache.TableCache"},
    "pages": {
        "BACKEND": "marketplace.db.cache.PageCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    },
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
ELASTICSEARCH_URL = env("ELASTICSEARCH_URL", default="")
# Where the key lies with which the site signs in to Elasticsearch; none without one.
ELASTICSEARCH_API_KEY_FILE = env("ELASTICSEARCH_API_KEY_FILE", default="")
SEARCH_INDEX_PREFIX = env("SEARCH_INDEX_PREFIX", default="comptoir")

# --- jobs -------------------------------------------------------------------
CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Whoever wakes a worker tries once more at once, for the connection may be an old one,
# and does not wait for a queue that is away, nor long for one that hangs: sweeps come
# anyway. The seconds are more than a worker listens at a time.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "max_retries": 1,
    "interval_start": 0,
    "socket_timeout": 3,
    "socket_connect_timeout": 1,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

# --- people -----------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # docs/decisions/0002
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None  # whoever signs in says so
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "frontend.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "frontend.accounts.LoginForm",
    "signup": "frontend.accounts.SignupForm",
    "reset_password": "frontend.accounts.ResetPasswordForm",
    "reset_password_from_key": "frontend.accounts.ResetPasswordKeyForm",
    "add_email": "frontend.accounts.AddEmailForm",
    "change_password": "frontend.accounts.ChangePasswordForm",
    "set_password": "frontend.accounts.SetPasswordForm",
}
ACCOUNT_EMAIL_NOTIFICATIONS = True
MFA_ADAPTER = "frontend.passkeys.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = MARKET_NAME
SOCIALACCOUNT_ADAPTER = "frontend.social.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # frontend.social says which addresses
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIAL_TIMEOUT_SECONDS = 8
GOOGLE_CLIENT_ID = env("GOOGLE_CLIENT_ID", default="")
OIDC_SERVER_URL = env("OIDC_SERVER_URL", default="").rstrip("/")
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {}
if GOOGLE_CLIENT_ID:
    SOCIALACCOUNT_PROVIDERS["google"] = {
        "SCOPE": ["profile", "email"],
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {"client_id": GOOGLE_CLIENT_ID, "secret": env("GOOGLE_CLIENT_SECRET")}
        ],
    }
if OIDC_SERVER_URL:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": env("OIDC_NAME", default="OpenID"),
                "client_id": env("OIDC_CLIENT_ID"),
                "secret": env("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ],
    }
# Chromium follows a form through the redirect to the provider's own page.
SIGN_IN_ORIGINS = [
    *(["https://accounts.google.com"] if GOOGLE_CLIENT_ID else []),
    *(
        [env("OIDC_SIGN_IN_ORIGIN", default="") or origin_of(OIDC_SERVER_URL)]
        if OIDC_SERVER_URL
        else []
    ),
]
# Before the office opens, and owners' and finance's pages; docs/decisions/0012.
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=not ALLOW_SANDBOX)
# How long the file of somebody's data is there, and a deleted account can be kept.
EXPORT_KEEP_DAYS = env.int("EXPORT_KEEP_DAYS", default=7)
ERASURE_GRACE_DAYS = env.int("ERASURE_GRACE_DAYS", default=14)
# The header in which the front server names a visitor's country, if it does.
COUNTRY_HEADER = env("COUNTRY_HEADER", default="")

# --- money ------------------------------------------------------------------
SANDBOX_PORT = env.int("SANDBOX_PORT", default=8430)
STRIPE_LIVE_BASE = "https://api.stripe.com"
STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY", default="")
STRIPE_IS_SANDBOX = not STRIPE_SECRET_KEY or "STRIPE_API_BASE" in env.ENVIRON
STRIPE_API_BASE = env(
    "STRIPE_API_BASE",
    default=STRIPE_LIVE_BASE
    if STRIPE_SECRET_KEY
    else f"http://127.0.0.1:{SANDBOX_PORT}",
).rstrip("/")
STRIPE_SECRET_KEY = STRIPE_SECRET_KEY or "sk_test_comptoir_sandbox"
STRIPE_IS_LIVE = "_live_" in STRIPE_SECRET_KEY
# How often a call is repeated at once that got no answer, or a bad one.
STRIPE_RETRIES = env.int("STRIPE_RETRIES", default=2)


def _webhook_secret(name: str) -> str:
    """Return a signing secret: given, or for the sandbox alone made from ours."""
    made = hmac.new(SECRET_KEY.encode(), name.encode(), "sha256").hexdigest()
    return str(env(name, default=f"whsec_{made}" if STRIPE_IS_SANDBOX else ""))


STRIPE_WEBHOOK_SECRET = _webhook_secret("STRIPE_WEBHOOK_SECRET")
STRIPE_CONNECT_WEBHOOK_SECRET = _webhook_secret("STRIPE_CONNECT_WEBHOOK_SECRET")
STRIPE_THIN_WEBHOOK_SECRET = _webhook_secret("STRIPE_THIN_WEBHOOK_SECRET")
# Where the buyer's browser is sent to pay, and the seller's to be identified.
PAYMENT_PAGE_ORIGINS = (
    [STRIPE_API_BASE]
    if STRIPE_IS_SANDBOX
    else ["https://checkout.stripe.com", "https://connect.stripe.com"]
)
CLOCK_MAY_MOVE = STRIPE_IS_SANDBOX and not STRIPE_IS_LIVE

# Timers of a sale. A due date is a row; these are only how it is computed.
PAYMENT_WINDOW_MINUTES = 30
# Each unpaid order keeps stock for half an hour: one address may place so many.
CHECKOUTS_IN_TEN_MINUTES = env.int("CHECKOUTS_IN_TEN_MINUTES", default=60)
VOUCHER_CODES_IN_TEN_MINUTES = env.int("VOUCHER_CODES_IN_TEN_MINUTES", default=20)
SHIP_WARNING_HOURS = env.int("SHIP_WARNING_HOURS", default=24)
SHIP_GRACE_HOURS = env.int("SHIP_GRACE_HOURS", default=48)
RELEASE_DAYS_AFTER_DELIVERY = env.int("RELEASE_DAYS_AFTER_DELIVERY", default=14)
RELEASE_DAYS_AFTER_DISPATCH = env.int("RELEASE_DAYS_AFTER_DISPATCH", default=21)
# Who bears Stripe's fee on a payment: "platform", or "sellers" by what they sold.
PROCESSING_FEE_BEARER = env("PROCESSING_FEE_BEARER", default="platform")
# The least that is sent to a seller at once, in minor units ("EUR=1000,JPY=500"): less
# waits for the next sale.
MINIMUM_TRANSFER = env.dict("MINIMUM_TRANSFER", cast={"value": int}, default={})
# "immediately": released money leaves at once; "runs": when two people approved a run.
TRANSFERS = env("TRANSFERS", default="immediately")
# What one operator may fine or credit alone, in minor units of the market's currency.
ADJUSTMENT_ALONE_UP_TO = env.int("ADJUSTMENT_ALONE_UP_TO", default=5_000)
# What a seller may owe before operators are told, in minor units.
DEBT_LIMIT = env.int("DEBT_LIMIT", default=20_000)
# How long the link that asks somebody into a team is good.
TEAM_INVITATION_DAYS = env.int("TEAM_INVITATION_DAYS", default=7)
RETURN_WINDOW_DAYS = env.int("RETURN_WINDOW_DAYS", default=14)
POINTS_TOLD_DAYS = env.int("POINTS_TOLD_DAYS", default=14)
PROBLEM_ANSWER_HOURS = env.int("PROBLEM_ANSWER_HOURS", default=48)
# How long a carrier has to answer a claim of ours before it is late.
CARRIER_CLAIM_DAYS = env.int("CARRIER_CLAIM_DAYS", default=21)
# How long an entry of a queue of the office may wait; the first page shows its colour.
APPLICATION_LIMIT_HOURS = env.int("APPLICATION_LIMIT_HOURS", default=48)
LISTING_LIMIT_HOURS = env.int("LISTING_LIMIT_HOURS", default=24)
REVIEW_LIMIT_HOURS = env.int("REVIEW_LIMIT_HOURS", default=24)
COMMAND_LIMIT_HOURS = env.int("COMMAND_LIMIT_HOURS", default=8)
OWED_REFUND_LIMIT_HOURS = env.int("OWED_REFUND_LIMIT_HOURS", default=48)
DRAFT_LIMIT_HOURS = env.int("DRAFT_LIMIT_HOURS", default=48)
# Stripe takes evidence for 7 days at least.
DISPUTE_LIMIT_HOURS = env.int("DISPUTE_LIMIT_HOURS", default=7 * 24)
MESSAGE_LIMIT_HOURS = env.int("MESSAGE_LIMIT_HOURS", default=1)
# A moderator may take a decision back so long; its mail waits until then.
UNDO_SECONDS = env.int("UNDO_SECONDS", default=30)
# For so long a whole import can be taken back.
IMPORT_UNDO_DAYS = env.int("IMPORT_UNDO_DAYS", default=7)
# A price in a sheet that moves further, or is that far below the cheapest of others,
# waits for a yes.
IMPORT_PRICE_MOVE_PERCENT = env.int("IMPORT_PRICE_MOVE_PERCENT", default=30)
IMPORT_PRICE_FLOOR_PERCENT = env.int("IMPORT_PRICE_FLOOR_PERCENT", default=50)
# Words in a title or text that need a proof: the moderator is shown them.
CLAIM_WORDS = env.list(
    "CLAIM_WORDS",
    default=["detox", "heals", "cures", "slimming", "anti-ageing", "antibacterial"],
)
# What the platform keeps of the commission of a refunded line: so much of it, at most
# that (Amazon's 20 %, at most 5.00). Nothing unless it is set.
REFUND_FEE_BPS = env.int("REFUND_FEE_BPS", default=0)
REFUND_FEE_MOST_MINOR = env.int("REFUND_FEE_MOST_MINOR", default=500)
# The bank's reasons for which the sellers bear its fee when a dispute is lost.
DISPUTE_FEE_REASONS = env.list(
    "DISPUTE_FEE_REASONS", default=["product_not_received", "product_unacceptable"]
)
# Counted from the payment; Stripe keeps money for a platform at most 90 days.
HOLD_ALERT_DAYS = env.int("HOLD_ALERT_DAYS", default=75)
MAX_HOLD_DAYS = env.int("MAX_HOLD_DAYS", default=85)
HOLD_DECISION_DAYS = env.int("HOLD_DECISION_DAYS", default=88)
# A month of a seller is closed so long after its end, for what Stripe tells late.
STATEMENT_CLOSES_AFTER_HOURS = env.int("STATEMENT_CLOSES_AFTER_HOURS", default=2)
# The seed of the Ed25519 key that signs statements, in hex.
STATEMENT_SIGNING_KEY = env("STATEMENT_SIGNING_KEY", default="")
# What all points are worth by currency, for the check of the books.
POINTS_OUTSTANDING = "marketplace.flows.count_points.points_owed"
# Who writes what sellers' webhooks say, in the shape of the API.
WEBHOOK_WRITER = "marketplace.api.webhooks.told"
# Who tells the portal of the API: its calls, an answer, what is used of the limit.
API_GUIDE = "marketplace.api.guide.Guide"
# Whether a webhook may go to this machine, without https: for trying out alone.
WEBHOOKS_ON_LOOPBACK = env.bool(
    "WEBHOOKS_ON_LOOPBACK",
    default=ALLOW_SANDBOX and _public.hostname in {"127.0.0.1", "localhost"},
)
# Who says that a parcel has arrived; the demo's parcels are carried by a simulator.
CARRIER_GATEWAY = env(
    "CARRIER_GATEWAY",
    default="vendors.gateway.SimulatedCarrier"
    if CLOCK_MAY_MOVE
    else "vendors.gateway.NoCarrier",
)

# Accounts of the books by account of the ledger: {"bank": "512200 Banque du Nord"}.
CHART_OF_ACCOUNTS = env.json("CHART_OF_ACCOUNTS", default={})
# The month with which an accounting year begins.
ACCOUNTING_YEAR_BEGINS = env.int("ACCOUNTING_YEAR_BEGINS", default=1)

# --- mail -------------------------------------------------------------------
OUTBOX_DIR = STATE_DIR / "outbox"
EMAIL_URL = env("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "marketplace.config.mail_folder.EmailBackend"
    EMAIL_FILE_PATH = OUTBOX_DIR
SHOW_OUTBOX = not EMAIL_URL
# Seconds. A mail server that hangs must not keep a worker, or a sign-up, for ever.
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env(
    "DEFAULT_FROM_EMAIL", default=f"{MARKET_NAME} <hello@comptoir.example>"
)
OSCAR_FROM_EMAIL = SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- words, time ------------------------------------------------------------
LANGUAGES = list(composition.LANGUAGES)
LANGUAGE_CODE = LANGUAGES[0][0]
if (
    DEBUG
):  # A language that nobody speaks shows what is cut, and what is not translated.
    LANGUAGES.append(("en-xa", "Ḗẋȧɠɠḗřȧŧḗḓ"))
COMPLETE_LANGUAGES = composition.COMPLETE_LANGUAGES
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = IS_SECURE
LOCALE_PATHS = [BASE_DIR / "frontend" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = env("TIME_ZONE", default="Europe/Brussels")

# --- files ------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = STATE_DIR / "static"
MEDIA_URL = "media/"
MEDIA_ROOT = STATE_DIR / "media"
WHITENOISE_USE_FINDERS = not STATIC_ROOT.exists()
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": STATE_DIR / "private", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A product in a hundred choices, each with its fields and eight pictures, comes in one
# request. So many files stay small in memory: larger ones lie on the disk.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 800
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
OSCAR_THUMBNAILER = "oscar.core.thumbnails.EasyThumbnails"
THUMBNAIL_PRESERVE_EXTENSIONS = False
THUMBNAIL_EXTENSION = "webp"

# --- Oscar ------------------------------------------------------------------
OSCAR_SHOP_NAME = MARKET_NAME
OSCAR_DEFAULT_CURRENCY = CURRENCY
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_BASKET_COOKIE_SECURE = IS_SECURE
OSCAR_HOMEPAGE = "/"
OSCAR_SLUG_FUNCTION = "marketplace.shop.catalogue.slugs.slug_of"
# Oscar would write to everybody who waits, inside the request that changed a stock.
OSCAR_EAGER_ALERTS = False
OSCAR_REQUIRED_ADDRESS_FIELDS = ("last_name", "line1", "line4", "postcode", "country")
# Never queried: Oscar's own search views read the name when they are imported.
HAYSTACK_CONNECTIONS = {
    "default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}
}

# --- REST -------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "marketplace.api.authentication.TokenAuthentication"
    ],
    "DEFAULT_PERMISSION_CLASSES": ["marketplace.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "marketplace.api.schema.ScopedSchema",
    "DEFAULT_PAGINATION_CLASS": "marketplace.api.pagination.CursorPagination",
    "EXCEPTION_HANDLER": "marketplace.api.problems.problem_response",
    "PAGE_SIZE": 50,
    "NUM_PROXIES": 0,
}

SPECTACULAR_SETTINGS = {
    "TITLE": f"{MARKET_NAME} API",
    "DESCRIPTION": (
        "For a seller's systems: search the catalogue, keep offers, work off orders, "
        "read the money. Amounts are integers of minor units; errors are "
        "application/problem+json."
    ),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "/static/brand/favicon.svg",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "VendorOrderStateEnum": "vendors.models.fulfilment.VendorOrder.State",
    },
}

# --- safety -----------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = IS_SECURE
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_SECURE else None
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "frontend.views.errors.csrf_failed"
CONTENT_SECURITY_POLICY = {
    # Third-party pages of staff bring inline styles and scripts.
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        # Chromium follows form-action through the redirect to the payment page.
        "form-action": [SELF, *PAYMENT_PAGE_ORIGINS, *SIGN_IN_ORIGINS],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ("camera", "geolocation", "microphone", "payment", "usb")
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "marketplace.config.logs.DiscreetFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "filters": {"reference": {"()": "frontend.references.ReferenceFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.request": {"filters": ["reference"]},
        "django.security.csrf": {"filters": ["reference"]},
        "elastic_transport": {"level": "WARNING"},
        # It tells each step of each page that it sets.
        "weasyprint": {"level": "ERROR"},
    },
}
