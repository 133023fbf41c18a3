import time

from django.core.management.base import BaseCommand
from django.utils.crypto import get_random_string
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME
from django_tasks_db.management.commands.db_worker import Worker

from performance.ingest.work import take_up

PAUSE = 1.0  # seconds between two looks at an empty queue


class Command(BaseCommand):
    help = (
        "Do the work that pages hand over, and take up again what was interrupted. Any "
        "number of workers, on any number of machines, may run at once on PostgreSQL."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--once",
            action="store_true",
            help="Do what waits or was interrupted, and end.",
        )

    def handle(self, *args, once, **options):
        worker = Worker(
            queue_names=[DEFAULT_TASK_QUEUE_NAME],
            excluded_queue_names=[],
            interval=PAUSE,
            batch=True,  # it comes back when the queue is empty
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
        )
        worker.configure_signals()
        while worker.running:
            worker.run()
            taken_up = worker.running and take_up()
            if once and not taken_up:
                return
            if not taken_up:
                time.sleep(PAUSE)
