"""Put what a program printed into the RESULTS.md beside it, with machine, date and commit.

program arguments | python scripts/record.py FOLDER NAME [ARGUMENT...]
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

HEAD = """# Results

Written by `{script} --record NAME`. Figures of a shared machine are noisy: trust ratios within one section.

"""


def machine() -> str:
    """Processor, cores and memory of this machine."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file() and (
        found := re.search(r"^model name\s*: (.*)$", info.read_text(encoding="utf-8"), re.MULTILINE)
    ):
        model = found.group(1)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def recorded(text: str, name: str, command: str, printed: str) -> str:
    """`text` of a RESULTS.md with the section `name` made anew; sections are sorted."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True).stdout
    today = datetime.now(timezone.utc).date().isoformat()
    shown = "".join(f"    {line}\n" for line in printed.rstrip().splitlines())  # indented: no line of it is a heading
    section = f"`{command}` · {today} · commit {commit.strip()} · {machine()}\n\n{shown}"
    found = dict(re.findall(r"^## (.+)\n\n((?:(?!^## ).*\n)*)", text, re.MULTILINE))
    found[name] = section
    return "\n".join(f"## {key}\n\n{found[key].rstrip()}\n" for key in sorted(found))


def main() -> None:
    folder, name, *arguments = sys.argv[1:]
    script = {"benchmarks": "./scripts/bench", "evaluation": "./scripts/evaluate"}[Path(folder).name]
    file = Path(folder) / "RESULTS.md"
    old = file.read_text(encoding="utf-8") if file.is_file() else ""
    printed = sys.stdin.read()
    sys.stdout.write(printed)
    command = " ".join([script, name, *arguments])
    file.write_text(HEAD.format(script=script) + recorded(old, name, command, printed), encoding="utf-8")


if __name__ == "__main__":
    main()
