from django.contrib import admin
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, register_converter

from csa_portal.converters import (
    EditionConverter,
    PeriodConverter,
    QuarterConverter,
)

register_converter(EditionConverter, "edition")
register_converter(QuarterConverter, "quarter")
register_converter(PeriodConverter, "period")

# The converters stand before the apps' addresses, which use them as they are imported.
from csa_portal.views import accounts, audit, help, key_issues, site  # noqa: E402

urlpatterns = [
    path("", site.home, name="home"),
    path("key-issues/<slug:slug>/", key_issues.key_issue, name="key_issue"),
    path("", include("partnerships.urls")),
    path("", include("priorities.urls")),
    path("performance/", include("performance.urls")),
    path("accounts/login/", accounts.SignIn.as_view(), name="login"),
    path("accounts/sign-out/", accounts.sign_out, name="sign_out"),
    path("account/", accounts.account, name="account"),
    path(
        "account/password/", accounts.PasswordChange.as_view(), name="password_change"
    ),
    path(
        "accounts/password-reset/",
        login_not_required(auth.PasswordResetView.as_view()),
        name="password_reset",
    ),
    path(
        "accounts/password-reset/sent/",
        login_not_required(auth.PasswordResetDoneView.as_view()),
        name="password_reset_done",
    ),
    path(
        "accounts/password-reset/<uidb64>/<token>/",
        login_not_required(accounts.PasswordResetConfirm.as_view()),
        name="password_reset_confirm",
    ),
    path(
        "accounts/password-reset/done/",
        login_not_required(auth.PasswordResetCompleteView.as_view()),
        name="password_reset_complete",
    ),
    path("audit/", audit.audit, name="audit"),
    path("help/methods/", help.words, {"page": "methods"}, name="methods"),
    path("help/glossary/", help.words, {"page": "glossary"}, name="glossary"),
    path(
        "about/demonstration/",
        help.words,
        {"page": "demonstration"},
        name="demonstration",
    ),
    path("accessibility/", help.words, {"page": "accessibility"}, name="accessibility"),
    path("privacy/", help.words, {"page": "privacy"}, name="privacy"),
    path("contact/", help.words, {"page": "contact"}, name="contact"),
    path("healthz", site.healthz, name="healthz"),
    path("readyz", site.readyz, name="readyz"),
    path("admin/", admin.site.urls),
]
