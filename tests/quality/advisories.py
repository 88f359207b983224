"""Whether anything that runs is known to be vulnerable. `python -m tests.quality.advisories` asks, and its last line is the verdict.

An empty answer is believed only of somebody who was just seen to know: first a release that is known to be vulnerable
is asked about. Whoever does not report it, or does not answer, has audited nothing, and the verdict is *not audited*.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

LOCK = Path(__file__).parents[2] / "requirements.txt"
PROBE = "jinja2==3.1.2"
"""Its filter for XML attributes lets others be put in (CVE-2024-22195)."""
SERVICES = ("pypi", "osv")
Report = dict[str, list[str]]


class Verdict(NamedTuple):
    """What is known to be vulnerable, and the last line for whoever looks."""

    vulnerable: list[str]
    says: str


def judge(probe: Report | None, lock: Report | None) -> Verdict:
    """From what was reported of the probe and of the lock; None is no answer."""
    if not probe or not any(probe.values()):
        return Verdict([], f"not audited: {PROBE}, which is known to be vulnerable, was not reported as such")
    if not lock:
        return Verdict([], "not audited: the running lock was not answered")
    found = [f"{name}: {', '.join(advisories)}" for name, advisories in sorted(lock.items()) if advisories]
    if found:
        return Verdict(found, f"{len(found)} of {len(lock)} releases that run are known to be vulnerable")
    return Verdict(
        [], f"audited: of {len(lock)} releases that run none is known to be vulnerable; {PROBE} was reported"
    )


def report(requirements: Path, service: str) -> Report | None:
    """What `pip-audit --strict` says of each release that is pinned there; None when it could not say."""
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--strict", "--disable-pip", "--no-deps", "--progress-spinner", "off",
         "--vulnerability-service", service, "--format", "json", "--requirement", str(requirements)],
        capture_output=True, text=True,
    )  # fmt: skip
    try:
        answered = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return None
    if any("skip_reason" in each for each in answered):
        return None
    return {f"{each['name']} {each['version']}": [found["id"] for found in each["vulns"]] for each in answered}


def audit(lock: Path = LOCK) -> Verdict:
    """Ask one service after the other, until one has shown that it knows."""
    verdict = judge(None, None)
    with tempfile.TemporaryDirectory() as folder:
        probe = Path(folder) / "probe.txt"
        probe.write_text(f"{PROBE}\n")
        for service in SERVICES:
            known = report(probe, service)
            verdict = judge(known, report(lock, service) if known and any(known.values()) else None)
            if not verdict.says.startswith("not audited"):
                break
    return verdict


if __name__ == "__main__":
    told = audit()
    for each in told.vulnerable:
        print(each)
    print(told.says)
    sys.exit(1 if told.vulnerable else 0)
