"""Who takes part, shaped for the pages of partners and boards."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from partnerships.models import (
    Area,
    AreaGroup,
    AreaGroupMember,
    Board,
    BoardRelation,
    Capacity,
    Membership,
    Partner,
    Provision,
)

Role = Capacity.Role

MEANINGS = {
    Role.RESPONSIBLE_AUTHORITY: "Must work with the other responsible authorities of the "
    "area on a strategy against crime and disorder, and carry it out.",
    Role.CO_OPERATING: "Must co-operate with the responsible authorities in that work.",
    Role.MUTUAL: "Is not a responsible authority: it and the responsible authorities must "
    "act in co-operation with each other.",
    Role.LICENSING_AUTHORITY: "Decides on licences for alcohol, entertainment and late "
    "night refreshment.",
    Role.LICENSING_RESPONSIBLE: "Is told of applications for licences and may object to "
    "them. The words are the same as in community safety; the duty is another.",
    Role.SPECIFIED: "Has the duty that this statute places on the authorities it "
    "specifies. It is a third meaning, apart from both kinds of responsible authority.",
}


# --- Every partner ------------------------------------------------------------------


@dataclass(frozen=True)
class PartnerRow:
    partner: Partner
    place: str  # on the county strategy group: Chair, Member, Attends or nothing
    capacities: tuple[str, ...]


@dataclass(frozen=True)
class PartnerGroup:
    title: str
    rows: tuple[PartnerRow, ...]

    @property
    def count(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class PartnerList:
    """Members, those who attend and those merely named are different sets."""

    groups: tuple[PartnerGroup, ...]  # those with nobody in them left out
    listed: int  # named in an agreement's own list of partners, whatever their place

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)


def partner_list(partners: Iterable[Partner], day: datetime.date) -> PartnerList:
    """The partners in their sets as at a day; five queries for a queryset.

    A partner belongs to the first set it fits, in the order members, attend, listed.
    """
    partners = partners.select_related("area").prefetch_related(
        "aliases",
        "listings",
        Prefetch(
            "memberships",
            Membership.objects.on(day).filter(
                board__kind=Board.Kind.COUNTY_STRATEGY_GROUP
            ),
            to_attr="places",
        ),
        Prefetch("capacities", Capacity.objects.on(day), to_attr="current_capacities"),
    )
    sets = {
        "Members of the Board": [],
        "Attend the Board, and are not members": [],
        "Listed in the agreement, with no place on the Board": [],
        "Other bodies the agreement names": [],
    }
    members, attend, listed, others = sets.values()
    rows = sorted(map(partner_row, partners), key=lambda row: by_kind(row.partner))
    for row in rows:
        if row.place in (Membership.Role.CHAIR.label, Membership.Role.MEMBER.label):
            members.append(row)
        elif row.place:
            attend.append(row)
        elif row.partner.listings.all():
            listed.append(row)
        else:
            others.append(row)
    return PartnerList(
        tuple(PartnerGroup(title, tuple(rows)) for title, rows in sets.items() if rows),
        sum(bool(row.partner.listings.all()) for row in rows),
    )


def partner_row(partner: Partner) -> PartnerRow:
    """The chair is a member too, so the strongest of several places counts."""
    held = {membership.role for membership in partner.places}
    place = next((role.label for role in Membership.Role if role in held), "")
    roles = {capacity.role for capacity in partner.current_capacities}
    return PartnerRow(partner, place, tuple(r.label for r in Role if r in roles))


def by_kind(partner: Partner) -> tuple[int, str]:
    """Sorts councils before police, police before fire, and so on; then by name."""
    return Partner.Kind.values.index(partner.kind), partner.name


# --- One partner --------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """What one provision makes a partner, and where."""

    role: str
    provision: Provision
    meaning: str
    where: str
    areas: tuple[Area, ...]
    note: str


@dataclass(frozen=True)
class PartnerPage:
    partner: Partner
    places: tuple[Membership, ...]  # with their boards, also those past and to come
    standings: tuple[Standing, ...]
    hosts: tuple[Board, ...]

    @property
    def former_names(self) -> list[str]:
        return [alias.name for alias in self.partner.aliases.all() if alias.former]

    @property
    def other_names(self) -> list[str]:
        return [alias.name for alias in self.partner.aliases.all() if not alias.former]


def partner_page(partner: Partner, day: datetime.date) -> PartnerPage:
    """Six queries."""
    capacities = (
        partner.capacities.on(day)
        .select_related("provision__legislation", "area")
        .order_by("area__name")
    )
    groups = AreaGroup.objects.filter(whole__isnull=False).prefetch_related(
        Prefetch("members", AreaGroupMember.objects.on(day), to_attr="current_members")
    )
    return PartnerPage(
        partner,
        tuple(partner.memberships.select_related("board").order_by("board__name")),
        standings(capacities, groups),
        tuple(partner.hosts.on(day)),
    )


def standings(
    capacities: Iterable[Capacity], groups: Iterable[AreaGroup]
) -> tuple[Standing, ...]:
    """Capacities by statute and role, community safety first.

    ``groups`` come with ``current_members``; they put a name to many areas at once.
    """
    held: dict[tuple[str, int], list[Capacity]] = {}
    for capacity in capacities:
        held.setdefault((capacity.role, capacity.provision_id), []).append(capacity)
    found = sorted(held.items(), key=lambda item: Role.values.index(item[0][0]))
    return tuple(
        Standing(
            Role(role).label,
            same[0].provision,
            MEANINGS[Role(role)],
            name_areas([capacity.area for capacity in same], groups),
            tuple(capacity.area for capacity in same),
            same[0].note,
        )
        for (role, _), same in found
    )


def name_areas(areas: list[Area], groups: Iterable[AreaGroup]) -> str:
    """One area by its name, a whole group by the group's, others one after the other."""
    wanted = {area.pk for area in areas}
    for group in groups:
        if len(wanted) > 1 and wanted == {m.area_id for m in group.current_members}:
            return group.name
    return ", ".join(area.name for area in areas)


