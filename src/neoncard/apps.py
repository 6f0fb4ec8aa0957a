"""The one Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NeoncardConfig(AppConfig):
    """Neoncard as Django sees it: one app, one migration history."""

    name = "neoncard"
    label = "neoncard"
    verbose_name = _("Neoncard")
    default_auto_field = "django.db.models.BigAutoField"
