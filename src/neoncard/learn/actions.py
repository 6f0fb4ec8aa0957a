"""The only writer of outcomes, daily counts and week figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Q
from django.db.models.fields.json import KeyTextTransform

from neoncard.do.tables import Suggestion
from neoncard.encounters.tables import Customer, Encounter, Rating
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.kit.audit.actions import wrote
from neoncard.kit.slices import Pace
from neoncard.learn.rules import BACK_WITHIN, groups_to_show, happy, rounded, week_of
from neoncard.learn.tables import DailyCount, Outcome, WeekFigure
from neoncard.notice.tables import Mark
from neoncard.people import queries as people
from neoncard.people.tables import Member, Organisation
from neoncard.thank.tables import ThankYou

RATED = (Outcome.Kind.RATED_HAPPY, Outcome.Kind.RATED_UNHAPPY)
ANSWERED = (*RATED, Outcome.Kind.PRAISED, Outcome.Kind.BY_FRIEND)
"""What a customer's answer to a survey may leave here."""
PRAISE = ("praise", "thanks_by_name", "recommends")


def record_outcomes(*, encounters: Iterable[int], pace: Pace | None = None) -> int:
    """Write what customers did, for a batch of encounter ids; once each, so a repeat is harmless.

    Returns how many outcomes are new. A handful of queries, however large the batch; with `pace` only the writing is
    in transactions, slice by slice.
    """
    ids = list(encounters)
    found: list[tuple[int, str, datetime]] = []
    for rating in Rating.objects.filter(encounter__in=ids):
        kind = (
            Outcome.Kind.RATED_HAPPY
            if happy(rating.score, rating.best)
            else Outcome.Kind.RATED_UNHAPPY
        )
        found.append((rating.encounter_id, kind, rating.received_at))
    praised = Mark.objects.filter(
        encounter__in=ids, label__in=PRAISE, message__author="customer", wrong_at=None
    ).values_list("encounter_id", "message__at")
    found += [(id_, Outcome.Kind.PRAISED, at) for id_, at in praised]
    found += [(id_, Outcome.Kind.RETURNED, at) for id_, at in _returns(ids)]
    return _write(found, pace)


@transaction.atomic
def record_thank_you(*, thank_you: ThankYou) -> int:
    """Write the outcome of a customer's thank-you through a rating link; their last answer replaces an earlier one.

    Zero when it has no encounter.
    """
    link = thank_you.link
    if link is None:
        return 0
    at = thank_you.received_at
    found: list[tuple[int, str, datetime]] = []
    if thank_you.score:
        good = happy(thank_you.score, 5)
        kind = Outcome.Kind.RATED_HAPPY if good else Outcome.Kind.RATED_UNHAPPY
        rated = Outcome.objects.filter(encounter=link.encounter_id, kind__in=RATED)
        rated.exclude(kind=kind).delete()
        found.append((link.encounter_id, kind, at))
    if thank_you.friend:
        found.append((link.encounter_id, Outcome.Kind.BY_FRIEND, at))
    elif thank_you.friend is not None:
        by_friend = Outcome.objects.filter(encounter=link.encounter_id)
        by_friend.filter(kind=Outcome.Kind.BY_FRIEND).delete()
    if thank_you.words and thank_you.state == ThankYou.State.DELIVERED:
        found.append((link.encounter_id, Outcome.Kind.PRAISED, at))
    return _write(found)


@transaction.atomic
def forget_answer(*, encounter: Encounter) -> None:
    """Delete what a customer's answer left here, when they erase it (P5); counts of days past stay counts."""
    count, _each = Outcome.objects.filter(encounter=encounter, kind__in=ANSWERED).delete()
    wrote(actor="customer", did="outcomes.forgotten", on=encounter, count=count)


