"""Django with django-simple-history behind gunicorn, as their documentation says: `gunicorn --preload benchmarks.django_peer:application`."""

import json
import os
import uuid
from typing import Any

import django  # type: ignore[import-not-found]
from django.conf import settings  # type: ignore[import-not-found]

settings.configure(
    DEBUG=False, SECRET_KEY="peer", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, USE_TZ=True,
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "simple_history"],
    MIDDLEWARE=["simple_history.middleware.HistoryRequestMiddleware"], DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "peers", "USER": "opera", "HOST": os.environ["BENCH_HOST"],
                           "CONN_MAX_AGE": 600}},
)  # fmt: skip
django.setup()

from django.core.management import call_command  # type: ignore[import-not-found]  # noqa: E402
from django.core.wsgi import get_wsgi_application  # type: ignore[import-not-found]  # noqa: E402
from django.db import connection, models, transaction  # type: ignore[import-not-found]  # noqa: E402
from django.http import JsonResponse  # type: ignore[import-not-found]  # noqa: E402
from django.urls import path  # type: ignore[import-not-found]  # noqa: E402
from simple_history.models import HistoricalRecords  # type: ignore[import-not-found]  # noqa: E402


class Case(models.Model):  # type: ignore[misc]
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    version = models.IntegerField(default=20)
    note = models.TextField(default="nota di prova, " * 13)
    last_on = models.DateField(auto_now=True)
    history = HistoricalRecords(app="auth")

    class Meta:
        app_label = "auth"


def begin(_: Any) -> Any:
    with transaction.atomic():
        cases = [Case() for _ in range(3000)]
        Case.objects.bulk_create(cases)
        Case.history.bulk_create([
            Case.history.model(id=case.id, version=number, note=case.note, last_on="2026-01-01", history_type="~",
                               history_date="2026-01-01T00:00:00Z") for case in cases for number in range(20)
        ])  # fmt: skip
    return JsonResponse([str(case.id) for case in cases], safe=False)


def take_step(request: Any, case_id: uuid.UUID) -> Any:
    asked = json.loads(request.body)
    with transaction.atomic():
        case = Case.objects.select_for_update().get(id=case_id)
        if case.version != int(request.headers["If-Match"].strip('"')):
            return JsonResponse({}, status=412)
        assert len([entry.note for entry in case.history.all()]) >= 20
        case.version, case.note = case.version + 1, asked["text"]
        case.save()
    return JsonResponse({"id": str(case_id), "version": case.version})


urlpatterns = [path("open", begin), path("rest/opera/v1/cases/<uuid:case_id>/steps", take_step)]
call_command("migrate", verbosity=0, interactive=False)
with connection.schema_editor() as editor:
    there = connection.introspection.table_names()
    for model in (Case, Case.history.model):
        if model._meta.db_table not in there:
            editor.create_model(model)
connection.close()  # each worker opens its own
application = get_wsgi_application()
