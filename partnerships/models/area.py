from django.db import models
from simple_history.models import HistoricalRecords

from partnerships.models.dated import DatedQuerySet, ends_after_start
from partnerships.models.slugged import DatedSlugManager, SlugManager


class Area(models.Model):
    """A place that figures are about, as it stood between two days."""

    class Kind(models.TextChoices):
        DISTRICT = "district", "District"
        UNITARY = "unitary", "Unitary authority"
        COUNTY = "county", "County"
        POLICE_FORCE = "police_force", "Police force area"
        REGION = "region", "Region"
        COUNTRY = "country", "Country"
        UNPLACED = "unplaced", "No place recorded"

    name = models.CharField(max_length=100)
    slug = models.SlugField(unique=True)
    code = models.CharField(
        "ONS code",
        max_length=9,
        blank=True,
        help_text="Nine characters, such as E07000117. Empty where ONS has none.",
    )
    kind = models.CharField(max_length=20, choices=Kind)
    valid_from = models.DateField("from", null=True, blank=True)
    valid_until = models.DateField("until", null=True, blank=True)
    successors = models.ManyToManyField(
        "self", symmetrical=False, related_name="predecessors", blank=True
    )

    objects = DatedSlugManager()
    history = HistoricalRecords(m2m_fields=[successors])

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~models.Q(code=""),
                name="area_code_is_unique",
                violation_error_message="Another area has this ONS code.",
            ),
            ends_after_start("area"),
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)


class AreaCodeManager(models.Manager):
    def get_by_natural_key(self, code):
        return self.get(code=code)


class AreaCode(models.Model):
    """Another code by which publishers name an area, such as its partnership's."""

    code = models.CharField(max_length=100, unique=True)
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="other_codes")
    used_in = models.CharField(
        max_length=100, help_text="Where it is used, such as “Table C2 of the ONS”."
    )

    objects = AreaCodeManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["area", "code"]

    def __str__(self):
        return f"{self.code}: {self.area}"

    def natural_key(self):
        return (self.code,)


class AreaGroup(models.Model):
    """Areas that are compared with each other, and summed where they make a whole."""

    name = models.CharField(max_length=100)
    slug = models.SlugField(unique=True)
    whole = models.OneToOneField(
        Area,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="made_of",
        help_text="The area these make together, if they do.",
    )
    unplaced = models.ForeignKey(
        Area,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Holds what belongs to the whole and to none of its areas.",
    )
    source = models.CharField(max_length=200, blank=True)
    areas = models.ManyToManyField(
        Area, through="AreaGroupMember", related_name="groups"
    )

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)


class AreaGroupMemberManager(models.Manager.from_queryset(DatedQuerySet)):
    def get_by_natural_key(self, group, area):
        return self.get(group__slug=group, area__slug=area)


class AreaGroupMember(models.Model):
    group = models.ForeignKey(
        AreaGroup, on_delete=models.CASCADE, related_name="members"
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="group_memberships"
    )
    valid_from = models.DateField("from", null=True, blank=True)
    valid_until = models.DateField("until", null=True, blank=True)

    objects = AreaGroupMemberManager()

    class Meta:
        ordering = ["group", "area"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "area"], name="area_is_in_a_group_once"
            ),
            ends_after_start("area_group_member"),
        ]

    def __str__(self):
        return f"{self.area} in {self.group}"

    def natural_key(self):
        return (self.group.slug, self.area.slug)
