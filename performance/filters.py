import django_filters

from performance.models import Indicator
from priorities.models import KeyIssue


class IndicatorFilter(django_filters.FilterSet):
    key_issue = django_filters.ModelChoiceFilter(
        field_name="key_issues",
        queryset=KeyIssue.objects.all(),
        label="Key issue",
        empty_label="All",
    )
    status_label = django_filters.ChoiceFilter(
        choices=Indicator.StatusLabel, label="Statistics", empty_label="All"
    )
    illustrative = django_filters.TypedChoiceFilter(
        choices=[("", "Both"), ("yes", "Illustrative only"), ("no", "Real only")],
        coerce=lambda choice: choice == "yes",
        label="Real or illustrative",
    )

    class Meta:
        model = Indicator
        fields = ["key_issue", "status_label", "illustrative"]
