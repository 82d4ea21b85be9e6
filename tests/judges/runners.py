"""Runs notebooks with one of Jupyter's runners and compares with the outputs they hold: runners.py RUNNER KERNEL NOTEBOOK...

RUNNER is nbclient, nbconvert, papermill, allow-errors (nbclient, with no cell allowed to fail by its tag) or hundred
(nbclient, 100 times, two at a time). Ends with exit code 0 when every output was there, in its place, and nothing else.
"""

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import papermill
from compare_outputs import comparable, differences
from nbclient import NotebookClient
from nbconvert.preprocessors import ExecutePreprocessor

OURS_ALONE = {"late-output", "prompts"}
"""These runners stop listening at idle, and answer no questions: what comes later or asks is tested by our own alone."""

RUNS = 100
AT_ONCE = 2
TIMEOUT_SECONDS = 120


def main(runner: str, kernel: str, *paths: str) -> int:
    """Prints one line a notebook, and one a difference."""
    found = 0
    for path in paths:
        if Path(path).stem in OURS_ALONE or (runner == "papermill" and holds_error(path)):
            continue
        runs = RUNS if runner == "hundred" else 1
        with ThreadPoolExecutor(AT_ONCE) as pool:
            results = list(pool.map(lambda _: run(runner, kernel, path), range(runs)))
        for executed in results:
            expected = nbformat.read(path, as_version=4)
            skipped = tells_time(expected)
            lines = differences(outputs(expected, skipped), outputs(executed, skipped), Path(path).name)
            found += len(lines)
            print(*lines, sep="\n", end="\n" if lines else "")
        print(f"{runner}: {Path(path).name}, {runs} runs, {found} differences so far")
    return 1 if found else 0


def run(runner: str, kernel: str, path: str) -> Any:
    """The executed notebook, from a clean state, in the notebook's folder."""
    notebook = nbformat.read(path, as_version=4)
    folder = str(Path(path).resolve().parent)
    resources = {"metadata": {"path": folder}}
    if runner == "papermill":
        with tempfile.TemporaryDirectory() as scratch:
            output = str(Path(scratch) / "executed.ipynb")
            papermill.execute_notebook(path, output, kernel_name=kernel, cwd=folder, progress_bar=False, log_output=False)
            return nbformat.read(output, as_version=4)
    if runner == "nbconvert":
        ExecutePreprocessor(timeout=TIMEOUT_SECONDS, kernel_name=kernel).preprocess(notebook, resources)
        return notebook
    if runner == "allow-errors":
        for cell in notebook.cells:
            cell.metadata.pop("tags", None)
    NotebookClient(
        notebook,
        kernel_name=kernel,
        timeout=TIMEOUT_SECONDS,
        resources=resources,
        allow_errors=runner == "allow-errors",
    ).execute()
    return notebook


def holds_error(path: str) -> bool:
    """papermill fails on any error, whatever the cell's tags say."""
    cells = nbformat.read(path, as_version=4).cells
    return any(output.output_type == "error" for cell in cells for output in cell.get("outputs", []))


def tells_time(notebook: Any) -> set[str]:
    """Ids of the cells whose output holds a speed or a time, by their tag."""
    return {cell.id for cell in notebook.cells if "tells-time" in cell.metadata.get("tags", [])}


def outputs(notebook: Any, skipped: set[str]) -> list[Any]:
    """Of each code cell: its id, its number and its outputs, but those of skipped cells."""
    cells = comparable(notebook)["cells"]
    return [
        {"id": cell["id"], "count": cell["execution_count"], "outputs": [] if cell["id"] in skipped else cell["outputs"]}
        for cell in cells
        if cell["cell_type"] == "code"
    ]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
