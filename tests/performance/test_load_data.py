import pytest
from django.core.management import CommandError, call_command

from partnerships.models import AuditEvent
from performance.models import Current, Event, Observation
from tests.performance.ingest.small_county import csv_bytes, figures, make_county


@pytest.fixture
def county(db):
    return make_county()


@pytest.fixture
def load(tmp_path, capsys):
    def load(*contents, **options):
        paths = []
        for number, data in enumerate(contents):
            path = tmp_path / f"{number}.csv"
            path.write_bytes(data)
            paths.append(str(path))
        call_command("load_data", *paths, **options)
        return capsys.readouterr().out

    return load


def test_without_commit_it_says_what_would_change_and_changes_nothing(county, load):
    printed = load(figures(Preston=3, Pendle=4))

    assert "2 new, 0 changed, 0 removed, 0 unchanged" in printed
    assert not Observation.objects.exists()


def test_commit_is_recorded_as_the_command_line(county, load):
    printed = load(figures(Preston=3), commit=True)

    assert "0.csv is saved as event 1." in printed
    assert Event.objects.get().by is None
    assert set(AuditEvent.objects.values_list("by_name", flat=True)) == {"command line"}


def test_commit_is_recorded_as_the_user_who_did_it(county, load, analyst):
    load(figures(Preston=3), commit=True, by=analyst.username)

    assert Event.objects.get().by == analyst


def test_several_files_are_saved_one_after_the_other(county, load):
    load(figures(Preston=3), figures(Preston=5), commit=True)

    assert Current.objects.get().observation.value == 5


def test_one_faulty_file_stops_all_with_code_1(county, load, capsys):
    with pytest.raises(CommandError) as stopped:
        load(figures(Preston=3), figures(Preston=-7), commit=True)

    assert stopped.value.returncode == 1
    assert (
        "Error D2 “-7”: A count cannot be less than 0. Ask whoever supplied it."
        in capsys.readouterr().out
    )
    assert not Observation.objects.exists()


def test_a_query_without_a_reason_ends_with_code_2(county, load):
    early = csv_bytes(("burglary", "Preston", "Q1 2022/23", 3))

    with pytest.raises(CommandError) as stopped:
        load(early, commit=True)
    assert stopped.value.returncode == 2
    assert not Observation.objects.exists()

    load(early, commit=True, reason="April and May only")
    assert Event.objects.get().reason == "April and May only"


def test_the_same_file_again_says_that_nothing_changes(county, load):
    load(figures(Preston=3), commit=True)

    printed = load(figures(Preston=3), commit=True)

    assert "Nothing in this file would change anything." in printed
    assert Event.objects.count() == 1


def test_a_file_that_is_not_there_is_told(county):
    with pytest.raises(CommandError, match="No such file"):
        call_command("load_data", "/nowhere/figures.csv")


def test_an_unknown_user_is_told(county, load):
    with pytest.raises(CommandError, match="There is no user nobody"):
        load(figures(Preston=3), commit=True, by="nobody")
