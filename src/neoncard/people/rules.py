"""A list of people against those who are here: who joins, changes, comes back or leaves. Pure; nothing is done here."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from neoncard.kit.fields import Reason, gettext_noop

ROLES: Final = ("agent", "counter", "lead", "host", "admin")
JOIN, CHANGE, RETURN, LEAVE = "join", "change", "return", "leave"
COLUMNS: Final = ("email", "name", "team", "roles", "active", "ids")
MOST: Final = 5_000
_YES: Final = frozenset({"", "yes", "y", "true", "1", "active"})
_NO: Final = frozenset({"no", "n", "false", "0", "inactive", "left"})
_MAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,180}\.[^@\s.]{2,}")


@dataclass(frozen=True, slots=True)
class Person:
    """One person, as listed or as here. None: the list does not say, so it stays as it is.

    `ids`: what they are called elsewhere, as (source, id); only ever added. `team`: its name, "" for none.
    """

    email: str
    name: str | None = None
    team: str | None = None
    roles: frozenset[str] | None = None
    active: bool = True
    ids: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What would happen to one person. `details`: (field, before, after) in words, of what becomes another."""

    what: str
    person: Person
    details: tuple[tuple[str, str, str], ...] = ()


@dataclass(slots=True)
class Plan:
    """Everything a list would do: changes in the order of the list, how many stay the same, and lines that are wrong."""

    changes: list[Change] = field(default_factory=list)
    same: int = 0
    wrong: list[tuple[int, Reason]] = field(default_factory=list)


def read(text: str) -> tuple[list[Person], list[tuple[int, Reason]]]:
    """The people of a CSV, and its wrong lines (line number, why). Comma, semicolon or tab; the first line names columns."""
    first = text.lstrip("\ufeff").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter)
    names = [name.strip().lower() for name in next(rows, [])]
    unknown = [name for name in names if name and name not in COLUMNS]
    if "email" not in names or unknown:
        why = Reason(
            gettext_noop("the first line names the columns: %(columns)s; email is needed"),
            {"columns": ", ".join(COLUMNS)},
        )
        return [], [(1, why)]
    found: dict[str, Person] = {}
    wrong: list[tuple[int, Reason]] = []
    try:
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            given = dict(zip(names, (cell.strip() for cell in cells), strict=False))
            one = _person(given)
            if isinstance(one, Person) and one.email in found:
                one = Reason(gettext_noop("%(email)s stands here twice"), {"email": one.email})
            if isinstance(one, Reason):
                wrong.append((rows.line_num, one))
            else:
                found[one.email] = one
    except csv.Error as error:
        wrong.append(
            (rows.line_num, Reason(gettext_noop("is no CSV: %(why)s"), {"why": str(error)}))
        )
    if len(found) > MOST:
        return [], [
            (MOST + 1, Reason(gettext_noop("at most %(most)s people at once"), {"most": MOST}))
        ]
    return list(found.values()), wrong


def _person(given: Mapping[str, str]) -> Person | Reason:
    email = given.get("email", "").lower()
    if not _MAIL.fullmatch(email):
        return Reason(gettext_noop("email: “%(email)s” is no address"), {"email": email[:60]})
    active = given.get("active", "").lower()
    if active not in _YES | _NO:
        return Reason(
            gettext_noop("active: write yes or no, not “%(given)s”"), {"given": active[:20]}
        )
    roles = {one for one in re.split(r"[\s,;/+|]+", given.get("roles", "").lower()) if one}
    if strange := sorted(roles - set(ROLES)):
        return Reason(
            gettext_noop("roles: “%(given)s” is none of %(roles)s"),
            {"given": strange[0][:20], "roles": ", ".join(ROLES)},
        )
    ids = []
    for one in given.get("ids", "").replace(";", "|").split("|"):
        source, colon, ext_id = one.strip().partition(":")
        if colon and source and ext_id:
            ids.append((source.strip(), ext_id.strip()[:200]))
        elif one.strip():
            return Reason(
                gettext_noop("ids: “%(one)s” is not source:id"), {"one": one.strip()[:40]}
            )
    for name, most in (("name", 120), ("team", 120)):
        if len(given.get(name, "")) > most:
            return Reason(
                gettext_noop("%(name)s: at most %(most)s letters"), {"name": name, "most": most}
            )
    return Person(
        email,
        given.get("name") or None,
        given.get("team") if "team" in given else None,
        frozenset(roles) or None,
        active in _YES,
        tuple(ids),
    )


