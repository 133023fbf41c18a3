"""What every page's head and foot need."""

from django.conf import settings
from django.http import HttpRequest

from csa_portal.documents.dates import today
from partnerships.access import may


def portal(request: HttpRequest) -> dict:
    return {
        "county": settings.COUNTY,
        "contact_email": settings.CONTACT_EMAIL,
        "demo": settings.DEMO,
        "today": today(),
        "may_upload": may(request.user, "upload figures"),
        "may_edit": may(request.user, "edit the agreement"),
    }
