from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from partnerships.access import MAY, may
from partnerships.models import RoleAssignment


class UploadQuerySet(models.QuerySet):
    def visible_to(self, user):
        """An analyst sees every upload, a data provider their own and those of the
        data providers of the same partner; never what an analyst uploaded, nor what
        somebody did who provides for another partner too.
        """
        if may(user, "upload every figure"):
            return self
        if not may(user, "upload figures"):
            return self.none()
        providing = RoleAssignment.objects.filter(
            role=RoleAssignment.Role.DATA_PROVIDER, partner__isnull=False
        )
        mine = providing.filter(user=user).values("partner")
        colleagues = providing.filter(partner__in=mine).exclude(
            user__in=providing.exclude(partner__in=mine).values("user")
        )
        see_all = RoleAssignment.objects.filter(role__in=MAY["upload every figure"])
        theirs = Q(by__in=colleagues.values("user")) & ~Q(by__in=see_all.values("user"))
        return self.filter(Q(by=user) | theirs)


class Upload(models.Model):
    """A file as it arrived, and how far it has come. The file itself is kept by its
    SHA-256; its figures count only from an event that commits it."""

    class SourceKind(models.TextChoices):
        WORKBOOK = "workbook", "The portal's workbook"
        FIGURES_CSV = "figures_csv", "The portal's CSV"
        STREET = "street", "data.police.uk street-level crime"
        HOME_OFFICE = "home_office", "Home Office police recorded crime"
        ONS_CSP = "ons_csp", "ONS Table C2, by Community Safety Partnership"
        ONS_POPULATION = "ons_population", "ONS mid-year population estimates"
        STATS19 = "stats19", "STATS19 road collisions and casualties"
        GENERIC = "generic", "Another table"

    class State(models.TextChoices):
        RECEIVED = "received", "Not checked yet"
        REFUSED = "refused", "Could not be read"
        STOPPED = "stopped", "Stopped: about people"
        CHECKED = "checked", "Checked, not saved"
        COMMITTED = "committed", "Saved"
        WITHDRAWN = "withdrawn", "Taken back"

    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    source_kind = models.CharField(max_length=15, choices=SourceKind, blank=True)
    covers = models.CharField(
        max_length=200, blank=True, help_text="The periods in it, in words."
    )
    state = models.CharField(max_length=10, choices=State)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="uploads",
        help_text="Empty for the command line.",
    )
    rows_read = models.PositiveIntegerField(default=0)
    figures_read = models.PositiveIntegerField(default=0)
    columns_version = models.ForeignKey(
        "performance.HistoricalColumnMapping",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="uploads",
        help_text="What its columns were said to be when it was read.",
    )
    previewed_at_event = models.PositiveIntegerField(
        default=0, help_text="The last event when its changes were shown."
    )

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(columns_version__isnull=True) | Q(source_kind="generic"),
                name="only_other_tables_have_kept_columns",
            )
        ]

    def __str__(self):
        return self.filename

    def get_absolute_url(self):
        return reverse("performance:upload", args=[self.pk])

    @property
    def suffix(self) -> str:
        """The end of the file's name with its dot; empty for none."""
        return PurePath(self.filename).suffix


class FindingQuerySet(models.QuerySet):
    def errors(self):
        return self.filter(level=Finding.Level.ERROR)

    def queries(self):
        return self.filter(level=Finding.Level.QUERY)

    def notes(self):
        return self.filter(level=Finding.Level.NOTE)

    def unanswered(self):
        """Queries for which nobody has given a reason."""
        return self.queries().filter(reason="")


class Finding(models.Model):
    """Something wrong or odd in an upload, where it is, and how to mend it."""

    class Level(models.TextChoices):
        ERROR = "error", "Error"
        QUERY = "query", "Query"
        NOTE = "note", "Note"

    upload = models.ForeignKey(
        Upload, on_delete=models.CASCADE, related_name="findings"
    )
    order = models.PositiveIntegerField()
    level = models.CharField(max_length=5, choices=Level)
    rule = models.SlugField(max_length=40)
    sheet = models.CharField(max_length=100, blank=True)
    where = models.CharField(
        max_length=60, blank=True, help_text="The cell or row, as the file numbers it."
    )
    text = models.CharField(max_length=200, blank=True, help_text="What the cell says.")
    wrong = models.CharField(max_length=400)
    mend = models.CharField(max_length=400, blank=True)
    cells = models.PositiveIntegerField(
        default=1, help_text="How many cells or rows have this."
    )
    about = models.SlugField(
        max_length=100, blank=True, help_text="The slug of the indicator it is about."
    )
    reason = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who gave the reason; empty for the command line.",
    )
    answered_at = models.DateTimeField(null=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["upload", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["upload", "order"], name="finding_has_its_place"
            ),
            models.CheckConstraint(
                condition=Q(level="query") | Q(reason=""),
                name="only_queries_are_answered",
            ),
        ]

    def __str__(self):
        return self.wrong
