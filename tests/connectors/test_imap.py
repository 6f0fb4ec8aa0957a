"""E-mail through a real IMAP server (pymap): threads, authors, what is skipped, the cursor, news at once."""

import imaplib
import json
import socket
import sys
import threading
from contextlib import nullcontext
from itertools import count

import pytest

from neoncard.connectors import frame, pulling
from neoncard.connectors.frame import Context, TroubleError
from neoncard.connectors.imap.box import Box
from neoncard.connectors.imap.mapping import events
from neoncard.connectors.imap.pull import test as try_it
from neoncard.connectors.imap.pull import watch
from neoncard.connectors.watching import Watching
from neoncard.encounters.tables import Encounter, Message
from neoncard.kindness.tables import Kindness
from neoncard.kit.fields import Rejected
from neoncard.kit.jobs.tables import Job
from neoncard.people.tables import Handle
from tests.connectors.hooks import connector
from tests.connectors.mail import INES, MAREN, NOW, Desk, Server, bring, mail, news_are_told
from tests.installation import until

_n = count(1)


@pytest.fixture(scope="module")
def server():
    started = Server()
    yield started
    started.end()


@pytest.fixture
def desk(server, settings):
    settings.NEONCARD_ALLOW_PRIVATE = ["127.0.0.0/8"]
    return Desk(server, str(next(_n)))


def threads(desk, **changes):
    """Which mails the connector says belong together: a set of ids for each thread, and nothing of their order."""
    found = {}
    for body in map(json.loads, desk.pull(**changes)[0]):
        if not body["mail"]["skip"]:
            found.setdefault(body["thread"], set()).add(body["mail"]["id"].partition("@")[0])
    return sorted(found.values(), key=sorted)


def test_threads_by_references_and_in_reply_to_wherever_the_mails_lie(desk):
    desk.put(mail(1, "When does it leave?"), mail(9, "Something else"))
    desk.put(mail(2, "At 21:40.", who=INES, re=1, at=1), folder=desk.sent)
    desk.put(mail(3, "Thank you!", re=2, at=2))
    desk.put(mail(4, "And the cello?", refs=[1, 2], re=2, at=3, subject="cello"))
    assert threads(desk) == [{"1", "2", "3", "4"}, {"9"}]


def test_an_answer_that_came_before_what_it_answers_is_in_its_thread_too(desk):
    desk.put(mail(3, "Thank you!", re=2, at=2), mail(1, "When?"), mail(2, "At 21:40", re=1, at=1))
    assert threads(desk) == [{"1", "2", "3"}]
    bodies = {json.loads(one)["mail"]["id"]: json.loads(one) for one in desk.pull()[0]}
    assert bodies["3@island.test"]["before"].strip() == "At 21:40"


def test_a_tag_in_the_subject_joins_and_the_bare_subject_never_does(desk):
    desk.put(mail(1, "Lost", subject="Help"), mail(2, "Also lost", subject="Help", at=1))
    desk.put(
        mail(3, "We look.", who=INES, re=1, subject="Re: Help [Ferries #77]", at=2),
        folder=desk.sent,
    )
    desk.put(mail(4, "Found it!", subject="AW: Help [Ferries #77]", at=3))
    desk.put(mail(5, "Other", subject="Re: Help [Ferries #78]", at=4))
    assert threads(desk) == [{"1", "3", "4"}, {"2"}, {"5"}]


def test_a_thread_whose_first_mail_is_gone_stays_together(desk):
    desk.put(mail(2, "x", refs=[1], re=1), mail(3, "y", refs=[1, 2], re=2), mail(4, "z", re=3))
    assert threads(desk) == [{"2", "3", "4"}]


def test_a_ring_of_references_ends(desk):
    desk.put(mail(1, "x", refs=[2], re=2), mail(2, "y", refs=[1], re=1, at=1))
    assert sum(len(one) for one in threads(desk)) == 2


SKIPPED = {
    "an automatic answer": {"Auto_Submitted": "auto-replied"},
    "an old automatic answer": {"X_Autoreply": "yes"},
    "a bounce": {"Return_Path": "<>"},
    "a mailing list": {"List_Id": "<news.island.test>"},
    "our own": {"X_Neoncard": "survey"},
}
KEPT = {
    "a person's answer through a helpdesk": {"Precedence": "bulk", "Auto_Submitted": "no"},
    "a mail with a path": {"Return_Path": "<maren@island.test>"},
}


