from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "csa_portal"
    verbose_name = "CSA Portal"
