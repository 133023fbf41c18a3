from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalRecords

from csa_portal.documents.dates import validate_partial_date
from partnerships.models.area import Area
from partnerships.models.dated import DatedQuerySet, ends_after_start
from partnerships.models.legislation import Provision
from partnerships.models.slugged import DatedSlugManager


class Partner(models.Model):
    """A body that takes part: it may be a member, attend, or be named and no more."""

    class Kind(models.TextChoices):
        COUNTY_COUNCIL = "county_council", "County council"
        DISTRICT_COUNCIL = "district_council", "District council"
        UNITARY_COUNCIL = "unitary_council", "Unitary council"
        POLICE = "police", "Police"
        FIRE = "fire", "Fire and rescue"
        PROBATION = "probation", "Probation"
        HEALTH = "health", "Health"
        COMMISSIONER = "commissioner", "Police and crime commissioner"
        OTHER = "other", "Other body"

    name = models.CharField(max_length=150, unique=True)
    slug = models.SlugField(max_length=100, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    area = models.ForeignKey(
        Area,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="partners",
        help_text="The area it serves.",
    )
    name_in_law = models.CharField(
        max_length=150,
        blank=True,
        help_text="Where the statute calls it something else.",
    )
    note = models.TextField(blank=True)
    valid_from = models.DateField("active from", null=True, blank=True)
    valid_until = models.DateField("active until", null=True, blank=True)

    objects = DatedSlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        constraints = [ends_after_start("partner")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("partnerships:partner", args=[self.slug])

    def natural_key(self):
        return (self.slug,)


class PartnerAliasManager(models.Manager):
    def get_by_natural_key(self, name):
        return self.get(name=name)


class PartnerAlias(models.Model):
    """Another name the same partner goes by."""

    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="aliases"
    )
    name = models.CharField(max_length=150, unique=True)
    former = models.BooleanField("a former name", default=False)

    objects = PartnerAliasManager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "partner aliases"

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.name,)


class PartnerSuccessionManager(models.Manager):
    def get_by_natural_key(self, predecessor, successor):
        return self.get(predecessor__slug=predecessor, successor__slug=successor)


class PartnerSuccession(models.Model):
    """One partner takes over from another: renamed, merged, split or replaced."""

    predecessor = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="succeeded_by"
    )
    successor = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="succeeded"
    )
    on = models.CharField(max_length=10, validators=[validate_partial_date])
    note = models.CharField(max_length=300, blank=True)

    objects = PartnerSuccessionManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="partner_succeeds_once",
                violation_error_message="This succession is recorded already.",
            ),
            models.CheckConstraint(
                condition=~models.Q(predecessor=models.F("successor")),
                name="partner_does_not_succeed_itself",
                violation_error_message="A partner cannot succeed itself.",
            ),
        ]

    def __str__(self):
        return f"{self.successor} after {self.predecessor}"

    def natural_key(self):
        return (self.predecessor.slug, self.successor.slug)


class CapacityQuerySet(DatedQuerySet):
    def responsible_authorities(self):
        """Those with Crime and Disorder Act 1998 section 5 capacity, area by area."""
        return self.filter(role=Capacity.Role.RESPONSIBLE_AUTHORITY)


class CapacityManager(models.Manager.from_queryset(CapacityQuerySet)):
    def get_by_natural_key(self, partner, provision, role, area):
        return self.get(
            partner__slug=partner,
            provision__slug=provision,
            role=role,
            area__slug=area,
        )


class Capacity(models.Model):
    """What one provision makes a partner, in one area.

    "Responsible authority" means one thing under the Crime and Disorder Act 1998 and
    another under the Licensing Act 2003, so it is never a property of the partner.
    """

    class Role(models.TextChoices):
        RESPONSIBLE_AUTHORITY = "responsible_authority", "Responsible authority"
        CO_OPERATING = "co_operating", "Co-operating body"
        MUTUAL = "mutual", "Duty of mutual co-operation"
        LICENSING_AUTHORITY = "licensing_authority", "Licensing authority"
        LICENSING_RESPONSIBLE = (
            "licensing_responsible",
            "Responsible authority in licensing",
        )
        SPECIFIED = "specified", "Specified authority"

    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, related_name="capacities"
    )
    provision = models.ForeignKey(
        Provision, on_delete=models.PROTECT, related_name="capacities"
    )
    role = models.CharField(max_length=25, choices=Role)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="capacities")
    valid_from = models.DateField("from", null=True, blank=True)
    valid_until = models.DateField("until", null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects = CapacityManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["partner", "role", "area"]
        verbose_name_plural = "capacities"
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "provision", "role", "area"],
                name="capacity_is_recorded_once",
                violation_error_message="This capacity is recorded already.",
            ),
            ends_after_start("capacity"),
        ]

    def __str__(self):
        return f"{self.partner}: {self.get_role_display()} in {self.area}"

    def natural_key(self):
        return (
            self.partner.slug,
            self.provision.slug,
            self.role,
            self.area.slug,
        )
