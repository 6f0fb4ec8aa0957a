"""The closed loop in one place: what follows when something happens; the worker's heartbeat.

Lower rooms never ask upward. Here the facts are gathered and passed down, in plain calls and in order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from threading import Event, Thread

from django.db import IntegrityError, transaction

from neoncard import chatting, nudges, telling, uploads
from neoncard.attending import call_unwrapped, call_wrapped, counter_done, counter_tap, was_kind_to
from neoncard.care import actions as care
from neoncard.chat import actions as chats
from neoncard.connectors import actions as connectors
from neoncard.connectors import drop, pulling
from neoncard.connectors import queries as inbox
from neoncard.connectors.intake import Intake
from neoncard.connectors.jsonl import File, Progress, Refused, Report
from neoncard.connectors.tables import Connector
from neoncard.connectors.watching import Watching
from neoncard.design.board import actions as board
from neoncard.do.drive import actions as drive
from neoncard.drawing import draw_beforehand, suggest_for
from neoncard.encounters import actions as encounters
from neoncard.encounters import hearing
from neoncard.encounters.actions import UNCHANGED, Taken
from neoncard.encounters.news import News
from neoncard.encounters.rules import Conversation
from neoncard.gather import at_counter, beside, today
from neoncard.keeping import erase_customer, erase_source, export_customer, forget
from neoncard.kindness import actions as kindnesses
from neoncard.kit import clock, lines, slices, upkeep
from neoncard.kit.jobs import actions as jobs
from neoncard.kit.jobs.actions import Park
from neoncard.kit.jobs.rules import Every
from neoncard.kit.jobs.tables import Job
from neoncard.kit.jobs.worker import Handler, Recurring, Worker
from neoncard.kit.slices import Pace
from neoncard.learn import actions as learn
from neoncard.notice import actions as notice
from neoncard.notice import queries as noticed
from neoncard.notice.actions import Readout
from neoncard.notice.engine import Reader
from neoncard.people import strangers
from neoncard.people.queries import Directory
from neoncard.people.tables import Member
from neoncard.share.voices import actions as voices
from neoncard.share.voices.queries import Asked
from neoncard.thank import actions as thank
from neoncard.thank.rules import LINKS, UNREADABLE, Given
from neoncard.thank.tables import RatingLink, ThanksPage, ThankYou

__all__ = [
    "at_counter",
    "beside",
    "call_unwrapped",
    "call_wrapped",
    "counter_done",
    "counter_tap",
    "erase_customer",
    "export_customer",
    "suggest_for",
    "today",
    "was_kind_to",
]

NIGHTLY = Every(timedelta(days=1), hour=2)
REMOVE = "connector.remove"
UPLOAD_MOST = 8_000_000_000
"""What a file handed in at /import may expand to; a larger archive is imported from the command line."""

OFTEN = Every(timedelta(minutes=5))

HANDLERS: dict[str, Handler] = {}
"""What the worker does for each kind of job. A handler may be called again for the same job (see kit.jobs.actions)."""

RECURRING: dict[str, tuple[Every, Recurring]] = {
    "tidy": (NIGHTLY, upkeep.tidy),
    "forget what is over": (OFTEN, care.sweep),
    "forget texts": (NIGHTLY, forget),
    "forget thank-yous": (NIGHTLY, thank.forget),
    "freeze boilerplate": (NIGHTLY, notice.freeze_boilerplate),
    "count open days": (OFTEN, learn.count_open_days),
    "freeze the week": (NIGHTLY, learn.freeze_last_week),
    "forget uploads": (NIGHTLY, uploads.sweep),
    "forget what was raw": (NIGHTLY, connectors.forget_raw),
    "forget strangers": (NIGHTLY, strangers.forget),
    "pull connectors": (OFTEN, pulling.plan),
    "notes to helpdesks": (OFTEN, telling.plan_notes),
    "close quiet mail": (Every(timedelta(hours=1)), telling.close_quiet),
    "forget guests": (NIGHTLY, board.forget_guests),
    "forget chats": (NIGHTLY, chats.forget),
    "who looks at reports": (Every(timedelta(hours=1)), voices.redraw),
    "letters": (OFTEN, nudges.plan_letters),
    "end rounds": (Every(timedelta(hours=1)), drive.finish),
    "a word once a shift": (OFTEN, nudges.plan_nudges),
}
"""Recurring work: its name on /status, how often, and what to call; what it returns is shown there as its result."""


def import_file(
    path: str,
    *,
    source: str = "import",
    by: object = "import",
    progress: Progress | None = None,
    most: int = lines.MOST,
) -> Report:
    """Take in a file of conversations (`-`: standard input), with all that follows; the same file again adds nothing.

    Constant memory, short transactions. `progress` is told bytes done and in all; an archive may grow to `most`
    bytes. Raises `connectors.jsonl.Refused` when the file can't be imported at all.
    """
    began = time.perf_counter()
    file = File(path, now=clock.now(), most=most, progress=progress)
    store = noticed.frozen_boilerplate()
    if file.twice:
        store += notice.count_macros(source, file.conversations())
    reader = Reader(boilerplate=store if file.twice or len(store) else None)
    directory, pace, report = Directory(source), Pace(), Report()
    for batch in file.batches(report):
        repeated = [ext_id for ext_id, (_one, before) in batch.items() if before]
        marks = noticed.count_marks(source, repeated)
        taken, read = heard(
            [one for one, _before in batch.values()],
            source=source,
            by=by,
            reader=reader,
            directory=directory,
            pace=pace,
        )
        report.marks += noticed.count_marks(source, list(batch)) - marks
        report.kindnesses += read.proposed
        for one in taken:
            report.count(one, again=batch[one.conversation.ext_id][1])
    report.seconds = round(time.perf_counter() - began, 2)
    report.longest_ms = round(pace.longest_ms, 1)
    return report


def _import_job(job: Job) -> None:
    """Take in a file handed in at /import; the report stays with the job, the file goes."""
    path = uploads.path_of(job)
    if not path.exists():
        raise Park("the file is gone; hand it in again")

    def progress(done: int, total: int | None) -> None:
        jobs.progress(job, done, total)

    try:
        report = import_file(
            str(path),
            source=job.payload["source"],
            by=f"member:{job.payload['by']}",
            progress=progress,
            most=UPLOAD_MOST,
        )
    except Refused as refused:
        path.unlink(missing_ok=True)
        raise Park(str(refused)) from None
    jobs.progress(job, 1, 1, report.line(), report=report.to_json())
    path.unlink(missing_ok=True)


HANDLERS[uploads.KIND] = _import_job
HANDLERS |= pulling.HANDLERS | telling.HANDLERS
HANDLERS[nudges.NUDGE] = nudges.nudge
HANDLERS[nudges.LETTER] = nudges.letter
HANDLERS[chatting.SAY] = chatting.say


def _remove_connector(job: Job) -> None:
    """Remove a connector, and with `data` every conversation and customer it brought, in slices.

    First all that could still bring something in is at its end: pulls, what waits in the inbox, what is being taken in.
    """
    found = Connector.objects.filter(pk=job.payload["connector"])  # lookup: the job's own
    connector = found.first()
    if connector is None:
        return
    pulling.cancel(connector)
    connectors.silence(connector=connector)
    until = time.monotonic() + connectors.LEASE.total_seconds()
    while inbox.in_hand(connector) and time.monotonic() < until:
        time.sleep(0.1)
        slices.breathe()
    connectors.empty(connector=connector)
    if job.payload["data"]:
        erase_source(connector.source)
    strangers.forget_source(source=connector.source)
    drop.remove(connector.source)
    connectors.remove(by="work", connector=connector)


HANDLERS[REMOVE] = _remove_connector

HELPED = (pulling.LONG, frozenset({uploads.KIND, pulling.AGAIN, REMOVE}))
"""What takes minutes, by who does it: each of these has a thread of its own (HOUSE: what is written, in slices)."""


def heard(
    conversations: Sequence[Conversation],
    *,
    source: str,
    by: object,
    reader: Reader,
    directory: Directory | None = None,
    pace: Pace | None = None,
) -> tuple[list[Taken], Readout]:
    """What follows when conversations come in: kept, read, kindnesses proposed, outcomes counted, settled.

    Each id at most once. Commits in slices; a crash in between leaves nothing half done the next time.
    """
    directory, pace = directory or Directory(source), pace or Pace()
    taken = _patiently(
        lambda: encounters.upsert_batch(
            source=source, conversations=conversations, directory=directory, pace=pace
        )
    )
    return taken, _followed(taken, by=by, reader=reader, pace=pace)


def heard_news(
    news: Sequence[News], *, source: str, by: object, reader: Reader, pace: Pace | None = None
) -> tuple[list[Taken], Readout]:
    """The same when news of conversations come in, singly and in any order. Each id at most once."""
    directory, pace = Directory(source), pace or Pace()
    staff = {id_: (who.name, who.person) for one in news for id_, who in one.staff.items()}
    strangers.meet(directory=directory, staff=staff)
    taken = _patiently(
        lambda: hearing.take_news(source=source, news=news, directory=directory, pace=pace)
    )
    if any(one.gone for one in taken):
        kindnesses.drop_empty_proposals()
    read = _followed(taken, by=by, reader=reader, pace=pace)
    telling.resolved(source=source, taken=taken)
    return taken, read


def _patiently(take: Callable[[], list[Taken]]) -> list[Taken]:
    for _attempt in (1, 2):
        try:
            return take()
        except IntegrityError:  # another process took in the same conversation at the same moment
            continue
    return take()


def _followed(taken: list[Taken], *, by: object, reader: Reader, pace: Pace) -> Readout:
    read = notice.read_batch(taken=taken, reader=reader, pace=pace)
    ids = [one.encounter.pk for one in taken if one.was != UNCHANGED]
    learn.record_outcomes(encounters=ids, pace=pace)
    encounters.settle(by=by, taken=taken, pace=pace)
    draw_beforehand([one.encounter for one in taken if one.was != UNCHANGED], pace)
    return read


def heard_one(conversation: Conversation, *, source: str, by: object) -> tuple[str, int]:
    """One conversation came in by itself: what it was (new, changed, unchanged) and how many marks it has now."""
    store = noticed.frozen_boilerplate()
    reader = Reader(boilerplate=store if len(store) else None)
    taken, _read = heard([conversation], source=source, by=by, reader=reader)
    return taken[0].was, noticed.count_marks(source, [conversation.ext_id])


def work(*, once: bool = False, stop: Event | None = None, parent: int | None = None) -> int:
    """Be the worker: say that we live, run what is due, claim jobs, sleep. How many failed, with `once`.

    What comes in has a thread of its own, and so have pulls, and imports with what else is long, so that nothing waits
    for them. `once` does all that is due now and returns. Otherwise it ends when `stop` is set or `parent` (a process id) is gone.
    """
    stop = stop or Event()
    intake = Intake(heard_news, stop)
    if once:
        return Worker(HANDLERS, RECURRING, stop, parent).drain() + intake.drain()
    worker = Worker(HANDLERS, RECURRING, stop, parent, without=frozenset[str]().union(*HELPED))
    helpers = [Worker(HANDLERS, stop=stop, only=kinds) for kinds in HELPED]
    threads: list[Thread] = [intake, Watching(stop)]
    threads += [Thread(target=one.run, name="helper", daemon=True) for one in helpers]
    for thread in threads:
        thread.start()
    worker.run()
    stop.set()
    for thread in threads:
        thread.join(10)
    return 0


@transaction.atomic
def answered(*, link: RatingLink, token: str, given: Given) -> ThankYou:
    """A customer answered a rating link: kind words reach the agent now (E17), and the outcome is written."""
    thank_you = thank.answer(link=link, token=token, given=given)
    learn.record_thank_you(thank_you=thank_you)
    return thank_you


def thanked(*, page: ThanksPage, receipt: str, given: Given) -> ThankYou:
    """A customer thanked somebody on their own page: in the feed, never in statistics (CONNECTORS)."""
    return thank.thank(page=page, receipt=receipt, given=given)


@transaction.atomic
def let_through(*, by: Member, thank_you: ThankYou) -> None:
    """A lead passed held words on: they reach the agent, and count as praise unless they hurt or complained."""
    praise = thank_you.why_held in (UNREADABLE, LINKS)
    thank.pass_to_agent(by=by, thank_you=thank_you)
    if praise:
        learn.record_thank_you(thank_you=thank_you)


@transaction.atomic
def take_back(*, thank_you: ThankYou, stories: Iterable[Asked] = ()) -> None:
    """A customer erased their thank-you (P5): words, kindness, feedback, and what the answer counted for; and took
    back their yes to `stories`.
    """
    for one in stories:
        voices.customer_says(asked=one, read="", words=False, name_too=False)
    encounter = thank_you.link.encounter if thank_you.link else None
    thank.erase(thank_you=thank_you)
    if encounter:
        learn.forget_answer(encounter=encounter)


@transaction.atomic
def story_said(
    *, asked: Asked, thank_you: ThankYou | None, read: str, words: bool, name_too: bool
) -> bool:
    """A customer said yes or no to a story (P6); no more to the story, their yes to their own words counts again.

    False when the words have changed since they read them: then nothing is kept, and they read the new ones.
    """
    try:
        voices.customer_says(asked=asked, read=read, words=words, name_too=name_too)
    except ValueError:
        return False
    if thank_you is not None and not words:
        thank.allow_again(thank_you=thank_you)
    return True
