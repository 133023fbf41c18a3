import django_filters

from performance.code_forms import SOURCES
from performance.models import Indicator, SourceCode
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


class SourceCodeFilter(django_filters.FilterSet):
    source = django_filters.ChoiceFilter(
        field_name="source_kind",
        choices=SOURCES,
        label="Source",
        empty_label="All",
        error_messages={"invalid_choice": "Choose a source of the list."},
    )
    indicator = django_filters.ModelChoiceFilter(
        queryset=Indicator.objects.filter(source_codes__isnull=False).distinct(),
        to_field_name="slug",
        label="Indicator",
        empty_label="All",
        error_messages={"invalid_choice": "Choose an indicator of the list."},
    )
    code = django_filters.CharFilter(
        lookup_expr="icontains", label="Code", max_length=150
    )

    class Meta:
        model = SourceCode
        fields = ["source", "indicator", "code"]

    def __init__(self, data, queryset, *, user):
        super().__init__(data, queryset)
        shown = self.filters["indicator"].queryset.visible_to(user)
        self.filters["indicator"].queryset = shown
