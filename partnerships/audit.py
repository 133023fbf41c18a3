"""Writing the audit: one call inside the transaction of the act."""

from django.db import models

from partnerships.models import AuditEvent, User

COMMAND_LINE = "command line"


def record(
    act: AuditEvent.Act,
    about: models.Model | str,
    *,
    by: User | None,
    reason: str = "",
) -> AuditEvent:
    """Record an act; ``by`` None is the command line."""
    url = about.get_absolute_url() if hasattr(about, "get_absolute_url") else ""
    return AuditEvent.objects.create(
        act=act,
        about=str(about)[:300],
        url=url,
        by=by,
        by_name=by.get_username() if by else COMMAND_LINE,
        reason=reason,
    )
