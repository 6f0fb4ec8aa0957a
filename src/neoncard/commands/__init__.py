"""The `neoncard` command: one entry point, errors in one line with the mend, exit codes for scripts.

0 done, 1 failed, 2 the command was used wrongly. docs/commands.md lists every command and option; a test compares.
"""

from __future__ import annotations

import importlib
import os
import sys

import click

from neoncard.kit import version

COMMANDS = {
    "serve": "serve",
    "work": "work",
    "init": "init",
    "import": "importing",
    "read": "read",
    "doctor": "doctor",
    "user": "user",
    "customer": "customer",
    "notice": "notice",
}


class Group(click.Group):
    """Loads a subcommand's module when it is asked for, so that `--help` and typos answer at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order a person meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        found = importlib.import_module(f"neoncard.commands.{COMMANDS[cmd_name]}").command
        assert isinstance(found, click.Command)  # noqa: S101 for the type checker
        return found


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version.number(), "-V", "--version", message="neoncard %(version)s")
def neoncard() -> None:
    """Kindness on purpose, for customer-service teams.

    Settings come from the environment (docs/settings.md); data lies under NEONCARD_HOME, ./var by default.

    \b
    Examples:
      neoncard init                  set up this installation, make the first admin
      neoncard serve                 pages and worker on http://127.0.0.1:8000
      neoncard import letters.jsonl  take in conversations from a file
      neoncard read archive --out x  read an archive of any size into files, without a database
      neoncard doctor                is everything well, and what to do if not
    """


def boot() -> None:
    """Make Django and the logs ready. Every command but --help calls this first, after setting its environment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "neoncard.settings")
    import django
    from django.conf import settings

    from neoncard.kit import logs

    django.setup()
    logs.configure(level=settings.NEONCARD_LOG_LEVEL, as_json=settings.NEONCARD_LOG_JSON)


def ready() -> None:
    """`boot`, and refuse to go on when the database does not answer or is of another version."""
    boot()
    from neoncard.kit import health

    for look in (health.database, health.migrations):
        found = look()
        if not found.ok:
            raise click.ClickException(f"{found.name}: {found.seen}: {found.mend}")


def main(args: list[str] | None = None) -> None:
    """Run the command; never a traceback for what a person can mend. Exits."""
    try:
        code = neoncard.main(args, prog_name="neoncard", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "neoncard"
        _say(f"{error.format_message().rstrip('.')} (see {path} --help)")
        sys.exit(2)
    except click.ClickException as error:
        _say(error.format_message())
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        _say("stopped")
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if not (mend := _mendable(error)):
            raise
        _say(mend)
        sys.exit(1)


def _say(message: str) -> None:
    click.echo(f"neoncard: {' '.join(message.split())}", err=True)


def _mendable(error: Exception) -> str:
    """The line for an error that a person can mend; "" for one that is ours."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError
    from environs import EnvError

    first = next(iter(str(error).splitlines()), "")
    if isinstance(error, EnvError | ImproperlyConfigured):
        return f"{first}: correct it in the environment (docs/settings.md lists every setting)"
    if isinstance(error, DatabaseError):
        return f"the database: {first}: run `neoncard doctor`"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return ""
