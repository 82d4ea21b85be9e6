"""Says where two runs of a notebook differ: compare_outputs.py EXPECTED ACTUAL; exit 0 when they are equal.

Everything counts but the time stamps of the execution. A stream may arrive in other pieces, so neighbouring
pieces of the same stream are joined. A PNG is compared by its bytes.
"""

import base64
import json
import sys
from itertools import groupby
from typing import Any

import nbformat


def main(expected_path: str, actual_path: str) -> int:
    expected, actual = (comparable(nbformat.read(path, as_version=4)) for path in (expected_path, actual_path))
    found = differences(expected, actual, "notebook")
    for line in found:
        print(line)
    outputs = sum(len(cell.get("outputs", [])) for cell in expected["cells"])
    print(f"{len(expected['cells'])} cells, {outputs} outputs, {len(found)} differences between {expected_path} and {actual_path}")
    return 1 if found else 0


def comparable(notebook: Any) -> Any:
    for cell in notebook["cells"]:
        cell["metadata"].pop("execution", None)
        if "outputs" in cell:
            cell["outputs"] = joined_streams(cell["outputs"])
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output["data"]["image/png"] = base64.b64decode(output["data"]["image/png"])
    return notebook


def joined_streams(outputs: list[Any]) -> list[Any]:
    joined = []
    for name, pieces in groupby(outputs, key=lambda output: output.get("name")):
        if name is None:
            joined.extend(pieces)
        else:
            text = "".join(piece["text"] for piece in pieces)
            joined.append({"output_type": "stream", "name": name, "text": text})
    return joined


def differences(expected: Any, actual: Any, where: str) -> list[str]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        keys = sorted(expected.keys() | actual.keys())
        return [line for key in keys for line in differences(expected.get(key), actual.get(key), f"{where}.{key}")]
    if isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            return [f"{where}: {len(expected)} expected, {len(actual)} found"]
        pairs = enumerate(zip(expected, actual, strict=True))
        return [line for index, pair in pairs for line in differences(*pair, f"{where}[{index}]")]
    if type(expected) is type(actual) and expected == actual:
        return []
    return [f"{where}: expected {shown(expected)}, found {shown(actual)}"]


def shown(value: Any) -> str:
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    text = json.dumps(value)
    return text if len(text) <= 200 else f"{text[:200]}..."


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
