"""What is told to people outside a page: one word a shift, about today's ideas or the wall. Part of `loop`.

Nobody is told off shift or on leave, of ideas on a hard day, or twice in one shift (E1, E2, E19).
"""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Prefetch, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from neoncard.care.queries import hard_day
from neoncard.chatting import dm, in_chat
from neoncard.do.drive import actions as drive
from neoncard.do.drive.rules import letter_day, may_tell
from neoncard.do.drive.tables import Nudge
from neoncard.kindness.queries import said
from neoncard.kit import clock
from neoncard.kit.jobs.actions import later
from neoncard.kit.jobs.tables import Job
from neoncard.pass_on.queries import received
from neoncard.people.hours import Hours, Span, present
from neoncard.people.queries import as_fetched, opted_out
from neoncard.people.tables import Member, OptOut, Shift
from neoncard.share.queries import STORIES, newly_shown
from neoncard.share.voices.actions import may_send
from neoncard.share.voices.tables import Letter

NUDGE = "nudge"
LETTER = "letter"


def _on() -> QuerySet[Shift]:
    """Shifts entered by hand that are on now."""
    now = clock.now()
    return Shift.objects.filter(starts_at__lte=now, ends_at__gt=now)


def _hours(row: Nudge | Letter) -> Hours:
    single = [(one.starts_at, one.ends_at) for one in row.member.shifts.all()]
    return as_fetched(row.member, single)


def _nudges() -> QuerySet[Nudge]:
    rows = Nudge.objects.filter(member__is_active=True)
    rows = rows.select_related("member__organisation", "member__hours")
    return rows.prefetch_related(Prefetch("member__shifts", _on()))


def _letters() -> QuerySet[Letter]:
    rows = Letter.objects.filter(member__is_active=True)
    rows = rows.select_related("member__organisation", "member__hours")
    return rows.prefetch_related(Prefetch("member__shifts", _on()))


def plan_nudges() -> str:
    """Leave a job for everybody whose shift is on and who wants to hear of today's ideas; one line for /status.

    Two queries for any number of people, and a write for each who is told.
    """
    planned = 0
    for row in _nudges().iterator(500):
        span = may_tell(_hours(row), clock.now(), row.moment)
        if span and row.told_for != span.starts_at:
            key = f"{NUDGE}:{row.member_id}:{span.starts_at.isoformat()}"
            later(NUDGE, key, {"member": row.member_id})
            planned += 1
    return f"{planned} planned"


def nudge(job: Job) -> None:
    """Tell one person of today's ideas, if they are still on shift, still want it, and have not been told.

    Whoever also wants the letter has it with this word, for nothing else reaches them in this shift.
    """
    row = _nudges().filter(member=job.payload["member"]).first()
    if row is None:
        return
    member, hours = row.member, _hours(row)
    span = may_tell(hours, clock.now(), row.moment)
    if span is None or not _wants_ideas(member):
        return
    chat = row.channel == Nudge.Channel.CHAT
    if chat and not in_chat(member):  # they left it: nothing is claimed that can't be told
        return
    letter_ = Letter.objects.filter(member=member).first()
    if not _claim(hours, span, row, letter_):
        return
    with translation.override(member.language or member.organisation.language):
        words = [_word(), letter_text(member) if letter_ else ""]
        text = "\n\n".join(part for part in words if part)
        if chat:
            dm(member, text, f"{NUDGE}:{member.pk}:{span.starts_at.isoformat()}")
        else:
            off = _("You asked for this word once a shift; turn it off at %(off)s")
            text = f"{text}\n\n{off % {'off': f'{settings.NEONCARD_URL}/drive'}}"
            send_mail(_("Three small ideas for today"), text, None, [member.email])


def _wants_ideas(member: Member) -> bool:
    return not hard_day(member) and not opted_out(member, OptOut.Feature.IDEAS)


def _word() -> str:
    url = f"{settings.NEONCARD_URL}/"
    return _("Three small ideas lie on the table: %(url)s Pick one, or none.") % {"url": url}


def _claim(hours: Hours, span: Span, nudge_: Nudge | None, letter_: Letter | None) -> bool:
    """Claim what one shift may hold, one word in all: the letter's row first, then the nudge's."""
    day = span.starts_at.astimezone(ZoneInfo(hours.zone)).date()
    if letter_ is not None and not may_send(letter=letter_, day=day):
        return False
    return nudge_ is None or drive.may_send(nudge=nudge_, hours=hours, span=span)


def plan_letters() -> str:
    """Leave a job for everybody whose hour it is on a day they work, and who has had no letter in it.

    Two queries, and a write a letter.
    """
    planned = 0
    for row in _letters().iterator(500):
        day = letter_day(_hours(row), row.hour, clock.now())
        if day and row.sent_on != day:
            later(LETTER, f"{LETTER}:{row.member_id}:{day}", {"member": row.member_id})
            planned += 1
    return f"{planned} planned"


def letter(job: Job) -> None:
    """The wall as a mail: one's own received kindness first, three stories at most (E9); nothing new, no mail.

    Whoever also wants a word about today's ideas has it in the same mail, and no other in this shift.
    """
    row = _letters().filter(member=job.payload["member"]).first()
    if row is None:
        return
    member, hours = row.member, _hours(row)
    day = letter_day(hours, row.hour, clock.now())
    with translation.override(member.language or member.organisation.language):
        text = letter_text(member)
        if day is None or not text:
            return
        span = present(hours, clock.now())
        nudge_ = Nudge.objects.filter(member=member).first() if span else None
        if not (_claim(hours, span, nudge_, row) if span else may_send(letter=row, day=day)):
            return
        if nudge_ and _wants_ideas(member):
            text = f"{_word()}\n\n{text}"
        send_mail(_("Kind words of the day"), text, None, [member.email])


def letter_text(member: Member) -> str:
    """What a letter says, "" when there is nothing new in a day. Two queries, five on a day with stories."""
    since = clock.now() - timedelta(days=1)
    own = [
        one for one in map(said, received(member)) if one.said and one.kindness.received_at > since
    ]
    parts = [f"“{one.said}”\n{one.by}" for one in own[:STORIES]]
    told = newly_shown(since)[: STORIES - len(parts)]
    parts += [f"{post.title}\n{settings.NEONCARD_URL}/stories/{post.pk}" for post in told]
    if not parts:
        return ""
    foot = _("You asked for this letter; turn it off at %(url)s") % {
        "url": f"{settings.NEONCARD_URL}/me"
    }
    return "\n\n".join([*parts, f"-- \n{foot}"])
