"""A mail as plain data: charsets that lie, names that are none, attachments, bounces, and whatever bytes come."""

import email
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoncard.connectors import rules
from neoncard.connectors.frame import Context
from neoncard.connectors.imap import letter
from neoncard.connectors.imap.mapping import events
from neoncard.connectors.imap.settings import is_junk
from neoncard.kit.fields import Rejected
from tests.connectors.mail import mail

NOW = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
SETTINGS = {"ours": "help@ferries.test, @ferries.test"}


def read(raw):
    return letter.read(email.message_from_bytes(raw if isinstance(raw, bytes) else bytes(raw)))


def raw(body, *, kind="text/plain; charset=utf-8", head=b""):
    return (
        b"From: Maren <maren@island.test>\nTo: help@ferries.test\nSubject: Harl\n"
        b"Message-ID: <1@island.test>\nDate: Sun, 3 May 2026 09:05:00 +0200\n"
        + head
        + b"MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\nContent-Type: "
        + kind.encode()
        + b"\n\n"
        + body
    )


@pytest.mark.parametrize(
    ("charset", "codec", "words"),
    [
        ("utf-8", "utf-8", "Schöne Grüße, ganz lieb"),
        ("iso-8859-1", "cp1252", "Merci “beaucoup” – très gentil"),
        ("windows-1252", "cp1252", "Danke für alles €5"),
        ("us-ascii", "utf-8", "Danke schön"),
        ("gb2312", "gb18030", "非常感谢你的帮助"),
        ("iso-2022-jp", "iso2022_jp", "ありがとうございました"),
        ("x-sjis", "cp932", "ありがとう①"),
        ("ks_c_5601-1987", "cp949", "정말 감사합니다"),
        ("koi8-r", "koi8-r", "Большое спасибо"),
        ("unicode-1-1-utf-7", "utf-7", "Tack så mycket"),
        ("windows-874", "cp874", "ขอบคุณมาก"),
        ("iso-8859-8-i", "iso-8859-8", "תודה רבה"),
        ("x-nothing-known", "utf-8", "Grazie, è perfetto"),
        ("utf-8", "cp1252", "Très bien, merci à vous"),
        ('"UTF-8"', "utf-8", "Dziękuję bardzo"),
    ],
)
def test_charsets(charset, codec, words):
    assert read(raw(words.encode(codec), kind=f"text/plain; charset={charset}"))["text"] == words


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe?= aus =?iso-8859-1?Q?K=F6ln?=", "Grüße aus Köln"),
        (b"=?gb2312?B?0LvQu8Tj?=", "谢谢你"),
        ("Danke schön".encode(), "Danke schön"),
        ("Danke schön".encode("cp1252"), "Danke schön"),
        (b"=?x-none?Q?Hello?=", "Hello"),
        (b"two\n lines", "two lines"),
    ],
)
def test_subjects(subject, said):
    message = raw(b"x").replace(b"Subject: Harl", b"Subject: " + subject)
    assert read(message)["subject"] == said


def test_attachments_are_noted_and_not_read():
    made = mail(1, "The tickets are attached.")
    made.add_attachment(
        b"%PDF-1.4 secret", maintype="application", subtype="pdf", filename="täglich.pdf"
    )
    made.add_attachment("a,b\n1,2\n", subtype="csv", filename="list.csv")
    inner = EmailMessage()
    inner["Subject"] = "Forwarded"
    inner.set_content("Words of somebody else")
    made.add_attachment(inner)
    found = read(made)
    assert [(one["name"], one["type"]) for one in found["attached"]] == [
        ("täglich.pdf", "application/pdf"), ("list.csv", "text/csv"), ("message.eml", "message/rfc822"),
    ]  # fmt: skip
    assert found["attached"][0]["size"] == 15
    words = events({"mail": found}, Context("desk", NOW, SETTINGS))[1].message.text
    assert words == "The tickets are attached.\n\n📎 täglich.pdf\n📎 list.csv\n📎 message.eml"


def test_html_alone_is_read_without_its_quote_and_pictures_in_it_are_no_attachments():
    made = mail(1, "x")
    made.set_content(
        "<p>Thank you,<br>Ines!</p><img src='cid:a'><div class=gmail_quote>On Sun, 3 May 2026, Ines "
        "&lt;ines@ferries.test&gt; wrote:<blockquote>The last ferry</blockquote></div>",
        subtype="html",
    )
    made.add_related(b"GIF89a", "image", "gif", cid="<a>")
    found = read(made)
    assert found["attached"] == []
    words = events({"mail": found}, Context("desk", NOW, SETTINGS))[1].message.text
    assert words == "Thank you,\nIves!".replace("Ives", "Ines")


def test_of_two_forms_the_plain_one_is_read_and_soft_breaks_are_none():
    made = mail(1, "Plain words")
    made.add_alternative("<p>Other words</p>", subtype="html")
    assert read(made)["text"].strip() == "Plain words"
    flowed = raw(
        b"Thank you so \nmuch for \nthis.\n> quoted \nOwn\n-- \nMaren",
        kind="text/plain; charset=utf-8; format=flowed",
    )
    assert read(flowed)["text"] == "Thank you so much for this.\n> quoted\nOwn\n-- \nMaren"