def _returns(ids: list[int]) -> list[tuple[int, datetime]]:
    """Earlier encounters of the same customers, ended at most 30 days before one of `ids` began."""
    came = Encounter.objects.filter(pk__in=ids).exclude(customer=None)
    began: dict[int, list[datetime]] = {}
    for customer, at in came.values_list("customer_id", "started_at"):
        began.setdefault(customer, []).append(at)
    earlier = Encounter.objects.filter(customer__in=began).values_list(
        "pk", "customer_id", "last_at"
    )
    return [
        (pk, min(after))
        for pk, customer, last in earlier
        if (after := [at for at in began[customer] if last < at <= last + BACK_WITHIN])
    ]


def _write(found: list[tuple[int, str, datetime]], pace: Pace | None = None) -> int:
    ids = {id_ for id_, _kind, _at in found}
    keys = dict(Encounter.objects.filter(pk__in=ids).values_list("pk", "customer__key"))
    suggestion = dict(
        Suggestion.objects.filter(encounter__in=ids).values_list("encounter_id", "pk")
    )
    already = set(Outcome.objects.filter(encounter__in=ids).values_list("encounter_id", "kind"))
    fresh = {(id_, kind): at for id_, kind, at in found if (id_, kind) not in already}
    now = clock.now()
    rows = [
        Outcome(
            kind=kind,
            encounter_id=id_,
            suggestion_id=suggestion.get(id_),
            customer_key=keys.get(id_) or "",
            at=at,
            received_at=now,
        )
        for (id_, kind), at in fresh.items()
    ]
    if pace:
        pace.write("outcomes", rows, _insert)
    else:
        _insert(rows)
    return len(fresh)


def _insert(rows: Sequence[Outcome]) -> None:
    Outcome.objects.bulk_create(rows, ignore_conflicts=True)  # another process may be as quick


def _day(day: date, zone: str) -> tuple[datetime, datetime]:
    start = datetime.combine(day, time.min, ZoneInfo(zone))
    return start, datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone))


def roll_up(*, organisation: Organisation, day: date) -> int:
    """Count one day again, from its suggestions and the outcomes that arrived on it. Returns the rows written.

    Only open days (today and yesterday) are counted again: a closed day is frozen, late data land on the day they
    arrive (LEARN). Raises ValueError for a closed day.
    """
    today = clock.today(organisation.zone)
    if day < today - timedelta(days=1) and not organisation.demo:
        raise ValueError(f"day: {day} is closed; late outcomes count on the day they arrive")
    start, end = _day(day, organisation.zone)
    rows: dict[tuple[str, str, str], Counter[str]] = {}
    act = KeyTextTransform("0", "offered")
    made = (
        Suggestion.objects.filter(made_at__gte=start, made_at__lt=end)
        .exclude(unit__startswith="day:")  # a person's own day is nobody's to count (E2, E3)
        .annotate(act=act)
        .values("policy", "channel", "act")
        .annotate(
            offered=Count("pk"),
            seen=Count("pk", filter=Q(shown_at__isnull=False)),
            did=Count("pk", filter=Q(done_at__isnull=False)),
        )
        .values_list("policy", "channel", "act", "offered", "seen", "did")
    )
    for policy, channel, key, offered, seen, did in made:
        rows[policy, channel, key or ""] = Counter(offered=offered, shown=seen, done=did)
    came = (
        Outcome.objects.filter(received_at__gte=start, received_at__lt=end)
        .annotate(act=KeyTextTransform("0", "suggestion__offered"))
        .values("suggestion__policy", "suggestion__channel", "act", "kind")
        .annotate(n=Count("pk"))
        .values_list("suggestion__policy", "suggestion__channel", "act", "kind", "n")
    )
    for policy, channel, key, kind, n in came:
        rows.setdefault((policy or "", channel or "", key or ""), Counter())[kind] += n
    with transaction.atomic():
        DailyCount.objects.filter(day=day).delete()
        DailyCount.objects.bulk_create(
            DailyCount(day=day, policy=policy, channel=channel, act=key, **counts)
            for (policy, channel, key), counts in rows.items()
        )
    return len(rows)


