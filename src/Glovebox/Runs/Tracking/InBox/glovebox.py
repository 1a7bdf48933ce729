"""What a script says to Glovebox while it runs. One file, nothing to install.

    import glovebox
    p = glovebox.params(lr=0.1, epochs=10)   # defaults, replaced by what `glovebox run -p` gave
    glovebox.log(loss=0.3, step=1)           # a metric by step
    glovebox.config(model="resnet")          # what else the run was configured with
    glovebox.artifact("model.pkl")           # an output that matters, even where it is ignored

Inside a box every call appends one line to a file that Glovebox reads. Outside, params() gives the defaults, and the last
value of each metric is written to metrics.json when the script ends; so the same script runs anywhere.
Nothing here raises because of Glovebox: a full disk costs the log, not the experiment.
"""
import atexit
import json
import math
import os
import sys
import threading
import time

__all__ = ["log", "params", "config", "tag", "artifact", "autolog", "active"]

_LONGEST_TEXT = 1000
_folder = os.environ.get("GLOVEBOX_TRACKING")
_last = {}
_lock = threading.Lock()
_complained = False


def active():
    """True inside a box of Glovebox."""
    return bool(_folder)


def log(values=None, step=None, **more):
    """Reports metrics: numbers, truth values or texts, by name. `step` orders them; without one they are counted."""
    metrics = _plain(values, more)
    if not metrics:
        return
    if active():
        line = {"time": int(time.time() * 1000), "metrics": metrics}
        if step is not None:
            line["step"] = _value(step)
        _append(line)
    else:
        with _lock:
            if not _last:
                atexit.register(_write_metrics)
            _last.update(metrics)


def params(defaults=None, **more):
    """The run's parameters as a dict: the defaults given here, and over them what `glovebox run -p` gave."""
    values = dict(defaults or {}, **more)
    path = os.environ.get("GLOVEBOX_PARAMS")
    if path:
        with open(path, encoding="utf-8") as file:
            values.update(json.load(file))
    if values and active():
        _append({"config": _plain(values, {})})
    return values


def config(values=None, **more):
    """Reports what the run is configured with, by name."""
    settings = _plain(values, more)
    if settings and active():
        _append({"config": settings})


def tag(*names):
    """Tags the run."""
    if names and active():
        _append({"tags": [str(name) for name in names]})


def artifact(path):
    """Marks a file or folder of the working tree as an output, recorded even where it is ignored. Returns the path."""
    if not os.path.exists(path):
        raise FileNotFoundError(f"glovebox.artifact: {path} is not there")
    if active():
        _append({"artifact": os.path.abspath(path)})
    return path


def autolog():
    """From now on scikit-learn reports by itself: class and parameters at fit(), the result of score()."""
    try:
        import sklearn.base
    except Exception:
        return
    try:
        _patch(sklearn.base)
    except Exception as error:
        _complain(f"scikit-learn is not logged ({error})")


def _plain(values, more):
    pairs = dict(values or {}, **more)
    return {str(name): _value(value) for name, value in pairs.items()}


def _value(value):
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return value[:_LONGEST_TEXT]
    try:
        number = float(value)
    except Exception:
        return str(value)[:_LONGEST_TEXT]
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return int(value) if hasattr(value, "__index__") else number


def _append(line):
    # One write to a file opened for appending: processes and threads do not mix their lines.
    data = (json.dumps(line, separators=(",", ":")) + "\n").encode("utf-8")
    try:
        file = os.open(os.path.join(_folder, "log.jsonl"), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            os.write(file, data)
        finally:
            os.close(file)
    except OSError as error:
        _complain(f"cannot log ({error.strerror})")


def _complain(message):
    global _complained
    if not _complained:
        _complained = True
        print(f"glovebox: {message}", file=sys.stderr)


def _write_metrics():
    try:
        with open("metrics.json", "w", encoding="utf-8") as file:
            json.dump(_last, file, indent=2)
            file.write("\n")
    except OSError as error:
        _complain(f"cannot write metrics.json ({error.strerror})")


_inside = threading.local()


def _patch(base):
    if getattr(base, "_glovebox_logs", False):
        return
    base._glovebox_logs = True
    before = base.BaseEstimator.__dict__.get("__init_subclass__")

    def __init_subclass__(cls, **arguments):
        if before is not None:
            before.__get__(None, cls)(**arguments)
        else:
            super(base.BaseEstimator, cls).__init_subclass__(**arguments)
        _wrap(cls)

    base.BaseEstimator.__init_subclass__ = classmethod(__init_subclass__)
    known = [base.BaseEstimator] + [getattr(base, name) for name in dir(base) if name.endswith("Mixin")]
    while known:
        cls = known.pop()
        _wrap(cls)
        known.extend(type.__subclasses__(cls))


def _wrap(cls):
    for name, report in (("fit", _report_fit), ("score", _report_score)):
        method = cls.__dict__.get(name)
        # A method that is there only sometimes, as a pipeline's score(), stands behind a descriptor.
        inner = getattr(method, "fn", None)
        if callable(method) and not getattr(method, "_glovebox_logs", False):
            setattr(cls, name, _reporting(method, report))
        elif callable(inner) and not getattr(inner, "_glovebox_logs", False):
            method.fn = _reporting(inner, report)


def _reporting(method, report):
    import functools

    @functools.wraps(method)
    def wrapped(self, *positional, **named):
        # Only calls that the script makes: those of a pipeline, a search or a cross-validation are not reported.
        caller = sys._getframe(1).f_globals.get("__name__", "").split(".")[0]
        if getattr(_inside, "depth", 0) or caller in ("sklearn", "joblib"):
            return method(self, *positional, **named)
        _inside.depth = 1
        try:
            result = method(self, *positional, **named)
        finally:
            _inside.depth = 0
        try:
            report(self, result)
        except Exception as error:
            _complain(f"{type(self).__name__} is not logged ({error})")
        return result

    wrapped._glovebox_logs = True
    return wrapped


def _report_fit(estimator, _):
    name = type(estimator).__name__
    settings = {"estimator": name}
    for key, value in estimator.get_params().items():
        if value is None or isinstance(value, (bool, int, float, str)):
            settings[f"{name}.{key}"] = value
    # A search over parameters has found the best of them.
    for key, value in (getattr(estimator, "best_params_", None) or {}).items():
        settings[f"{name}.best_params.{key}"] = value
    config(settings)
    best = getattr(estimator, "best_score_", None)
    if isinstance(best, (int, float)):
        log({f"{name}.best_score": best})


def _report_score(estimator, result):
    log({f"{type(estimator).__name__}.score": result})
