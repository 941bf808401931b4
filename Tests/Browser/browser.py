"""The browsers that the page is tested in.

All of them take the commands of WebDriver: Chromium and WebKit by a program that listens to HTTP,
Firefox by Marionette, a protocol of its own that sends the same commands as JSON.
"""

import base64
import contextlib
import glob
import http.server
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

# The method of HTTP and the path of each command; those without a slash are below the session's.
COMMANDS = {
    "NewSession": ("POST", "/session"),
    "DeleteSession": ("DELETE", ""),
    "Navigate": ("POST", "url"),
    "ExecuteScript": ("POST", "execute/sync"),
    "ExecuteAsyncScript": ("POST", "execute/async"),
    "PerformActions": ("POST", "actions"),
    "SetWindowRect": ("POST", "window/rect"),
    # Chromium's own.
    "ExecuteCDP": ("POST", "goog/cdp/execute"),
    "GetLog": ("POST", "se/log"),
}

# Keys that write nothing, as WebDriver names them.
KEYS = {
    "Tab": "\ue004", "Enter": "\ue007", "Shift": "\ue008", "PageUp": "\ue00e", "PageDown": "\ue00f",
    "End": "\ue010", "Home": "\ue011", "ArrowLeft": "\ue012", "ArrowUp": "\ue013",
    "ArrowRight": "\ue014", "ArrowDown": "\ue015",
}  # fmt: skip


class Browser:
    """One window. `with Chromium() as browser:` closes it."""

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            connection = self._connect(stack)
            self.command = connection.command
            self.command("NewSession", capabilities={"alwaysMatch": self._capabilities()})
            stack.callback(self.command, "DeleteSession")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _capabilities(self):
        """What is asked of the browser at its start."""
        return {}

    def open(self, path):
        self.command("Navigate", url=f"file://{path}")

    def leave(self):
        """Opens nothing, so that a page that is opened next is read anew."""
        self.command("Navigate", url="about:blank")

    def run(self, script, *arguments):
        """What the body of a function returns in the page."""
        return self.command("ExecuteScript", script=script, args=arguments)

    def run_async(self, script, *arguments):
        """What a function passes to its last argument."""
        return self.command("ExecuteAsyncScript", script=script, args=arguments)

    def mouse(self, *steps):
        """Moves the mouse to places, (x, y), and its button `Down` and `Up`."""
        actions = [
            {"type": f"pointer{step}", "button": 0} if isinstance(step, str)
            else {"type": "pointerMove", "duration": 0, "x": step[0], "y": step[1]}
            for step in steps
        ]  # fmt: skip
        self._act({"type": "pointer", "id": "mouse", "actions": actions})

    def press(self, *keys):
        """Presses keys one after the other, and holds each until all are pressed."""
        values = [KEYS.get(key, key) for key in keys]
        actions = [{"type": "keyDown", "value": value} for value in values]
        actions += [{"type": "keyUp", "value": value} for value in reversed(values)]
        self._act({"type": "key", "id": "keyboard", "actions": actions})

    def type(self, characters):
        actions = [
            {"type": kind, "value": character}
            for character in characters for kind in ("keyDown", "keyUp")
        ]  # fmt: skip
        self._act({"type": "key", "id": "keyboard", "actions": actions})

    def _act(self, source):
        self.command("PerformActions", actions=[source])

    def size(self, width, height=900):
        """Gives the page so much room."""
        inner = self.run("return [innerWidth, innerHeight]")
        if inner == [width, height]:
            return
        self.command("SetWindowRect", width=width, height=height)
        inner = self.run("return [innerWidth, innerHeight]")
        self.command(
            "SetWindowRect", width=2 * width - inner[0], height=2 * height - inner[1])

    def prefer(self, scheme):
        """The reader's setting: `light` or `dark`."""
        assert scheme == "light", "how this browser is told so is not known here"

    def requests(self):
        """What was asked for since the last call: addresses, or hosts where TLS hides more."""
        return self._proxy.taken()


