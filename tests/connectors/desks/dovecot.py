"""Dovecot as Debian ships it, by an ordinary user in a folder of its own: IMAP plain, with STARTTLS, and over TLS."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from tests.browser.frames import certificate
from tests.connectors.mail import PASSWORD, Server
from tests.installation import until

PROGRAM = "/usr/sbin/dovecot"
NAME = "localhost"
"""The one name its certificate is for."""

CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
instance_name = neoncard
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{home}/mail
mail_max_userip_connections = 100
auth_failure_delay = 0
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


def _free() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Dovecot(Server):
    """One account; `box()` signs in as somebody who may write. Root starts it as nobody, as it wants to be run."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.port, self.tls_port = _free(), _free()
        self.cert, key = certificate(self.home, [NAME])
        me = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        group = grp.getgrgid(me.pw_gid).gr_name
        config = self.home / "dovecot.conf"
        made = {"home": self.home, "user": me.pw_name, "group": group, "password": PASSWORD}
        made |= {"cert": self.cert, "key": key, "port": self.port, "tls_port": self.tls_port}
        config.write_text(CONFIG.format_map(made))
        other = {}
        if os.getuid() == 0:
            for path in (self.home, *self.home.iterdir()):
                os.chown(path, me.pw_uid, me.pw_gid)
            other = {"user": me.pw_uid, "group": me.pw_gid, "extra_groups": []}
        self._process = subprocess.Popen(
            [PROGRAM, "-F", "-c", config],
            stdout=subprocess.DEVNULL,
            stderr=(self.home / "said").open("w"),
            **other,
        )
        until(self._answers)

    def _answers(self) -> bool:
        assert self._process.poll() is None, (self.home / "said").read_text()
        return super()._answers()

    def end(self) -> None:
        super().end()
        shutil.rmtree(self.home)
