"""What is told to people outside a page: the one word a shift. Part of `loop`, in a file of its own.

Nobody is told off shift, on leave or on a hard day, and never twice in one shift (issue of the Drive; E1, E19).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Prefetch
from django.utils import translation
from django.utils.translation import gettext as _

from neoncard.care.queries import hard_day
from neoncard.chatting import dm
from neoncard.do.drive import actions as drive
from neoncard.do.drive.rules import may_tell
from neoncard.do.drive.tables import Nudge
from neoncard.kindness.queries import said
from neoncard.kit import clock
from neoncard.kit.jobs.actions import later
from neoncard.kit.jobs.tables import Job
from neoncard.pass_on.queries import received
from neoncard.people.hours import Span
from neoncard.people.queries import as_fetched, opted_out
from neoncard.people.tables import Member, OptOut, Shift
from neoncard.share.queries import STORIES, newly_shown
from neoncard.share.voices.actions import may_send
from neoncard.share.voices.tables import Letter

NUDGE = "nudge"


def plan_nudges() -> str:
    """Leave a job for everybody whose shift is on and who wants to hear of today's ideas; one line for /status.

    Two queries for any number of people, and a write for each who is told.
    """
    now = clock.now()
    shifts = Prefetch(
        "member__shifts", queryset=Shift.objects.filter(starts_at__lte=now, ends_at__gt=now)
    )
    rows = Nudge.objects.filter(member__is_active=True).select_related(
        "member__organisation", "member__hours"
    )
    planned = 0
    for row in rows.prefetch_related(shifts).iterator(500):
        span = _span(row, [(one.starts_at, one.ends_at) for one in row.member.shifts.all()])
        if span and row.told_for != span.starts_at:
            key = f"{NUDGE}:{row.member_id}:{span.starts_at.isoformat()}"
            later(NUDGE, key, {"member": row.member_id})
            planned += 1
    return f"{planned} planned"


def _span(row: Nudge, single: list[tuple[datetime, datetime]]) -> Span | None:
    hours = as_fetched(row.member, single)
    return may_tell(hours, clock.now(), row.moment)


def nudge(job: Job) -> None:
    """Tell one person of today's ideas, if they are still on shift, still want it, and have not been told."""
    rows = Nudge.objects.select_related("member__organisation", "member__hours")
    row = rows.filter(member=job.payload["member"], member__is_active=True).first()
    if row is None:
        return
    now = clock.now()
    on = Shift.objects.filter(member=row.member, starts_at__lte=now, ends_at__gt=now)
    span = _span(row, list(on.values_list("starts_at", "ends_at")))
    if span is None or hard_day(row.member) or opted_out(row.member, OptOut.Feature.IDEAS):
        return
    if drive.may_send(nudge=row, span=span):
        if row.channel == Nudge.Channel.CHAT:
            key = f"{NUDGE}:{row.member_id}:{span.starts_at.isoformat()}"
            with translation.override(row.member.language or row.member.organisation.language):
                words = _("Three small ideas lie on the table: %(url)s Pick one, or none.")
                dm(row.member, words % {"url": f"{settings.NEONCARD_URL}/"}, key)
        else:
            _tell(row.member)


def _tell(member: Member) -> None:
    with translation.override(member.language or member.organisation.language):
        send_mail(
            _("Three small ideas for today"),
            _(
                "They lie on the table: %(url)s\n\nPick one, swap one, or none. Nobody counts.\n\n"
                "You asked for this word once a shift; turn it off at %(off)s"
            )
            % {"url": f"{settings.NEONCARD_URL}/", "off": f"{settings.NEONCARD_URL}/drive"},
            None,
            [member.email],
        )


LETTER = "letter"


def plan_letters() -> str:
    """Leave a job for everybody whose hour it is and who has had no letter today. One query, and a write a letter."""
    rows = Letter.objects.filter(member__is_active=True).select_related("member__organisation")
    planned = 0
    for row in rows.iterator(500):
        here = clock.now().astimezone(ZoneInfo(row.member.zone or row.member.organisation.zone))
        if here.hour == row.hour and row.sent_on != here.date():
            later(LETTER, f"{LETTER}:{row.member_id}:{here:%Y-%m-%d}", {"member": row.member_id})
            planned += 1
    return f"{planned} planned"


def letter(job: Job) -> None:
    """The wall as a mail: one's own received kindness first, three stories at most (E9); nothing new, no mail."""
    rows = Letter.objects.select_related("member__organisation")
    row = rows.filter(member=job.payload["member"], member__is_active=True).first()
    if row is None:
        return
    member = row.member
    day = clock.today(member.zone or member.organisation.zone)
    with translation.override(member.language or member.organisation.language):
        text = letter_text(member)
        if text and may_send(letter=row, day=day):
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
