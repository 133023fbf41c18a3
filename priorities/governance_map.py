"""The accountability map: boxes and lines from who answers to whom."""

from collections.abc import Sequence

from partnerships.models import Board
from priorities import drawing
from priorities.drawing import Box, Look, Svg
from priorities.governance import Body, Branch, Governance, Shared

MOST_BESIDE = 4  # groups that fit beside the board on the map


def draw(governance: Governance, base: str = "") -> Svg:
    """The map as SVG; ``base`` goes before the addresses, for a file read elsewhere."""
    return drawing.draw(describe(governance, base))


def describe(governance: Governance, base: str = "") -> drawing.Map:
    """The boxes and lines of the map; the governance must have an owner."""

    def box(
        body: Body, *notes: str, look: Look = Look.PLAIN, bold: bool = False
    ) -> Box:
        if body.board.status == Board.Status.PLANNED:
            look, notes = Look.DASHED, (*notes, "planned")
        href = base + body.board.get_absolute_url()
        return Box(body.board.name, notes, href, look, bold)

    def column(branch: Branch) -> drawing.Column:
        href = base + branch.issue.key_issue.get_absolute_url()
        if branch.gap_number:
            head = Box(branch.name, (), href, Look.GAP_HEAD, bold=True)
            cells = [gap_box(branch, governance.gaps)]
        else:
            head = Box(branch.name, (), href, Look.HEAD, bold=True)
            cells = [
                box(body, *(["leads and delivers"] if body.delivers else []))
                for body in branch.groups
            ]
        cells += [
            Box(
                f"Delivered by {body.board.short_name or body.board.name}",
                (),
                base + body.board.get_absolute_url(),
                Look.PALE,
            )
            for body in branch.deliverers
        ]
        return drawing.Column(head, tuple(cells), branch.reports)

    def bar(shared: Shared) -> drawing.Bar:
        issues = [governance.branches[place].name.lower() for place in shared.places]
        parts = [f"{each.board.name} is part of it." for each in shared.body.below]
        words = f"Delivers {listed(issues)}. {' '.join(parts)}".strip()
        return drawing.Bar(
            box(shared.body, words, look=Look.PALE, bold=True), shared.places
        )

    beside, apart = governance.direct, ()
    if len(beside) > MOST_BESIDE:
        beside, apart = (), beside
    return drawing.Map(
        title="Map of who answers to whom",
        middle=box(
            governance.owner, *governance.owner.notes, look=Look.BRAND, bold=True
        ),
        above=tuple(
            box(body, *body.notes[:1], look=Look.PALE, bold=True)
            for body in governance.above
        ),
        answers=governance.answers,
        attend=attend_box(governance, base),
        beside=tuple(
            (box(body, body.notes[0], bold=True), body.delivers) for body in beside
        ),
        columns=tuple(map(column, governance.branches)),
        reporting=governance.reporting,
        bars=tuple(map(bar, governance.shared)),
        rows=tuple(
            (title, tuple(box(body, *body.notes[:1]) for body in bodies))
            for title, bodies in [
                ("Directly below the Board", apart),
                (f"Boards outside {key_issues(governance)}", governance.outside),
            ]
            if bodies
        ),
    )


def key_issues(governance: Governance) -> str:
    return f"the {len(governance.branches)} key issues"


def gap_box(branch: Branch, gaps: int) -> Box:
    owner = branch.gap.owner if branch.gap else None
    return Box(
        "No strategic group recorded",
        (
            f"Gap {branch.gap_number} of {gaps}",
            f"owner: {owner.short_name or owner.name}" if owner else "owner not named",
        ),
        look=Look.GAP,
        bold=True,
    )


def attend_box(governance: Governance, base: str) -> Box | None:
    if not governance.attend:
        return None
    names = "; ".join(each.partner.name for each in governance.attend)
    href = f"{base}{governance.owner.board.get_absolute_url()}#members"
    return Box("Attend, not members", (names,), href, Look.DASHED, bold=True)


def listed(words: Sequence[str]) -> str:
    """One; one and two; one, two and three."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
