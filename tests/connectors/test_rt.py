"""Request Tracker 5 from Debian: mail in, from nothing to a ticket, a conversation, marks, a suggestion, a note read back."""

import pytest

from neoncard.connectors import frame, pulling
from neoncard.connectors.frame import TroubleError
from neoncard.encounters.tables import Encounter, Message
from neoncard.kindness.tables import Kindness
from neoncard.notice.tables import Mark
from neoncard.people.tables import Handle
from tests.connectors.desks import whole_way
from tests.connectors.desks.running import mail_to_rt, request_tracker
from tests.connectors.mail import mail

pytestmark = [pytest.mark.whole, pytest.mark.django_db(transaction=True)]
ROOT, INES = ("root", "password"), ("ines", "ines-secret-1")
REST = "/REST/2.0"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    started = request_tracker(tmp_path_factory.mktemp("rt"))
    person = {"Name": "ines", "RealName": "Ines Albers", "EmailAddress": "ines@ferries.test"}
    started.api(f"{REST}/user", *ROOT, {**person, "Password": INES[1], "Privileged": 1})
    yield started
    started.end()


def test_the_whole_way_of_a_ticket(desk, house, settings):
    settings.NEONCARD_ALLOW_PRIVATE = ["127.0.0.0/8"]
    row = whole_way.set_up("rt", desk.url, user="root", api_token="password")
    Handle.objects.create(source=row.source, ext_id="ines", member=house.agent)
    mail_to_rt(desk, bytes(mail(1, "Can my letter still go today?", subject="Letter to Harl")))
    said = {"Content": whole_way.SAID, "ContentType": "text/plain"}
    desk.api(f"{REST}/ticket/1/correspond", *INES, said)
    desk.api(f"{REST}/ticket/1/comment", *INES, {"Content": "A note.", "ContentType": "text/plain"})
    quote = f"On Sunday, Ines Albers via RT <help@ferries.test> wrote:\n> {whole_way.SAID}\n"
    thanks = mail(
        2, f"{whole_way.THANKS}\n\n{quote}", re=1, subject="Re: [ferries #1] Letter to Harl"
    )
    mail_to_rt(desk, bytes(thanks))
    assert frame.kinds()["rt"].test(pulling.asking(row)).endswith("1 tickets")
    assert whole_way.settle(row) == 0
    talk = Encounter.objects.get()
    assert (talk.ext_id, talk.subject, talk.agent, talk.is_open, talk.tags) == (
        "1", "Letter to Harl", house.agent, True, ["General"],
    )  # fmt: skip
    rows = Message.objects.order_by("at", "ext_id").values_list("author", "text")
    assert list(rows) == [
        ("customer", "Can my letter still go today?"), ("agent", whole_way.SAID), ("note", "A note."),
        ("customer", whole_way.THANKS),
    ]  # fmt: skip
    assert talk.customer.name == "Maren Oltmanns"
    assert {"extra_help", "thanks_by_name"} <= set(Mark.objects.values_list("label", flat=True))
    assert Kindness.objects.filter(state="proposed").count() == 1

    whole_way.do_an_act(talk, house.agent)
    assert len(_said(desk, "Comment", "Walk it over yourself")) == 1

    desk.api(f"{REST}/ticket/1/comment", *INES, {"Content": "Done.", "ContentType": "text/plain", "Status": "resolved"})  # fmt: skip
    assert whole_way.settle(row) == 0
    whole_way.survey_goes(talk, house.agent)
    assert len(_said(desk, "Correspond", "/r/")) == 1
    assert desk.api(f"{REST}/ticket/1", *ROOT)["Status"] == "resolved"
    assert whole_way.settle(row) == 0
    authors = dict(Message.objects.values_list("text", "author"))
    assert [who for text, who in authors.items() if "/r/" in text] == ["bot"]
    assert not Encounter.objects.get().is_open


def _said(desk, kind, words):
    """What stands in the ticket by its own API: the transactions of a kind whose text has these words."""
    query = f"query=ObjectType%3D%27RT::Ticket%27+AND+ObjectId%3D1+AND+Type%3D%27{kind}%27"
    mine = {one["id"] for one in desk.api(f"{REST}/transactions?{query}", *ROOT)["items"]}
    parts = desk.api(
        f"{REST}/ticket/1/attachments?fields=Content,TransactionId&per_page=100", *ROOT
    )
    return [
        one for one in parts["items"] if one["TransactionId"] in mine and words in one["Content"]
    ]


def test_what_is_wrong_is_said(desk, settings):
    settings.NEONCARD_ALLOW_PRIVATE = ["127.0.0.0/8"]
    row = whole_way.set_up("rt", desk.url, user="root", api_token="no")
    with pytest.raises(TroubleError, match="rt: refused"):
        frame.kinds()["rt"].test(pulling.asking(row))
