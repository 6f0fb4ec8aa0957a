"""One mail as plain data: who, when, about what, its words as they stand, and what is attached. Pure.

Lenient as mail must be met: charsets that lie, names that are none, headers with raw bytes, dates that are no dates.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from datetime import UTC
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any, Final

from neoncard.kit.mail import OURS

TEXT_MAX: Final = 200_000
HTML_MAX: Final = 1_000_000
_CHARSETS: Final = {
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "windows-874": "cp874",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "cp-850": "cp850",
}
"""What senders call it, and what it is: the wider charset where a name is commonly used for it too."""
_ID: Final = re.compile(r"<\s*([^<>\s]+)\s*>")


def read(mail: Message) -> dict[str, Any]:
    """A mail as JSON: id, parents (the oldest first), from, to, date, subject, text or html, attached, skip, spam.

    `date` is RFC 3339 or "" when it has none that can be read; `skip` says why a mail is nobody's words, or "";
    `spam`: whether the mail server holds it for spam.
    """
    parents = list(dict.fromkeys(_ids(mail, "References") + _ids(mail, "In-Reply-To")[:1]))
    senders = people(mail, "From") or people(mail, "Sender") or people(mail, "Reply-To")
    found: dict[str, Any] = {
        "parents": parents,
        "threaded": bool(_ids(mail, "References")),
        "from": senders[0] if senders else {"name": "", "address": ""},
        "reply_to": next((one["address"] for one in people(mail, "Reply-To")), ""),
        "to": [one["address"] for name in ("To", "Cc", "Bcc") for one in people(mail, name)][:100],
        "date": _date(mail),
        "subject": header(mail, "Subject")[:1000],
        "language": header(mail, "Content-Language").split(",")[0].strip()[:12],
        "skip": skip(mail),
        "spam": _is_spam(mail),
    }
    if not found["skip"]:
        found |= _content(mail)
    found["id"] = (_ids(mail, "Message-ID") or [_made_id(mail, found)])[0]
    return found


def header(mail: Message, name: str) -> str:
    """A header's text on one line, whatever it was encoded in; "" when there is none."""
    value = mail.get(name)
    return "" if value is None else " ".join(_decoded(value).split())


def people(mail: Message, name: str) -> list[dict[str, str]]:
    """The people a header names: name and address in lower case."""
    raw = [" ".join(str(value).split()) for value in mail.get_all(name, [])]
    return [
        {"name": " ".join(_decoded(shown).split())[:120], "address": address.lower()[:200]}
        for shown, address in getaddresses(raw)
        if "@" in address
    ]


def skip(mail: Message) -> str:
    """Why a mail is nobody's own words: ours, automatic, a bounce, or a mailing list; else "".

    `Precedence: bulk` alone says nothing: helpdesks put it on people's replies (measured on Request Tracker).
    """
    if mail.get(OURS):
        return "ours"
    automatic = header(mail, "Auto-Submitted").split(";")[0].strip().lower()
    if automatic not in ("", "no") or any(
        mail.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder")
    ):
        return "automatic"
    if header(mail, "Precedence").lower() in ("auto_reply", "auto-reply"):
        return "automatic"
    path = mail.get("Return-Path")
    if path is not None and str(path).strip() in ("<>", ""):
        return "bounce"
    if mail.get_content_type() == "multipart/report":
        return "bounce"
    return "list" if mail.get("List-Id") else ""


def _is_spam(mail: Message) -> bool:
    """Whether a filter on its way said so."""
    said = (header(mail, name).lower() for name in ("X-Spam-Flag", "X-Spam-Status", "X-Spam"))
    return any(re.match(r"(?:yes|true)\b", words) for words in said)


def decode(raw: bytes, charset: str | None) -> str:
    """Bytes as text: by the charset that is named if it is true, else as UTF-8, else as Windows-1252."""
    name = (charset or "utf-8").strip().strip("\"'").lower()
    for one in (_CHARSETS.get(name, name), "utf-8"):
        try:
            return codecs.lookup(one).decode(raw, "strict")[0]
        except (LookupError, ValueError, TypeError):
            continue
    return raw.decode("cp1252", "replace")