@pytest.mark.parametrize(("what", "headers"), [*SKIPPED.items(), *KEPT.items()])
def test_what_is_nobodys_words_says_nothing(desk, what, headers):
    desk.put(mail(1, "Out of office", **headers))
    (body,) = desk.pull()[0]
    made = events(json.loads(body), Context("desk", NOW, desk.settings))
    assert bool(made) == (what in KEPT)


def test_from_the_first_mail_to_a_proposed_kindness(desk, house, transactional_db):
    row = connector(kind="imap", settings=desk.settings, password="x")
    Handle.objects.create(source="desk", ext_id="ines@ferries.test", member=house.agent)
    ask = mail(1, "Is the last ferry gone?")
    said = (
        "Dear Maren, I stayed until the last ferry and walked the letter over to the harbour master "
        "myself, although my shift was over. I also called your sister so that she would not worry."
    )
    answer = mail(2, said, who=INES, to=MAREN, re=1, refs=[1], at=5)
    quote = "\n".join(f"> {line}" for line in said.split(". "))
    thanks = "Thank you so much Ines, you are wonderful!"
    reply = mail(
        3, f"{thanks}\n\nOn Sunday 3 May, {INES} wrote:\n{quote}\n", re=2, refs=[1, 2], at=9
    )
    note = mail(4, "Wasn't that nice?", who=INES, to="lena@ferries.test", refs=[1, 2, 3], at=12)
    desk.put(ask, reply)
    desk.put(answer, note, folder=desk.sent)
    assert bring(row, desk) == 0
    talk = Encounter.objects.get()
    assert (talk.agent, talk.customer.name, talk.subject, talk.channel, talk.is_open) == (
        house.agent, "Maren Oltmanns", "The 14:20 to Harl", "email", True,
    )  # fmt: skip
    rows = Message.objects.order_by("at").values_list("author", "text", "author_name")
    assert list(rows) == [
        ("customer", "Is the last ferry gone?", "Maren Oltmanns"),
        ("agent", said, "Ines Albers"),
        ("customer", thanks, "Maren Oltmanns"),
        ("note", "Wasn't that nice?", "Ines Albers"),
    ]
    assert Kindness.objects.filter(state="proposed").count() >= 1
    before = Message.objects.count()
    row.cursor = {}
    row.save(update_fields=["cursor"])
    assert bring(row, desk) == 0
    assert Message.objects.count() == before


def test_the_cursor_goes_on_and_a_folder_numbered_anew_is_read_again(desk):
    desk.put(mail(1, "One"), mail(2, "Two"))
    bodies, cursor = desk.pull()
    assert (len(bodies), cursor[desk.inbox][1], cursor[desk.sent][1]) == (2, 102, 0)
    assert desk.pull(cursor)[0] == []
    desk.put(mail(3, "Three"))
    bodies, after = desk.pull(cursor)
    assert [json.loads(one)["mail"]["id"] for one in bodies] == ["3@island.test"]
    other = {**after, desk.inbox: [after[desk.inbox][0] + 1, 999]}
    assert len(desk.pull(other)[0]) == 3


def test_nothing_in_the_mailbox_is_changed(desk):
    desk.put(mail(1, "One"), mail(2, "Two", re=1))
    desk.pull()
    box = desk.server.box()
    box.select(desk.inbox, readonly=True)
    assert box.search(None, "UNSEEN")[1] == [b"1 2"]
    assert box.search(None, "DELETED")[1] == [b""]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"password": "wrong"}, "the user name or password is wrong"),
        ({"folders": "Attic"}, "there is no folder “Attic”; there are: INBOX"),
        ({"host": "nowhere.invalid"}, "nowhere.invalid: port"),
        ({"port": 1}, "port 1: "),
        ({"security": "tls"}, "does not speak TLS"),
        ({"security": "starttls"}, "port [0-9]+ has no STARTTLS"),
    ],
)
def test_a_test_of_the_connection_says_exactly_what_is_wrong(desk, changes, why):
    with pytest.raises(TroubleError, match=why):
        try_it(desk.asking(**changes))


def test_a_test_of_the_connection_says_what_it_found(desk, settings):
    desk.put(mail(1, "One"))
    assert try_it(desk.asking()) == f"{desk.inbox}: 1, {desk.sent}: 0; news come at once"
    settings.NEONCARD_ALLOW_PRIVATE = []
    with pytest.raises(TroubleError, match="it lies in a private network"):
        try_it(desk.asking())


