"""What goes back to a helpdesk: private notes where an act was done or thanks arrived, and the customer's survey.

Beside the loop because it crosses the rooms. Both are off until a connector's settings turn them on, both go through the
outbox, and both are put there at most once: a worker that is killed while it sends does not send again, and neither is
sent again what may have arrived.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from neoncard.connectors import frame, pulling, queries
from neoncard.connectors.frame import Fetch, GoneError, Telling, TroubleError, UnsureError
from neoncard.connectors.tables import Connector
from neoncard.do.tables import Suggestion
from neoncard.encounters import actions as encounters
from neoncard.encounters import queries as met
from neoncard.encounters.actions import Taken
from neoncard.encounters.tables import Encounter, Message
from neoncard.kindness.actions import UNDO
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock, outbound, tongue
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
    row = next((row for row in _wanting(SURVEY) if row.source == source), None) if over else None
    if row is not None:
        _leave_surveys(row, over)


def _leave_surveys(row: Connector, over: Sequence[Encounter]) -> None:
    """A job for each in which something was said since surveys were turned on; the past is asked nothing."""
    now = clock.now()
    since = max(now - ONCE_IN, _since(row, SURVEY))
    for one in over:
        if one.customer_id and one.agent_id and one.last_at >= since:
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
            _leave_surveys(row, rows)
        closed += len(rows)
    return f"{closed} closed"


@dataclass(slots=True)
class _Sent:
    """The way out of one telling; `maybe` once something that changes the other side may have arrived there."""

    fetch: Fetch
    maybe: bool = False

    def __call__(self, method: str, url: str, **options: Any) -> outbound.Answer:
        """Ask. A plain no (a status of 4xx) changed nothing, and neither does what is only read."""
        try:
            answer = self.fetch(method, url, **options)
        except outbound.OutboundError as error:
            self.maybe |= method != "GET" and error.sent
            raise
        self.maybe |= method != "GET" and not 400 <= answer.status < 500
        return answer


def _tell(job: Job, row: Connector, telling: Telling) -> bool:
    """Tell it, and never twice. False when there is nothing to tell it to, or an attempt was begun and not ended (a kill).

    Raises TroubleError or OutboundError when it surely did not arrive, so that it may be tried again, and Park when
    it may have: then nobody tries again.
    """
    tell = frame.kinds()[row.kind].tell
    if tell is None:
        raise Park("this kind of connector can't be told anything")
    if job.progress.get("note") == _SENDING:
        return False
    try:
        asking = pulling.asking(row)
    except ValueError as error:  # its secrets can't be read
        raise TroubleError(str(error)) from None
    jobs.progress(job, 0, 1, _SENDING, at=clock.now().isoformat())
    sent = _Sent(asking.fetch)
    try:
        tell(replace(asking, fetch=sent), telling)
    except GoneError:
        return False
    except (TroubleError, outbound.OutboundError) as error:
        if sent.maybe or isinstance(error, UnsureError):
            raise Park(f"it may have arrived, so it is not sent again: {error}") from None
        jobs.progress(job, 0, 1, "", at="")
        raise
    return True


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
        _tell(job, rows[0], Telling(encounter.ext_id, text))


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
    if encounter is None or agent is None or job.progress.get("note") == _SENDING:
        return
    rows = [row for row in _wanting(SURVEY) if row.source == encounter.source]
    said = Message.objects.filter(encounter=encounter, author=Message.Author.CUSTOMER)
    last = said.order_by("-at", "-pk").values_list("ext_id", flat=True).first()
    if not rows or last is None:
        return
    lang = _language(encounter, said)
    token = _link(encounter, agent, rows[0], lang)
    if not token:
        return
    subject, text = survey_words(lang, thanked.rating_url(token))
    telling = Telling(encounter.ext_id, text, public=True, subject=subject, answers=last)
    try:
        gone = not _tell(job, rows[0], telling)
    except (TroubleError, outbound.OutboundError):
        thank.drop_rating_link(token=token)
        raise
    if gone:
        thank.drop_rating_link(token=token)


@transaction.atomic
def _link(encounter: Encounter, agent: Member, row: Connector, lang: str) -> str:
    """The token of a fresh rating link; "" when its customer may not be asked.

    Asked and made under a lock on everything we know this person by, so that of two workers one gets it.
    """
    if encounter.customer is None:
        return ""
    list(met.same_person(encounter.customer).order_by("pk").select_for_update())
    if not may_ask(encounter):
        return ""
    friend = bool(row.settings.get("ask_friend"))
    return thank.make_rating_link(encounter=encounter, member=agent, asks_friend=friend, lang=lang)


def may_ask(encounter: Encounter) -> bool:
    """Whether its customer may be sent a survey: it is over, no spam, and none in the last 14 days. One query.

    A person counts once, whichever helpdesk they wrote to, where both told us the same address.
    """
    if encounter.is_open or encounter.customer is None:
        return False
    if {str(tag).casefold() for tag in encounter.tags} & UNASKED:
        return False
    same = met.same_person(encounter.customer)
    links = RatingLink.objects.filter(encounter__customer__in=same)
    last = links.aggregate(at=Max("made_at"))["at"]
    return last is None or last < clock.now() - ONCE_IN


def _language(encounter: Encounter, said: QuerySet[Message]) -> str:
    """What the helpdesk says they speak; where it says English, as many do of everybody, or nothing, their own words.

    Where those are not plain, English if it said so, else the house's own.
    """
    organisation = people.organisation()
    house = organisation.language if organisation else "en"
    wrote = tongue.spoken(said.order_by("-at", "-pk").values_list("text", flat=True)[:20])
    told, house = (tag.lower().replace("_", "-").split("-")[0] for tag in (encounter.lang, house))
    spoken = (told if told != "en" else "", wrote, told, house)
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
