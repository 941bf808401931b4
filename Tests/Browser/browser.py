"""Headless Chromium, driven through chromedriver by the WebDriver protocol."""

import base64
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request


class Browser:
    """One window. `with Browser() as browser:` closes it."""

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        driver = shutil.which("chromedriver")
        binary = shutil.which("chromium") or shutil.which("google-chrome")
        assert driver and binary, "Debian's chromium and chromium-driver are needed"
        self._address = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen(
            [driver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait()
        arguments = ["--headless=new", "--hide-scrollbars", "--disable-gpu"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        session = self._request(
            "POST", "/session",
            {"capabilities": {"alwaysMatch": {
                "goog:chromeOptions": {"binary": binary, "args": arguments},
                "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            }}})  # fmt: skip
        self._session = f"/session/{session['sessionId']}"
        return self

    def __exit__(self, *_):
        try:
            self._request("DELETE", self._session)
        finally:
            self._process.terminate()
            self._process.wait()

    def _wait(self):
        for _ in range(100):
            try:
                if self._request("GET", "/status")["ready"]:
                    return
            except urllib.error.URLError:
                pass
            time.sleep(0.1)
        raise RuntimeError("chromedriver does not answer")

    def _request(self, method, path, body=None):
        request = urllib.request.Request(
            self._address + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from None

    def devtools(self, command, **parameters):
        """One command of the Chrome DevTools protocol."""
        return self._request(
            "POST", f"{self._session}/goog/cdp/execute",
            {"cmd": command, "params": parameters})

    def open(self, path):
        self._request("POST", f"{self._session}/url", {"url": f"file://{path}"})

    def run(self, script, *arguments):
        """What the body of a function returns in the page."""
        return self._request(
            "POST", f"{self._session}/execute/sync", {"script": script, "args": list(arguments)})

    def run_async(self, script, *arguments):
        """What a function passes to its last argument."""
        return self._request(
            "POST", f"{self._session}/execute/async", {"script": script, "args": list(arguments)})

    def log(self, kind):
        """What was logged since the last call: `browser` or `performance`."""
        return self._request("POST", f"{self._session}/se/log", {"type": kind})

    def size(self, width, height=900):
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600)

    def prefer(self, scheme):
        """The reader's setting: `light` or `dark`."""
        self.devtools(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}])

    def allow_scripts(self, allowed):
        self.devtools("Emulation.setScriptExecutionDisabled", value=not allowed)

    def print(self):
        """The page as a PDF of A4 pages."""
        printed = self.devtools("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)
        return base64.b64decode(printed["data"])
