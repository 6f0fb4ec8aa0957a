"""A site with nothing but django-helpdesk in it, run by the interpreter of its own venv: `migrate`, `seed`, `runserver`."""

import os
import sys
from pathlib import Path

import django
from django.conf import settings

HOME = Path(os.environ["DESK_HOME"])
CONTRIB = (
    "admin",
    "auth",
    "contenttypes",
    "sessions",
    "messages",
    "staticfiles",
    "sites",
    "humanize",
)
CONTEXT = (
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
)
settings.configure(
    DEBUG=True,
    SECRET_KEY="test-only",
    ALLOWED_HOSTS=["127.0.0.1"],
    SITE_ID=1,
    USE_TZ=True,
    TIME_ZONE="UTC",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(HOME / "desk.sqlite3")}},
    INSTALLED_APPS=[
        *(f"django.contrib.{name}" for name in CONTRIB), "bootstrap4form", "rest_framework", "helpdesk",
    ],
    ROOT_URLCONF="site_of_django_helpdesk",
    STATIC_URL="/static/",
    MEDIA_ROOT=str(HOME / "media"),
    MEDIA_URL="/media/",
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": list(CONTEXT)},
    }],
    HELPDESK_TEAMS_MODE_ENABLED=False,
    HELPDESK_TEAMS_MODEL="auth.User",
    HELPDESK_TEAMS_MIGRATION_DEPENDENCIES=[],
    HELPDESK_KBITEM_TEAM_GETTER=lambda _: None,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    LOGIN_URL="helpdesk:login",
    EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.BasicAuthentication"]
    },
)  # fmt: skip
django.setup()
sys.modules["site_of_django_helpdesk"] = sys.modules[__name__]

from django.urls import include, path  # noqa: E402

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]


def seed():
    from django.contrib.auth.models import User
    from helpdesk.models import Queue

    User.objects.create_superuser("root", "root@desk.test", "pw-root-1")
    User.objects.create_user("ines", "ines@desk.test", "pw-ines-1", is_staff=True)
    Queue.objects.create(title="Support", slug="support", allow_public_submission=True)


if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    if sys.argv[1] == "seed":
        seed()
    else:
        execute_from_command_line(sys.argv)