def _decoded(value: Any) -> str:
    try:
        parts = decode_header(value)
    except Exception:  # noqa: BLE001 a header that can't be taken apart is shown as it stands
        return str(value)
    words = []
    for part, charset in parts:
        if isinstance(part, str):
            words.append(part)
        else:
            named = None if charset == "unknown-8bit" else charset
            words.append(decode(part, named))
    text = "".join(words)
    if any("\udc80" <= letter <= "\udcff" for letter in text):
        text = decode(text.encode("utf-8", "surrogateescape"), None)
    return text


def _ids(mail: Message, name: str) -> list[str]:
    return [found for value in mail.get_all(name, []) for found in _ID.findall(str(value))]


def _made_id(mail: Message, found: dict[str, Any]) -> str:
    """An id for a mail that has none: the same mail gets the same."""
    said = [found["from"]["address"], found["date"], found["subject"], found.get("text", "")]
    digest = hashlib.sha256(
        "\0".join([*said, str(mail.get("Received"))]).encode("utf-8", "replace")
    )
    return f"{digest.hexdigest()[:32]}@no-id"


def _date(mail: Message) -> str:
    received = [str(value).rpartition(";")[2] for value in mail.get_all("Received", [])[:1]]
    for text in [str(mail.get("Date") or ""), *received]:
        try:
            at = parsedate_to_datetime(text.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat()
    return ""


def _content(mail: Message) -> dict[str, Any]:
    plain: list[str] = []
    html: list[str] = []
    attached: list[dict[str, Any]] = []
    _gather(mail, plain, html, attached)
    text = "\n".join(plain)
    made: dict[str, Any] = {"attached": attached[:100]}
    if text.strip() or not html:
        made["text"] = text[:TEXT_MAX]
    else:
        made["html"] = "\n".join(html)[:HTML_MAX]
    return made


def _gather(
    part: Message, plain: list[str], html: list[str], attached: list[dict[str, Any]]
) -> None:
    kind = part.get_content_type()
    held = str(part.get("Content-Disposition") or "").strip().lower().startswith("attachment")
    if part.is_multipart() and not held and kind != "message/rfc822":
        for inner in part.get_payload():
            if isinstance(inner, Message):
                _gather(inner, plain, html, attached)
        return
    name = _filename(part)
    if kind in ("text/plain", "text/html") and not held and not name:
        words = decode(_bytes(part), part.get_content_charset(None))
        if kind == "text/html":
            html.append(words)
        else:
            plain.append(_unflowed(words, part))
        return
    if held or name or not part.get("Content-ID"):
        inline = not held and part.get("Content-ID") and kind.startswith("image/")
        if not inline:
            attached.append({"name": name, "type": kind, "size": _size(part)})


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _size(part: Message) -> int:
    if part.get_content_type() == "message/rfc822" or part.is_multipart():
        return len(bytes(part))
    return len(_bytes(part))


def _filename(part: Message) -> str:
    try:
        name = part.get_filename("") or ""
    except Exception:  # noqa: BLE001 a name that can't be read is no reason to lose the mail
        name = "?"
    if not name and part.get_content_type() == "message/rfc822":
        name = "message.eml"
    return re.sub(r"[\x00-\x1f/\\]", "", _decoded(name))[:120]


def _unflowed(text: str, part: Message) -> str:
    """Text with the soft breaks of `format=flowed` (RFC 3676) taken out, quoted lines as they are."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    glue = str(part.get_param("delsp", "")).lower() == "yes"
    lines: list[str] = []
    open_line = False
    for line in text.split("\n"):
        soft = line.endswith(" ") and line != "-- " and not line.startswith(">")
        words = line[:-1] if soft and glue else line
        words = words.removeprefix(" ") if words[:2] in (" >", " F") else words
        if open_line and not line.startswith(">"):
            lines[-1] += words
        else:
            lines.append(words)
        open_line = soft
    return "\n".join(line.rstrip() if line != "-- " else line for line in lines)
