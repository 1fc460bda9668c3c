"""Runs `evaluate` through model servers from elsewhere: run.py EVALUATE LITELLM_BIN MOCK_BIN.

LiteLLM's proxy, with the provider beside this file, must have the facts of the worlds that need no other arguments than a tool's
defaults. mock-ai-api cannot know them: whatever it does, each question must end in a clear reply.
"""

import contextlib
import os
import pathlib
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
PATIENCE_SECONDS = 180
KEY = "sk-" + secrets.token_urlsafe(32)
CATEGORIES = ["healthy", "CPU saturation", "hung mount", "packet loss", "reboot", "fork bomb", "injection"]
FAULTS = [
    "mock-text", "mock-tool-call", "mock-tool-stream", "mock-bad-tool-json", "mock-delay",
    "mock-400", "mock-401", "mock-429", "mock-500", "mock-503",
]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def server(name, command, port):
    """Starts a server, waits until it lists its models, stops it."""
    environment = {
        **os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MASTER_KEY": KEY,
        "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1",
    }
    with open(HERE.parents[2] / ".build" / f"{name}.log", "w", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=HERE, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}/v1"
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                question = urllib.request.Request(f"{url}/models", headers={"Authorization": f"Bearer {KEY}"})
                with urllib.request.urlopen(question, timeout=5):
                    break
            except (urllib.error.URLError, OSError):
                if process.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"{name} did not start; see .build/{name}.log")
                time.sleep(0.5)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def evaluate(program, url, model, *arguments):
    """Whether all worlds passed."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("OPENAI_")}
    environment["OPENAI_API_KEY"] = KEY
    command = [program, "--base-url", url, "--model", model, *arguments]
    return subprocess.run(command, env=environment, check=False).returncode == 0


def main():
    program, litellm, mock = sys.argv[1:]
    failed = []
    port = free_port()
    with server(
        "litellm",
        [f"{litellm}/litellm", "--config", "litellm.yaml", "--host", "127.0.0.1", "--port", str(port),
         "--telemetry", "False"],
        port,
    ) as url:
        categories = [argument for name in CATEGORIES for argument in ("--category", name)]
        if not evaluate(program, url, "scripted", *categories):
            failed.append("litellm")
    ports = free_port(), free_port()
    with server(
        "mock-ai-api",
        [f"{mock}/mock-ai-api", "--openai-port", str(ports[0]), "--anthropic-port", str(ports[1])],
        ports[0],
    ) as url:
        for fault in FAULTS:
            if not evaluate(
                program, url, f"gpt-4.1:{fault}", "--category", "reboot", "--any-reply", "--verbose"
            ):
                failed.append(fault)
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
