"""Runs a notebook with nbclient from a clean state: run_nbclient.py NOTEBOOK KERNEL OUTPUT."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def main(notebook_path: str, kernel_name: str, output_path: str) -> None:
    notebook = nbformat.read(notebook_path, as_version=4)
    folder = str(Path(notebook_path).resolve().parent)
    NotebookClient(notebook, kernel_name=kernel_name, timeout=300, resources={"metadata": {"path": folder}}).execute()
    nbformat.write(notebook, output_path)


if __name__ == "__main__":
    main(*sys.argv[1:])
