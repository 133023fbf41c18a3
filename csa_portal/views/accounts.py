"""Signing in and out, and a person's own account."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.debug import sensitive_post_parameters

from csa_portal.demo_accounts import ACCOUNTS, PASSWORD
from partnerships.access import MAY, roles_of
from partnerships.audit import record
from partnerships.models import AuditEvent, User


class SignIn(auth.LoginView):
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs):
        demo = {}
        if settings.DEMO:
            demo = {
                "demo_accounts": [
                    {"username": username, "role": role.label}
                    for username, role, *_ in ACCOUNTS
                ],
                "demo_password": PASSWORD,
            }
        return super().get_context_data(**kwargs, **demo)

    def form_valid(self, form):
        with transaction.atomic():
            response = super().form_valid(form)
            record(AuditEvent.Act.SIGN_IN, "the portal", by=self.request.user)
        return response


@login_not_required
def sign_out(request):
    """A page with a button; pages without a form can link here and stay cacheable."""
    if request.method == "POST" and request.user.is_authenticated:
        with transaction.atomic():
            record(AuditEvent.Act.SIGN_OUT, "the portal", by=request.user)
            logout(request)
        messages.success(request, "You are signed out.")
        return redirect("home")
    return render(request, "registration/sign_out.html")


def account(request):
    roles = request.user.roles.select_related("partner", "board")
    held = roles_of(request.user)
    return render(
        request,
        "registration/account.html",
        {
            "roles": roles,
            "may_do": [act for act, allowed in MAY.items() if allowed & held],
        },
    )


class PasswordChange(auth.PasswordChangeView):
    success_url = reverse_lazy("account")

    def form_valid(self, form):
        with transaction.atomic():
            response = super().form_valid(form)
            record(AuditEvent.Act.PASSWORD, "own account", by=self.request.user)
        messages.success(self.request, "Your password is changed.")
        return response


class PasswordResetConfirm(auth.PasswordResetConfirmView):
    def form_valid(self, form):
        with transaction.atomic():
            response = super().form_valid(form)
            record(AuditEvent.Act.PASSWORD, "own account, by e-mail", by=self.user)
        return response


@sensitive_post_parameters()
def locked_out(request, response, credentials):
    """What axes shows after too many failed sign-ins; 429, and kept in the audit."""
    name = str(credentials.get("username", ""))[:150]
    account = User.objects.filter(username=name).first()
    record(AuditEvent.Act.LOCKED_OUT, f"“{name}”", by=account)
    return render(request, "registration/locked_out.html", status=429)