def count_open_days() -> str:
    """Roll up today and yesterday; the worker does it every few minutes. Returns what /status shows."""
    organisation = people.organisation()
    if organisation is None:
        return "no company yet"
    today = clock.today(organisation.zone)
    rows = sum(
        roll_up(organisation=organisation, day=day) for day in (today - timedelta(days=1), today)
    )
    return f"{rows} rows"


def freeze_last_week() -> str:
    """Publish the last whole week once it is over; the worker does it nightly. Returns what /status shows."""
    organisation = people.organisation()
    if organisation is None:
        return "no company yet"
    week = week_of(clock.today(organisation.zone)) - timedelta(days=7)
    return f"{freeze_week(organisation=organisation, week=week)} figures"


@transaction.atomic
def freeze_week(*, organisation: Organisation, week: date) -> int:
    """Publish one finished week's figures, rounded, for the groups P3 allows. Zero when already frozen.

    Raises ValueError when the week is not a Monday or not over yet.
    """
    if week != week_of(week):
        raise ValueError("week: give the Monday it begins on")
    if clock.today(organisation.zone) < week + timedelta(days=7):
        raise ValueError("week: it is not over yet")
    if WeekFigure.objects.filter(week=week).exists():
        return 0
    start = _day(week, organisation.zone)[0]
    end = _day(week + timedelta(days=6), organisation.zone)[1]
    members = Member.objects.filter(organisation=organisation, is_active=True, joined_at__lt=end)
    sizes = dict(members.exclude(team=None).values_list("team").annotate(n=Count("pk")))
    everyone = members.count()
    groups = groups_to_show({str(team): n for team, n in sizes.items()}, everyone)
    if everyone >= 8:
        groups = ["", *groups]
    rows = []
    for group in groups:
        size = sizes[int(group)] if group else everyone
        for what, value in _figures(start, end, group).items():
            rows.append(
                WeekFigure(week=week, group=group, what=what, value=rounded(value), people=size)
            )
    WeekFigure.objects.bulk_create(rows)
    wrote(actor="work", did="week.frozen", on=str(week), count=len(rows))
    return len(rows)


def _figures(start: datetime, end: datetime, group: str) -> dict[str, int]:
    kept = Kindness.objects.filter(
        state=Kindness.State.KEPT, received_at__gte=start, received_at__lt=end
    ).exclude(sees=Kindness.Sees.GIVER)
    thanks = ThankYou.objects.filter(
        state=ThankYou.State.DELIVERED, received_at__gte=start, received_at__lt=end
    ).exclude(kindness=None)  # a score without a word is no thank-you
    if group:
        kept = kept.filter(giver__member__team=int(group))
        thanks = thanks.filter(to__team=int(group))
    return {
        "kindnesses": kept.count(),
        "passed_on": kept.exclude(passed_on_from=None).count(),
        "thanks": thanks.count(),
    }


@transaction.atomic
def forget(*, before: datetime, limit: int = 500) -> int:
    """Drop one slice of outcomes and suggestions older than 180 days (P7); the daily counts stay.

    Returns how many went; call again until it is zero.
    """
    outcomes = Outcome.objects.filter(received_at__lt=before).values_list("pk", flat=True)[:limit]
    suggestions = Suggestion.objects.filter(made_at__lt=before).values_list("pk", flat=True)
    gone, _by = Outcome.objects.filter(pk__in=list(outcomes)).delete()
    if not gone:
        gone, _by = Suggestion.objects.filter(pk__in=list(suggestions[:limit])).delete()
    return gone


@transaction.atomic
def erase_customer(*, customer: Customer) -> int:
    """Take a customer's key off every outcome (P5); returns how many."""
    return Outcome.objects.filter(customer_key=customer.key).update(customer_key="")
