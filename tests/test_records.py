import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.serializers.base import DeserializationError

from csa_portal.records import FILES, load_records
from partnerships.models import Area, AuditEvent, Board, Membership, Partner

FIXTURES = settings.BASE_DIR / "fixtures"

AREAS = """
- model: partnerships.area
  fields: {name: Rutland, slug: rutland, code: E06000017, kind: unitary}
"""
PARTNERS = """
- model: partnerships.partner
  fields: {name: Rutland Council, slug: rutland-council, kind: unitary_council, area: [rutland]}
"""
BOARDS = """
- model: partnerships.board
  fields: {name: Rutland Board, slug: rutland-board, kind: county_strategy_group}
- model: partnerships.membership
  fields: {board: [rutland-board], partner: [rutland-council], role: member}
"""

pytestmark = pytest.mark.django_db


@pytest.fixture
def tiny_county(tmp_path):
    """Three files are enough for a county to begin with."""
    (tmp_path / "areas.yaml").write_text(AREAS)
    (tmp_path / "partners.yaml").write_text(PARTNERS)
    (tmp_path / "boards.yaml").write_text(BOARDS)
    return tmp_path


def written(name):
    return yaml.safe_load((FIXTURES / name).read_text("utf-8"))


def test_every_record_of_the_demonstration_county_loads_and_loading_again_adds_none():
    records = sum(len(written(name)) for name in FILES)

    assert load_records(FIXTURES) == records
    assert load_records(FIXTURES) == 0


def test_another_county_needs_other_files_and_nothing_else(tiny_county):
    assert load_records(tiny_county) == 4

    membership = Membership.objects.get()
    assert str(membership) == "Rutland Council: Member of Rutland Board"
    assert membership.partner.area.code == "E06000017"


def test_what_an_officer_changed_is_not_overwritten(tiny_county):
    load_records(tiny_county)
    Board.objects.update(purpose="As the officer wrote it.", status="under_review")

    assert load_records(tiny_county) == 0

    board = Board.objects.get()
    assert (board.purpose, board.status) == ("As the officer wrote it.", "under_review")


def test_what_is_missing_is_added_to_what_is_there(tiny_county):
    load_records(tiny_county)
    Membership.objects.all().delete()

    assert load_records(tiny_county) == 1
    assert Membership.objects.count() == 1


def test_a_broken_reference_names_the_file_and_adds_nothing(tiny_county):
    broken = BOARDS.replace("partner: [rutland-council]", "partner: [rutland-counsel]")
    (tiny_county / "boards.yaml").write_text(broken)

    with pytest.raises(DeserializationError, match=r"^boards.yaml: .*rutland-counsel"):
        load_records(tiny_county)

    assert not Area.objects.exists()
    assert not Partner.objects.exists()


def test_a_value_its_field_does_not_take_names_the_file_the_record_and_the_field(
    tiny_county,
):
    (tiny_county / "areas.yaml").write_text(AREAS.replace("unitary", "kingdom"))

    with pytest.raises(
        DeserializationError,
        match=r"^areas.yaml: area \(rutland\): kind: Value 'kingdom' is not a valid",
    ):
        load_records(tiny_county)

    assert not Area.objects.exists()


def test_a_rule_across_records_names_the_file(tiny_county):
    (tiny_county / "boards.yaml").write_text(
        BOARDS
        + """
- model: partnerships.boardrelation
  fields: {lower: [rutland-board], upper: [rutland-board], kind: reports_to}
"""
    )

    with pytest.raises(
        DeserializationError, match=r"^boards.yaml: .*board_does_not_answer_to_itself"
    ):
        load_records(tiny_county)


def test_a_record_written_twice_is_not_passed_over_in_silence(tiny_county):
    (tiny_county / "areas.yaml").write_text(AREAS + AREAS.replace("Rutland", "Melton"))

    with pytest.raises(
        DeserializationError, match=r"^areas.yaml: area \(rutland\) is there twice\.$"
    ):
        load_records(tiny_county)


def test_a_file_of_an_unknown_name_is_not_passed_over_in_silence(tiny_county):
    (tiny_county / "board.yaml").write_text(BOARDS)

    with pytest.raises(DeserializationError, match=r"^board.yaml: no file of records"):
        load_records(tiny_county)

    assert not Area.objects.exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- model: partnerships.area\n  fields: {name: [", "expected"),
        ("- model: partnerships.aera\n  fields: {}\n", "Invalid model identifier"),
        ("- fields: {name: Rutland}\n", "no list of records with model and fields"),
        ("Rutland\n", "no list of records with model and fields"),
        ("- model: partnerships.area\n  fields: {nmae: Rutland}\n", "nmae"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, text, reason):
    (tmp_path / "areas.yaml").write_text(text)

    with pytest.raises(DeserializationError, match=rf"(?s)^areas\.yaml: .*{reason}"):
        load_records(tmp_path)


def test_a_file_of_comments_alone_holds_no_records(tiny_county):
    (tiny_county / "alignment.yaml").write_text("# Nothing aligned yet.\n")

    assert load_records(tiny_county) == 4


def test_every_file_of_the_demonstration_county_has_a_place_in_the_order():
    assert {path.name for path in FIXTURES.glob("*.yaml")} == set(FILES)


def test_the_command_loads_a_folder_and_the_audit_says_so(tiny_county, capsys):
    call_command("load_records", str(tiny_county))
    call_command("load_records", str(tiny_county))

    assert capsys.readouterr().out == "4 records added.\n0 records added.\n"
    event = AuditEvent.objects.get()
    assert event.about == f"4 records of {tiny_county.name}"


def test_the_command_says_what_is_wrong_and_adds_nothing(tiny_county, capsys):
    (tiny_county / "boards.yaml").write_text("- model: partnerships.nonsense")

    with pytest.raises(CommandError, match=r"Nothing was added. boards.yaml"):
        call_command("load_records", str(tiny_county))
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("load_records", str(tiny_county / "elsewhere"))

    assert not Area.objects.exists()
    assert not AuditEvent.objects.exists()
