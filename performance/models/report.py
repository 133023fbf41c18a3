from django.conf import settings
from django.db import models

from performance.models.period import Period


class PublishedQuarterQuerySet(models.QuerySet):
    def latest(self):
        """The last quarter the public may see, or None."""
        return self.select_related("period").order_by("-period__start").first()


class PublishedQuarter(models.Model):
    """A quarter whose figures the public may see, and the event they stood at."""

    period = models.OneToOneField(
        Period, on_delete=models.PROTECT, related_name="published"
    )
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    event_number = models.PositiveIntegerField()

    objects = PublishedQuarterQuerySet.as_manager()

    class Meta:
        ordering = ["period__start"]

    def __str__(self):
        return str(self.period)
