from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from partnerships.models import RoleAssignment
from performance.models.observation import Observation
from performance.models.upload import Upload

Role = RoleAssignment.Role


class SealQuerySet(models.QuerySet):
    def standing(self):
        """Those that two people have agreed on."""
        return self.filter(decision=Seal.Decision.SEALED)

    def waiting(self):
        """Those that nobody has answered yet."""
        return self.filter(decision="")

    def of_file(self, sha256):
        """Those that stand for bytes, whichever upload of them was named."""
        return self.standing().filter(upload__sha256=sha256)

    def with_what(self):
        """Each with what a list prints of it."""
        return self.select_related(
            "asked_by",
            "decided_by",
            "upload",
            "observation__indicator",
            "observation__area",
            "observation__period",
        )


class Seal(models.Model):
    """That a file or a figure is not to be read any more: asked for by an officer or an
    administrator, and agreed to by somebody of the other role."""

    class Decision(models.TextChoices):
        SEALED = "sealed", "Sealed"
        DECLINED = "declined", "Not sealed"

    upload = models.ForeignKey(
        Upload, on_delete=models.PROTECT, null=True, related_name="seals"
    )
    observation = models.ForeignKey(
        Observation, on_delete=models.PROTECT, null=True, related_name="seals"
    )
    reason = models.TextField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_as = models.CharField(max_length=20, choices=Role)
    asked_at = models.DateTimeField(auto_now_add=True)
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    decided_as = models.CharField(max_length=20, choices=Role, blank=True)
    decided_at = models.DateTimeField(null=True)

    objects = SealQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="seal_is_of_one_thing",
                condition=Q(upload__isnull=False, observation__isnull=True)
                | Q(upload__isnull=True, observation__isnull=False),
            ),
            models.CheckConstraint(name="seal_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="seal_is_decided_exactly_when_it_says_so",
                condition=Q(
                    decision="",
                    decided_by__isnull=True,
                    decided_at__isnull=True,
                    decided_as="",
                )
                | Q(
                    ~Q(decision=""),
                    ~Q(decided_as=""),
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="seal_is_of_officer_and_administrator",
                condition=Q(asked_as__in=["officer", "administrator"])
                & Q(decided_as__in=["", "officer", "administrator"]),
            ),
            models.CheckConstraint(
                name="seal_is_agreed_by_another_of_the_other_role",
                condition=~Q(decision="sealed")
                | (~Q(decided_by=F("asked_by")) & ~Q(decided_as=F("asked_as"))),
            ),
            models.UniqueConstraint(
                name="one_seal_of_an_upload",
                fields=["upload"],
                condition=~Q(decision="declined"),
            ),
            models.UniqueConstraint(
                name="one_seal_of_a_figure",
                fields=["observation"],
                condition=~Q(decision="declined"),
            ),
        ]

    def __str__(self):
        return f"Seal of {self.what}"

    def get_absolute_url(self):
        return reverse("performance:seal", args=[self.pk])

    @property
    def what(self):
        """What is sealed, in words; asks for the record when it is not loaded."""
        if self.upload_id:
            return f"the file {self.upload.filename}"
        about = self.observation
        return f"a figure: {about.indicator}, {about.area}, {about.period}"

    @property
    def other_role(self):
        """The role of whoever has to agree."""
        return (
            Role.OFFICER if self.asked_as == Role.ADMINISTRATOR else Role.ADMINISTRATOR
        )

    @property
    def sentence(self):
        """When and why, once it is sealed."""
        day = timezone.localdate(self.decided_at)
        return f"Sealed on {day.day} {day:%B %Y}, because: {self.reason}"
