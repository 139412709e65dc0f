"""A headless Chromium driven over the WebDriver protocol, by the standard library alone."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

KEYS = {"escape": "\ue00c", "enter": "\ue007", "right": "\ue014", "left": "\ue012", "tab": "\ue004"}
_FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1440,1000",
]  # fmt: skip


class Browser:
    """One session; see https://www.w3.org/TR/webdriver2/."""

    def __init__(self, address: str, profile: Path, downloads: Path) -> None:
        self._address = address
        options = {
            "args": [*_FLAGS, f"--user-data-dir={profile}"],
            "prefs": {"download.default_directory": str(downloads), "download.prompt_for_download": False},
        }
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        session = self._call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._address += f"/session/{session['sessionId']}"

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self._address + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def open(self, address: str) -> None:
        self._call("POST", "/url", {"url": address})
        until(lambda: self.run("return document.readyState === 'complete'"))

    def run(self, script: str, *arguments: Any) -> Any:
        return self._call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def enter_frame(self) -> None:
        """Into the first frame of the page."""
        self._call("POST", "/frame", {"id": 0})

    def press(self, *keys: str) -> None:
        """Keys one after the other, to whatever has the focus: names from ``KEYS`` or characters."""
        actions = []
        for key in keys:
            value = KEYS.get(key, key)
            actions += [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        self._call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def type(self, text: str) -> None:
        self.press(*text)

    def text(self, selector: str) -> str:
        return str(self.run("return document.querySelector(arguments[0]).innerText", selector))

    def resize(self, width: int, height: int) -> None:
        """The size of the page itself; a window cannot be as narrow as a telephone."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        command = {"cmd": "Emulation.setDeviceMetricsOverride", "params": metrics}
        self._call("POST", "/goog/cdp/execute", command)

    def prefer(self, scheme: str) -> None:
        """What the person prefers: ``light`` or ``dark``."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._call("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {"features": features}})

    def messages(self) -> list[str]:
        """Errors and warnings of the console since the last call."""
        entries = self._call("POST", "/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] in ("SEVERE", "WARNING")]

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._call("GET", "/screenshot")))

    def close(self) -> None:
        self._call("DELETE", "")


def findings_of_axe(browser: Browser, *but: str) -> list[str]:
    """What axe-core finds in the page as it stands, serious or worse: rule and first element, `but` rules left out.

    The library comes in over the protocol: a page's own policy would let no script in.
    """
    axe = pytest.importorskip("axe_core_python")
    source = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    browser.run(f"if (!window.axe) {{ {source}\n; window.axe = axe; }}")
    browser.run(
        "window.axeFound = null; axe.run(document, {resultTypes: ['violations']}).then((r) => { window.axeFound = r; })"
    )
    until(lambda: bool(browser.run("return window.axeFound !== null")))
    found = browser.run(
        "return axeFound.violations.map((v) => [v.impact, v.id, v.nodes.length, v.nodes[0].target.join(' '), "
        "v.nodes[0].failureSummary])"
    )
    return [f"{name} ({n}): {at}: {why}" for impact, name, n, at, why in found
            if impact in ("serious", "critical") and name not in but]  # fmt: skip


@contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    """A browser with a new profile; the test is skipped where Chromium or its driver is not installed."""
    driver = shutil.which("chromedriver")
    if driver is None or not (shutil.which("chromium") or shutil.which("google-chrome")):
        pytest.skip("needs chromium and chromedriver on the PATH")
    (folder / "downloads").mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    browser = None
    try:
        assert process.stdout is not None
        started = next(line for line in process.stdout if "successfully on port" in line)
        port = started.rsplit("port ", 1)[1].strip(". \n")
        browser = Browser(f"http://127.0.0.1:{port}", folder / "profile", folder / "downloads")
        yield browser
    finally:
        if browser is not None:
            with suppress(OSError):
                browser.close()
        process.terminate()
        process.wait(timeout=20)


def downloaded(folder: Path, pattern: str, seconds: float = 60) -> Path:
    """A copy of the file that a click saved, once it is complete.

    Chromium first takes the name with an empty file, writes beside it (`.crdownload`), and renames at the end: a name
    is complete when it has bytes. One that ends before it has noted that takes the file away again.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = [path for path in (folder / "downloads").glob(pattern) if path.suffix != ".crdownload"]
        if found and found[0].stat().st_size:
            (folder / "saved").mkdir(exist_ok=True)
            return Path(shutil.copy(found[0], folder / "saved"))
        time.sleep(0.1)
    raise AssertionError(f"nothing like {pattern} was saved")


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for what a page or a server comes to by itself."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "what was waited for did not come"
        time.sleep(0.02)
