import pytest
from django.conf import settings
from django.db import transaction

from csa_portal.records import load_records
from priorities import document


@pytest.fixture(scope="module")
def county(django_db_setup, django_db_blocker):
    """The demonstration county's records without its figures, which nothing here reads."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_records(settings.BASE_DIR / "fixtures")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def lancashire(county, db):
    """The records of the demonstration county's agreement."""
    return document.Records(document.version_of("2022-2025"))
