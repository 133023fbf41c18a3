import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from csa_portal.documents.dates import validate_partial_date
from partnerships.models import Board, Partner


class AgreementQuerySet(models.QuerySet):
    def in_term(self, day: datetime.date):
        """Those whose term covers the day; a term is known by its years."""
        return self.filter(starts_year__lte=day.year, ends_year__gte=day.year)


class AgreementManager(models.Manager.from_queryset(AgreementQuerySet)):
    def get_by_natural_key(self, edition):
        return self.get(edition=edition)


class Agreement(models.Model):
    """One term of the Community Safety Agreement; its edition stands in addresses."""

    title = models.CharField(max_length=150)
    edition = models.CharField(max_length=9, unique=True)
    starts_year = models.PositiveSmallIntegerField()
    ends_year = models.PositiveSmallIntegerField()
    predecessor = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successor",
    )
    owner = models.ForeignKey(
        Board, on_delete=models.PROTECT, related_name="agreements"
    )
    partners = models.ManyToManyField(Partner, through="ListedPartner")

    objects = AgreementManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_year__gt=F("starts_year")),
                name="agreement_ends_after_start",
                violation_error_message="The term must end after it begins.",
            )
        ]

    def __str__(self):
        return f"{self.title} {self.term}"

    def get_absolute_url(self):
        return reverse("priorities:agreement", args=[self.edition])

    @property
    def term(self) -> str:
        return f"{self.starts_year}–{self.ends_year}"

    def natural_key(self):
        return (self.edition,)


class ListedPartnerManager(models.Manager):
    def get_by_natural_key(self, edition, partner):
        return self.get(agreement__edition=edition, partner__slug=partner)


class ListedPartner(models.Model):
    """A partner named in the agreement's own list, under the name printed there."""

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="listed_partners"
    )
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="listings"
    )
    name_as_published = models.CharField(max_length=150)
    order = models.PositiveSmallIntegerField()

    objects = ListedPartnerManager()

    class Meta:
        ordering = ["agreement", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "partner"], name="partner_is_listed_once"
            )
        ]

    def __str__(self):
        return self.name_as_published

    def natural_key(self):
        return (self.agreement.edition, self.partner.slug)


class VersionManager(models.Manager):
    def get_by_natural_key(self, edition, number):
        return self.get(agreement__edition=edition, number=number)


class Version(models.Model):
    """A numbered state of an agreement: 1.0 first, 1.1 a refresh, 1.1.1 a correction.

    It draws its tables from the live records.
    """

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.CharField(max_length=10)
    dated = models.CharField(max_length=10, validators=[validate_partial_date])
    what_changed = models.TextField()

    objects = VersionManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["agreement", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"], name="version_number_is_used_once"
            )
        ]

    def __str__(self):
        return f"{self.agreement}, version {self.number}"

    def natural_key(self):
        return (self.agreement.edition, self.number)


class SectionManager(models.Manager):
    def get_by_natural_key(self, edition, version, slug):
        return self.get(
            version__agreement__edition=edition, version__number=version, slug=slug
        )


class Section(models.Model):
    """A numbered section. Its text is Markdown; ``[[name]]`` alone on a line places one
    of the tables drawn from the records."""

    version = models.ForeignKey(
        Version, on_delete=models.CASCADE, related_name="sections"
    )
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=150)
    slug = models.SlugField(max_length=80)
    lead = models.TextField(blank=True, help_text="One or two sentences in large type.")
    body = models.TextField()

    objects = SectionManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "number"], name="section_number_is_used_once"
            ),
            models.UniqueConstraint(
                fields=["version", "slug"], name="section_slug_is_used_once"
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.title}"

    def get_absolute_url(self):
        """Costs the version and agreement unless they were selected with it."""
        return reverse(
            "priorities:section", args=[self.version.agreement.edition, self.slug]
        )

    def natural_key(self):
        return (self.version.agreement.edition, self.version.number, self.slug)
