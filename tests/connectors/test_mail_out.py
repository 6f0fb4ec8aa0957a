"""Outgoing mail, by a real SMTP server (aiosmtpd): an answer to the customer's own mail that no machine answers."""

import email
from email import policy

import pytest
from aiosmtpd.controller import Controller

from neoncard import telling
from neoncard.connectors.frame import GoneError, Telling, TroubleError, UnsureError
from neoncard.connectors.imap.letter import read
from neoncard.connectors.imap.tell import tell
from tests.connectors.desks.running import free_port
from tests.connectors.mail import Desk, Server, mail


class Post:
    """Keeps what is handed in."""

    def __init__(self):
        self.kept, self.refuses, self.hangs_up = [], False, False

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 its name there
        if self.refuses:
            return "554 no"
        self.kept.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        if self.hangs_up:
            server.transport.abort()
        return "250 kept"


@pytest.fixture
def post(settings):
    handler = Post()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.DEFAULT_FROM_EMAIL = "help@ferries.test"
    yield handler
    controller.stop()


@pytest.fixture(scope="module")
def server():
    started = Server()
    yield started
    started.end()


@pytest.fixture
def desk(server, settings, request):
    settings.NEONCARD_ALLOW_PRIVATE = ["127.0.0.0/8"]
    return Desk(server, request.node.name[-20:])


def asked(answers="1@island.test"):
    subject, text = telling.survey_words("de", "https://kind.example.org/r/abc")
    return Telling("1@island.test", text, public=True, subject=subject, answers=answers)


def test_a_survey_answers_the_customers_mail_and_says_that_a_machine_sent_it(desk, post):
    desk.put(mail(1, "When does it leave?"), mail(2, "Something else", who="Bo <bo@b.test>"))
    tell(desk.asking(), asked())
    ((sender, to, raw),) = post.kept
    sent = email.message_from_bytes(raw, policy=policy.default)
    assert (sender, to, sent["Subject"]) == (
        "help@ferries.test", ["maren@island.test"], "Konnten wir Ihnen helfen?",
    )  # fmt: skip
    assert (sent["Auto-Submitted"], sent["In-Reply-To"], sent["References"]) == (
        "auto-generated", "<1@island.test>", "<1@island.test>",
    )  # fmt: skip
    assert "https://kind.example.org/r/abc" in sent.get_content()
    assert read(email.message_from_bytes(raw))["skip"] == "ours"


def test_a_reply_address_is_honoured(desk, post):
    desk.put(mail(1, "When?", Reply_To="both@island.test"))
    tell(desk.asking(), asked())
    assert post.kept[0][1] == ["both@island.test"]


def test_what_stands_in_the_way_is_said(desk, post, settings):
    desk.put(mail(1, "When?"), mail(3, "Away", Auto_Submitted="auto-replied"))
    for gone in ("nobody@island.test", "3@island.test"):
        with pytest.raises(TroubleError, match="not in the mailbox"):
            tell(desk.asking(), asked(gone))
    post.refuses = True
    with pytest.raises(TroubleError, match="could not be sent: SMTPDataError"):
        tell(desk.asking(), asked())
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    with pytest.raises(TroubleError, match="NEONCARD_MAIL_URL"):
        tell(desk.asking(), asked())
    assert post.kept == []


def test_a_server_that_hangs_up_over_a_mail_may_have_kept_it(desk, post):
    desk.put(mail(1, "When?"))
    post.hangs_up = True
    with pytest.raises(UnsureError, match="hung up"):
        tell(desk.asking(), asked())
    assert len(post.kept) == 1


def test_what_a_filter_holds_for_spam_is_not_answered(desk, post):
    desk.put(mail(1, "When?", X_Spam_Flag="YES"))
    with pytest.raises(GoneError):
        tell(desk.asking(), asked())
    assert post.kept == []


def test_a_subject_can_not_smuggle_in_a_header(desk, post):
    desk.put(mail(1, "When?"))
    evil = Telling("1", "x", public=True, subject="Hi\r\nBcc: a@b.test", answers="1@island.test")
    tell(desk.asking(), evil)
    sent = email.message_from_bytes(post.kept[0][2], policy=policy.default)
    assert (sent["Subject"], sent["Bcc"]) == ("Hi Bcc: a@b.test", None)
