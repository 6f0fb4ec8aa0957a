"""The second step of signing in (an authenticator app, and codes for when it is lost), by django-allauth."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp

from neoncard import access

enter = access.open_to_all(base.authenticate)
again = access.only()(account.reauthenticate)
again_by_code = access.only()(base.reauthenticate)
about = access.only()(base.index)
turn_on = access.only()(totp.activate_totp)
turn_off = access.only()(totp.deactivate_totp)
codes = access.only()(recovery.view_recovery_codes)
new_codes = access.only()(recovery.generate_recovery_codes)
