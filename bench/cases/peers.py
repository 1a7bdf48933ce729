"""The peers of the job queue: RQ and Celery on a Redis of their own (its port is PEERS_PORT), and bare processes. Prints a rate a second.

    peers.py submit rq|celery CLIENTS SECONDS        tasks that are on disk in Redis when the call returns
    peers.py drain rq|celery TASKS WORKERS            tasks that do nothing, from the first that ran to the last
    peers.py spawn PROGRAM COUNT LOOPS                posix_spawn of a program and the wait for its end, by so many processes
"""
import multiprocessing
import os
import subprocess
import sys
import time

PORT = int(os.environ.get("PEERS_PORT", "0"))
PATIENCE = 60  # seconds without one more task that is done


def nothing():
    """Runs in a process that is there already (Celery), or in a fork of one (RQ)."""
    redis_client().incr("done")


def redis_client():
    import redis
    return redis.Redis(port=PORT)


def celery_app():
    from celery import Celery
    app = Celery("peers", broker=f"redis://127.0.0.1:{PORT}/0")
    app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=64, broker_connection_retry_on_startup=True)
    app.task(name="peers.nothing")(nothing)
    return app


if PORT:
    app = celery_app() if os.environ.get("PEERS_KIND") == "celery" else None


def submitter(kind):
    if kind == "rq":
        from rq import Queue
        queue = Queue(connection=redis_client())
        return lambda: queue.enqueue("peers.nothing")
    celery = celery_app()
    return lambda: celery.send_task("peers.nothing")


def rate_of(clients, seconds, make):
    """What so many processes do in the given time."""
    ready, go, total = multiprocessing.Barrier(clients + 1), multiprocessing.Event(), multiprocessing.Value("q", 0)

    def client():
        act, count = make(), 0
        act()
        ready.wait()
        go.wait()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            act()
            count += 1
        with total.get_lock():
            total.value += count

    running = [multiprocessing.Process(target=client) for _ in range(clients)]
    for process in running:
        process.start()
    ready.wait()
    go.set()
    for process in running:
        process.join()
        if process.exitcode != 0:
            sys.exit(f"a client ended with {process.exitcode}")
    return total.value / seconds


def drain(kind, tasks, workers):
    submit, redis = submitter(kind), redis_client()
    redis.delete("done")
    for _ in range(tasks):
        submit()
    here = os.path.dirname(os.path.abspath(__file__))
    environment = {**os.environ, "PYTHONPATH": here}
    if kind == "celery":
        commands = [[sys.executable, "-m", "celery", "-A", "peers", "worker", "--concurrency", str(workers), "--loglevel", "ERROR", "--without-mingle", "--without-gossip"]]
    else:
        commands = [[sys.executable, "-m", "rq.cli", "worker", "--burst", "--quiet", "--url", f"redis://127.0.0.1:{PORT}"] for _ in range(workers)]
    running = [subprocess.Popen(c, env=environment, cwd=here, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for c in commands]
    try:
        begun, seen, since = None, 0, time.monotonic()
        while (done := int(redis.get("done") or 0)) < tasks:
            if done != seen:
                seen, since = done, time.monotonic()
            elif time.monotonic() - since > PATIENCE:
                sys.exit(f"{kind}: {done} of {tasks} tasks are done, and none in the last {PATIENCE} s")
            if done and begun is None:
                begun, first = time.monotonic(), done
            if all(process.poll() is not None for process in running) and int(redis.get("done") or 0) < tasks:
                sys.exit("the workers ended before the work did")
            time.sleep(0.005)
        return (tasks - first) / (time.monotonic() - begun)
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def spawn(program, count, loops):
    def loop():
        for _ in range(count // loops):
            os.waitpid(os.posix_spawn(program, [program], {}), 0)

    running = [multiprocessing.Process(target=loop) for _ in range(loops)]
    begun = time.monotonic()
    for process in running:
        process.start()
    for process in running:
        process.join()
    return count / (time.monotonic() - begun)


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    what, *rest = sys.argv[1:]
    if what == "submit":
        kind, clients, seconds = rest[0], int(rest[1]), float(rest[2])
        print(rate_of(clients, seconds, lambda: submitter(kind)))
    elif what == "drain":
        print(drain(rest[0], int(rest[1]), int(rest[2])))
    else:
        print(spawn(rest[0], int(rest[1]), int(rest[2])))
