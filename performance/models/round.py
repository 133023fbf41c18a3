from django.conf import settings
from django.db import models

from performance.models.indicator import Indicator
from performance.models.period import Period


class DueDate(models.Model):
    """The day a quarter's figures are due, where it is not the usual one."""

    period = models.OneToOneField(
        Period, on_delete=models.PROTECT, related_name="due_date"
    )
    due = models.DateField()
    reason = models.TextField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-period__start"]

    def __str__(self):
        return f"{self.period}: due {self.due:%Y-%m-%d}"


class NotComing(models.Model):
    """A return that was expected and will not come, with the reason."""

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")
    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="not_coming"
    )
    reason = models.TextField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-period__start", "indicator"]
        verbose_name_plural = "returns that will not come"
        constraints = [
            models.UniqueConstraint(
                fields=["period", "indicator"], name="return_is_given_up_once"
            )
        ]

    def __str__(self):
        return f"{self.indicator}, {self.period}: {self.reason}"


class Reminder(models.Model):
    """One e-mail to one person with everything they still have to send."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders"
    )
    on = models.DateField(help_text="The business date it was sent on.")
    returns = models.PositiveIntegerField(help_text="How many returns it lists.")

    class Meta:
        ordering = ["-on", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "on"], name="one_reminder_a_person_a_day"
            )
        ]

    def __str__(self):
        return f"{self.user}, {self.on:%Y-%m-%d}: {self.returns}"
