from django.db import models

from partnerships.models import Area
from performance.models.indicator import Indicator
from performance.models.period import Period


class HiddenFigure(models.Model):
    """A figure that only those who may see small counts are told.

    It is small itself, or would give a small one away. Rows are only added: a figure
    that is hidden is hidden in every earlier version of it too, since an unchanged
    neighbour there would give it away.
    """

    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="hidden_figures"
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "area", "period"], name="figure_is_hidden_once"
            )
        ]

    def __str__(self):
        return f"{self.indicator}, {self.area}, {self.period}"
