"""Choices above the lists of partners and boards."""

import django_filters
from django.db.models import Q

from csa_portal.documents.dates import today
from partnerships.models import Area, Board, Capacity, Partner


class PartnerFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(label="Name", method="by_name", max_length=100)
    kind = django_filters.ChoiceFilter(
        label="Kind", choices=Partner.Kind, empty_label="Every kind"
    )
    area = django_filters.ModelChoiceFilter(
        label="Serves",
        queryset=Area.objects.filter(partners__isnull=False).distinct(),
        to_field_name="slug",
        empty_label="Every area",
        method="serving",
    )
    capacity = django_filters.ChoiceFilter(
        label="In law",
        choices=Capacity.Role,
        empty_label="Any or none",
        method="with_capacity",
    )

    class Meta:
        model = Partner
        fields = []

    def by_name(self, partners, field, text):
        return partners.filter(
            Q(name__icontains=text) | Q(aliases__name__icontains=text)
        ).distinct()

    def serving(self, partners, field, area):
        here = Capacity.objects.on(today()).filter(area=area)
        return partners.filter(Q(area=area) | Q(capacities__in=here)).distinct()

    def with_capacity(self, partners, field, role):
        held = Capacity.objects.on(today()).filter(role=role)
        return partners.filter(capacities__in=held).distinct()


class BoardFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(label="Name", method="by_name", max_length=100)
    kind = django_filters.ChoiceFilter(
        label="Kind", choices=Board.Kind, empty_label="Every kind"
    )
    status = django_filters.ChoiceFilter(
        label="Status", choices=Board.Status, empty_label="Any status"
    )

    class Meta:
        model = Board
        fields = []

    def by_name(self, boards, field, text):
        return boards.filter(
            Q(name__icontains=text)
            | Q(short_name__icontains=text)
            | Q(aliases__name__icontains=text)
        ).distinct()
