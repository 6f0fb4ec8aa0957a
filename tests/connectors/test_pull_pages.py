"""Pulls of several pages against small made-up servers: broken off they go on, what is deleted stops nobody, nothing is missed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from neoncard.connectors import frame
from neoncard.connectors.frame import Asking, Context, TroubleError
from neoncard.kit.outbound import Answer

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
SETTINGS = {"url": "https://h.test", "account": 1, "api_token": "t", "email": "a@b.c", "days": 30}


class Server:
    """`refuse`: numbers of requests that are answered 429; `asked`: what was asked for, in order."""

    def __init__(self, refuse=()):
        self.refuse, self.asked = set(refuse), []

    def __call__(self, method, url, **options):
        self.asked.append(url)
        if len(self.asked) in self.refuse:
            return Answer(429, {}, b"", url)
        parts = urlsplit(url)
        found = self.answer(parts.path, {k: v[0] for k, v in parse_qs(parts.query).items()})
        if found is None:
            return Answer(404, {}, b"", url)
        return Answer(200, {}, json.dumps(found).encode(), url)

    def pull(self, kind, cursor=None, most=None):
        """Page by page, as far as it goes: (bodies, the cursor to go on from, what went wrong)."""
        bodies, cursor, why = [], cursor or {}, ""
        asking = Asking(SETTINGS, NOW, self)
        try:
            for number, page in enumerate(frame.kinds()[kind].pull(dict(cursor), asking), 1):
                bodies += map(json.loads, page.bodies)
                cursor = json.loads(json.dumps(page.cursor))
                if number == most:
                    break
        except TroubleError as error:
            why = str(error)
        return bodies, cursor, why

    def far(self, kind, cursor=None):
        """Page by page how far a pull says it is: (seconds of the past done, in all)."""
        pages = frame.kinds()[kind].pull(cursor or {}, Asking(SETTINGS, NOW, self))
        return [(page.done, page.total) for page in pages]

    def in_turns(self, kind):
        """The same, broken off at every page where it may be, till its end: what all of it brought."""
        bodies, cursor = [], {}
        for _turn in range(60):
            for page in frame.kinds()[kind].pull(dict(cursor), Asking(SETTINGS, NOW, self)):
                bodies += map(json.loads, page.bodies)
                cursor = json.loads(json.dumps(page.cursor))
                if page.more:
                    break
            else:
                return bodies, cursor
        raise AssertionError("it comes to no end")


def ids(bodies):
    return [one["pulled"]["id"] for one in bodies if "pulled" in one]


class Zendesk(Server):
    """Five tickets, two a page; 3 was deleted and says so, 4 is gone though the export does not know it yet."""

    def answer(self, path, query):
        if path.endswith("count.json"):
            return {"count": {"value": 5}}
        if path.endswith("comments.json"):
            number = int(path.split("/")[4])
            said = {"id": number * 10, "author_id": 1, "body": "Thank you", "public": True}
            said["created_at"] = "2026-05-01T09:00:00Z"
            return None if number in (3, 4) else {"comments": [said], "users": []}
        at = int(query.get("cursor", "c0")[1:])
        tickets = [
            {
                "id": number,
                "status": "deleted" if number == 3 else "open",
                "created_at": "2026-05-01T08:00:00Z",
                "updated_at": "2026-05-01T09:00:00Z",
                "requester_id": 1,
                "subject": "words",
            }
            for number in range(at + 1, min(at + 3, 6))
        ]
        return {"tickets": tickets, "after_cursor": f"c{at + 2}", "end_of_stream": at >= 4}


def test_zendesk_goes_on_where_a_429_broke_it_off_and_deleted_tickets_stop_nobody():
    server = Zendesk(refuse={5})
    bodies, cursor, why = server.pull("zendesk")
    assert (ids(bodies), cursor["after"]) == ([1, 2], "c2")
    assert "429" in why
    more, cursor, why = server.pull("zendesk", cursor)
    assert (ids(more), cursor, why) == ([3, 4, 5], {"until": NOW.isoformat()}, "")
    assert sum("start_time" in url for url in server.asked) == 1
    context = Context("desk", NOW, SETTINGS)
    kinds = [[one.kind for one in frame.kinds()["zendesk"].mapping(b, context)] for b in more]
    assert kinds[:2] == [["deleted"], ["deleted"]]
    assert "words" not in json.dumps(more[:2])
    assert not any("tickets/3/" in url for url in server.asked)


def test_how_far_a_pull_is_counts_the_time_it_has_been_through_not_all_tickets_ever():
    month, hours = 30 * 86_400, 3 * 3_600
    assert Zendesk().far("zendesk") == [(month - hours, month)] * 2 + [(month, month)]
    here = {"began": NOW.isoformat(), "after": "c4", "at": "2026-05-01T09:00:00+00:00"}
    assert Zendesk().far("zendesk", here) == [(hours, hours)]
    start = month - 5 * 3_600
    assert Zammad(130).far("zammad")[0] == (start + 50, month)
    assert Zammad(130).far("zammad")[-1] == (month, month)
    assert Chatwoot(60).far("chatwoot") == [
        *[(minutes * 60, month) for minutes in (25, 50, 60, 60)],
        *[(month, month)] * 2,
    ]
    here = {"began": NOW.isoformat(), "page": 2, "at": (NOW - timedelta(minutes=25)).isoformat()}
    assert Chatwoot(60).far("chatwoot", here)[1] == (25 * 60, month - 25 * 60)


class Zammad(Server):
    """Looks up by condition as its database does; `changing`: what changes once the first page was given."""

    def __init__(self, many, changing=(), **more):
        super().__init__(**more)
        start = NOW - timedelta(hours=5)
        self.tickets = {n: start + timedelta(seconds=n) for n in range(1, many + 1)}
        self.changing, self.finds = list(changing), True

    def answer(self, path, query):
        if path.endswith("users/me"):
            return {"login": "ines"}
        if "by_ticket" in path:
            return None if path.endswith("/7") else []
        order = sorted(self.tickets.items(), key=lambda one: (one[1], one[0]))
        if path.endswith("search"):
            if "query" in query or not self.finds:
                return []
            assert query["condition[ticket.updated_at][operator]"] == "after (absolute)"
            after = datetime.fromisoformat(query["condition[ticket.updated_at][value]"])
            order = [one for one in order if one[1] > after]
        size, page = int(query["per_page"]), int(query["page"])
        found = [
            {"id": n, "updated_at": at.isoformat(), "created_at": at.isoformat()}
            for n, at in order[(page - 1) * size : page * size]
        ]
        if path.endswith("search"):
            for n in self.changing:
                self.tickets[n] = NOW - timedelta(minutes=1)
            self.changing = []
        return found


def test_zammad_misses_no_ticket_while_others_change_and_skips_what_is_gone():
    server = Zammad(130, changing=range(1, 21))
    bodies, cursor, why = server.pull("zammad")
    assert set(ids(bodies)) == set(range(1, 131)) - {7}
    assert (cursor, why) == ({"until": NOW.isoformat()}, "")


def test_zammad_goes_on_from_the_last_page_and_through_one_second_of_many():
    server = Zammad(120, refuse={60})
    bodies, cursor, why = server.pull("zammad")
    assert (len(bodies), "429" in why) == (49, True)
    assert cursor == {"after": server.tickets[50].isoformat()}
    more, _cursor, why = server.pull("zammad", cursor)
    assert (set(ids(bodies)) | set(ids(more)), why) == (set(range(1, 121)) - {7}, "")
    server.tickets = dict.fromkeys(range(1, 121), NOW - timedelta(hours=1))
    bodies, _cursor, _why = server.pull("zammad")
    assert sorted(ids(bodies)) == sorted(set(range(1, 121)) - {7})


def test_a_zammad_whose_search_finds_nothing_says_so_when_it_is_tested():
    server = Zammad(3)
    test = frame.kinds()["zammad"].test
    assert test(Asking(SETTINGS, NOW, server)) == "ines reads tickets"
    server.finds = False
    with pytest.raises(TroubleError, match="finds nothing though there are tickets"):
        test(Asking(SETTINGS, NOW, server))
    server.tickets = {}
    assert test(Asking(SETTINGS, NOW, server)) == "ines reads tickets"


class Chatwoot(Server):
    """Conversations by their last activity, 25 a page; each has one message, and there is one survey's answer."""

    def __init__(self, many, **more):
        super().__init__(**more)
        self.talks = {n: NOW - timedelta(minutes=n) for n in range(1, many + 1)}

    def answer(self, path, query):
        if path.endswith("/messages"):
            return {"payload": []}
        if "csat" in path:
            return [{"id": 1, "conversation_id": 3, "rating": 5}]
        page = int(query["page"])
        order = sorted(self.talks, key=lambda n: (-self.talks[n].timestamp(), n))
        found = [
            {"id": n, "last_activity_at": int(self.talks[n].timestamp())}
            for n in order[(page - 1) * 25 : page * 25]
        ]
        return {"data": {"meta": {"all_count": len(self.talks)}, "payload": found}}


