from django.conf import settings
from django.db import models


class AppendOnly(Exception):
    """The audit is only ever added to."""


class AuditQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise AppendOnly("Audit events are never changed.")

    def delete(self):
        raise AppendOnly("Audit events are never deleted.")

    def access_records(self):
        """Who read something restricted: kept for a time only, unlike every other act."""
        return self.filter(act__in=AuditEvent.ACCESS)

    def clear_access_records(self, before):
        """Delete those older than a moment; returns how many. No other act can go."""
        old = self.access_records().filter(at__lt=before)
        return models.QuerySet.delete(old)[0]


class AuditEvent(models.Model):
    """An act somebody did; written in the same transaction as the act itself."""

    class Act(models.TextChoices):
        SIGN_IN = "sign_in", "Signed in"
        SIGN_OUT = "sign_out", "Signed out"
        LOCKED_OUT = "locked_out", "Locked out"
        PASSWORD = "password", "Changed password"
        ROLE_CHANGE = "role_change", "Changed a role"
        UPLOAD = "upload", "Uploaded a file"
        COMMIT = "commit", "Saved figures"
        WITHDRAW = "withdraw", "Withdrew figures"
        REINSTATE = "reinstate", "Reinstated figures"
        PUBLISH = "publish", "Published"
        DOWNLOAD = "download", "Downloaded a restricted file"
        LOAD = "load", "Loaded records"
        ROUND = "round", "Changed a round"
        SEAL_ASKED = "seal_asked", "Asked for a seal"
        SEAL = "seal", "Sealed"
        SEAL_DECLINED = "seal_declined", "Did not seal"
        CLEAR = "clear", "Cleared what is past its time"

    ACCESS = frozenset({Act.DOWNLOAD})

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    act = models.CharField(max_length=20, choices=Act)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    by_name = models.CharField(
        max_length=150, help_text="As it was then; “command line” without an account."
    )
    about = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True)
    reason = models.TextField(blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "audit event"

    def __str__(self):
        return f"{self.by_name}: {self.get_act_display()}: {self.about}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise AppendOnly("Audit events are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise AppendOnly("Audit events are never deleted.")