class Chromium(Browser):
    """Headless; its requests are those of files too."""

    def _connect(self, stack):
        return Driver(stack, program("chromedriver", "chromium-driver"), os.environ)

    def _capabilities(self):
        arguments = ["--headless=new", "--hide-scrollbars", "--disable-gpu"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        binary = shutil.which("google-chrome") or program("chromium", "chromium")
        return {
            "goog:chromeOptions": {"binary": binary, "args": arguments},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            # In milliseconds: axe takes its time on a busy machine.
            "timeouts": {"script": 110_000},
        }

    def devtools(self, command, **parameters):
        """One command of the Chrome DevTools protocol."""
        return self.command("ExecuteCDP", cmd=command, params=parameters)

    def log(self, kind):
        """What was logged since the last call: `browser` or `performance`."""
        entries = []
        # It comes in parts.
        while part := self.command("GetLog", type=kind):
            entries += part
        return entries

    def requests(self):
        messages = [json.loads(entry["message"])["message"] for entry in self.log("performance")]
        urls = [
            message["params"]["request"]["url"] for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]  # fmt: skip
        return [url.partition("#")[0] for url in urls if not url.startswith("data:")]

    def size(self, width, height=900):
        """A width below 600 is a telephone's."""
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.devtools("Emulation.setTouchEmulationEnabled", enabled=width < 600)

    def prefer(self, scheme):
        self.devtools(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}])

    def allow_scripts(self, allowed):
        self.devtools("Emulation.setScriptExecutionDisabled", value=not allowed)

    def print(self):
        """The page as a PDF of A4 pages."""
        printed = self.devtools("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)
        return base64.b64decode(printed["data"])


class Firefox(Browser):
    """Headless."""

    def _connect(self, stack):
        self._proxy = stack.enter_context(Proxy())
        # Its processes may write there for a moment after it has ended.
        profile = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        host, proxy = self._proxy.server_address
        port = free_port()
        preferences = {
            "marionette.port": port, "network.proxy.type": 1,
            "network.proxy.http": host, "network.proxy.http_port": proxy,
            "network.proxy.ssl": host, "network.proxy.ssl_port": proxy,
        }  # fmt: skip
        with open(f"{profile}/user.js", "w") as file:
            for name, value in preferences.items():
                file.write(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n")
        start(
            stack, program("firefox-esr", "firefox-esr"), "--headless", "--marionette",
            "--no-remote", "--profile", profile)
        return Marionette(stack, port)

    def requests(self):
        # It asks its makers for its own settings.
        return [address for address in self._proxy.taken() if ".mozilla.com:" not in address]


class WebKit(Browser):
    """WebKitGTK's own small browser, on a screen that nobody sees."""

    def _connect(self, stack):
        self._proxy = stack.enter_context(Proxy())
        read, write = os.pipe()
        start(
            stack, program("Xvfb", "xvfb"), "-displayfd", str(write), "-nolisten", "tcp", "-screen",
            "0", "1600x1200x24", pass_fds=[write])
        os.close(write)
        with open(read) as number:
            display = f":{number.readline().strip()}"
        return Driver(
            stack, program("WebKitWebDriver", "webkit2gtk-driver"),
            {**os.environ, "DISPLAY": display})

    def _capabilities(self):
        browsers = glob.glob("/usr/lib/*/webkit2gtk-4.*/MiniBrowser")
        assert browsers, "Debian's webkit2gtk-driver is needed"
        proxy = "{}:{}".format(*self._proxy.server_address)
        return {
            "webkitgtk:browserOptions": {"binary": max(browsers), "args": ["--automation"]},
            "proxy": {"proxyType": "manual", "httpProxy": proxy, "sslProxy": proxy},
        }


class Driver:
    """A program that takes the commands by HTTP."""

    def __init__(self, stack, path, environment):
        port = free_port()
        self._address = f"http://127.0.0.1:{port}"
        self._session = ""
        start(stack, path, f"--port={port}", env=environment)
        connect(stack, port)

    def command(self, name, **parameters):
        method, path = COMMANDS[name]
        if not path.startswith("/"):
            path = f"{self._session}/{path}".rstrip("/")
        request = urllib.request.Request(
            self._address + path, method=method,
            data=json.dumps(parameters).encode() if method == "POST" else None,
            headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                value = json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from None
        if name == "NewSession":
            self._session = f"/session/{value['sessionId']}"
        return value


class Marionette:
    """Messages of JSON, each after its length and a colon."""

    def __init__(self, stack, port):
        connection = connect(stack, port)
        connection.settimeout(120)
        self._file = stack.enter_context(connection.makefile("rwb"))
        self._receive()

    def command(self, name, **parameters):
        message = json.dumps([0, 0, f"WebDriver:{name}", parameters]).encode()
        self._file.write(b"%d:%s" % (len(message), message))
        self._file.flush()
        _, _, error, result = self._receive()
        if error:
            raise RuntimeError(error)
        return result.get("value") if isinstance(result, dict) else result

    def _receive(self):
        length = b""
        while (byte := self._file.read(1)) != b":":
            assert byte, "Firefox has ended"
            length += byte
        return json.loads(self._file.read(int(length)))


class Proxy(http.server.ThreadingHTTPServer):
    """Refuses every request that leaves the machine, and keeps its address."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Refusal)
        self._asked = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def taken(self):
        """The addresses since the last call."""
        asked, self._asked = self._asked, []
        return asked

    class Refusal(http.server.BaseHTTPRequestHandler):
        def refuse(self):
            self.server._asked.append(self.path)
            self.send_error(502)

        do_GET = do_POST = do_HEAD = do_CONNECT = refuse

        def log_message(self, *_):
            pass


def program(name, package):
    path = shutil.which(name)
    assert path, f"Debian's {package} is needed"
    return path


def start(stack, *command, **options):
    """Starts a program that ends with the browser."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    stack.callback(process.wait)
    stack.callback(process.terminate)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def connect(stack, port):
    """A connection to a program that may not listen yet."""
    end = time.monotonic() + 60
    while True:
        try:
            return stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        except ConnectionRefusedError:
            assert time.monotonic() < end, f"nothing listens at port {port}"
            time.sleep(0.05)
