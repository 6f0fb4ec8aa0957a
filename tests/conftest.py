"""Fixtures. Every test runs in a data folder of its own (tests/settings.py), on the database that DATABASE_URL names (SQLite by default)."""

import pytest


@pytest.fixture(autouse=True)
def _fast(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def house(db):
    """A small company: one team, an agent, two colleagues, a counter hand, a lead and an admin."""
    from tests import make

    return make.house()


@pytest.fixture
def signed_in(db):
    """A function that gives a client signed in as a member."""
    from django.test import Client

    def sign_in(member):
        client = Client()
        client.force_login(member)
        return client

    return sign_in


@pytest.fixture(scope="session")
def _migrated(tmp_path_factory):
    """An installation whose database is migrated and empty, copied for each test that needs its own."""
    from tests import installation

    made = installation.make(tmp_path_factory.mktemp("template"))
    done = made.python("-m", "django", "migrate", "--verbosity=0")
    assert done.returncode == 0, done.stderr
    yield made
    installation.drop(made)


@pytest.fixture
def own(_migrated, tmp_path):
    """An installation of its own for one test: migrated, no company yet."""
    from tests import installation

    made = installation.make(tmp_path / "home", template=_migrated)
    yield made
    installation.drop(made)
