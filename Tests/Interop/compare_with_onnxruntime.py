#!/usr/bin/env python3
"""Compares Press with ONNX Runtime on whole networks and prints tables in Markdown.

    pip install numpy onnx onnxruntime
    make install PREFIX=... (or swift build --configuration release)
    PRESS_DATA=folder python3 Tests/Interop/compare_with_onnxruntime.py path/to/compress [model.onnx ...]

Without models: those in $PRESS_DATA/models, and the light networks in $PRESS_DATA/onnx-light after fill_weights.py has
given them weights. Parts (all of them if none is chosen):

--outputs  Runs `compress infer` and compares with the arrays of $PRESS_DATA/reference where there are some, else with
           ONNX Runtime with its optimizations off. The mark: cosine at least 0.999999, largest difference at most 1e-4
           of the output's range, integers the same.
--speed    `compress bench` against peer.c, which runs ONNX Runtime's C interface with its default optimizations: both
           copy their inputs into place and take four random sets in turn. Both run alternately, ROUNDS times; figures
           are medians. The mark, over eight networks at each number of threads: geometric mean of the ratio of ONNX
           Runtime's time to ours at least 0.8, none below 0.5.
--memory   Time from the start of the process to its end, which comes right after the first output was written, and
           peak resident memory: `compress infer` on a container against peer.c on the ONNX file, one thread, measured
           from outside by measure.c, files in the cache. The mark: below the peer's.
--clock    Whether wall time of `compress bench` with 2 R runs minus that with R runs is R times `median_ms`, within
           10 %. R is 100, or more for networks that run faster than a process starts.
--ocr      Character accuracy (1 - edit distance / length) of the text recognition network on
           $PRESS_DATA/reference/ocr_rec_eval.npz, Press and ONNX Runtime. The mark: equal.

Exit code 1 if a mark is missed. Use a machine that does nothing else for --speed, --memory and --clock.
"""
import argparse
import datetime
import math
import os
import pathlib
import platform
import statistics
import sys
import tempfile

import numpy as np
import onnxruntime

from networks import Failed, Peer, Press, collect

EIGHT = [
    "lenet5-caffe_mnist", "vgg-small_fashion", "resnet8-bn_fashion", "ppocrv4_rec", "all-MiniLM-L6-v2",
    "light_squeezenet", "light_resnet50", "light_bvlc_alexnet",
]
OCR_BATCH = 16


class Report:
    """Collects which marks were missed while tables are printed."""

    def __init__(self):
        self.missed = []

    def heading(self, text, columns):
        print(f"\n## {text}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)

    def row(self, *cells):
        print(f"| {' | '.join(str(cell) for cell in cells)} |", flush=True)

    def failure(self, network, error, columns):
        self.missed.append(f"{network.name}: {error}")
        text = str(error).replace("|", "/")
        self.row(network.name, text[:160], *[""] * (columns - 2))

    def mark(self, is_met, what):
        if not is_met:
            self.missed.append(what)
        return "yes" if is_met else "NO"


def machine(press):
    """Who measured, with what, and when."""
    model = "unknown processor"
    if pathlib.Path("/proc/cpuinfo").exists():
        names = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
        model = names[0] if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{os.cpu_count()} cores of {model}, {memory:.0f} GiB, {platform.system()} {platform.release()}; "
            f"{press.version()}, ONNX Runtime {onnxruntime.__version__}, NumPy {np.__version__}; "
            f"{datetime.date.today().isoformat()}")


def reference_outputs(path, inputs, is_optimized=False):
    """What ONNX Runtime gives, by output name."""
    options = onnxruntime.SessionOptions()
    if not is_optimized:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs)))


def inputs_and_outputs(network, seed):
    """Inputs, the outputs to expect, and where those come from."""
    if network.reference is not None:
        with np.load(network.reference) as arrays:
            inputs = {n[3:]: arrays[n] for n in arrays.files if n.startswith("in.")}
            outputs = {n[4:]: arrays[n] for n in arrays.files if n.startswith("out.")}
        return inputs, outputs, "reference file"
    inputs = network.random_inputs(seed)
    return inputs, reference_outputs(network.path, inputs), "ONNX Runtime"


def deviation(found, expected):
    """Cosine, and the largest difference over the range of the expected values."""
    a, b = found.astype(np.float64).ravel(), expected.astype(np.float64).ravel()
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    cosine = a @ b / lengths if lengths > 0 else float(np.array_equal(a, b))
    extent = b.max() - b.min() if b.size else 0
    largest = np.abs(a - b).max() if b.size else 0
    return cosine, largest / extent if extent > 0 else (0.0 if largest == 0 else math.inf)


