"""Every address, in one table. access.txt says who may open each; a test compares."""

from __future__ import annotations

from django.urls import path

from neoncard.web.pages import health, signin, styleguide

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics_page, name="metrics"),
    path("status", health.status, name="status"),
    path("status/jobs/<int:id>/retry", health.retry, name="status_retry"),
    path("signin/", signin.sign_in, name="account_login"),
    path("signout/", signin.sign_out, name="account_logout"),
    path("signin/password/", signin.change_password, name="account_change_password"),
    path("demo/sign-in/<slug:who>", signin.demo, name="demo_sign_in"),
    path("styleguide", styleguide.styleguide, name="styleguide"),
    path("styleguide/<slug:name>", styleguide.frame, name="styleguide_frame"),
]
