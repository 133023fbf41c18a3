from django.db import models


class SlugManager(models.Manager):
    """Finds a record by its slug, the key that people and fixtures know it by."""

    def get_by_natural_key(self, slug):
        return self.get(slug=slug)
