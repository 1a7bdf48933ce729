"""For `glovebox run --autolog`: scikit-learn is watched from the moment it is imported. Then the interpreter's own sitecustomize runs."""
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))


def _glovebox():
    # By path: the project may have a module of its own called glovebox.
    spec = importlib.util.spec_from_file_location("_glovebox_autolog", os.path.join(os.path.dirname(_here), "python", "glovebox.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class _Watch(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != "sklearn.base":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            try:
                _glovebox()._patch(module)
            except Exception as error:
                print(f"glovebox: scikit-learn is not logged ({error})", file=sys.stderr)

        spec.loader.exec_module = exec_module
        return spec


def _next():
    others = [entry for entry in sys.path if os.path.abspath(entry or ".") != _here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


sys.meta_path.insert(0, _Watch())
_next()
