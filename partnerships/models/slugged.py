"""Records that people and fixtures know by their slug."""

from django.db import models

from partnerships.models.dated import DatedQuerySet


class SlugManager(models.Manager):
    """Finds a record by its slug."""

    def get_by_natural_key(self, slug):
        return self.get(slug=slug)


class DatedSlugManager(SlugManager.from_queryset(DatedQuerySet)):
    """The same for records that hold from one day until another."""