def compare_outputs(networks, press, report, options, work):
    columns = ["network", "against", "output", "shape", "cosine", "max diff / range", "within the mark"]
    report.heading("Outputs (`--outputs`)", columns)
    for network in networks:
        try:
            inputs, expected, source = inputs_and_outputs(network, options.seed)
            found = press.infer(network.path, inputs, work, threads=2)
        except Failed as error:
            report.failure(network, error, len(columns))
            continue
        for name, wanted in expected.items():
            if name not in found or found[name].shape != wanted.shape or found[name].dtype != wanted.dtype:
                report.failure(network, f"output '{name}' is missing, or of another shape or type", len(columns))
                continue
            cosine, share = deviation(found[name], wanted)
            is_same = np.issubdtype(wanted.dtype, np.floating) or np.array_equal(found[name], wanted)
            is_met = cosine >= 0.999999 and share <= 1e-4 and is_same
            shape = "x".join(map(str, wanted.shape))
            report.row(network.name, source, name, shape, f"{cosine:.9f}", f"{share:.1e}",
                       report.mark(is_met, f"outputs of {network.name}"))


def timed(network, press, peer, threads, rounds):
    """Medians over rounds of both medians, in milliseconds: ours and the peer's."""
    first = press.bench(network, threads, 3)["median_ms"] + peer.bench(network, threads, 3)["median_ms"]
    runs = min(max(int(1000 / max(first, 1e-3)), 5), 1000)
    ours, theirs = [], []
    for index in range(rounds):
        for is_ours in (True, False) if index % 2 == 0 else (False, True):
            program, times = (press, ours) if is_ours else (peer, theirs)
            times.append(program.bench(network, threads, runs)["median_ms"])
    return statistics.median(ours), statistics.median(theirs)


def compare_speed(networks, press, peer, report, options):
    for threads in options.threads:
        columns = ["network", "Press ms", "ONNX Runtime ms", "ratio", "at least 0.5"]
        report.heading(f"Speed, {threads} thread{'s' if threads > 1 else ''} (`--speed`)", columns)
        ratios = {}
        for network in networks:
            try:
                ours, theirs = timed(network, press, peer, threads, options.rounds)
            except Failed as error:
                report.failure(network, error, len(columns))
                continue
            ratios[network.name] = theirs / ours
            report.row(network.name, f"{ours:.3f}", f"{theirs:.3f}", f"{theirs / ours:.2f}",
                       report.mark(theirs / ours >= 0.5, f"speed of {network.name}, {threads} threads"))
        chosen = [ratios[name] for name in EIGHT if name in ratios]
        if chosen:
            mean = math.exp(statistics.fmean(map(math.log, chosen)))
            is_met = mean >= 0.8 and (options.models or len(chosen) == len(EIGHT))
            report.row(f"geometric mean of {len(chosen)} of the {len(EIGHT)}", "", "", f"{mean:.2f}",
                       report.mark(is_met, f"mean speed, {threads} threads") + " (0.8)")


def compare_memory(networks, press, peer, report, options, work):
    columns = ["network", "Press ms", "peer ms", "Press MiB", "peer MiB", "both below"]
    report.heading("Start to first output, and peak memory (`--memory`)", columns)
    for network in networks:
        container, given = work / f"{network.name}.bin", work / "in.npz"
        files = {}
        arrays = network.random_inputs(options.seed)
        np.savez(given, **arrays)
        for index, (name, array) in enumerate(arrays.items()):
            files[name] = work / f"in{index}.raw"
            array.tofile(files[name])
        theirs = peer.arguments(network, 1, 0, files)
        try:
            press.run("convert", network.path, "-o", container, "--force", "--quiet")
            ours = [press.program, "infer", container, "--inputs", given, "--outputs", work / "out.npz", "--force"]
            figures = [(peer.measured(ours), peer.measured(theirs)) for _ in range(options.rounds + 1)][1:]
        except Failed as error:
            report.failure(network, error, len(columns))
            continue
        finally:
            container.unlink(missing_ok=True)
        medians = [[statistics.median(pair[i][key] for pair in figures) for i in (0, 1)]
                   for key in ("wall_ms", "peak_rss_bytes")]
        (our_time, peer_time), (our_peak, peer_peak) = medians
        is_met = our_time < peer_time and our_peak < peer_peak
        report.row(network.name, f"{our_time:.1f}", f"{peer_time:.1f}", f"{our_peak / 2**20:.1f}",
                   f"{peer_peak / 2**20:.1f}", report.mark(is_met, f"memory or start of {network.name}"))


def check_clock(networks, press, peer, report, options):
    columns = ["network", "R", "R x median_ms", "wall of 2 R runs minus R", "within 10 %"]
    report.heading("Wall time of runs (`--clock`)", columns)
    for network in networks:
        try:
            runs = 100 * max(1, math.ceil(10 / max(press.bench(network, 1, 20)["median_ms"], 1e-3)))
            differences, medians = [], []
            for _ in range(3):
                walls = [peer.measured([press.program, *press.bench_arguments(network, 1, count)])["wall_ms"]
                         for count in (runs, 2 * runs)]
                differences.append(walls[1] - walls[0])
                medians.append(press.bench(network, 1, runs)["median_ms"] * runs)
        except Failed as error:
            report.failure(network, error, len(columns))
            continue
        difference, expected = statistics.median(differences), statistics.median(medians)
        is_met = abs(difference - expected) <= 0.1 * expected
        report.row(network.name, runs, f"{expected:.0f}", f"{difference:.0f}",
                   report.mark(is_met, f"clock of {network.name}"))


