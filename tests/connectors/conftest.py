import pytest

from neoncard.connectors import actions, inbox


class Here(inbox.Writer):
    """A writer without its thread: a test's database belongs to the test's own."""

    def wish(self, **what):
        import asyncio

        loop = asyncio.get_running_loop()
        done = loop.create_future()
        self._wishes.put(inbox._Wish(loop, done, **what))
        wish = self._wishes.get()
        try:
            self._do([wish])
            done.set_result(True)
        except Exception:
            done.set_result(False)
            raise
        return done


@pytest.fixture
def door(transactional_db, monkeypatch):
    """The inbox's door over the test's own connection, each connector read anew."""
    import os

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    assert os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    writer = Here()
    monkeypatch.setattr(inbox, "writer", writer)
    monkeypatch.setattr(inbox, "FRESH", -1.0)
    return writer


@pytest.fixture
def take_in(transactional_db):
    """A function that takes in all that waits, as a worker would; how many were refused."""
    from threading import Event

    from neoncard import loop
    from neoncard.connectors.intake import Intake

    return Intake(loop.heard_news, Event()).drain


__all__ = ["actions"]
