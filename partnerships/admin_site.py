"""Where records are kept: who may enter, and by which door."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.decorators import method_decorator

from partnerships.access import may


class PortalAdminSite(admin.AdminSite):
    site_header = "Community Safety Agreement: records"
    site_title = "Community Safety Agreement"
    index_title = "Records"
    enable_nav_sidebar = False

    def has_permission(self, request):
        """Officers keep the records, administrators the accounts; nobody else enters.

        Roles decide, so that ``is_staff`` and ``is_superuser`` have no say.
        """
        return may(request.user, "edit the agreement") or may(
            request.user, "manage users"
        )

    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        """There is one sign-in page; whoever is signed in and comes here may not enter."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
