from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalRecords

from performance.ingest.columns import Columns


class ColumnMapping(models.Model):
    """What the columns of a table are, said once and kept for every file with its header.

    ``columns`` has a role for each name of ``header``, as performance.ingest.columns
    knows them. A file is read with the version that stands when it is checked, and the
    upload names that version.
    """

    name = models.CharField(
        max_length=100, unique=True, error_messages={"unique": "Another table has it."}
    )
    header = models.JSONField()
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    columns = models.JSONField()
    area = models.CharField(
        max_length=100,
        blank=True,
        help_text="Which area every row is about, where no column says so.",
    )
    leave_out = models.TextField(
        blank=True,
        help_text="What the area's cell says in rows not to read; one a line.",
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("performance:mapping", args=[self.pk])


def as_columns(state, version: int) -> Columns:
    """A mapping, or one of its earlier states, as it crosses to the child process."""
    return Columns(
        version,
        state.name,
        state.fingerprint,
        state.columns,
        [line.strip() for line in state.leave_out.splitlines() if line.strip()],
        state.area,
    )
