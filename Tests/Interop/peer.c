// Runs a network with ONNX Runtime, as a small C program would: the peer that memory, start-up time
// and speed are compared with.
//
//     cc -O2 -o peer Tests/Interop/peer.c path/to/libonnxruntime.so.1.x -Wl,-rpath,path/to
//     ./peer model.onnx THREADS RUNS NAME:TYPE:D0,D1,...:FILE ...
//
// The library is the one of PyPI's wheel (onnxruntime/capi). Each input is named with the number of
// its element type, its shape and a file of its elements, or `random`: floats uniform in 0...1,
// integers 0 or 1. The network runs once, and the outputs are written to standard output one after
// the other; with RUNS above 0 it is timed instead, copying inputs into place and allocating
// outputs included, on four sets of random inputs in turn.
//
// Prints one JSON object on standard error: `first_output_ms` from the start of main, `median_ms`
// of the runs, `peak_rss_bytes`.
//
// The wheel has no headers. What is declared here is the published C interface: a table of
// functions that only ever grows at its end, so that places in it never change.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct {
  const void *const *(*get_api)(uint32_t version);
  const char *(*get_version)(void);
} ApiBase;

extern const ApiBase *OrtGetApiBase(void);

// Places in the table; all of them are there since version 1.
enum {
  GET_ERROR_MESSAGE = 2,
  CREATE_ENV = 3,
  CREATE_SESSION = 7,
  RUN = 9,
  CREATE_SESSION_OPTIONS = 10,
  SET_INTRA_OP_NUM_THREADS = 24,
  SESSION_GET_OUTPUT_COUNT = 31,
  SESSION_GET_OUTPUT_NAME = 37,
  CREATE_TENSOR_WITH_DATA = 49,
  GET_TENSOR_MUTABLE_DATA = 51,
  GET_TENSOR_ELEMENT_TYPE = 60,
  GET_TENSOR_SHAPE_ELEMENT_COUNT = 64,
  GET_TENSOR_TYPE_AND_SHAPE = 65,
  CREATE_CPU_MEMORY_INFO = 69,
  GET_DEFAULT_ALLOCATOR = 78,
  RELEASE_VALUE = 96,
  RELEASE_TENSOR_INFO = 99,
};

enum { LOG_WARNINGS = 2, ARENA_ALLOCATOR = 1, DEFAULT_MEMORY = 0, INPUT_SETS = 4, MOST = 16 };

static const void *const *api;

// A function of the table as its type; what it returns is an error unless null.
#define CALL(place, type, ...) check(((void *(*) type)(uintptr_t)api[place])(__VA_ARGS__))
#define RELEASE(place, object) (((void (*)(void *))(uintptr_t)api[place])(object))

static void check(void *status) {
  if (status == NULL) return;
  const char *(*message)(void *) = (const char *(*)(void *))(uintptr_t)api[GET_ERROR_MESSAGE];
  fprintf(stderr, "peer: error: %s\n", message(status));
  exit(1);
}

static void fail(const char *what, const char *found) {
  fprintf(stderr, "peer: error: %s: %s\n", what, found);
  exit(1);
}

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

// Bytes of an element by the number that ONNX gives its type.
static size_t element_size(int type) {
  switch (type) {
    case 1: case 6: case 12: return 4;
    case 7: case 11: case 13: return 8;
    case 4: case 5: case 10: case 16: return 2;
    case 2: case 3: case 9: return 1;
    default: return 0;
  }
}

typedef struct {
  char *name;
  int type;
  int64_t shape[8];
  size_t rank, count, bytes;
  char *data;              // What the network reads.
  char *sets[INPUT_SETS];  // What is copied there before a run.
} Input;

static uint64_t random_state = 1;

static uint32_t random_bits(void) {
  random_state = random_state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(random_state >> 33);
}

static void fill_random(const Input *input, char *data) {
  size_t width = element_size(input->type);
  memset(data, 0, input->bytes);
  for (size_t i = 0; i < input->count; i++) {
    if (input->type == 1) {
      ((float *)data)[i] = (float)(random_bits() & 0xFFFFFF) * 0x1p-24f;
    } else {
      data[i * width] = (char)(random_bits() & 1);
    }
  }
}

static void read_file(const char *path, char *data, size_t bytes) {
  FILE *file = fopen(path, "rb");
  if (file == NULL || fread(data, 1, bytes, file) != bytes || fgetc(file) != EOF) {
    fail("input file of another size than the shape's", path);
  }
  fclose(file);
}

// Parses NAME:TYPE:SHAPE:FILE; names may hold colons, the rest may not.
static Input parse(char *text) {
  Input input = {.count = 1};
  char *parts[3];
  for (int i = 2; i >= 0; i--) {
    parts[i] = strrchr(text, ':');
    if (parts[i] == NULL) fail("expected NAME:TYPE:SHAPE:FILE, found", text);
    *parts[i]++ = 0;
  }
  input.name = text;
  input.type = atoi(parts[0]);
  for (char *rest = parts[1]; *rest != 0;) {
    if (input.rank == 8) fail("expected at most 8 dimensions, found", parts[1]);
    input.shape[input.rank] = strtoll(rest, &rest, 10);
    input.count *= (size_t)input.shape[input.rank++];
    if (*rest == ',') rest++;
    else if (*rest != 0) fail("malformed shape", parts[1]);
  }
  input.bytes = input.count * element_size(input.type);
  if (input.bytes == 0) fail("no elements, or a type that is not supported", input.name);
  input.data = malloc(input.bytes);
  if (strcmp(parts[2], "random") == 0) fill_random(&input, input.data);
  else read_file(parts[2], input.data, input.bytes);
  return input;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static long peak_bytes(void) {
  FILE *file = fopen("/proc/self/status", "r");
  char line[256];
  long kilobytes = 0;
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    if (sscanf(line, "VmHWM: %ld kB", &kilobytes) == 1) break;
  }
  return kilobytes * 1024;
}

