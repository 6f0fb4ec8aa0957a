import gzip
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from neoncard import loop, uploads
from neoncard.encounters import actions as encounters
from neoncard.encounters.tables import Encounter
from neoncard.kindness.tables import Kindness
from neoncard.kit.jobs.tables import Job
from neoncard.kit.jobs.worker import Worker
from neoncard.notice.tables import Mark
from neoncard.people import actions as people
from neoncard.people.tables import Handle
from tests import make
from tests.encounters.said import conversation, lines, message, write

pytestmark = pytest.mark.django_db

ACT = "As a surprise I have upgraded you to a cabin with a window, free of charge."


@pytest.fixture
def row(tmp_path, house):
    """A conversation of the house's agent, with an act in it, a bot, a note and a <b> that must not become bold."""
    Handle.objects.create(member=house.agent, source="import", ext_id="ines")
    path = write(
        tmp_path / "in.jsonl",
        conversation(
            message("Two <b>bold</b> seats, please."),
            message("We got your mail.", "bot"),
            message(ACT, "agent"),
            message("Regular, treat well.", "note"),
            message("You idiot.", author_id="c-1"),
            id="T-9",
        ),
    )
    loop.import_file(path)
    return Encounter.objects.get()


def test_the_agent_sees_what_was_noticed_and_the_proposal_to_keep(
    row, house, signed_in, django_assert_max_num_queries
):
    client = signed_in(house.agent)
    with django_assert_max_num_queries(10):
        page = client.get(reverse("conversation", args=[row.pk])).content.decode()
    assert re.search('title="[^"]*beyond what was owed">', page)
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert '<li class="bot">' in page
    assert '<li class="note">' in page
    assert reverse("kindness_keep", args=[Kindness.objects.get().pk]) in page
    assert page.count("/wrong") == Mark.objects.count() > 0
    texts = [re.sub("<[^>]+>", "", text) for text in re.findall(r'dir="auto">(.*?)</p>', page)]
    assert ACT in texts


def test_a_lead_opens_it_by_its_number_and_sees_text_without_marks(row, house, signed_in):
    for member in (house.lead, house.admin):
        client = signed_in(member)
        found = client.get(reverse("conversations"), {"ticket": "T-9"})
        assert (found.status_code, found["Location"]) == (302, f"/conversations/{row.pk}")
        page = client.get(found["Location"]).content.decode()
        assert ACT in page
        assert "<mark" not in page
        assert "/wrong" not in page
        assert "kindness_keep" not in page
        assert "noticed in it is its agent" in page


def test_a_colleague_cannot_open_it_nor_touch_its_marks(row, house, signed_in):
    client = signed_in(house.second)
    mark = Mark.objects.first()
    assert client.get(reverse("conversation", args=[row.pk])).status_code == 404
    assert client.get(reverse("conversations"), {"ticket": "T-9"}).status_code == 404
    assert client.post(reverse("mark_wrong", args=[mark.pk])).status_code == 404
    assert signed_in(house.lead).post(reverse("mark_wrong", args=[mark.pk])).status_code == 404
    mark.refresh_from_db()
    assert mark.wrong_at is None


def test_only_ones_own_are_listed_for_leads_too(
    row, house, signed_in, django_assert_max_num_queries
):
    make.encounter(house.lead, make.customer("Jo Fischer"), texts=[("customer", "Hi")])
    client = signed_in(house.agent)
    with django_assert_max_num_queries(10):
        page = client.get(reverse("conversations")).content.decode()
    assert "Maren Oltmanns" in page
    assert "Jo Fischer" not in page
    page = signed_in(house.lead).get(reverse("conversations")).content.decode()
    assert "Jo Fischer" in page
    assert "Maren Oltmanns" not in page
    page = signed_in(house.second).get(reverse("conversations")).content.decode()
    assert "No conversation of yours yet" in page


def test_the_list_has_fifty_a_page(house, signed_in):
    who = make.customer()
    for _n in range(51):
        make.encounter(house.agent, who)
    client = signed_in(house.agent)
    first = client.get(reverse("conversations")).content.decode()
    second = client.get(reverse("conversations"), {"page": 2}).content.decode()
    assert (first.count("/conversations/"), second.count("/conversations/")) == (50, 1)
    assert 'href="?page=2"' in first


def test_this_is_not_right_takes_the_mark_and_its_proposal_away(row, house, signed_in):
    kindness = Kindness.objects.get()
    mark = Mark.objects.get(message=kindness.quote, label=kindness.quote_label)
    client = signed_in(house.agent)
    done = client.post(reverse("mark_wrong", args=[mark.pk]))
    assert (done.status_code, done["Location"]) == (302, f"/conversations/{row.pk}")
    page = client.get(done["Location"]).content.decode()
    assert "beyond what was owed" not in page
    assert Kindness.objects.get().state == "withdrawn"


