"""What goes back to a helpdesk: private notes where an act was done or thanks arrived, and the customer's survey.

Beside the loop because it crosses the rooms. Both are off until a connector's settings turn them on, both go through the
outbox, and both are put there at most once: a worker that is killed while it sends does not send again.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Final

from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from neoncard.connectors import frame, pulling, queries
from neoncard.connectors.frame import Telling, TroubleError
from neoncard.connectors.tables import Connector
from neoncard.do.tables import Suggestion
from neoncard.encounters import actions as encounters
from neoncard.encounters.actions import Taken
from neoncard.encounters.tables import Encounter, Message
from neoncard.kindness.actions import UNDO
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock, outbound
from neoncard.kit.jobs import actions as jobs
from neoncard.kit.jobs.actions import Park
from neoncard.kit.jobs.tables import Job
from neoncard.kit.jobs.worker import Handler
from neoncard.people import queries as people
from neoncard.people.tables import Member
from neoncard.thank import actions as thank
from neoncard.thank import queries as thanked
from neoncard.thank.tables import RatingLink, ThankYou

NOTE: Final = "note"
SURVEY: Final = "survey"
WRITE_BACK: Final = "write_back"
"""A connector's setting: notes are put on its tickets. `survey` is the other one."""
BACK: Final = timedelta(days=2)
WAIT: Final = timedelta(minutes=5)
"""How long a conversation stays over before its survey goes: it may be opened again this moment."""
ONCE_IN: Final = timedelta(days=14)
UNASKED: Final = frozenset({"spam", "junk", "blocked", "rejected"})
"""Tags of a conversation whose customer is never asked anything."""
_SENDING: Final = "sending"


def plan_notes() -> str:
    """Leave a job for every act done and every thank-you that arrived in conversations whose connector wants notes.

    An act waits for its ten minutes of undo. How many, for /status.
    """
    left, now = 0, clock.now()
    for row in _wanting(WRITE_BACK):
        since = max(now - BACK, _since(row, WRITE_BACK))
        acts = Suggestion.objects.filter(
            encounter__source=row.source,
            done_at__gt=since,
            done_at__lte=now - UNDO,
            kindness__state=Kindness.State.KEPT,
        ).values_list("pk", "encounter")
        thanks = ThankYou.objects.filter(
            link__encounter__source=row.source,
            state=ThankYou.State.DELIVERED,
            delivered_at__gt=since,
            received_at__gt=since - BACK,
        ).exclude(words="")
        for what, found in (
            ("act", acts),
            ("thanks", thanks.values_list("pk", "link__encounter")),
        ):
            for pk, encounter in found:
                payload = {"connector": row.pk, "encounter": encounter, "what": what, "id": pk}
                jobs.later(NOTE, f"{NOTE}:{what}:{pk}", payload)
                left += 1
    return f"{left} to note"


def _wanting(setting: str) -> list[Connector]:
    """Connectors in use that have this setting on and can do it. One query."""
    kinds = frame.kinds()
    return [
        row
        for row in queries.connectors().filter(paused=False)
        if row.settings.get(setting)
        and row.kind in kinds
        and kinds[row.kind].tell is not None
        and (setting == SURVEY or kinds[row.kind].notes)
    ]


def _since(row: Connector, setting: str) -> datetime:
    """When a setting was turned on: what happened before it is left alone."""
    text = row.settings.get(f"{setting}_since")
    return datetime.fromisoformat(text) if text else clock.now()


def resolved(*, source: str, taken: Iterable[Taken]) -> None:
    """Leave a survey for the conversations that are over now, each for the agent who has it at this moment."""
    over = [one.encounter for one in taken if one.closed]
    if over and any(row.source == source for row in _wanting(SURVEY)):
        _leave_surveys(over)


def _leave_surveys(over: Sequence[Encounter]) -> None:
    now = clock.now()
    for one in over:
        if one.customer_id and one.agent_id and one.last_at > now - ONCE_IN:
            key = f"{SURVEY}:{one.pk}:{one.last_at:%Y%m%d%H%M}"
            payload = {"encounter": one.pk, "agent": one.agent_id}
            jobs.later(SURVEY, key, payload, due_at=now + WAIT)


def close_quiet() -> str:
    """Close conversations of mailboxes in which nobody has written for so many days: mail knows no other end."""
    closed = 0
    for row in queries.connectors().filter(paused=False):
        days = row.settings.get("quiet_days")
        if not days:
            continue
        before = clock.now() - timedelta(days=int(days))
        quiet = Encounter.objects.filter(source=row.source, is_open=True, last_at__lt=before)
        rows = list(quiet.select_related("agent", "customer").order_by("pk")[:500])
        for one in rows:
            encounters.close(by="work", encounter=one, at=one.last_at)
        if row in _wanting(SURVEY):
            _leave_surveys(rows)
        closed += len(rows)
    return f"{closed} closed"