def plan(
    listed: Iterable[Person],
    here: Mapping[str, Person],
    *,
    only: bool = False,
    wrong: Iterable[tuple[int, Reason]] = (),
) -> Plan:
    """What the list would do to those `here` (by email). `only`: whoever works here and is not listed leaves.

    Where a line is wrong nobody leaves for not being listed: it may have been theirs.
    """
    made = Plan(wrong=list(wrong))
    seen = set()
    for one in listed:
        seen.add(one.email)
        change = _change(one, here.get(one.email))
        if change is None:
            made.same += 1
        else:
            made.changes.append(change)
    if only and not made.wrong:
        gone = (one for email, one in sorted(here.items()) if email not in seen and one.active)
        made.changes += [Change(LEAVE, one) for one in gone]
    return made


def _change(one: Person, now: Person | None) -> Change | None:
    if now is None:
        return Change(JOIN, one) if one.active else None
    if not one.active:
        return Change(LEAVE, now) if now.active else None
    details = []
    if one.name is not None and one.name != now.name:
        details.append(("name", now.name or "", one.name))
    if one.team is not None and one.team != (now.team or ""):
        details.append(("team", now.team or "", one.team))
    if one.roles is not None and one.roles != now.roles:
        details.append(("roles", _listed(now.roles), _listed(one.roles)))
    if fresh := [f"{source}:{id_}" for source, id_ in one.ids if (source, id_) not in now.ids]:
        details.append(("ids", "", ", ".join(fresh)))
    if not now.active:
        return Change(RETURN, one, tuple(details))
    return Change(CHANGE, one, tuple(details)) if details else None


@dataclass(frozen=True, slots=True)
class Group:
    """What being in a group of the sign-in provider means here: a team ("": none of its own) and roles."""

    name: str
    team: str = ""
    roles: frozenset[str] = frozenset()


def read_groups(text: str) -> tuple[list[Group], list[tuple[int, Reason]]]:
    """Groups typed as lines of `group, team, roles`, and the wrong lines. Roles stand apart by spaces."""
    found: dict[str, Group] = {}
    wrong: list[tuple[int, Reason]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, team, given = ([part.strip() for part in line.split(",")] + ["", ""])[:3]
        roles = {one for one in given.lower().split() if one}
        if not name or len(line.split(",")) > 3 or len(name) > 200 or len(team) > 120:
            wrong.append((number, Reason(gettext_noop("write group, team, roles"))))
        elif strange := sorted(roles - set(ROLES)):
            values = {"given": strange[0][:20], "roles": ", ".join(ROLES)}
            wrong.append(
                (number, Reason(gettext_noop("roles: “%(given)s” is none of %(roles)s"), values))
            )
        elif name in found:
            wrong.append(
                (number, Reason(gettext_noop("%(name)s stands here twice"), {"name": name}))
            )
        else:
            found[name] = Group(name, team, frozenset(roles))
    return list(found.values()), wrong


def place(email: str, name: str, groups: Iterable[str], known: Iterable[Group]) -> Person | None:
    """Who somebody in these groups is here: the first group with a team gives it, all give roles; None in none of them.

    Where no group of theirs names a team, the one they were given by hand stays.
    """
    mine = set(groups)
    matched = [one for one in known if one.name in mine]
    if not matched:
        return None
    team = next((one.team for one in matched if one.team), None)
    roles = frozenset(role for one in matched for role in one.roles) or frozenset({"agent"})
    return Person(email, name or None, team, roles)


def _listed(roles: frozenset[str] | None) -> str:
    return ", ".join(role for role in ROLES if role in (roles or ()))
