"""What a file of figures may say: names, periods and words that are read."""

from django.db.models import Prefetch, Q
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.access import requires
from partnerships.models import Area, Partner
from performance import periods
from performance.ingest.checks import BY_HAND
from performance.models import Indicator


@require_safe
@requires("upload figures")
def accepted(request):
    indicators = list(
        Indicator.objects.uploadable_by(request.user)
        .filter(source_kind__in=BY_HAND)
        .select_related("group")
    )
    groups = {each.group_id for each in indicators}
    areas = (
        Area.objects.filter(Q(groups__in=groups) | Q(made_of__in=groups))
        .distinct()
        .prefetch_related(
            Prefetch("partners", Partner.objects.prefetch_related("aliases"))
        )
    )
    context = {
        "indicators": indicators,
        "areas": [(area, other_names(area)) for area in areas],
        "periods": periods.KIND_NAMES.values(),
        "section": "uploads",
    }
    return render(request, "performance/accepted.html", context)


def other_names(area):
    """What else an area may be called: its code, its partners' names and their others."""
    partners = area.partners.all()
    names = [area.code, *(partner.name for partner in partners)]
    names += [alias.name for partner in partners for alias in partner.aliases.all()]
    return [name for name in dict.fromkeys(names) if name and name != area.name]
