"""Dovecot, the IMAP server most mailboxes lie on: over TLS with each way it can fail, and mails as the world writes them."""

from itertools import count
from pathlib import Path

import pytest

from neoncard.connectors.frame import TroubleError
from neoncard.connectors.imap.pull import test as try_it
from neoncard.encounters.tables import Encounter, Message
from neoncard.kindness.tables import Kindness
from neoncard.people.tables import Handle
from tests.connectors.desks.dovecot import NAME, PROGRAM, Dovecot
from tests.connectors.hooks import connector
from tests.connectors.mail import INES, MAREN, Desk, bring, mail, news_are_told
from tests.connectors.test_imap import SKIPPED
from tests.connectors.test_letter import raw
from tests.connectors.test_quotes import THANKS as SAME_WORDS
from tests.connectors.test_quotes import WROTE

pytestmark = pytest.mark.whole
TLS = {"security": "tls", "host": NAME}
SAID = (
    "Dear Maren, I stayed until the last ferry and walked the letter over to the harbour master "
    "myself, although my shift was over."
)
_n = count(1)
LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
CHARSETS = (
    ("iso-8859-1", "cp1252", "Merci “beaucoup” – très gentil"),
    ("iso-2022-jp", "iso2022_jp", "ありがとうございました"),
    ("koi8-r", "koi8-r", "Большое спасибо"),
    ("gb2312", "gb18030", "非常感谢你的帮助"),
    ("x-nothing-known", "utf-8", "Grazie, è perfetto"),
)


@pytest.fixture(scope="module")
def server():
    if not Path(PROGRAM).exists():
        pytest.skip("dovecot is not installed: apt-get install -y dovecot-imapd")
    started = Dovecot()
    yield started
    started.end()


@pytest.fixture
def trusted(server, monkeypatch):
    """Its certificate is one of those this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", server.cert)


@pytest.fixture
def desk(server, settings):
    settings.NEONCARD_ALLOW_PRIVATE = ["127.0.0.0/8", "::1/128"]
    made = Desk(server, str(next(_n)))
    made.settings |= TLS | {"port": server.tls_port}
    return made


def test_a_mailbox_over_tls(desk, trusted):
    desk.put(mail(1, "One"))
    assert try_it(desk.asking()) == f"{desk.inbox}: 1, {desk.sent}: 0; news come at once"
    starting = desk.asking(security="starttls", port=desk.server.port)
    assert try_it(starting).startswith(f"{desk.inbox}: 1")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"host": "127.0.0.1"}, "127.0.0.1: its certificate is not trusted: IP address mismatch"),
        ({"port": "plain"}, "port [0-9]+ does not speak TLS; is it 993"),
        ({"password": "wrong"}, "the user name or password is wrong"),
        ({"folders": "Attic"}, "there is no folder “Attic”; there are: INBOX"),
    ],
)
def test_each_way_it_fails_is_told_apart(desk, trusted, changes, why):
    if changes.get("port") == "plain":
        changes = {"port": desk.server.port}
    with pytest.raises(TroubleError, match=why):
        try_it(desk.asking(**changes))


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(desk, security):
    port = desk.server.tls_port if security == "tls" else desk.server.port
    with pytest.raises(TroubleError, match="its certificate is not trusted: self-signed"):
        try_it(desk.asking(security=security, port=port))


def test_mails_as_the_world_writes_them(desk, trusted, house, transactional_db):
    """Six languages' quotes, charsets that lie, what is nobody's words, an attachment: each as its own conversation."""
    row = connector(kind="imap", settings=desk.settings, password="x")
    Handle.objects.create(source="desk", ext_id="ines@ferries.test", member=house.agent)
    quote = "\n".join(f"> {line}" for line in SAID.split(", "))
    for first, lang in zip(range(10, 100, 10), LANGUAGES, strict=False):
        desk.put(mail(first, "Is the last ferry gone?", subject=f"Harl {lang}"))
        desk.put(mail(first + 1, SAID, who=INES, to=MAREN, re=first, at=5), folder=desk.sent)
        answer = f"{SAME_WORDS}\n\n{WROTE[lang]}\n{quote}\n"
        desk.put(mail(first + 2, answer, re=first + 1, refs=[first, first + 1], at=9))
    for n, (charset, codec, words) in enumerate(CHARSETS):
        body = raw(words.encode(codec), kind=f"text/plain; charset={charset}")
        desk.put(body.replace(b"<1@", b"<%d@" % (100 + n)))
    for n, headers in enumerate(SKIPPED.values()):
        desk.put(mail(200 + n, "Out of office", **headers))
    ticket = mail(300, "The tickets.", subject="Tickets")
    ticket.add_attachment(
        b"%PDF-1.4", maintype="application", subtype="pdf", filename="täglich.pdf"
    )
    desk.put(ticket)
    assert bring(row, desk) == 0
    texts = set(Message.objects.filter(author="customer").values_list("text", flat=True))
    assert texts == {
        "Is the last ferry gone?",
        SAME_WORDS,
        *(words for *_charset, words in CHARSETS),
        "The tickets.\n\n📎 täglich.pdf",
    }
    assert Encounter.objects.count() == len(LANGUAGES) + len(CHARSETS) + 1
    assert Encounter.objects.filter(agent=house.agent).count() == len(LANGUAGES)
    assert Message.objects.filter(text=SAME_WORDS).count() == len(LANGUAGES)
    assert Kindness.objects.filter(state="proposed").count() >= len(LANGUAGES)
    before = Message.objects.count()
    row.cursor = {}
    row.save(update_fields=["cursor"])
    assert bring(row, desk) == 0
    assert Message.objects.count() == before


def test_news_are_told_at_once_over_tls(desk, trusted):
    news_are_told(desk)
