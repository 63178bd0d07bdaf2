"""The networks that Press is compared on, their inputs, and running them with both programs.

Used by compare_with_onnxruntime.py.
"""
import dataclasses
import json
import os
import pathlib
import subprocess

import numpy as np
import onnx

import fill_weights

HERE = pathlib.Path(__file__).resolve().parent

# Shapes of inputs with more open dimensions than the first, where nothing else is said.
SHAPES = {
    "ppocrv4_rec": lambda name: (1, 3, 48, 320),
    "all-MiniLM-L6-v2": lambda name: (1, 128),
}


class Failed(Exception):
    """A program did not do what was asked; the text is its own."""


def reason(errors, status):
    """The line in which a program says what went wrong, or its exit code where it says nothing."""
    said = [line for line in errors.splitlines() if ": error: " in line]
    return said[0] if said else f"ended with exit code {status}"


@dataclasses.dataclass
class Network:
    """A model with the shapes and types of its inputs."""

    name: str
    path: pathlib.Path
    shapes: dict
    types: dict
    reference: pathlib.Path | None = None

    def random_inputs(self, seed):
        """Floats uniform in 0...1, integers 0 or 1."""
        random = np.random.default_rng(seed)
        return {
            name: (random.random(shape) if np.issubdtype(self.types[name], np.floating)
                   else random.integers(0, 2, shape)).astype(self.types[name])
            for name, shape in self.shapes.items()
        }


def describe(path, shapes, reference=None):
    """Reads a model's inputs; open dimensions come from `shapes`, from SHAPES, or are 1 if first."""
    graph = onnx.load(path, load_external_data=False).graph
    filled = {tensor.name for tensor in graph.initializer}
    network = Network(path.stem, path, {}, {}, reference)
    for value in graph.input:
        if value.name in filled:
            continue
        declared = value.type.tensor_type
        sizes = [d.dim_value if d.HasField("dim_value") else None for d in declared.shape.dim]
        if value.name in shapes:
            sizes = shapes[value.name]
        elif None in sizes[1:] and path.stem in SHAPES:
            sizes = SHAPES[path.stem](value.name)
        elif None in sizes[1:]:
            raise Failed(f"{path}: open dimensions, expected --shape {value.name}=D0,D1,...")
        network.shapes[value.name] = tuple(1 if size is None else size for size in sizes)
        network.types[value.name] = onnx.helper.tensor_dtype_to_np_dtype(declared.elem_type)
    return network


def collect(data, models, only, shapes, work, seed):
    """The networks asked for; without any, those of the data folder and the light ones, filled.

    `only` has the names to keep, all of them if it is empty.
    """
    if models:
        return [describe(path, shapes) for path in models if not only or path.stem in only]
    networks = []

    def paths(folder):
        return [path for path in sorted((data / folder).glob("*.onnx")) if not only or path.stem in only]

    for path in paths("models"):
        reference = data / "reference" / f"{path.stem}.npz"
        networks.append(describe(path, shapes, reference if reference.exists() else None))
    for path in paths("onnx-light"):
        model = onnx.load(path)
        fill_weights.fill(model, seed)
        target = work / path.name
        onnx.save(model, target)
        networks.append(describe(target, shapes))
    return networks


class Press:
    """The program under test."""

    def __init__(self, program):
        self.program = program

    def run(self, *arguments):
        done = subprocess.run([self.program, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(reason(done.stderr, done.returncode))
        return done.stdout

    def version(self):
        return self.run("--version").strip()

    def infer(self, model, inputs, work, threads=1):
        """The outputs for some inputs, by name."""
        given, made = work / "in.npz", work / "out.npz"
        np.savez(given, **{f"in.{name}": array for name, array in inputs.items()})
        self.run("infer", model, "--inputs", given, "--outputs", made, "--force", "--threads", threads)
        with np.load(made) as arrays:
            return {name: arrays[name] for name in arrays.files}

    def bench_arguments(self, network, threads, runs):
        shapes = [f"--shape={name}={','.join(map(str, shape))}" for name, shape in network.shapes.items()]
        return ["bench", network.path, *shapes, "--threads", threads, "--runs", runs, "--json"]

    def bench(self, network, threads, runs):
        return json.loads(self.run(*self.bench_arguments(network, threads, runs)))


class Peer:
    """ONNX Runtime behind a small C program, and the program that measures others."""

    def __init__(self, work):
        import onnxruntime
        folder = pathlib.Path(onnxruntime.__file__).parent / "capi"
        libraries = sorted(folder.glob("libonnxruntime.so.*"))
        if not libraries:
            raise Failed(f"no ONNX Runtime library in {folder}, expected libonnxruntime.so.*")
        # The program looks for the library under its short name, beside itself.
        (work / "libonnxruntime.so.1").symlink_to(libraries[0])
        self.program, self.measure = work / "peer", work / "measure"
        compiler = os.environ.get("CC", "cc")
        subprocess.run(
            [compiler, "-O2", "-o", self.program, HERE / "peer.c", libraries[0], "-Wl,-rpath,$ORIGIN"],
            check=True)
        subprocess.run([compiler, "-O2", "-o", self.measure, HERE / "measure.c"], check=True)

    def arguments(self, network, threads, runs, files):
        """The command line; `files` has a path for each input, random ones without."""
        inputs = []
        for name, shape in network.shapes.items():
            number = onnx.helper.np_dtype_to_tensor_dtype(np.dtype(network.types[name]))
            inputs.append(f"{name}:{number}:{','.join(map(str, shape))}:{files.get(name, 'random')}")
        return [self.program, network.path, threads, runs, *inputs]

    def bench(self, network, threads, runs):
        """What the peer says of timed runs."""
        done = subprocess.run(
            [str(a) for a in self.arguments(network, threads, runs, {})], capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(reason(done.stderr, done.returncode))
        return json.loads(done.stderr.strip().splitlines()[-1])

    def measured(self, arguments):
        """Wall time and peak memory of a program, seen from outside."""
        done = subprocess.run(
            [str(a) for a in [self.measure, *arguments]], stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, check=True)
        figures = json.loads(done.stderr.strip().splitlines()[-1])
        if figures["status"] != 0:
            raise Failed(reason(done.stderr, figures["status"]))
        return figures
