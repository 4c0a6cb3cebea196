"""Check every public docstring against the numpydoc rules chosen in pyproject.toml.

Run by ``make check``. Prints one line a finding and exits with 1 when there is any.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
import tomllib
from pathlib import Path

from numpydoc.validate import validate

import stroma

REPOSITORY = Path(__file__).resolve().parents[1]


def ignored_codes() -> frozenset[str]:
    """Return the numpydoc codes that pyproject.toml switches off."""
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    return frozenset(settings["tool"]["numpydoc_validation"]["checks"]) - {"all"}


def public_names() -> list[str]:
    """Return the dotted names of every public function and class of the package."""
    names = []
    for module_info in pkgutil.walk_packages(stroma.__path__, "stroma."):
        if module_info.name.endswith("__main__"):
            continue
        module = importlib.import_module(module_info.name)
        for name, thing in vars(module).items():
            if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
                continue
            if inspect.isfunction(thing) or inspect.isclass(thing):
                names.append(f"{module.__name__}.{name}")
    return sorted(names)


def main() -> int:
    """Check all docstrings; return the exit code."""
    ignored = ignored_codes()
    findings = [
        f"{name}: {code} {message}"
        for name in public_names()
        for code, message in validate(name)["errors"]
        if code not in ignored
    ]
    print("\n".join(findings))  # noqa: T201 - a command's output
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
