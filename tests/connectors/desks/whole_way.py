"""The whole way of a ticket: pulled, read, suggested for, an act done, a note put back. Through a real helpdesk."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

from neoncard import loop, telling
from neoncard.connectors import frame, pulling
from neoncard.connectors.intake import Intake
from neoncard.do import actions as do
from neoncard.do.tables import Suggestion
from neoncard.encounters.tables import Encounter
from neoncard.kit import clock
from neoncard.kit.jobs.tables import Job
from neoncard.kit.jobs.worker import Worker
from neoncard.thank.tables import RatingLink
from tests.connectors.hooks import connector

SAID = (
    "I went ahead and booked the last ferry for your letter as well, and I walked it over to the "
    "harbour master myself."
)
THANKS = "Thank you so much Ines, you are wonderful!"


def settle(row):
    """Pull and take in; how many were refused. Then nothing waits."""
    row.refresh_from_db()
    Job.objects.filter(kind="pull").update(state="done")
    pulling.ask(row)
    refused = Worker(loop.HANDLERS).drain()
    row.refresh_from_db()
    assert row.trouble == ""
    return refused + Intake(loop.heard_news, Event()).drain()


def set_up(kind, url, **settings):
    """A connector that writes back; `settings` with its secrets."""
    secrets = {name: settings.pop(name) for name in frame.kinds()[kind].form.SECRETS}
    settings |= {"url": url, "days": 30, "write_back": True, "survey": True}
    return connector(kind=kind, settings=settings, secret="", **secrets)


def do_an_act(encounter, member):
    """The act drawn for this ticket when it came in is done, eleven minutes ago; the note is planned and put."""
    suggestion = Suggestion.objects.get(encounter=encounter, member=member)
    do.done(suggestion=suggestion, title="Walk it over yourself")
    Suggestion.objects.update(done_at=clock.now() - timedelta(minutes=11))
    row = telling.queries.connectors().get(source=encounter.source)
    row.settings["write_back_since"] = (clock.now() - timedelta(hours=1)).isoformat()
    row.save()
    assert telling.plan_notes() == "1 to note"
    assert Worker(loop.HANDLERS).drain() == 0
    assert telling.plan_notes() == "1 to note"
    assert Worker(loop.HANDLERS).drain() == 0


def survey_goes(encounter, agent):
    """It is over now: the survey that waits is sent, for the agent of that moment."""
    assert not Encounter.objects.get(pk=encounter.pk).is_open
    waits = Job.objects.get(kind="survey")
    assert waits.payload == {"encounter": encounter.pk, "agent": agent.pk}
    Job.objects.filter(pk=waits.pk).update(due_at=clock.now())
    assert Worker(loop.HANDLERS).drain() == 0
    assert RatingLink.objects.get().member == agent