def _once(job: Job, send: Callable[[], None]) -> bool:
    """Send, and never twice: what was begun and not ended (a kill) is left. False when it was left."""
    if job.progress.get("note") == _SENDING:
        return False
    jobs.progress(job, 0, 1, _SENDING, at=clock.now().isoformat())
    try:
        send()
    except (TroubleError, outbound.OutboundError):
        jobs.progress(job, 0, 1, "", at="")
        raise
    return True


def _tell(row: Connector, telling: Telling) -> None:
    tell = frame.kinds()[row.kind].tell
    if tell is None:
        raise Park("this kind of connector can't be told anything")
    tell(pulling.asking(row), telling)


def note(job: Job) -> None:
    """Put one private note on a ticket. It names nobody and quotes nobody."""
    rows = [row for row in _wanting(WRITE_BACK) if row.pk == job.payload["connector"]]
    found = Encounter.objects.filter(pk=job.payload["encounter"])  # lookup: the job's own
    encounter = found.first()
    if not rows or encounter is None:
        return
    organisation = people.organisation()
    with translation.override(organisation.language if organisation else "en"):
        text = _note_text(job)
    if text:
        _once(job, lambda: _tell(rows[0], Telling(encounter.ext_id, text)))


def _note_text(job: Job) -> str:
    """The words of a note; "" when what it was about is no more."""
    if job.payload["what"] == "thanks":
        there = ThankYou.objects.filter(  # lookup: the job's own
            pk=job.payload["id"], state=ThankYou.State.DELIVERED
        )
        return _("Neoncard: the customer has sent a thank-you.") if there.exists() else ""
    act = Suggestion.objects.filter(  # lookup: the job's own
        pk=job.payload["id"], kindness__state=Kindness.State.KEPT
    )
    title = act.values_list("kindness__occasion", flat=True).first()
    return _("Neoncard: a kindness was done here: %(act)s") % {"act": title} if title else ""


def survey(job: Job) -> None:
    """Send one survey, unless a reason not to has come up since. The link is the agent's who had it then."""
    found = Encounter.objects.filter(pk=job.payload["encounter"])  # lookup: the job's own
    encounter = found.select_related("customer").first()
    agents = Member.objects.filter(pk=job.payload["agent"], is_active=True)  # lookup: the job's own
    agent = agents.first()
    if encounter is None or agent is None or not may_ask(encounter):
        return
    rows = [row for row in _wanting(SURVEY) if row.source == encounter.source]
    said = Message.objects.filter(encounter=encounter, author=Message.Author.CUSTOMER)
    last = said.order_by("-at", "-pk").values_list("ext_id", flat=True).first()
    if not rows or last is None or job.progress.get("note") == _SENDING:
        return
    token = thank.make_rating_link(
        encounter=encounter, member=agent, asks_friend=bool(rows[0].settings.get("ask_friend"))
    )
    subject, text = survey_words(_language(encounter), thanked.rating_url(token))
    telling = Telling(encounter.ext_id, text, public=True, subject=subject, answers=last)
    try:
        _once(job, lambda: _tell(rows[0], telling))
    except (TroubleError, outbound.OutboundError):
        thank.drop_rating_link(token=token)
        raise


def may_ask(encounter: Encounter) -> bool:
    """Whether its customer may be sent a survey: it is over, no spam, and none in the last 14 days. One query."""
    if encounter.is_open or encounter.customer_id is None:
        return False
    if {str(tag).casefold() for tag in encounter.tags} & UNASKED:
        return False
    links = RatingLink.objects.filter(encounter__customer=encounter.customer_id)
    last = links.aggregate(at=Max("made_at"))["at"]
    return last is None or last < clock.now() - ONCE_IN


def _language(encounter: Encounter) -> str:
    organisation = people.organisation()
    house = organisation.language if organisation else "en"
    spoken = [tag.lower().replace("_", "-").split("-")[0] for tag in (encounter.lang, house)]
    return next((tag for tag in spoken if tag in _texts()), "en")


def survey_words(lang: str, url: str) -> tuple[str, str]:
    """The subject and the text of a survey in a language of thank/survey.toml, with the address in it."""
    words = _texts()[lang]
    return words["subject"], words["text"].strip().format(url=url) + "\n"


@cache
def _texts() -> dict[str, dict[str, str]]:
    file = files("neoncard.thank").joinpath("survey.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


HANDLERS: dict[str, Handler] = {NOTE: note, SURVEY: survey}
