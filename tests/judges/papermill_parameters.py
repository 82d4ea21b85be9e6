"""Gives a notebook of TypeScript parameters by papermill, both ways that kernel-config/README.md says: papermill_parameters.py KERNEL."""

import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import papermill

README = Path(__file__).parents[2] / "kernel-config" / "README.md"


def main(kernel: str) -> int:
    """Prints each result that is not what was given."""
    as_csharp = run(kernel, {"alpha": 3, "name": 'b"c', "flag": True}, language=".net-csharp")
    register_translator()
    as_typescript = run(kernel, {"alpha": [1, {"a": None}], "name": "é", "flag": False}, language="typescript")
    wanted = ["[ 3, 'b\"c', true ]", "[ [ 1, { a: null } ], 'é', false ]"]
    wrong = [pair for pair in zip([as_csharp, as_typescript], wanted, strict=True) if pair[0] != pair[1]]
    for found, expected in wrong:
        print(f"papermill's parameters gave {found}, not {expected}")
    return 1 if wrong else 0


def run(kernel: str, parameters: dict[str, Any], language: str) -> str:
    """What the notebook's last cell shows."""
    defaults = nbformat.v4.new_code_cell("let alpha = 0, name = '', flag;", metadata={"tags": ["parameters"]})
    notebook = nbformat.v4.new_notebook(
        cells=[defaults, nbformat.v4.new_code_cell("[alpha, name, flag]")],
        metadata={"kernelspec": {"name": kernel, "display_name": kernel, "language": "typescript"}},
    )
    with tempfile.TemporaryDirectory() as folder:
        source, output = str(Path(folder) / "in.ipynb"), str(Path(folder) / "out.ipynb")
        nbformat.write(notebook, source)
        papermill.execute_notebook(
            source, output, parameters, kernel_name=kernel, language=language, cwd=folder, progress_bar=False
        )
        return nbformat.read(output, as_version=4).cells[-1].outputs[0].data["text/plain"]


def register_translator() -> None:
    """The lines of the document, up to the run that they show."""
    for block in re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL):
        if "TypeScriptTranslator" in block:
            exec(block.split("papermill.execute_notebook")[0], {})


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
