"""Records that hold from one day until another."""

import datetime

from django.db import models
from django.db.models import F, Q


def ends_after_start(name: str) -> models.CheckConstraint:
    """A record that ends does so after it began; either date may be unknown."""
    return models.CheckConstraint(
        name=f"{name}_ends_after_start",
        violation_error_message="It must end after it begins.",
        condition=Q(valid_from__isnull=True)
        | Q(valid_until__isnull=True)
        | Q(valid_until__gt=F("valid_from")),
    )


class DatedQuerySet(models.QuerySet):
    def on(self, day: datetime.date):
        """Those that hold on a day; the last day itself is no longer inside."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_until__isnull=True) | Q(valid_until__gt=day),
        )
