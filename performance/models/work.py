from django.conf import settings
from django.db import models
from django.db.models import Q

from performance.models.upload import Upload


class WorkQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(state__in=Work.UNFINISHED)

    def like(self, work: "Work"):
        """Ended pieces of the same kind, on files of the same kind, of about this size.

        Only their times can say how long this one will take.
        """
        return self.filter(
            state=Work.State.DONE,
            what=work.what,
            upload__filename__iendswith=work.upload.suffix,
            size__range=(work.size // Work.ALIKE, work.size * Work.ALIKE),
        )


class Work(models.Model):
    """A piece of work on an upload that takes longer than a page may.

    Whether one that is running still is, or was cut short, is not a state: it is asked of
    its lock (performance/ingest/locks.py).
    """

    class What(models.TextChoices):
        CHECK = "check", "Check the file"
        SAVE = "save", "Save the figures"
        WITHDRAW = "withdraw", "Take the figures back"
        REINSTATE = "reinstate", "Put the figures back"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for its turn"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Failed"
        STOPPED = "stopped", "Stopped"

    UNFINISHED = (State.WAITING, State.RUNNING)
    # What each kind of work starts from: on an upload that has gone on it is over.
    BEGINS_AT = {
        What.CHECK: Upload.State.RECEIVED,
        What.SAVE: Upload.State.CHECKED,
        What.WITHDRAW: Upload.State.COMMITTED,
        What.REINSTATE: Upload.State.WITHDRAWN,
    }
    ALIKE = 4  # times smaller or larger, and still about the same size

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="work")
    what = models.CharField(max_length=10, choices=What)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty for the command line.",
    )
    size = models.PositiveBigIntegerField(
        help_text="Bytes of a file to check, figures to save, take back or put back."
    )
    rows = models.PositiveIntegerField(
        null=True, help_text="Rows of the file, once they are counted."
    )
    reason = models.TextField(blank=True)
    reasons = models.JSONField(
        default=dict, help_text="Of queries, by the number of the finding."
    )
    seen = models.PositiveIntegerField(
        null=True, help_text="The last event when the changes were shown."
    )
    attempts = models.PositiveIntegerField(
        default=0, help_text="How often it was begun since somebody asked for it."
    )
    said = models.TextField(
        blank=True, help_text="Why nothing was saved, where nothing was."
    )
    queued_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = WorkQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "pieces of work"
        constraints = [
            models.UniqueConstraint(
                fields=["upload"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_unfinished_work_an_upload",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], ended_at__isnull=True)
                | (~Q(state__in=["waiting", "running"]) & Q(ended_at__isnull=False)),
                name="work_ended_exactly_when_it_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting")
                | Q(started_at__isnull=False)
                | Q(state="stopped"),
                name="work_runs_from_a_time",
            ),
        ]

    def __str__(self):
        return f"{self.get_what_display()}: {self.upload}"

    @property
    def stands(self) -> bool:
        """Whether the upload is still where this work begins."""
        return self.upload.state == self.BEGINS_AT[self.what]


class Stage(models.Model):
    """A part of a piece of work, and how long it took."""

    class Name(models.TextChoices):
        READ = "read", "Reading every row"
        EXAMINE = "examine", "Checking every figure"
        KEEP = "keep", "Keeping what was found"
        SAVE = "save", "Saving with every summary, all or none"
        TURN = "turn", "Working out what is current, all or none"

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField(max_length=10, choices=Name)
    began_at = models.DateTimeField()
    seconds = models.FloatField(null=True, help_text="Empty until it has ended.")

    class Meta:
        ordering = ["began_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["work", "name"], name="a_stage_of_work_is_told_once"
            )
        ]

    def __str__(self):
        return f"{self.get_name_display()} ({self.work})"