def test_who_opted_out_sees_no_marks(row, house, signed_in):
    people.opt_out(member=house.agent, feature="notice")
    page = signed_in(house.agent).get(reverse("conversation", args=[row.pk])).content.decode()
    assert ACT in page
    assert "<mark" not in page


def test_a_visit_says_that_no_words_are_kept(house, signed_in):
    visit = encounters.counter_visit(by=house.counter, token="a")
    assert encounters.counter_visit(by=house.counter, token="a") == visit
    page = signed_in(house.counter).get(reverse("conversation", args=[visit.pk])).content.decode()
    assert "no words are kept" in page


def test_calls_open_once_and_close(house):
    call = encounters.open_encounter(
        by=house.agent,
        kind="call",
        source="phone",
        ext_id="c-1",
        agent=house.agent,
        customer_id="0171",
        customer_name="Jo",
    )
    again = encounters.open_encounter(by=house.agent, kind="call", source="phone", ext_id="c-1")
    assert again == call
    assert (call.is_open, call.customer.name, call.customer.key != "0171") == (True, "Jo", True)
    assert encounters.close(by=house.agent, encounter=call).is_open is False
    with pytest.raises(ValueError, match="kind: "):
        encounters.open_encounter(by=house.agent, kind="conversation", source="phone")


def hand_in(client, data, name="talks.jsonl", **more):
    file = SimpleUploadedFile(name, data)
    return client.post(reverse("import"), {"file": file, "source": "import", **more})


def work():
    return Worker(loop.HANDLERS).drain()


@pytest.fixture
def scratch(settings, tmp_path):
    settings.HOME = tmp_path


def test_an_admin_hands_in_a_file_and_reads_its_report(
    house, signed_in, scratch, django_assert_max_num_queries
):
    client = signed_in(house.admin)
    data = lines(conversation(), "{no", conversation(mood=1))
    done = hand_in(client, gzip.compress(data), "talks.jsonl.gz")
    job = Job.objects.get()
    assert (done.status_code, done["Location"]) == (302, f"/import/{job.pk}")
    page = client.get(done["Location"]).content.decode()
    assert "hx-get" in page
    assert "Look again" in page
    assert work() == 0
    with django_assert_max_num_queries(10):
        page = client.get(done["Location"]).content.decode()
    assert "hx-get" not in page
    assert "<dd>2</dd>" in page
    assert "put one whole conversation on each line" in page
    assert "keys that mean nothing here were passed over: mood" in page
    assert Encounter.objects.count() == 2
    assert list(uploads.folder().iterdir()) == []
    with django_assert_max_num_queries(10):
        page = client.get(reverse("import")).content.decode()
    assert "2 conversations, 4 messages" in page


def test_the_same_file_twice_is_one_job_while_it_waits_and_adds_nothing_later(
    house, signed_in, scratch
):
    client = signed_in(house.admin)
    data = lines(conversation())
    first, second = hand_in(client, data), hand_in(client, data)
    assert first["Location"] == second["Location"]
    work()
    third = hand_in(client, data)
    assert third["Location"] != first["Location"]
    work()
    page = client.get(third["Location"]).content.decode()
    assert re.search(r"unchanged</dt><dd>1</dd>", page)


def test_a_file_that_cannot_be_imported_says_why_and_goes(house, signed_in, scratch):
    client = signed_in(house.admin)
    done = hand_in(client, b'[{"id": 1}]')
    assert work() == 1
    page = client.get(done["Location"]).content.decode()
    assert "put one conversation a line" in page
    assert list(uploads.folder().iterdir()) == []


def test_no_file_or_an_empty_one_is_said_beside_the_field(house, signed_in, scratch):
    client = signed_in(house.admin)
    assert hand_in(client, b"").status_code == 422
    assert client.post(reverse("import"), {"source": "import"}).status_code == 422
    assert Job.objects.count() == 0


@pytest.mark.parametrize("name", ["import"])
def test_only_admins_import(house, signed_in, name):
    for member in (house.agent, house.lead, house.counter):
        assert signed_in(member).get(reverse(name)).status_code == 403


def test_another_kind_of_job_is_no_import(house, signed_in):
    from neoncard.kit.jobs.actions import later

    later("mail", "mail:1")
    page = signed_in(house.admin).get(reverse("import_job", args=[Job.objects.get().pk]))
    assert page.status_code == 404


def test_old_uploads_are_swept(scratch):
    import os

    old, new = uploads.folder() / "a", uploads.folder() / "b"
    old.write_text("x")
    new.write_text("x")
    os.utime(old, (0, 0))
    assert uploads.sweep() == "1 files"
    assert list(uploads.folder().iterdir()) == [new]
