"""Runs the full ONNX checker (schema and shape inference) over every .onnx file of a folder.

    python check_onnx.py FOLDER

Exits with 1 if a file fails, and if there is no file at all. Needs the packages of requirements.txt beside this file.
"""

import pathlib
import sys

import onnx


def main() -> int:
    files = sorted(pathlib.Path(sys.argv[1]).glob("**/*.onnx"))
    failures = 0
    for file in files:
        try:
            onnx.checker.check_model(str(file), full_check=True)
        except Exception as error:  # whatever it is, the file is not valid
            failures += 1
            print(f"{file.name}: {error}")
    print(f"onnx {onnx.__version__}: {len(files) - failures} of {len(files)} files pass the full checker")
    if not files:
        print(f"no .onnx file in {sys.argv[1]}: the tests wrote none")
    return 1 if failures or not files else 0


if __name__ == "__main__":
    sys.exit(main())
