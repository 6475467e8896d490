"""Django settings; everything that differs between installs comes from the environment (docs/reference/settings.md)."""

from datetime import timedelta
from pathlib import Path

from jifen.backoffice import look
from jifen.config.environment import choice, count, database, flag, minutes, secret, text, words
from jifen.config.logs import LEVELS, configure_logs

HERE = Path(__file__).parent

SECRET_KEY = secret("JIFEN_SECRET_KEY")
FIELD_KEY = secret("JIFEN_FIELD_KEY")  # encrypts personal data; its loss loses the phones
DEBUG = flag("JIFEN_DEBUG")
ALLOWED_HOSTS = words("JIFEN_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = words("JIFEN_ORIGINS", "")
PROXIES = count("JIFEN_PROXIES", 0)  # how many proxies of our own stand before the server
METRICS_TOKEN = text("JIFEN_METRICS_TOKEN", "")
SIGNING_KEY = text("JIFEN_SIGNING_KEY", "")  # a PKCS #12 file; without it each programme makes its own
SIGNING_PASSWORD = text("JIFEN_SIGNING_PASSWORD", "")
API_PER_MINUTE = count("JIFEN_API_PER_MINUTE", 120)  # requests of one sender
SANDBOX = True  # no live payment path exists yet (trust gate)
LIVE_PROGRAMMES = words("JIFEN_LIVE_PROGRAMMES", "")  # whose prepaid money keeps the limits of the law
EXCHANGE = choice("JIFEN_EXCHANGE", "simulated", frozenset({"simulated", "none"}))  # there is no live one
WECHAT = choice("JIFEN_WECHAT", "simulated", frozenset({"simulated", "none"}))  # there is no live account
PAYMENTS = choice("JIFEN_PAYMENTS", "simulated", frozenset({"simulated", "live", "none"}))
PAYMENT_MINUTES = count("JIFEN_PAYMENT_MINUTES", 30)  # how long a payment may be made
ALIPAY_APP_ID = text("JIFEN_ALIPAY_APP_ID", "")
ALIPAY_SELLER_ID = text("JIFEN_ALIPAY_SELLER_ID", "")
ALIPAY_KEY = text("JIFEN_ALIPAY_KEY", "")  # files, PEM
ALIPAY_PUBLIC_KEY = text("JIFEN_ALIPAY_PUBLIC_KEY", "")
WECHAT_PAY_MERCHANT = text("JIFEN_WECHAT_PAY_MERCHANT", "")
WECHAT_PAY_APP_ID = text("JIFEN_WECHAT_PAY_APP_ID", "")
WECHAT_PAY_KEY = text("JIFEN_WECHAT_PAY_KEY", "")
WECHAT_PAY_SERIAL = text("JIFEN_WECHAT_PAY_SERIAL", "")
WECHAT_PAY_PUBLIC_KEY = text("JIFEN_WECHAT_PAY_PUBLIC_KEY", "")
WECHAT_PAY_PUBLIC_KEY_ID = text("JIFEN_WECHAT_PAY_PUBLIC_KEY_ID", "")
WECHAT_PAY_V3_KEY = text("JIFEN_WECHAT_PAY_V3_KEY", "")  # a secret
PUBLIC_URL = text("JIFEN_PUBLIC_URL", "").rstrip("/")  # how members reach this server, for links in messages
PRICE_FEED = choice("JIFEN_PRICE_FEED", "manual", frozenset({"manual", "http"}))
PRICE_URL = text("JIFEN_PRICE_URL", "http://127.0.0.1:8000/{programme}/exchange/price.json")
PRICE_HOSTS = words("JIFEN_PRICE_HOSTS", "127.0.0.1")
PRICE_PATH = text("JIFEN_PRICE_PATH", "price")
PRICE_MINUTES = minutes("JIFEN_PRICE_MINUTES", 5)  # between two looks at the exchange and at the feed

INSTALLED_APPS = [
    "jifen.ledger",
    "jifen.members",
    "jifen.programmes",
    "jifen.stores",
    "jifen.pools",
    "jifen.airdrops",
    "jifen.facts",
    "jifen.sales",
    "jifen.payouts",
    "jifen.storefront",
    "jifen.territories",
    "jifen.centers",
    "jifen.merchants",
    "jifen.sport",
    "jifen.wechat",
    "jifen.cards",
    "jifen.exchange",
    "jifen.agents",
    "jifen.parking",
    "jifen.leases",
    "jifen.alliance",
    "jifen.payments",
    "jifen.settlement",
    "jifen.web",
    "jifen.backoffice",
    "unfold.apps.BasicAppConfig",
    "jifen.backoffice.admin_config.ConsoleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
    "axes",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "jifen.config.proxies.trust_proxies",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jifen.config.requests.watch_requests",
    "jifen.config.headers.forbid_foreign_content",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "jifen.config.urls"
WSGI_APPLICATION = "jifen.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jifen.web.context.page",
            ],
        },
    },
]

DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "members.Operator"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # nobody can lock out an operator from elsewhere
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "backoffice/locked_out.html"
UNFOLD = look.UNFOLD  # the console's look

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
TIME_ZONE = text("JIFEN_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = text("JIFEN_STATIC", "") or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None  # without a folder of collected files they come from the packages
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

LOGIN_REDIRECT_URL = "admin:index"
CSRF_FAILURE_VIEW = "jifen.config.errors.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
HTTPS = flag("JIFEN_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
X_FRAME_OPTIONS = "DENY"

LOGGING = configure_logs(choice("JIFEN_LOG_LEVEL", "info", LEVELS))
LOGGING_CONFIG = "logging.config.dictConfig"