# --- One board ----------------------------------------------------------------------


@dataclass(frozen=True)
class RelationLine:
    relation: BoardRelation
    interval: str  # empty where the kind of relation has none

    @property
    def as_published(self) -> str:
        return self.relation.as_published


@dataclass(frozen=True)
class BoardPage:
    board: Board
    members: tuple[Membership, ...]
    attend: tuple[Membership, ...]
    not_now: tuple[Membership, ...]  # past, or still to begin
    above: tuple[RelationLine, ...]
    below: tuple[RelationLine, ...]
    leads: tuple  # key issues
    delivers: tuple  # key issues


def board_page(slug: str, day: datetime.date) -> BoardPage:
    """A board with what other records say of it; Board.DoesNotExist for no such board.

    The records of what is led and owned belong to a higher app. They are reached by
    name, and nothing of that app is imported. Twelve queries.
    """
    board = (
        Board.objects.select_related(
            "area", "host", "statutory_root__legislation", "successor"
        )
        .prefetch_related(
            "aliases",
            "succeeded",
            "framework__key_issue",
            "programmes__priority",
            "strategies",
            "topics",
        )
        .get(slug=slug)
    )
    places = sorted(
        board.memberships.select_related("partner"),
        key=lambda place: by_kind(place.partner),
    )
    now = [place for place in places if holds(place, day)]
    return BoardPage(
        board,
        tuple(place for place in now if place.role != Membership.Role.ATTENDS),
        tuple(place for place in now if place.role == Membership.Role.ATTENDS),
        tuple(place for place in places if not holds(place, day)),
        lines(board.relations_up.on(day).select_related("upper")),
        lines(board.relations_down.on(day).select_related("lower")),
        issues_in(board, "strategic_group"),
        issues_in(board, "delivery"),
    )


def holds(record: Membership, day: datetime.date) -> bool:
    """Whether a dated record already in hand holds on a day, as DatedQuerySet.on()."""
    begun = record.valid_from is None or record.valid_from <= day
    return begun and (record.valid_until is None or record.valid_until > day)


def lines(relations: Iterable[BoardRelation]) -> tuple[RelationLine, ...]:
    return tuple(RelationLine(each, interval_words(each)) for each in relations)


def interval_words(relation: BoardRelation) -> str:
    """How often a body reports; that it is not recorded is itself a fact."""
    if relation.interval:
        return relation.interval
    reports = relation.kind == BoardRelation.Kind.REPORTS_TO
    return "interval not recorded" if reports else ""


def issues_in(board: Board, column: str) -> tuple:
    """The key issues of a column of the delivery framework, each once."""
    entries = [entry for entry in board.framework.all() if entry.column == column]
    return tuple({entry.key_issue_id: entry.key_issue for entry in entries}.values())