def edit_distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def decoded(scores, characters):
    """Greedy CTC: the best entry at each step, repeats joined, blanks (entry 0) dropped."""
    best = scores.argmax(-1)
    kept = [int(c) for i, c in enumerate(best) if c != 0 and (i == 0 or c != best[i - 1])]
    return "".join(characters[c] for c in kept)


def compare_text(network, press, report, data, work):
    report.heading("Text recognition (`--ocr`)", ["who", "characters right", "lines right"])
    folder = data / "reference"
    characters = (folder / "ocr_rec_chars.txt").read_text(encoding="utf-8").split("\n")
    expected = (folder / "ocr_rec_text.txt").read_text(encoding="utf-8").split("\n")
    with np.load(folder / "ocr_rec_eval.npz") as arrays:
        pixels, widths = arrays["img_u8"].astype(np.float32), arrays["width"]
    images = (pixels / 255 - 0.5) / 0.5
    images[np.broadcast_to(np.arange(images.shape[2]) >= widths[:, None, None], images.shape)] = 0
    images = np.repeat(images[:, None], 3, axis=1).astype(np.float32)
    name = next(iter(network.shapes))
    texts = {"Press": [], "ONNX Runtime": []}
    for start in range(0, len(images), OCR_BATCH):
        inputs = {name: images[start:start + OCR_BATCH]}
        for who, outputs in (("Press", press.infer(network.path, inputs, work, threads=2)),
                             ("ONNX Runtime", reference_outputs(network.path, inputs, is_optimized=True))):
            texts[who] += [decoded(scores, characters) for scores in next(iter(outputs.values()))]
    accuracy = {}
    for who, found in texts.items():
        errors = sum(edit_distance(a, b) for a, b in zip(found, expected))
        accuracy[who] = 1 - errors / sum(len(line) for line in expected[:len(found)])
        right = sum(a == b for a, b in zip(found, expected))
        report.row(who, f"{100 * accuracy[who]:.2f} %", f"{right} of {len(found)}")
    report.mark(accuracy["Press"] == accuracy["ONNX Runtime"], "text recognition differs")


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("compress", type=pathlib.Path, help="the program")
    parser.add_argument("models", type=pathlib.Path, nargs="*", help="ONNX files (default: see above)")
    for part in ("outputs", "speed", "memory", "clock", "ocr"):
        parser.add_argument(f"--{part}", action="store_true")
    parser.add_argument("--data", type=pathlib.Path, default=os.environ.get("PRESS_DATA"), help="default: $PRESS_DATA")
    parser.add_argument("--only", default="", help="names of networks, between commas")
    parser.add_argument("--threads", default="1,2", help="for --speed (default: 1,2)")
    parser.add_argument("--rounds", type=int, default=5, help="how often to alternate (default: 5)")
    parser.add_argument("--seed", type=int, default=0, help="of weights and inputs (default: 0)")
    parser.add_argument("--shape", action="append", default=[], metavar="NAME=D0,D1,...")
    options = parser.parse_args()
    if not options.models and options.data is None:
        parser.error("no models, expected some or PRESS_DATA")
    options.threads = [int(text) for text in options.threads.split(",")]
    options.shape = {name: tuple(map(int, sizes.split(",")))
                     for name, sizes in (text.rsplit("=", 1) for text in options.shape)}
    options.compress = options.compress.resolve()
    return options


def main():
    options = arguments()
    chosen = {p for p in ("outputs", "speed", "memory", "clock", "ocr") if getattr(options, p)}

    def wants(part):
        return part in chosen or not chosen

    report, press = Report(), Press(options.compress)
    # In memory where possible: what is measured is the programs, not the disk.
    folder = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=folder) as name:
        work = pathlib.Path(name)
        only = set(filter(None, options.only.split(",")))
        networks = collect(options.data, options.models, only, options.shape, work, options.seed)
        peer = Peer(work) if wants("speed") or wants("memory") or wants("clock") else None
        print(machine(press))
        if wants("outputs"):
            compare_outputs(networks, press, report, options, work)
        if wants("speed"):
            compare_speed(networks, press, peer, report, options)
        if wants("memory"):
            compare_memory(networks, press, peer, report, options, work)
        if wants("clock"):
            check_clock(networks, press, peer, report, options)
        recognition = [network for network in networks if network.name == "ppocrv4_rec"]
        if wants("ocr") and recognition and options.data is not None:
            try:
                compare_text(recognition[0], press, report, options.data, work)
            except Failed as error:
                report.failure(recognition[0], error, 3)
    for text in report.missed:
        print(f"missed: {text}", file=sys.stderr)
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
