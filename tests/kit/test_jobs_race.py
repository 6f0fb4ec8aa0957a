"""Several workers in processes of their own, and one that is killed."""

import signal

from tests.installation import until

WORKER = """
import sys, django; django.setup()
from neoncard.kit.jobs import actions, rules
from datetime import timedelta
rules.LEASE = timedelta(seconds=float(sys.argv[2]))
print("ready", flush=True)
sys.stdin.readline() if sys.argv[1] == "wait" else None
from neoncard.kit.jobs.worker import Worker
def note(job):
    print("did", job.key, flush=True)
    if sys.argv[1] == "hang":
        import time; time.sleep(600)
Worker({"note": note}).drain()
"""
MAKE = """
import django; django.setup()
from neoncard.kit.jobs import actions
for n in range({n}): actions.later("note", f"note:{{n:03}}")
"""
LOOK = """
import django; django.setup()
from neoncard.kit.jobs.tables import Job
print(*Job.objects.order_by("key").values_list("state", "tries"))
"""


def test_of_two_claimers_each_job_has_one(own):
    own.python("-c", MAKE.format(n=120))
    workers = [own.start("-c", WORKER, "go", "60") for _ in range(2)]
    said = [worker.communicate(timeout=60)[0].split("\n") for worker in workers]
    done = [[line for line in lines if line.startswith("did")] for lines in said]
    assert sorted(done[0] + done[1]) == [f"did note:{n:03}" for n in range(120)], said
    assert [worker.returncode for worker in workers] == [0, 0]


def test_after_a_kill_the_job_is_done_by_the_next_worker(own):
    own.python("-c", MAKE.format(n=1))
    stuck = own.start("-c", WORKER, "hang", "2")
    assert stuck.stdout.readline() == "ready\n"
    assert stuck.stdout.readline() == "did note:000\n"
    stuck.send_signal(signal.SIGKILL)
    stuck.communicate()
    assert own.python("-c", LOOK).stdout == "('waiting', 1)\n"
    until(lambda: "did note:000" in own.python("-c", WORKER, "go", "60").stdout)
    assert own.python("-c", LOOK).stdout == "('done', 2)\n"
