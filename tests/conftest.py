import os
import signal
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction
from hypothesis import settings as hypothesis_settings

from csa_portal import demonstration
from partnerships.models import RoleAssignment
from tests.factories import PartnerFactory, RoleAssignmentFactory, UserFactory

Role = RoleAssignment.Role

# The same examples every time; --hypothesis-profile=explore looks for others.
hypothesis_settings.register_profile("same", deadline=None, derandomize=True)
hypothesis_settings.register_profile("explore", deadline=None, max_examples=300)
hypothesis_settings.load_profile("same")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Django's own, which then drops the database: nobody else may hold it by then.

    Django keeps a connection for each context, and the browser's driver runs what comes
    after its start in a context of its own.
    """
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="module")
def county(django_db_setup, django_db_blocker):
    """The demonstration county, loaded once a module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        demonstration.load_everything()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def disk_full_for():
    """A block in which the database has no room for another row of a model."""

    @contextmanager
    def disk_full_for(model):
        def write(execute, sql, *args):
            if sql.startswith(f'INSERT INTO "{model._meta.db_table}"'):
                raise OperationalError("database or disk is full")
            return execute(sql, *args)

        with connection.execute_wrapper(write):
            yield

    return disk_full_for


@pytest.fixture
def child_is_ended():
    """A block in which the first process that is started is asked to end by itself."""
    children = Path(f"/proc/self/task/{threading.main_thread().native_id}/children")

    def end(others: set[str]):
        while not (found := set(children.read_text().split()) - others):
            time.sleep(0.001)
        os.kill(int(found.pop()), signal.SIGTERM)

    @contextmanager
    def child_is_ended():
        others = set(children.read_text().split())  # the server of the browser tests
        ending = threading.Thread(target=end, args=[others], daemon=True)
        ending.start()
        yield
        ending.join(timeout=10)

    return child_is_ended


@pytest.fixture
def user_with():
    """A user with one role; one for a body unless the role needs none."""

    def make(role, **scope):
        if role in (Role.BOARD_MEMBER, Role.PARTNER_LEAD, Role.DATA_PROVIDER):
            scope = scope or {"partner": PartnerFactory()}
        user = UserFactory(partner=scope.get("partner"))
        RoleAssignmentFactory(user=user, role=role, **scope)
        return user

    return make


@pytest.fixture
def analyst(user_with):
    return user_with(Role.ANALYST)


@pytest.fixture
def officer(user_with):
    return user_with(Role.OFFICER)


@pytest.fixture
def board_member(user_with):
    return user_with(Role.BOARD_MEMBER)


@pytest.fixture
def signed_in(client):
    """The test client, signed in as the given user."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def analyst_client(signed_in, analyst):
    return signed_in(analyst)


@pytest.fixture
def officer_client(signed_in, officer):
    return signed_in(officer)


@pytest.fixture
def board_client(signed_in, board_member):
    return signed_in(board_member)
