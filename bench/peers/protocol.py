"""How the benchmark talks to a peer: a case in a folder, then one JSON object a line on standard input and output.

The folder holds `case.json` and `data.bin`. The first names the tensors with their shapes, and which of them are parameters and which inputs; the
second holds their entries, little-endian float32, one tensor behind the other.

    the peer says    {"ready": true, "importSeconds": s, "firstStepSeconds": s, "version": v, "loss": l}
    it is told       {"run": n, "seconds": s}      take n more steps, fewer where s seconds have passed
    and answers      {"ms": [one time a step], "loss": l}
    it is told       {"end": true}
    and answers      {"peakMiB": m}, and exits

The loss of a step is that before its update. One that is not finite is null.
"""

import json
import math
import os
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass
class Case:
    """A training problem: what `kind` of loss, its ε, the optimizer's name and settings, and arrays in float32."""

    kind: str
    epsilon: float
    optimizer: dict
    params: list
    inputs: list


def read_case(folder):
    """The case in a folder. ValueError where `data.bin` is not as long as the shapes say."""
    description = json.loads((Path(folder) / "case.json").read_text())
    data = np.fromfile(Path(folder) / "data.bin", dtype="<f4")
    shapes = {tensor["name"]: tensor["shape"] for tensor in description["tensors"]}
    ends = np.cumsum([math.prod(shape) for shape in shapes.values()])
    if len(data) != ends[-1]:
        raise ValueError(f"{folder}/data.bin holds {len(data)} numbers; the shapes in case.json have {ends[-1]}")
    parts = np.split(data, ends[:-1])
    arrays = {name: part.reshape(shape) for (name, shape), part in zip(shapes.items(), parts)}
    return Case(
        kind=description["kind"],
        epsilon=description["epsilon"],
        optimizer=description["optimizer"],
        params=[arrays[name] for name in description["params"]],
        inputs=[arrays[name] for name in description["inputs"]],
    )


def take_steps(step, count, seconds):
    """Up to `count` steps, no new one after `seconds`: the milliseconds of each, and the last loss."""
    times = []
    loss = None
    end = time.perf_counter() + seconds
    while len(times) < count and time.perf_counter() < end:
        began = time.perf_counter()
        loss = step()
        times.append((time.perf_counter() - began) * 1e3)
    return times, loss


def peak_mebibytes():
    """The most memory this program has held.

    From Linux's VmHWM where there is one: `ru_maxrss` survives `exec`, and so is never less than what the program that started this one held.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def claim_stdout():
    """A function that writes one JSON line to standard output; whatever else is written there goes to standard error from now on."""
    channel = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return lambda answer: print(json.dumps(answer, allow_nan=False), file=channel, flush=True)


def number(loss):
    """A loss as JSON can hold it."""
    return float(loss) if loss is not None and math.isfinite(loss) else None


def serve(prepare, version, import_seconds):
    """Runs a peer on the folder that the command line names.

    `prepare(case)` places the arrays and returns `step()`, which takes one step, waits until it is done, and returns its loss. The first step is
    timed from the arrays in the host's memory, so it holds the start of the framework's backend and all compilation.
    """
    say = claim_stdout()
    case = read_case(sys.argv[1])
    began = time.perf_counter()
    step = prepare(case)
    loss = number(step())
    first = time.perf_counter() - began
    say({"ready": True, "importSeconds": import_seconds, "firstStepSeconds": first, "version": version, "loss": loss})
    for line in sys.stdin:
        request = json.loads(line)
        if request.get("end"):
            break
        times, loss = take_steps(step, request["run"], request.get("seconds", math.inf))
        say({"ms": times, "loss": number(loss)})
    say({"peakMiB": peak_mebibytes()})