def test_news_are_told_at_once(desk):
    news_are_told(desk)


def test_idle_is_renewed_before_a_server_hangs_up(desk, monkeypatch):
    """RFC 2177: after 29 minutes it may. Here three looks without news, and news at the eighth."""
    pulls = sys.modules[watch.__module__]
    began, looks = [], iter([False] * 7 + [True])

    class Idle:
        def __enter__(self):
            began.append("idle")

        def __exit__(self, *wrong):
            began.append("done")

    class Quiet:
        idle = Idle()

        def open(self, folder):
            return 1

        def tells(self):
            return True

        def hears(self, seconds):
            return next(looks)

    monkeypatch.setattr(pulls, "opened", lambda settings: nullcontext(Quiet()))
    monkeypatch.setattr(pulls, "RENEW", 3 * pulls.LOOK)
    heard = watch(desk.asking(), threading.Event())
    next(heard)
    next(heard)
    assert began == ["idle", "done"] * 3


class Wire(imaplib.IMAP4):
    """imaplib over a socket whose other end is the test; it has been greeted."""

    def __init__(self, sock):
        self.sock, self.file = sock, sock.makefile("rb")
        self._cmd_log_len, self._cmd_log_idx, self._cmd_log, self.debug = 10, 0, {}, 0


def test_news_are_heard_however_the_network_cuts_them():
    """A line that is half there is waited for, and one behind another is not left lying."""
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    box = Box.__new__(Box)
    box.client = Wire(ours)
    assert not box.hears(0.01)
    theirs.sendall(b"* 1 FETCH (UID 1 ")
    late = threading.Timer(0.1, theirs.sendall, [b"FLAGS ())\r\n* 1 RECENT\r\n"])
    late.start()
    assert not box.hears(5)
    late.join()
    theirs.sendall(b"* 2 FETCH (FLAGS ())\r\n* 2 EXISTS\r\n")
    assert box.hears(5)
    assert not box.hears(0.01)
    ours.close()
    theirs.close()


@pytest.mark.django_db(transaction=True)
def test_the_worker_listens_and_leaves_a_pull(desk, settings, tmp_path):
    settings.HOME = tmp_path
    row = connector(kind="imap", settings=desk.settings, password=desk.settings["password"])
    stop = threading.Event()
    watching = Watching(stop, look=0.1)
    watching.start()
    try:
        until(lambda: Job.objects.filter(kind="pull").exists())
        Job.objects.update(state="done")
        desk.put(mail(1, "News"))
        until(lambda: pulling.latest(row).state == "waiting")
    finally:
        stop.set()
        watching.join(15)
    assert not watching.is_alive()


def test_it_is_found_and_says_of_itself_that_it_is_real():
    kind = frame.kinds()["imap"]
    assert (kind.proof, kind.hooks, kind.watch) == ("real", False, watch)


def test_a_mail_nobody_can_read_is_parked_and_the_mailbox_goes_on(desk, monkeypatch):
    from neoncard.connectors.imap import letter

    desk.put(mail(1, "Hello"), mail(2, "Oh"), mail(3, "Thank you"))
    read = letter.read

    def stumbles(message):
        found = read(message)
        if found["id"].startswith("2@"):
            raise AssertionError("unknown status keyword 'foo' in marked section")
        return found

    monkeypatch.setattr(letter, "read", stumbles)
    bodies, cursor = desk.pull()
    assert [json.loads(one).get("mail", {}).get("id", "?")[0] for one in bodies] == ["1", "?", "3"]
    assert cursor[desk.inbox][1] == int(json.loads(bodies[1])["uid"]) + 1
    with pytest.raises(Rejected, match="could not be read: AssertionError: unknown status keyword"):
        events(json.loads(bodies[1]), Context("desk", NOW, desk.settings))


def test_a_mail_of_broken_html_is_read(desk):
    broken = mail(1, "x", re=9)
    broken.replace_header("Content-Type", "text/html; charset=utf-8")
    broken.set_payload("<![foo]><p>Thank you</p><![ x")
    desk.put(broken)
    (body,) = desk.pull()[0]
    said = events(json.loads(body), Context("desk", NOW, desk.settings))[1]
    assert said.message.text.startswith("Thank you")