def test_a_delivery_report_is_a_bounce_though_its_path_is_lost():
    report = (
        b"From: MAILER-DAEMON@island.test\nTo: help@ferries.test\nSubject: Undelivered Mail\n"
        b"Message-ID: <b@island.test>\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
        b"--x\nContent-Type: text/plain\n\nI am sorry to have to inform you\n"
        b"--x\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.test\n--x--\n"
    )
    found = read(report)
    assert (found["skip"], "text" in found) == ("bounce", False)


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("Sun, 3 May 2026 09:05:00 +0200", "2026-05-03T09:05:00+02:00"),
        ("3 May 2026 09:05 GMT", "2026-05-03T09:05:00+00:00"),
        ("yesterday, I think", ""),
        ("Sun, 99 May 2026 09:05:00 +0200", ""),
        ("Sun, 3 May 20266666 09:05:00 +0200", ""),
    ],
)
def test_dates(date, at):
    message = raw(b"x").replace(b"Sun, 3 May 2026 09:05:00 +0200", date.encode())
    assert read(message)["date"] == at


def test_a_mail_from_tomorrow_or_never_is_dated_when_it_came():
    for date in (b"Date: Sun, 3 May 2093 09:05:00 +0200\n", b""):
        message = raw(b"x").replace(b"Date: Sun, 3 May 2026 09:05:00 +0200\n", date)
        (first, *_rest) = events({"mail": read(message)}, Context("desk", NOW, SETTINGS))
        assert first.occurred_at == NOW


def test_a_mail_without_an_id_gets_one_that_stays_and_a_huge_id_is_made_short():
    bare = raw(b"x").replace(b"Message-ID: <1@island.test>\n", b"")
    assert read(bare)["id"] == read(bare)["id"]
    assert read(bare)["id"] != read(bare.replace(b"\n\nx", b"\n\ny"))["id"]
    long = raw(b"x").replace(b"<1@", b"<" + b"1" * 300 + b"@")
    made = events({"mail": read(long)}, Context("desk", NOW, SETTINGS))
    assert {len(one.conversation.ext_id) for one in made} == {40}


def test_who_wrote_is_told_by_the_address_and_among_many_by_the_name():
    def who(sender):
        message = raw(b"x").replace(b"Maren <maren@island.test>", sender.encode())
        made = events({"mail": read(message)}, Context("desk", NOW, SETTINGS))[1]
        return made.kind, made.actor.kind, made.actor.ext_id

    assert who("Maren <Maren@Island.test>") == ("message.customer", "customer", "maren@island.test")
    # To help@ alone: among ourselves.
    assert who("Ines <ines@ferries.test>") == ("note.internal", "agent", "ines@ferries.test")
    assert who("Ines Albers <help@ferries.test>")[2] == "Ines Albers <help@ferries.test>"
    assert who("evil@notferries.test")[1] == "customer"
    with pytest.raises(Rejected, match="names no address"):
        who("undisclosed")


@given(st.binary(max_size=600))
def test_whatever_bytes_come_are_read(noise):
    read(noise)
    read(raw(noise))
    read(b"Subject: " + noise + b"\nFrom: " + noise + b"\nReferences: " + noise + b"\n\n" + noise)


def heard(*mails):
    """The news of a thread's mails, whichever way round they come."""
    context = Context("desk", datetime.now(UTC), SETTINGS)
    bodies = [{"mail": read(one), "thread": "1@island.test"} for one in mails]
    (news,) = rules.fold([event for body in bodies for event in events(body, context)])
    return news


@pytest.mark.parametrize("turn", [1, -1])
def test_a_thread_is_called_what_its_first_mail_is_called(turn):
    mails = (
        mail(1, "It is gone.", subject="My suitcase"),
        mail(2, "Found it.", subject="Re: Your suitcase, found", re=1, at=1),
    )
    assert heard(*mails[::turn]).head["subject"][1] == "My suitcase"
    assert heard(mails[1]).head["subject"][1] == "Your suitcase, found"


@pytest.mark.parametrize(
    ("name", "said", "spam"),
    [
        ("X-Spam-Flag", "YES", True), ("X-Spam-Status", "Yes, score=9", True),
        ("X-Spam-Flag", "NO", False), ("X-Spam-Status", "No, score=0.1", False),
    ],
)  # fmt: skip
def test_what_a_filter_holds_for_spam_is_tagged(name, said, spam):
    news = heard(raw(b"Buy", head=f"{name}: {said}\n".encode()))
    assert ("tags" in news.head) is spam
    assert not spam or news.head["tags"][1] == ["spam"]


@pytest.mark.parametrize(
    ("folder", "junk"),
    [("Junk", True), ("INBOX.Spam", True), ("[Gmail]/Spam", True), ("INBOX", False)],
)
def test_a_folder_for_junk_is_known_by_its_name(folder, junk):
    assert is_junk(folder) is junk
