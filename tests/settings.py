"""The real settings with what tests need swapped: hashing, storage, static files."""

import os
import tempfile

os.environ.setdefault("DEMO", "1")
os.environ.setdefault("SECRET_KEY", "tests")
# The browser's driver keeps an event loop running in the process that tests run in.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

from csa_portal.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = tempfile.mkdtemp(prefix="csa-portal-tests-")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]  # noqa: F405
AXES_ENABLED = False
# A pool's own threads may still hold the test database when it is dropped.
DATABASES["default"].get("OPTIONS", {}).pop("pool", None)  # noqa: F405
# Work is done at once, by whoever asks for it; its locks are this run's own.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
WORK_LOCKS = f"{MEDIA_ROOT}/locks"
