from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "Partners and boards"


class PortalAdminConfig(admin_apps.AdminConfig):
    """Django's admin with the portal's own answer to who may enter."""

    default = False  # or this file would offer Django two apps to choose from
    default_site = "partnerships.admin_site.PortalAdminSite"
