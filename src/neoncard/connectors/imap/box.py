"""A mailbox, opened to be read and nothing else, over a connection whose address was checked."""

from __future__ import annotations

import imaplib
import ipaddress
import selectors
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from neoncard.connectors.frame import TroubleError
from neoncard.connectors.imap.settings import PLAIN, TLS
from neoncard.kit import outbound

SECONDS = 30.0


class _Client(imaplib.IMAP4):
    def _create_socket(self, timeout: float | None) -> socket.socket:
        return outbound.connect(self.host, self.port, seconds=timeout or SECONDS)


class _TlsClient(_Client):
    def __init__(self, host: str, port: int, context: ssl.SSLContext, timeout: float) -> None:
        self._context = context
        super().__init__(host, port, timeout)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._context.wrap_socket(super()._create_socket(timeout), server_hostname=self.host)


class Box(BaseMailBox):
    """One folder of a mailbox. `EXAMINE` opens it, so that the server itself refuses a change."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        host, port = str(self._settings["host"]), int(self._settings["port"])
        security = self._settings.get("security", TLS)
        context = ssl.create_default_context()
        if security == TLS:
            return _TlsClient(host, port, context, SECONDS)
        client = _Client(host, port, SECONDS)
        if security == PLAIN:
            peer = ipaddress.ip_address(client.sock.getpeername()[0].split("%")[0])
            if not peer.is_private:
                client.shutdown()
                raise TroubleError(
                    f"{host}: without encryption a password is not sent across the internet; choose TLS"
                )
            return client
        client.starttls(context)
        return client

    def tells(self) -> bool:
        """Whether the server tells of news by itself (IDLE); it may say so only to who has signed in."""
        _said, data = self.client.capability()
        return any(b"IDLE" in line.upper().split() for line in data if isinstance(line, bytes))

    def hears(self, seconds: float) -> bool:
        """While idling: whether a new message is told within so many seconds.

        Lines are read whole, however the network cuts them: imap_tools' own poll loses one that is only half there.
        """
        sock = self.client.sock
        with selectors.DefaultSelector() as waiting:
            waiting.register(sock, selectors.EVENT_READ)
            if not self._more() and not waiting.select(seconds):
                return False
        told = b"EXISTS" in self.client._get_line()
        while self._more():
            told |= b"EXISTS" in self.client._get_line()
        return told

    def _more(self) -> bool:
        """Whether something lies here already that was not read yet. Never waits."""
        client: Any = self.client
        sock = client.sock
        file = getattr(client, "_file", None) or client.file  # renamed in Python 3.14
        before = sock.gettimeout()
        sock.settimeout(0)
        try:
            return bool(file.peek(1))
        except ssl.SSLWantReadError:
            return False
        finally:
            sock.settimeout(before)

    def open(self, folder: str) -> int:
        """Open a folder to read; its UIDVALIDITY. Raises TroubleError when there is none of that name."""
        try:
            self.folder.set(folder, readonly=True)
        except MailboxFolderSelectError:
            names = sorted((one.name for one in self.folder.list()), key=_inbox_first)
            there = ", ".join(names[:12])
            raise TroubleError(f"there is no folder “{folder}”; there are: {there}") from None
        return int(self.folder.status(folder, ["UIDVALIDITY"])["UIDVALIDITY"])


@contextmanager
def opened(settings: Mapping[str, Any]) -> Iterator[Box]:
    """A mailbox signed in to. Raises TroubleError that says what is wrong, whatever goes wrong inside."""
    box: Box | None = None
    try:
        box = Box(settings)
        _sign_in(box, settings)
        yield box
    except outbound.OutboundError as error:
        raise TroubleError(str(error)) from None
    except (imaplib.IMAP4.error, ImapToolsError, OSError) as error:
        raise TroubleError(f"{settings['host']}: {_why(error, settings)}") from None
    finally:
        if box is not None:
            with suppress(Exception):
                box.client.logout()


def _why(error: Exception, settings: Mapping[str, Any]) -> str:
    """What went wrong, and where it can be seen what to do."""
    port = settings["port"]
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"port {port} does not speak TLS; is it 993? Or choose STARTTLS"
    if isinstance(error, MailboxLoginError):
        return f"the user name or password is wrong{_said(error)}"
    if isinstance(error, imaplib.IMAP4.abort):
        if "TLS not supported" in str(error):
            return f"port {port} has no STARTTLS; choose TLS"
        return f"it broke the connection off: {_line(error)}"
    if isinstance(error, ImapToolsError):
        return f"it does not do as asked{_said(error)}"
    if isinstance(error, imaplib.IMAP4.error):
        return f"it does not do as asked: {_line(error)}"
    return f"the connection broke: {_line(error)}"


def _sign_in(box: Box, settings: Mapping[str, Any]) -> None:
    user, password = str(settings["user"]), str(settings.get("password", ""))
    if user.isascii() and password.isascii():
        box.login(user, password, initial_folder=None)
    else:
        box.login_utf8(user, password, initial_folder=None)


def _inbox_first(name: str) -> tuple[bool, str]:
    return name.upper() != "INBOX", name


def _said(error: Exception) -> str:
    """What the server said, where it said something."""
    result = getattr(error, "command_result", None)
    lines = result[1] if isinstance(result, tuple) and len(result) > 1 else None
    first = lines[0] if isinstance(lines, list) and lines else b""
    text = first.decode("utf-8", "replace") if isinstance(first, bytes) else ""
    return f" (it says: {text[:120]})" if text else ""


def _line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