typedef struct {
  void *session, *memory;
  Input inputs[MOST];
  size_t input_count, output_count;
  char *input_names[MOST], *output_names[MOST];
  void *outputs[MOST];
} Network;

static void open_network(Network *network, const char *path, int threads) {
  void *environment, *options, *allocator;
  CALL(CREATE_ENV, (int, const char *, void **), LOG_WARNINGS, "peer", &environment);
  CALL(CREATE_SESSION_OPTIONS, (void **), &options);
  CALL(SET_INTRA_OP_NUM_THREADS, (void *, int), options, threads);
  CALL(CREATE_SESSION, (void *, const char *, void *, void **), environment, path, options,
       &network->session);
  CALL(CREATE_CPU_MEMORY_INFO, (int, int, void **), ARENA_ALLOCATOR, DEFAULT_MEMORY,
       &network->memory);
  CALL(GET_DEFAULT_ALLOCATOR, (void **), &allocator);
  CALL(SESSION_GET_OUTPUT_COUNT, (void *, size_t *), network->session, &network->output_count);
  if (network->output_count > MOST) fail("too many outputs", path);
  for (size_t i = 0; i < network->output_count; i++) {
    CALL(SESSION_GET_OUTPUT_NAME, (void *, size_t, void *, char **), network->session, i, allocator,
         &network->output_names[i]);
  }
}

// One complete run; the outputs stay until they are released.
static void run(Network *network) {
  void *values[MOST];
  for (size_t i = 0; i < network->input_count; i++) {
    Input *input = &network->inputs[i];
    CALL(CREATE_TENSOR_WITH_DATA, (void *, void *, size_t, const int64_t *, size_t, int, void **),
         network->memory, input->data, input->bytes, input->shape, input->rank, input->type,
         &values[i]);
  }
  memset(network->outputs, 0, sizeof network->outputs);
  CALL(RUN, (void *, void *, char **, void **, size_t, char **, size_t, void **), network->session,
       NULL, network->input_names, values, network->input_count, network->output_names,
       network->output_count, network->outputs);
  for (size_t i = 0; i < network->input_count; i++) RELEASE(RELEASE_VALUE, values[i]);
}

static void release_outputs(Network *network) {
  for (size_t i = 0; i < network->output_count; i++) RELEASE(RELEASE_VALUE, network->outputs[i]);
}

static void write_outputs(Network *network) {
  for (size_t i = 0; i < network->output_count; i++) {
    void *info, *data;
    size_t count;
    int type;
    CALL(GET_TENSOR_TYPE_AND_SHAPE, (void *, void **), network->outputs[i], &info);
    CALL(GET_TENSOR_ELEMENT_TYPE, (void *, int *), info, &type);
    CALL(GET_TENSOR_SHAPE_ELEMENT_COUNT, (void *, size_t *), info, &count);
    CALL(GET_TENSOR_MUTABLE_DATA, (void *, void **), network->outputs[i], &data);
    fwrite(data, element_size(type), count, stdout);
    RELEASE(RELEASE_TENSOR_INFO, info);
  }
  fflush(stdout);
}

static double median_of_runs(Network *network, int runs) {
  double *times = malloc((size_t)runs * sizeof *times);
  for (size_t i = 0; i < network->input_count; i++) {
    Input *input = &network->inputs[i];
    for (int set = 0; set < INPUT_SETS; set++) {
      input->sets[set] = malloc(input->bytes);
      fill_random(input, input->sets[set]);
    }
  }
  for (int index = -3; index < runs; index++) {  // The first three warm up.
    double start = milliseconds();
    for (size_t i = 0; i < network->input_count; i++) {
      Input *input = &network->inputs[i];
      memcpy(input->data, input->sets[(index + 3) % INPUT_SETS], input->bytes);
    }
    run(network);
    if (index >= 0) times[index] = milliseconds() - start;
    release_outputs(network);
  }
  qsort(times, (size_t)runs, sizeof *times, ascending);
  return (times[(runs - 1) / 2] + times[runs / 2]) / 2;
}

int main(int count, char **arguments) {
  double start = milliseconds();
  if (count < 5) fail("expected MODEL THREADS RUNS INPUT..., found", arguments[0]);
  api = OrtGetApiBase()->get_api(1);
  if (api == NULL) fail("no such interface in version", OrtGetApiBase()->get_version());
  static Network network;
  network.input_count = (size_t)count - 4;
  if (network.input_count > MOST) fail("too many inputs", arguments[1]);
  int runs = atoi(arguments[3]);
  open_network(&network, arguments[1], atoi(arguments[2]));
  for (size_t i = 0; i < network.input_count; i++) {
    network.inputs[i] = parse(arguments[i + 4]);
    network.input_names[i] = network.inputs[i].name;
  }
  run(&network);
  double first = milliseconds() - start;
  if (runs == 0) write_outputs(&network);
  release_outputs(&network);
  double median = runs > 0 ? median_of_runs(&network, runs) : 0;
  fprintf(stderr,
          "{\"version\": \"%s\", \"first_output_ms\": %.3f, \"median_ms\": %.6f, "
          "\"peak_rss_bytes\": %ld}\n",
          OrtGetApiBase()->get_version(), first, median, peak_bytes());
  // Taking everything down again is not what is measured.
  _exit(0);
}
