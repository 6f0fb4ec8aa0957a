"""django-helpdesk, the real one: from nothing to a ticket, a conversation, marks, a suggestion, and a note read back."""

import pytest

from neoncard.connectors import frame, pulling
from neoncard.connectors.frame import TroubleError
from neoncard.encounters.tables import Encounter, Message
from neoncard.kindness.tables import Kindness
from neoncard.notice.tables import Mark
from neoncard.people.tables import Handle
from tests.connectors.desks import whole_way
from tests.connectors.desks.running import django_helpdesk

pytestmark = [pytest.mark.whole, pytest.mark.django_db(transaction=True)]
ROOT, INES = ("root", "pw-root-1"), ("ines", "pw-ines-1")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    started = django_helpdesk(tmp_path_factory.mktemp("desk"))
    yield started
    started.end()


def test_the_whole_way_of_a_ticket(desk, house, settings):
    settings.NEONCARD_ALLOW_PRIVATE = ["127.0.0.0/8"]
    row = whole_way.set_up("django_helpdesk", desk.url, user="root", password="pw-root-1")
    Handle.objects.create(source=row.source, ext_id="2", member=house.agent)
    ticket = {
        "queue": 1, "title": "Letter to Harl", "description": "Can my letter still go today?",
        "submitter_email": "maren@island.test", "priority": 3, "assigned_to": 2,
    }  # fmt: skip
    number = desk.api("/api/tickets/", *ROOT, ticket)["id"]
    said = {"ticket": number, "comment": whole_way.SAID, "public": True}
    desk.api("/api/followups/", *INES, said)
    desk.api("/api/followups/", *INES, {"ticket": number, "comment": "A note.", "public": False})
    kind = frame.kinds()["django_helpdesk"]
    assert kind.test(pulling.asking(row)) == "1 tickets"
    assert whole_way.settle(row) == 0
    talk = Encounter.objects.get()
    assert (talk.ext_id, talk.subject, talk.agent, talk.is_open, talk.url) == (
        str(number), "Letter to Harl", house.agent, True, f"{desk.url}/tickets/{number}/",
    )  # fmt: skip
    rows = Message.objects.order_by("at", "pk").values_list("author", "text")
    assert list(rows) == [
        ("customer", "Can my letter still go today?"), ("agent", whole_way.SAID), ("note", "A note."),
    ]  # fmt: skip
    assert Mark.objects.filter(label="extra_help").exists()
    assert Kindness.objects.filter(state="proposed").count() == 1

    whole_way.do_an_act(talk, house.agent)
    there = desk.api(f"/api/tickets/{number}/", *ROOT)
    notes = [one for one in there["followup_set"] if "Walk it over yourself" in one["comment"]]
    assert [one["public"] for one in notes] == [False]
    assert there["title"] == "Letter to Harl"

    closing = {"ticket": number, "comment": "All done.", "public": True, "new_status": 3}
    desk.api("/api/followups/", *INES, closing)
    assert whole_way.settle(row) == 0
    whole_way.survey_goes(talk, house.agent)
    there = desk.api(f"/api/tickets/{number}/", *ROOT)
    asked = [one for one in there["followup_set"] if "/r/" in one["comment"]]
    assert ([one["public"] for one in asked], there["status"]) == ([True], 3)
    assert whole_way.settle(row) == 0
    authors = dict(Message.objects.values_list("text", "author"))
    assert [who for text, who in authors.items() if "/r/" in text] == ["bot"]
    assert Encounter.objects.get().agent == house.agent


def test_what_is_wrong_is_said(desk, settings):
    settings.NEONCARD_ALLOW_PRIVATE = ["127.0.0.0/8"]
    row = whole_way.set_up("django_helpdesk", desk.url, user="root", password="no")
    with pytest.raises(TroubleError, match="tickets/: refused"):
        frame.kinds()["django_helpdesk"].test(pulling.asking(row))
