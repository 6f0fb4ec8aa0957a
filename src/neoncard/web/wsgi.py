"""The pages: as a WSGI application, and as the threads in which one ASGI server runs it."""

import os
from typing import Any

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "neoncard.settings")
THREADS = 8

application = get_wsgi_application()
pages: Any = WSGIMiddleware(application, workers=THREADS)  # type: ignore[arg-type]
