"""Who answers to whom, as at a day: one description for the list and the map.

Nothing is inferred: a body hangs where a relation, the delivery framework or its own
topic puts it, and one that hangs nowhere is listed as such.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from partnerships.directory import by_kind, interval_words
from partnerships.models import (
    Board,
    BoardAlias,
    BoardRelation,
    Capacity,
    Membership,
    Partner,
)
from priorities.document import versions_of
from priorities.models import (
    Agreement,
    FrameworkEntry,
    FrameworkGap,
    VersionKeyIssue,
)

Column = FrameworkEntry.Column
Kind = BoardRelation.Kind
ANSWERS = (Kind.ACCOUNTABLE_TO, Kind.REPORTS_TO)


@dataclass(frozen=True)
class Body:
    board: Board
    notes: tuple[str, ...] = ()
    below: tuple["Body", ...] = ()
    delivers: bool = False

    @property
    def note(self) -> str:
        return ". ".join(self.notes)


@dataclass(frozen=True)
class Branch:
    """A key issue with the groups that lead it and the bodies that deliver it alone."""

    issue: VersionKeyIssue
    groups: tuple[Body, ...]
    deliverers: tuple[Body, ...]
    reports: bool  # whether one of the groups has a line to the owner
    gap: FrameworkGap | None = None  # what is recorded about having no group
    gap_number: int = 0  # from 1 among the issues without a group

    @property
    def name(self) -> str:
        return self.issue.key_issue.name


@dataclass(frozen=True)
class Shared:
    """A body that delivers several key issues, by their places from 0."""

    body: Body
    places: tuple[int, ...]


@dataclass(frozen=True)
class Attendee:
    partner: Partner
    note: str


@dataclass(frozen=True)
class Governance:
    day: datetime.date
    agreement: Agreement | None
    covered: bool  # whether the agreement's term covers the day
    owner: Body | None
    above: tuple[Body, ...]
    answers: str  # how the owner relates to what is above it
    direct: tuple[Body, ...]
    branches: tuple[Branch, ...]
    reporting: str
    shared: tuple[Shared, ...]
    outside: tuple[Body, ...]
    others: tuple[Body, ...]
    members: tuple[Membership, ...]
    attend: tuple[Attendee, ...]
    listed: int
    elsewhere: tuple[Partner, ...]  # listed, with no place on the board
    names: tuple[BoardAlias, ...]

    @property
    def gaps(self) -> int:
        return sum(bool(branch.gap_number) for branch in self.branches)


def as_at(day: datetime.date) -> Governance:
    """The bodies, lines and places that hold on a day, under the agreement of that day.

    Where no term covers the day, the latest one before it serves. Twelve queries.
    """
    agreement, covered = agreement_on(day)
    versions = versions_of(agreement.edition) if agreement else []
    issues, entries, gaps, topics, listed = [], [], [], set(), []
    if versions:
        issues = list(versions[0].key_issues.select_related("key_issue"))
        entries = list(agreement.framework.exclude(board=None))
        gaps = list(agreement.gaps.select_related("owner"))
        topics = set(agreement.topics_outside.values_list("board_id", flat=True))
        listed = [
            listing.partner
            for listing in agreement.listed_partners.select_related("partner")
        ]
    boards = {
        board.pk: board
        for board in Board.objects.on(day)
        .select_related("area", "host", "statutory_root__legislation")
        .prefetch_related("aliases")
        if not board.established or board.established <= day.isoformat()
    }
    relations = [
        relation
        for relation in BoardRelation.objects.on(day).order_by("pk")
        if relation.lower_id in boards and relation.upper_id in boards
    ]
    owner = boards.get(agreement.owner_id) if agreement else None
    places = []
    if owner:
        places = sorted(
            owner.memberships.on(day).select_related("partner"),
            key=lambda place: by_kind(place.partner),
        )
    tree = Tree(boards, relations, owner, issues, entries, len(places_of(places)))
    branches = tree.branches(gaps)
    shared = tree.shared_deliverers()
    direct = tree.direct()
    outside = tree.outside(topics)
    on_board = {place.partner_id for place in places}
    return Governance(
        day,
        agreement,
        covered,
        tree.owner_body(),
        tree.above(),
        tree.answers(),
        direct,
        branches,
        reporting_words(relations, owner),
        shared,
        outside,
        tree.others(),
        tuple(places_of(places)),
        attendees(places, day),
        len(listed),
        tuple(partner for partner in listed if partner.pk not in on_board),
        tuple(alias for board in boards.values() for alias in named(board)),
    )


def agreement_on(day: datetime.date) -> tuple[Agreement | None, bool]:
    """The agreement whose term covers a day, or else the last before it."""
    if agreement := Agreement.objects.in_term(day).first():
        return agreement, True
    return Agreement.objects.filter(ends_year__lt=day.year).first(), False


def places_of(places: Iterable[Membership]) -> list[Membership]:
    """Those of members; the chair is one."""
    return [place for place in places if place.role != Membership.Role.ATTENDS]


def named(board: Board) -> list[BoardAlias]:
    aliases = list(board.aliases.all())
    for alias in aliases:
        alias.board = board
    return aliases


def attendees(places: Iterable[Membership], day: datetime.date) -> tuple[Attendee, ...]:
    """Those who attend without being members, and what the law makes of each."""
    partners = [p.partner for p in places if p.role == Membership.Role.ATTENDS]
    held: dict[int, list[Capacity]] = {partner.pk: [] for partner in partners}
    for capacity in Capacity.objects.on(day).filter(partner__in=partners):
        held[capacity.partner_id].append(capacity)
    return tuple(
        Attendee(partner, standing(partner, held[partner.pk])) for partner in partners
    )


def standing(partner: Partner, capacities: Sequence[Capacity]) -> str:
    Role = Capacity.Role
    areas = {c.area_id for c in capacities if c.role == Role.RESPONSIBLE_AUTHORITY}
    if areas == {partner.area_id}:
        return f"{partner.get_kind_display()}, responsible authority in its own area"
    if areas:
        return f"{partner.get_kind_display()}, responsible authority"
    others = {c.get_role_display() for c in capacities}
    return ". ".join(["Not a responsible authority", *sorted(others)])


def reporting_words(relations: Iterable[BoardRelation], owner: Board | None) -> str:
    intervals = {
        interval_words(relation)
        for relation in relations
        if owner and relation.upper_id == owner.pk and relation.kind == Kind.REPORTS_TO
    }
    if len(intervals) > 1:
        return "report to, at different intervals"
    return f"report to, {intervals.pop()}" if intervals else "report to"


class Tree:
    """Hangs every body somewhere, once among its kind; runs no query."""

    def __init__(
        self,
        boards: dict[int, Board],
        relations: Sequence[BoardRelation],
        owner: Board | None,
        issues: Sequence[VersionKeyIssue],
        entries: Sequence[FrameworkEntry],
        member_count: int,
    ):
        self.boards = boards
        self.relations = relations
        self.owner = owner
        self.issues = issues
        self.member_count = member_count
        self.entries = [entry for entry in entries if entry.board_id in boards]
        self.leads = {
            e.board_id for e in self.entries if e.column == Column.STRATEGIC_GROUP
        }
        self.delivered: dict[int, list[int]] = {}
        for entry in self.entries:
            if entry.column == Column.DELIVERY:
                place = self.place_of(entry.key_issue_id)
                if place is not None:
                    self.delivered.setdefault(entry.board_id, []).append(place)
        self.hung: set[int] = {owner.pk} if owner else set()

    def place_of(self, key_issue_id: int) -> int | None:
        places = [
            n for n, i in enumerate(self.issues) if i.key_issue_id == key_issue_id
        ]
        return places[0] if places else None

    def up(self, board: Board) -> list[BoardRelation]:
        return [each for each in self.relations if each.lower_id == board.pk]

    def body(self, board: Board, *first: str, delivers: bool = False) -> Body:
        """A board with what hangs below it and nowhere else."""
        self.hung.add(board.pk)
        below = [
            self.body(
                self.boards[each.lower_id],
                f"{sentence(each.get_kind_display())} it",
                delivers=each.kind == Kind.DELIVERS_FOR,
            )
            for each in self.relations
            if each.upper_id == board.pk and self.is_free(each.lower_id)
        ]
        notes = (*first, *self.wholes(board), *notes_of(board, self.owner))
        return Body(board, notes, tuple(below), delivers)

    def is_free(self, pk: int) -> bool:
        return pk not in self.hung and pk not in self.leads and pk not in self.delivered

    def wholes(self, board: Board) -> list[str]:
        """What it is a part of, where that hangs elsewhere."""
        return [
            f"Part of {self.boards[each.upper_id].name}"
            for each in self.up(board)
            if each.kind == Kind.PART_OF and each.upper_id not in self.hung
        ]

    def owner_body(self) -> Body | None:
        if not self.owner:
            return None
        since = (
            f", since {self.owner.established[:4]}" if self.owner.established else ""
        )
        members = f"{self.member_count} member{'' if self.member_count == 1 else 's'}"
        return Body(self.owner, (f"{self.owner.get_kind_display()}{since}", members))

    def answers(self) -> str:
        kinds = [r.get_kind_display() for r in self.upward()]
        return kinds[0] if kinds else ""

    def upward(self) -> list[BoardRelation]:
        if not self.owner:
            return []
        return [each for each in self.up(self.owner) if each.kind in ANSWERS]

    def above(self) -> tuple[Body, ...]:
        found = []
        for relation in self.upward():
            board = self.boards[relation.upper_id]
            self.hung.add(board.pk)
            host = [board.host.name] if board.host else []
            found.append(Body(board, (*host, *notes_of(board, self.owner))))
        return tuple(found)

    def branches(self, gaps: Iterable[FrameworkGap]) -> tuple[Branch, ...]:
        recorded = {
            gap.key_issue_id: gap
            for gap in gaps
            if gap.column == Column.STRATEGIC_GROUP
        }
        found, without = [], 0
        for place, issue in enumerate(self.issues):
            ids = self.ids_of(issue, Column.STRATEGIC_GROUP)
            groups = tuple(self.group(pk, place) for pk in ids)
            alone = [
                pk
                for pk in self.ids_of(issue, Column.DELIVERY)
                if len(self.delivered[pk]) == 1 and pk not in ids
            ]
            deliverers = tuple(
                self.body(self.boards[pk], "Delivers", delivers=True) for pk in alone
            )
            without += not groups
            found.append(
                Branch(
                    issue,
                    groups,
                    deliverers,
                    any(self.answers_to_owner(body.board) for body in groups),
                    None if groups else recorded.get(issue.key_issue_id),
                    0 if groups else without,
                )
            )
        return tuple(found)

    def group(self, pk: int, place: int) -> Body:
        """A strategic group, which may deliver the same key issue."""
        if place in self.delivered.get(pk, []):
            return self.body(self.boards[pk], "Leads and delivers", delivers=True)
        return self.body(self.boards[pk])

    def ids_of(self, issue: VersionKeyIssue, column: str) -> list[int]:
        return [
            entry.board_id
            for entry in self.entries
            if entry.key_issue_id == issue.key_issue_id and entry.column == column
        ]

    def answers_to_owner(self, board: Board) -> bool:
        return any(
            self.owner and each.upper_id == self.owner.pk and each.kind in ANSWERS
            for each in self.up(board)
        )

    def shared_deliverers(self) -> tuple[Shared, ...]:
        return tuple(
            Shared(
                self.body(
                    self.boards[pk],
                    f"Delivers {len(places)} of the {len(self.issues)} key issues",
                    delivers=True,
                ),
                tuple(sorted(places)),
            )
            for pk, places in self.delivered.items()
            if len(places) > 1 and pk not in self.hung
        )

    def direct(self) -> tuple[Body, ...]:
        """What has a line to the owner and hangs nowhere else."""
        return tuple(
            self.body(
                self.boards[each.lower_id],
                f"{sentence(each.get_kind_display())} the Board",
                delivers=each.kind == Kind.DELIVERS_FOR,
            )
            for each in self.relations
            if self.owner
            and each.upper_id == self.owner.pk
            and each.lower_id not in self.hung
        )

    def outside(self, topics: set[int]) -> tuple[Body, ...]:
        """Those with a topic outside the key issues."""
        return tuple(
            self.body(board, *([board.topic] if board.topic else []))
            for board in self.boards.values()
            if (board.topic or board.pk in topics) and board.pk not in self.hung
        )

    def others(self) -> tuple[Body, ...]:
        """Those that hang nowhere, the top of each small tree."""
        return tuple(
            self.body(board)
            for board in self.boards.values()
            if board.pk not in self.hung
            and not any(each.upper_id not in self.hung for each in self.up(board))
        )


def notes_of(board: Board, owner: Board | None) -> list[str]:
    """What a reader needs to know the body by: its other names, root, area and age."""
    aliases = list(board.aliases.all())
    notes = []
    if others := [alias.name for alias in aliases if not alias.former]:
        notes.append("Also " + "; ".join(others))
    if former := [alias.name for alias in aliases if alias.former]:
        notes.append("Formerly " + "; ".join(former))
    if board.statutory_root:
        notes.append(str(board.statutory_root))
    if board.established:
        notes.append(f"Since {board.established[:4]}")
    if board.area and owner and board.area_id != owner.area_id:
        notes.append(f"Serves {board.area.name}")
    return notes


def sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
