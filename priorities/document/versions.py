"""Which version of which agreement is read."""

from django.db.models import Exists, OuterRef, QuerySet

from csa_portal.documents.dates import today
from priorities.models import Agreement, Version


def newest_first(versions: QuerySet[Version]) -> list[Version]:
    """With what every page says of its agreement; one query."""
    related = "agreement__owner", "agreement__predecessor"
    return sorted(versions.select_related(*related), key=newness, reverse=True)


def newness(version: Version) -> tuple[int, list[int]]:
    """Later terms are newer; within a term 1.10 is newer than 1.9."""
    numbers = [int(part) for part in version.number.split(".")]
    return version.agreement.starts_year, numbers


def versions_of(edition: str) -> list[Version]:
    """An edition's versions, the newest first."""
    return newest_first(Version.objects.filter(agreement__edition=edition))


def version_of(edition: str, number: str = "") -> Version:
    """The numbered version of an edition, or its newest; Version.DoesNotExist if none."""
    for version in versions_of(edition):
        if number in ("", version.number):
            return version
    raise Version.DoesNotExist(f"There is no version {number} of {edition}.")


def version_with_priority(slug: str) -> Version | None:
    """The newest version of the agreement that has the priority."""
    found = Version.objects.filter(agreement__priorities__slug=slug)
    return next(iter(newest_first(found)), None)


def current_version() -> Version | None:
    """The newest version of the term that holds today, else of the latest term."""
    in_term = Agreement.objects.in_term(today()).filter(pk=OuterRef("agreement"))
    versions = newest_first(Version.objects.annotate(in_term=Exists(in_term)))
    return next(
        (version for version in versions if version.in_term), next(iter(versions), None)
    )