def test_chatwoot_goes_on_a_page_before_and_has_its_surveys_too():
    server = Chatwoot(60, refuse={30})
    bodies, cursor, why = server.pull("chatwoot")
    assert (ids(bodies), cursor["page"], "429" in why) == (list(range(1, 26)), 2, True)
    server.talks[40] = server.talks[60] = NOW  # it moves up, and the others down
    server.talks[61] = NOW
    more, cursor, why = server.pull("chatwoot", cursor)
    assert set(ids(bodies) + ids(more)) == set(range(1, 62))
    assert [one["survey"] for one in more if "survey" in one] == [3]
    assert (cursor, why) == ({"until": NOW.isoformat()}, "")


def test_chatwoots_surveys_are_asked_for_again_when_they_failed():
    server = Chatwoot(3, refuse={5})
    _bodies, cursor, why = server.pull("chatwoot")
    assert ("429" in why, "until" in cursor) == (True, False)
    more, cursor, _why = server.pull("chatwoot", cursor)
    assert [one["survey"] for one in more if "survey" in one] == [3]
    assert cursor == {"until": NOW.isoformat()}


class Rt(Server):
    """Each of many transactions is a ticket's of its own; it answers what is asked for by number."""

    def __init__(self, many):
        super().__init__()
        self.many = many

    def answer(self, path, query):
        if path.endswith("transactions") and "ObjectId=" not in query["query"]:
            first = int(query["query"].partition("id>")[2].split()[0])
            found = range(first + 1, min(first + 101, self.many + 1))
            return {"items": [{"id": n, "ObjectId": n, "Created": NOW.isoformat()} for n in found]}
        if path.endswith("tickets"):
            return {"items": [{"id": query["query"].partition("=")[2]}]}
        return {"items": []}


@pytest.mark.parametrize(
    ("kind", "server", "wanted"),
    [
        ("zendesk", Zendesk(), {1, 2, 3, 4, 5}),
        ("zammad", Zammad(230), set(range(1, 231)) - {7}),
        ("chatwoot", Chatwoot(110), set(range(1, 111))),
    ],
)
def test_a_pull_in_many_turns_comes_to_its_end_and_brings_all(kind, server, wanted):
    bodies, cursor = server.in_turns(kind)
    assert (set(ids(bodies)), cursor) == (wanted, {"until": NOW.isoformat()})


def test_a_pull_of_rt_in_many_turns_comes_to_its_end_and_brings_each_ticket_once():
    bodies, cursor = Rt(450).in_turns("rt")
    assert [int(one["ticket"]["id"]) for one in bodies] == list(range(1, 451))
    assert cursor == {"id": 450, "until": NOW.isoformat()}
